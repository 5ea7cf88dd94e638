"""The words of people, so that they arrive in Markdown as text; times and lengths of time, for a reader."""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Final

from chatops.actions.markup import escaped
from chatops.text import one_line

#: Stands where nobody knows; whoever does writes over it.
UNKNOWN: Final = "_unknown: fill in_"
#: What can be linked as it is, without an end that belongs to the sentence.
_URL: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*[A-Za-z0-9/_~=%-]")
_LAST: Final = re.compile(r"(?<!\\)#+\Z")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_MOST_SLUG: Final = 50
#: By how much a text may shrink when it is put on one line.
_SPARE: Final = 4


def shown(text: str, most: int | None = None) -> str:
    """The text on one line of Markdown, as a reader sees it: whatever it contains, it opens and closes
    nothing. Addresses of the web are links. What is longer than `most` characters is cut, and says so.
    """
    # Of a log that was pasted, only the beginning is worth looking at.
    plain = one_line(text if most is None else text[: _SPARE * most])
    if most is not None and len(plain) > most:
        plain = f"{plain[: most - 1].rstrip()}…"
    said, at = [], 0
    for url in _URL.finditer(plain):
        said += [escaped(plain[at : url.start()]), f"<{url[0]}>"]
        at = url.end()
    # What ends a heading would not be seen.
    return _LAST.sub(r"\\\g<0>", "".join([*said, escaped(plain[at:])]))


def moment(time: datetime) -> str:
    """A time to the minute, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def day(time: datetime) -> date:
    """The day in UTC."""
    return time.astimezone(UTC).date()


def took(seconds: float) -> str:
    """A length of time, in its two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next((place for place, (number, _) in enumerate(parts) if number), 3)
    shown = [f"{number} {unit}" for number, unit in parts[first : first + 2] if number]
    return " ".join(shown) or "0 s"


def slug(title: str) -> str:
    """The title as a part of a file's name, on whatever file system; it may be empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words, kept = _NO_WORD.sub(" ", plain).split(), ""
    for word in words:
        if len(kept) + len(word) >= _MOST_SLUG:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or "".join(words[:1])[:_MOST_SLUG]
