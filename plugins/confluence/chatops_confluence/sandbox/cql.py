"""The part of CQL that clients of the stand-in ask in: clauses with `=`, joined by `and`."""

import re
from typing import Final

_CLAUSE: Final = re.compile(
    r'\s*([a-zA-Z]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s"()]+)\s*(?:(and)\b|\Z)', re.IGNORECASE
)
FIELDS: Final = frozenset({"space", "type", "label", "title", "id"})


class NotCql(ValueError):
    """The query cannot be understood."""


def clauses(query: str) -> list[tuple[str, str]]:
    """The fields and values that a page has to have. Raises NotCql for what is none, or more."""
    found, at = [], 0
    while at < len(query):
        clause = _CLAUSE.match(query, at)
        name = clause[1].lower() if clause else ""
        if clause is None or name not in FIELDS or (clause[3] and clause.end() == len(query)):
            raise NotCql(f"Could not parse cql : {query}")
        value = clause[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.append((name, value))
        at = clause.end()
    if not found:
        raise NotCql("The cql is missing")
    return found
