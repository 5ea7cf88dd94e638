"""Text on its way to Slack: nothing in it calls people or looks like a link, and it fits.

Slack reads `&`, `<` and `>` as the beginnings of mentions and links (docs.slack.dev, "Formatting message
text"); a text that is longer than some 4,000 characters is better sent in parts.
"""

import re
from collections.abc import Iterator
from typing import Final

#: chat.update takes 4,000 characters; a header of ours comes on top of what is split.
LONGEST: Final = 3_500
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS: Final = re.compile(r"https?://[^\s\x00-\x20]+", re.IGNORECASE)
#: Where a long text may be parted, the best place first: a paragraph, a line, a word.
_PLACES: Final = ("\n\n", "\n", " ")


def escaped(text: str) -> str:
    """The text as Slack shows it and does not read it."""
    return "".join(_ENTITIES.get(character, character) for character in text)


def cut(text: str, most: int) -> str:
    """The text, escaped, in at most so many characters, and with an ellipsis where it was longer."""
    whole = escaped(text)
    if len(whole) <= most:
        return whole
    kept: list[str] = []
    room = most - 1
    for character in text:
        piece = _ENTITIES.get(character, character)
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def parts(text: str, most: int = LONGEST) -> Iterator[str]:
    """The text, escaped, in parts of at most so many characters; parted at paragraphs where they allow it."""
    rest = text.strip()
    while rest:
        size = _fits(rest, most)
        if size < len(rest):
            size = _place(rest, size)
        yield escaped(rest[:size].rstrip())
        rest = rest[size:].lstrip()


def linked(url: str, title: str) -> str:
    """A link that is named; only its name where the address is none that a browser should open."""
    name = cut(title or url, 150)
    if not is_address(url):
        return name
    return f"<{escaped(_safe(url))}|{name}>"


def is_address(url: str) -> bool:
    """Whether it is an address on the web, and nothing else that a click could start."""
    return _ADDRESS.fullmatch(url) is not None


def _safe(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _fits(text: str, most: int) -> int:
    """How many characters of the text fit, once they are escaped."""
    room = most
    for count, character in enumerate(text):
        room -= len(_ENTITIES.get(character, character))
        if room < 0:
            return count
    return len(text)


def _place(text: str, size: int) -> int:
    """Where to part the text: not so early that most of a part would stay empty."""
    for mark in _PLACES:
        found = text.rfind(mark, 0, size + 1)
        if found > size // 3:
            return found
    return size
