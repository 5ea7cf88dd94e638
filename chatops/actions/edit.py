"""Edits items in their document. Only their lines change, and only where they are then read as was meant."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from chatops.actions.document import NotRead, read
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Item
from chatops.actions.write import Change, ways, write

_LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MOST_TRIES: Final = 6
#: Bytes that are read again, at most, to find out which item is to blame.
_MOST_AGAIN: Final = 4_194_304


class Edited(NamedTuple):
    """A document with its new bytes. `done` are the places of the items that were changed, by the order in
    which the document has them; `left` of those that would be read otherwise than was meant.
    """

    data: bytes
    document: Document
    done: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def edited(
    document: Document, data: bytes, changes: Mapping[int, Change], labels: Labels | None = None
) -> Edited:
    """The bytes of the document, in which each of these items is changed.

    What they would be read as is compared with what was wanted, in each way in which a change may be
    written. Where it is never read so (as within a tag that was left open), that item stays as it is.
    """
    way = dict.fromkeys(changes, 0)
    for _ in range(_MOST_TRIES):
        chosen = {place: change for place, change in changes.items() if way[place] < ways(change)}
        if not chosen:
            break
        tried, again, wrong = _tried(document, data, labels, chosen, way)
        if again and not wrong:
            left = tuple(sorted(changes.keys() - chosen.keys()))
            return Edited(tried, again, tuple(chosen), left)
        # Where other items are found, nobody can say which is to blame: each is tried alone.
        blamed = wrong or _alone(document, data, labels, chosen, way) or set(chosen)
        way |= {place: way[place] + 1 for place in blamed}
    return Edited(data, document, (), tuple(sorted(changes)))


def _tried(
    before: Document,
    data: bytes,
    labels: Labels | None,
    changes: Mapping[int, Change],
    way: Mapping[int, int],
) -> tuple[bytes, Document | None, set[int]]:
    """The bytes with these changes, what is read there, and which items are not read as was meant. Where
    other items are found than before, there is no document.
    """
    lines = _LINES.findall(data)
    unwritten = {
        place
        for place, change in changes.items()
        if not write(lines, before.items[place], change, way[place])
    }
    if unwritten:
        return data, None, unwritten
    tried = b"".join(lines)
    try:
        after = read(before.path, tried, labels)
    except NotRead:
        return tried, None, set()
    if len(after.items) != len(before.items):
        return tried, None, set()
    pairs = enumerate(zip(before.items, after.items, strict=True))
    wrong = {place for place, (old, new) in pairs if _meant(old, changes.get(place)) != _seen(new)}
    return tried, after, wrong


def _alone(
    document: Document,
    data: bytes,
    labels: Labels | None,
    changes: Mapping[int, Change],
    way: Mapping[int, int],
) -> set[int]:
    """The items that cannot be changed even alone; none is said where there are too many to be tried."""
    blamed = set()
    for place, change in changes.items() if len(changes) * len(data) <= _MOST_AGAIN else ():
        _, after, wrong = _tried(document, data, labels, {place: change}, way)
        if after is None or wrong:
            blamed.add(place)
    return blamed


def _meant(item: Item, change: Change | None) -> Item:
    return _seen(change.of(item) if change else item)


def _seen(item: Item) -> Item:
    # What an item is known by follows from the rest, and so does the kind of a bullet that was ticked.
    kind = "bullet" if item.kind in {"task", "number"} else item.kind
    return msgspec.structs.replace(item, key="", kind=kind)
