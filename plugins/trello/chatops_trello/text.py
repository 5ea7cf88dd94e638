"""What is written on a card, and how a card is known again by it."""

import hashlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chatops import WantedItem

#: The API's specification of a card's name and description.
LIMIT: Final = 16_384
#: The one line of a description that is ours. Trello's editor puts a link in place of an address.
_OURS: Final = re.compile(r"^Post-mortem: .*\bchatops item: ([0-9a-f]{32}).*$", re.MULTILINE)
_DOCUMENT: Final = re.compile(r"Post-mortem: [\[<]?(https?://[^\s<>\]\"]+)")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>]+)")
#: What ends a sentence rather than an address.
_AFTER: Final = ".,;:!?)]}'\""
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>#|~!&@]|:(?=[\w+-]+:)")
_FIRST: Final = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))", re.MULTILINE)


def marker(key: str) -> str:
    """What an item is known by: a description is Markdown, which a key might not survive."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]


def marker_of(description: str) -> str:
    """The marker that a card bears; empty where it has none."""
    found = _OURS.findall(description)
    return found[-1] if found else ""


def document_of(description: str) -> str:
    """The address of the post-mortem that a card leads to; empty where it leads to none."""
    lines = [*_OURS.finditer(description)]
    found = _DOCUMENT.match(lines[-1][0]) if lines else None
    return found[1] if found else ""


def name_of(item: "WantedItem") -> str:
    """The card's name; Trello shows it as it is written."""
    return item.text if len(item.text) <= LIMIT else f"{item.text[: LIMIT - 1]}\N{HORIZONTAL ELLIPSIS}"


def description_of(item: "WantedItem") -> str:
    """The card's description: the text where it is too long for a name, the notes, and our line."""
    whole = (item.text,) if len(item.text) > LIMIT else ()
    return _with_line("\n\n".join(plain(text) for text in (*whole, *item.notes)), _line(item))


def led_to(description: str, item: "WantedItem") -> str:
    """The description, with our line as the item has it now; what people wrote stays, and so does what the
    card is known by, as the item may be called otherwise now that it has a card.
    """
    lines = [*_OURS.finditer(description)]
    if not lines:
        return _with_line(description, _line(item))
    start, end = lines[-1].span()
    return f"{description[:start]}{_line(item, lines[-1][1])}{description[end:]}"


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is; an address in it leads somewhere."""
    lines = "\n".join(line.strip() for line in text.splitlines())
    said = []
    for number, part in enumerate(_ADDRESS.split(lines)):
        address = part.rstrip(_AFTER) if number % 2 else ""
        said.append(f"<{address}>" if address else "")
        said.append(_escaped(part[len(address) :]))
    return "".join(said)


def _escaped(text: str) -> str:
    marked = _MARKUP.sub(r"\\\g<0>", text)
    return _FIRST.sub(lambda m: f"\\{m[1]}" if not m[1].isdigit() else f"{m[1]}\\", marked)


def _line(item: "WantedItem", known_by: str = "") -> str:
    document = item.document
    names = ", ".join(name for name in (document.incident, document.ticket) if name)
    url = "".join(f"%{ord(c):02X}" if c in '<>]" ' else c for c in document.url)
    parts = (
        f"<{url}>" if url else "",
        _escaped(" ".join(document.title.split())[:200]),
        f"({_escaped(names)})" if names else "",
        f"\N{MIDDLE DOT} chatops item: {known_by or marker(item.key)}",
    )
    return f"Post-mortem: {' '.join(part for part in parts if part)}"


def _with_line(body: str, line: str) -> str:
    kept = body[: LIMIT - len(line) - 2]
    return f"{kept.rstrip()}\n\n{line}" if kept.strip() else line
