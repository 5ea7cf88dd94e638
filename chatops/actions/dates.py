"""When an item is due: the spellings of a day that can be read one way only."""

import re
from datetime import date
from typing import Final

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH: Final = {name[:length]: n for n, name in enumerate(_MONTHS, 1) for length in range(3, len(name) + 1)}
_NAMED: Final = "|".join(f"{m[:3]}(?:{m[3:]}|{m[3:4]})?" if len(m) > 3 else m for m in _MONTHS)  # noqa: PLR2004
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME: Final = r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
#: A day, as it stands within a text. Years have four digits: what 25-03-01 means, nobody can tell.
SPELLINGS: Final = (
    rf"(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})(?:{_TIME})?",
    r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})",
    rf"{_WEEKDAY}{_DAY}(?:\s+of)?[\s-]+(?P<n>{_NAMED})\.?,?[\s-]+(?P<y>\d{{4}})",
    rf"{_WEEKDAY}(?P<n>{_NAMED})\.?\s+{_DAY},?\s+(?P<y>\d{{4}})",
    r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
    r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>\d{4})",
)
_COMPACT: Final = r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
# ASCII alone: a letter that only looks like one of a month's, to `re`, is in no table.
_WHOLE: Final = tuple(re.compile(s, re.IGNORECASE | re.ASCII) for s in (*SPELLINGS, _COMPACT))
#: Any of them, without its groups, for a larger pattern.
ANY: Final = "(?a:" + "|".join(re.sub(r"\?P<\w>", "?:", s) for s in SPELLINGS) + r")(?![\w/-])"
_UNSAID: Final = re.compile(
    r"(?:[-\u2013\u2014_.?/\s]*|n/?a|none|tbd|tba|tbc|unknown|to be \w+)\.?",
    re.IGNORECASE,
)
_MOST_MONTHS: Final = 12


class Unclear(ValueError):
    """The date can be read in more than one way, or in none; the message says which."""


def day(text: str) -> date | None:
    """The day that a due date means, or None where it says that there is none yet.

    Raises Unclear for what is no single day: `03/04/2025`, `next sprint`, `1 March`.
    """
    said = " ".join(text.split())
    if _UNSAID.fullmatch(said):
        return None
    for spelling in _WHOLE:
        if found := spelling.fullmatch(said):
            return _made(said, found.groupdict())
    raise Unclear(f"{said[:80]!r} is no date that can be read; write it as 2025-03-31")


def _made(said: str, parts: dict[str, str | None]) -> date:
    year = int(parts["y"] or 0)
    if parts.get("a"):
        month, number = _either(said, int(parts["a"] or 0), int(parts["b"] or 0))
    else:
        month = _MONTH[named.casefold()] if (named := parts.get("n")) else int(parts["m"] or 0)
        number = int(parts["d"] or 0)
    try:
        return date(year, month, number)
    except ValueError:
        raise Unclear(f"{said!r} is a day that does not exist") from None


def _either(said: str, first: int, second: int) -> tuple[int, int]:
    """The month and the day of 25/03/2025, which the larger number or its being the same tells apart."""
    if first == second or not first or not second or second > _MOST_MONTHS:
        return first, second
    if first > _MOST_MONTHS:
        return second, first
    raise Unclear(
        f"{said!r} may be {_MONTHS[first - 1].title()} {second} or {_MONTHS[second - 1].title()} {first}; "
        "write it as 2025-03-31"
    )
