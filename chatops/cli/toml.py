"""Writes TOML."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
DEFAULT = "  # default"


def text(value: str) -> str:
    """A basic string. JSON's differ only in one control character, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def name(key: str) -> str:
    """A key, quoted where it has to be."""
    return key if _BARE.fullmatch(key) else text(key)


def literal(value: Any) -> str:
    """A value as it stands on one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return text(value)
        case Mapping():
            inside = ", ".join(f"{name(key)} = {literal(item)}" for key, item in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list() | tuple():
            return f"[{', '.join(map(literal, value))}]"
        case int() | float():
            return str(value)
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else text(str(value))


def document(tables: Mapping[str, Any], given: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The lines of a document; what is not in `given` is marked as a default."""
    values = {k: v for k, v in tables.items() if not _is_table(v) and v is not None}
    if path and values:
        yield f"[{path}]"
    for key, value in values.items():
        yield f"{name(key)} = {literal(value)}{'' if key in given else DEFAULT}"
    if values:
        yield ""
    for key, value in tables.items():
        if _is_table(value):
            below = given.get(key)
            inside = below if isinstance(below, Mapping) else {}
            yield from document(value, inside, f"{path}.{name(key)}" if path else name(key))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and not (len(value) == 1 and value.keys() <= {"env", "file", "command"})
