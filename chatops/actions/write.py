"""Writes a change of an item into its lines. There are several ways to write most of it; whether one is read
as it was meant is found out by reading it.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from chatops.actions import dates
from chatops.actions.inline import COMMENT
from chatops.actions.markup import escaped
from chatops.actions.model import Item, Ticket
from chatops.actions.rows import Cell, cells

_COMMENTS: Final = re.compile(rb"(?:[ \t]*<!--\s*action:[^<>]*-->)*[ \t]*\Z")
_MARKER: Final = re.compile(rb"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_BOX: Final = re.compile(rb"\[ \]")
_DATE: Final = re.compile(rf"(?<![\w/-]){dates.ANY}", re.IGNORECASE)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z][\w-]{0,60}")
_ENCODED: Final = {character: f"%{ord(character):02X}" for character in " ()<>|\\[]\"'`"}


class Change(msgspec.Struct, frozen=True):
    """What is to be different about an item. `ticket` is written as a link; `done` ticks it."""

    id: str | None = None
    ticket: Ticket | None = None
    done: bool = False
    owner: str | None = None
    due: date | None = None
    text: str | None = None

    def of(self, item: Item) -> Item:
        """The item as it is to be read afterwards."""
        said = {name: value for name in self.__struct_fields__ if (value := getattr(self, name))}
        return msgspec.structs.replace(item, **said)


class Lines:
    """The lines of an item. Each keeps its end."""

    def __init__(self, lines: list[bytes], item: Item) -> None:
        self._lines = lines
        self.item = item
        self._places = range(item.line - 1, item.stamped_line)

    @property
    def text(self) -> str:
        """All of them."""
        return b"".join(self._lines[place] for place in self._places).decode(errors="replace")

    def replace(self, old: re.Pattern[bytes], new: bytes) -> bool:
        """Replace what there is once; False where there is none, or more than one."""
        found = [(place, match) for place in self._places for match in old.finditer(self._lines[place])]
        if len(found) != 1:
            return False
        ((place, match),) = found
        line = self._lines[place]
        self._lines[place] = line[: match.start()] + new + line[match.end() :]
        return True

    def insert(self, new: bytes) -> bool:
        """Put something before the words of a bullet."""
        place = self._places[0]
        line = self._lines[place]
        marker = _MARKER.match(line)
        if marker:
            self._lines[place] = line[: marker.end()] + new + line[marker.end() :]
        return marker is not None

    def append(self, new: bytes) -> bool:
        """Put something behind the words, and before an id; in a row, into the cell of its words."""
        place = self._places[-1]
        line = self._lines[place]
        if self.item.cells is None:
            end = _COMMENTS.search(line.rstrip(b"\r\n"))
            at = end.start() if end else 0
        else:
            found = self._cell("text")
            if found is None:
                return False
            text = line[found.start : found.end]
            at = found.start + len(text) - len(_end_of(text))
        self._lines[place] = line[:at] + b" " + new + line[at:]
        return True

    def close(self, new: bytes) -> bool:
        """Put something behind everything that is shown, at the end of the line or of the last cell."""
        place = self._places[-1]
        line = self._lines[place]
        at = len(line.rstrip())
        if self.item.cells is not None and (found := cells(line, self.item.cells)):
            at = found[-1].end
        self._lines[place] = line[:at] + b" " + new + line[at:]
        return True

    def fill(self, column: str, new: bytes) -> bool:
        """Write a row's cell anew; False where there is none."""
        place = self._places[-1]
        found = self._cell(column)
        if found is None:
            return False
        line, text = self._lines[place], self._lines[place][found.start : found.end]
        blank = b" " if not text else b""
        kept = _end_of(text)
        self._lines[place] = line[: found.start] + blank + new + kept + line[found.end :]
        return True

    def _cell(self, column: str) -> Cell | None:
        number = self.item.columns.get(column)
        if self.item.cells is None or number is None:
            return None
        shown = cells(self._lines[self._places[-1]], self.item.cells)
        return shown[number] if number < len(shown) else None


Way = Callable[[Lines, Any], bool]


def ways(change: Change) -> int:
    """In how many ways this may be written."""
    return max((len(_WAYS[name]) for name in _WAYS if getattr(change, name)), default=0)


def write(lines: list[bytes], item: Item, change: Change, way: int) -> bool:
    """Write the change into the lines of the document, in this way, or in another where it has no place
    for this one; False where it has none at all.
    """
    where = Lines(lines, item)
    for name, known in _WAYS.items():
        value = getattr(change, name)
        if value and not any(put(where, value) for put in (*known[way:], *known[:way])):
            return False
    return True


def _end_of(text: bytes) -> bytes:
    found = _COMMENTS.search(text)
    return found[0] if found else b""


def linked(ticket: Ticket) -> bytes:
    """A ticket as a link in Markdown; nothing in its address ends the link or the cell."""
    text = _plain(ticket.key)
    if not ticket.url:
        return text
    url = "".join(_ENCODED.get(character, character) for character in ticket.url)
    return b"[" + text + b"](" + url.encode() + b")"


def _link(lines: Lines, ticket: Ticket) -> bool:
    before = lines.item.ticket
    if before is None:
        return lines.append(b"(" + linked(ticket) + b")")
    address = bool(before.url) and lines.replace(
        _literal(before.url or ""), (ticket.url or ticket.key).encode()
    )
    return lines.replace(_literal(before.key), ticket.key.encode()) or address


def _link_in_cell(lines: Lines, ticket: Ticket) -> bool:
    return lines.item.ticket is None and lines.fill("ticket", linked(ticket))


def _tick(lines: Lines, _done: bool) -> bool:  # noqa: FBT001  (a value like any other)
    match lines.item.kind:
        case "task":
            return lines.replace(_BOX, b"[x]")
        case "row":
            return lines.fill("status", b"Done")
        case "label":
            return False
        case _:
            return lines.insert(b"[x] ")


def _owned_anew(lines: Lines, owner: str) -> bool:
    if lines.item.owner:
        return lines.replace(_literal(lines.item.owner), _plain(owner))
    return lines.fill("owner", _plain(owner))


def _owned_label(lines: Lines, owner: str) -> bool:
    before = lines.item.owner
    mention = re.compile(rb"(?<![\w@])@" + re.escape((before or "").encode()) + rb"(?!\w)")
    return bool(before) and lines.replace(mention, b"(Owner: " + _plain(owner) + b")")


def _owned(lines: Lines, owner: str) -> bool:
    said = b"@" + owner.encode() if _PLAIN_NAME.fullmatch(owner) else b"Owner: " + _plain(owner)
    return not lines.item.owner and lines.append(b"(" + said + b")")


def _due_anew(lines: Lines, due: date) -> bool:
    before = lines.item.due
    if before is None:
        return lines.fill("due", due.isoformat().encode())
    return lines.replace(_day(lines, before), due.isoformat().encode())


def _due(lines: Lines, due: date) -> bool:
    return lines.item.due is None and lines.append(f"(due {due.isoformat()})".encode())


def _day(lines: Lines, day: date) -> re.Pattern[bytes]:
    """This day, in whichever spelling it stands there."""
    spelled = {found[0] for found in _DATE.finditer(lines.text) if _is(found[0], day)}
    return re.compile(b"|".join(sorted(re.escape(text.encode()) for text in spelled)) or rb"(?!)")


def _is(text: str, day: date) -> bool:
    try:
        return dates.day(text) == day
    except dates.Unclear:
        return False


def _words(lines: Lines, text: str) -> bool:
    return lines.replace(_literal(lines.item.text), _plain(text))


def _plain(text: str) -> bytes:
    """The text, so that Markdown shows it as it is."""
    return escaped(text).encode()


def _literal(text: str) -> re.Pattern[bytes]:
    # A name is no part of a longer one.
    return re.compile(rb"(?<!\w)" + re.escape(text.encode()) + rb"(?!\w)")


#: Each field, and how it may be written, the best way first. Words are looked for before anything moves.
_WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "text": (_words,),
    "owner": (_owned_anew, _owned_label, _owned),
    "due": (_due_anew, _due),
    "done": (_tick, lambda lines, _: lines.append(b"(done)")),
    "ticket": (_link_in_cell, _link),
    "id": (lambda lines, value: lines.close(COMMENT.format(id=value).encode()),),
}
