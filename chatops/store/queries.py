"""SQL statements by name, out of `.sql` files: a name in a comment, then the statement."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

Dialect = Literal["sqlite", "postgres"]
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_HERE = Path(__file__).parent


@cache
def queries(area: str, dialect: Dialect = "sqlite") -> dict[str, str]:
    """The statements of `sql/<area>.sql`; those that a dialect says otherwise are in a folder of its own."""
    found = [_HERE / "sql" / f"{area}.sql", _HERE / "sql" / dialect / f"{area}.sql"]
    return {name: text for path in found if path.exists() for name, text in _named(path)}


@cache
def migrations(dialect: Dialect) -> list[str]:
    """Every migration, in order; the first makes schema 1, which is the same in each dialect."""
    return [path.read_text("utf-8") for path in sorted((_HERE / "migrations" / dialect).glob("*.sql"))]


def _named(path: Path) -> list[tuple[str, str]]:
    _, *parts = _NAME.split(path.read_text("utf-8"))
    return [(name, text.strip()) for name, text in zip(parts[::2], parts[1::2], strict=True)]
