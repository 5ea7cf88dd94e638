"""Plain words as Markdown that shows them as they are."""

import re
from typing import Final

# An underscore within a word marks nothing up; it is left readable.
_SPECIAL: Final = re.compile(r"[\\`*\[\]<>&~|$]|(?<![^\W_])_|_(?![^\W_])")
_FIRST: Final = re.compile(r"\A(?:(\d{1,9})(?=[.)](?:\s|\Z))|(?=[#+=-]))")
_TICKS: Final = re.compile("`+")


def escaped(text: str) -> str:
    """One line of words, for any place in a line of Markdown, also in a table."""
    return _FIRST.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text), count=1)


def code(text: str, *, in_table: bool = False) -> str:
    """One line of words as code. Within a table only, its bars are escaped."""
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    inside = text.replace("|", r"\|") if in_table else text
    return f"{fence}{space}{inside}{space}{fence}"
