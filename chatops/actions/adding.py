"""Adds an item to a document: one or a few lines more, in the style of its other items; every byte that was
there stays.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from chatops.actions import dates, patterns, tickets
from chatops.actions.document import NotRead, read
from chatops.actions.inline import COMMENT
from chatops.actions.labels import Labels
from chatops.actions.markup import code, escaped
from chatops.actions.model import Document, Item
from chatops.actions.places import Place, places
from chatops.actions.rows import cells
from chatops.actions.write import linked

#: What a reader might take for a field of the item, where it is a part of its words.
_LIKE_FIELDS: Final = re.compile(
    rf"{patterns.LABELLED.pattern}|{tickets.URL}|(?-i:{tickets.KEY})|{tickets.HASH}|(?<!\w){patterns.NAME}"
    rf"|{dates.ANY}|\b(?:{patterns.DONE}|{patterns.OPEN}|due|deadline|by|until|before|eta|target)\b"
    rf"|{patterns.TICKS}|📅",
    re.IGNORECASE,
)


class Added(NamedTuple):
    """A document with its new bytes, and the item that it has now, as it is read."""

    data: bytes
    item: Item


def added(document: Document, data: bytes, new: Item, labels: Labels | None = None) -> Added:
    """The bytes of the document with this item, of which `id`, `text`, `owner`, `due` and `ticket` count.

    What they would be read as is compared with what was wanted: exactly this item more, and every other as
    it was. Raises NotRead where no way to write it is read so.
    """
    for place in places(document, data, labels or Labels()):
        for said in _ways(new, place):
            tried = place.before + said + place.after
            edited = data[: place.at] + tried + data[place.at :]
            item = _read(document, edited, new, labels)
            if item is not None:
                return Added(edited, item)
    raise NotRead(
        path=document.path,
        problem="stays as it is: the item would not be read there as it was meant. "
        "Write it by hand, then: chatops actions stamp",
    )


def _read(before: Document, edited: bytes, new: Item, labels: Labels | None) -> Item | None:
    """The item as it is read; None where anything is read otherwise than was meant."""
    try:
        after = read(before.path, edited, labels)
    except NotRead:
        return None
    mine = [item for item in after.items if item.id == new.id]
    others = [_elsewhere(item) for item in after.items if item.id != new.id]
    problems = [problem.message for problem in after.problems]
    if len(mine) != 1 or others != [_elsewhere(item) for item in before.items]:
        return None
    # A document without items is not read to its end, and has no problems.
    if before.items and problems != [problem.message for problem in before.problems]:
        return None
    return mine[0] if _said(mine[0]) == _said(new) else None


def _said(item: Item) -> tuple[object, ...]:
    key = item.ticket and item.ticket.key
    return item.text, item.owner, item.due, key, item.done, item.notes


def _elsewhere(item: Item) -> Item:
    return msgspec.structs.replace(item, line=0, stamped_line=0)


class _Words(NamedTuple):
    """The words of an item as they may be written; `apart`: its fields stand below them."""

    text: str
    apart: bool


def _spelled(text: str, *, in_table: bool) -> Iterator[_Words]:
    """The ways to write the words, the most readable first. In code, nothing is taken for a field."""
    pieces, at = [], 0
    for found in _LIKE_FIELDS.finditer(text):
        pieces += [escaped(text[at : found.start()]) if at or found.start() else ""]
        pieces += [code(found[0].strip(), in_table=in_table), " " * found[0].endswith(" ")]
        at = found.end()
    some = "".join(pieces) + (escaped(text[at:]) if at < len(text) else "")
    for apart in (False, True):
        yield from (_Words(way, apart) for way in (escaped(text), some, code(text, in_table=in_table)))


def _ways(new: Item, place: Place) -> Iterator[bytes]:
    comment = COMMENT.format(id=new.id)
    row = place.like if place.like and place.like.kind == "row" else None
    for words in _spelled(new.text, in_table=row is not None):
        if row and not words.apart:
            yield _row(new, words.text, comment, place, row)
        elif not row:
            fields = _fields(new, alone=words.apart)
            beside = f" ({', '.join(fields)})" if fields and not words.apart else ""
            under = "".join(f"{place.end}{place.margin}- {field}" for field in fields if words.apart)
            yield f"{place.lead}{words.text}{beside} {comment}{under}{place.end}".encode()


def _fields(new: Item, *, alone: bool = False) -> list[str]:
    """Owner, due date and ticket, as they stand behind the words of an item, or each `alone`."""
    short = not alone and (not new.owner or re.fullmatch(patterns.NAME, f"@{new.owner}"))
    owner, due = ("@", "due ") if short else ("Owner: ", "Due: ")
    said = [owner + (new.owner if short else escaped(new.owner))] if new.owner else []
    said += [due + new.due.isoformat()] if new.due else []
    if new.ticket:
        tracked = tickets.of_text(new.ticket.key) or tickets.is_tracked(new.ticket.url or "")
        said.append(("" if short and tracked else "Ticket: ") + linked(new.ticket).decode())
    return said


def _row(new: Item, words: str, comment: str, place: Place, like: Item) -> bytes:
    """A row with the cells of another; what has no column stands behind the words."""
    line = place.model
    old = [line[cell.start : cell.end].decode() for cell in cells(line, like.cells or 0)]
    old += [""] * ((like.cells or 0) - len(old))
    owner, columns = new.owner or "", like.columns
    mention = "owner" in columns and old[columns["owner"]].startswith("@")
    said = {
        "owner": f"@{owner}" if mention and owner else escaped(owner),
        "due": new.due.isoformat() if new.due else "",
        "ticket": linked(new.ticket).decode() if new.ticket else "",
    }
    without = {field: None for field in said if field in columns}
    left = _fields(msgspec.structs.replace(new, **without))
    said |= {"text": words + (f" ({', '.join(left)})" if left else ""), "status": "Open"}
    filled = {at: said[role] for role, at in columns.items()}
    # What stands first and is none of these may be the number of the row; elsewhere it is a priority.
    first = {0: str(int(old[0]) + 1)} if re.fullmatch("[0-9]{1,6}", old[0]) else {}
    new_cells = [(first | filled).get(at, "").ljust(len(text)) for at, text in enumerate(old)]
    new_cells[-1] = f"{new_cells[-1].rstrip()} {comment}".lstrip()
    stripped = line.strip()
    opened, closed = ("| " * stripped.startswith(b"|"), " |" * stripped.endswith(b"|"))
    return f"{place.lead}{opened}{' | '.join(new_cells)}{closed}{place.end}".encode()
