"""SQL statements by name, out of `.sql` files: a name in a comment, then the statement."""

import re
from functools import cache
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_HERE = Path(__file__).parent


@cache
def queries(area: str) -> dict[str, str]:
    """The statements of `sql/<area>.sql`."""
    _, *parts = _NAME.split((_HERE / "sql" / f"{area}.sql").read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def migrations() -> list[str]:
    """Every migration, in order; the first makes schema 1."""
    return [path.read_text("utf-8") for path in sorted((_HERE / "migrations").glob("*.sql"))]
