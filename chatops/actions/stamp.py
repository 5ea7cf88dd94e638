"""Gives new items an id that no reader sees. Only the lines of those items change."""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec

from chatops.actions.document import NotRead, read
from chatops.actions.inline import COMMENT
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Item, Problem

_LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_PIPE: Final = re.compile(rb"(?<!\\)\|")
_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz0123456789"
_MOST_TRIES: Final = 4
#: Bytes that are read again, at most, to find out which item is to blame.
_MOST_AGAIN: Final = 4_194_304


class Stamped(NamedTuple):
    """A document with its new bytes. `items` are those that got an id, `problems` why others did not."""

    data: bytes
    document: Document
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()


def new_id() -> str:
    """An id that no other item of any repository has: 12 characters, 60 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def stamped(
    document: Document, data: bytes, labels: Labels | None = None, make: Callable[[], str] = new_id
) -> Stamped:
    """The bytes of the document, in which each new item has an id.

    What they would be read as is compared with what was read before: where a comment would change what a
    reader sees (as within a tag that was left open), that item stays as it is, and `problems` says so.
    """
    wanted = {place: make() for place, item in enumerate(document.items) if item.new}
    left: set[int] = set()
    for _ in range(_MOST_TRIES):
        chosen = {place: id_ for place, id_ in wanted.items() if place not in left}
        if not chosen:
            break
        edited, again, wrong = _tried(document, data, labels, chosen)
        if again and not wrong:
            items = tuple(again.items[place] for place in chosen)
            return Stamped(edited, again, items, _unstamped(document, left))
        # Where other items are found, nobody can say which is to blame: each is tried alone.
        left |= wrong or _alone(document, data, labels, chosen) or set(chosen)
    return Stamped(data, document, (), _unstamped(document, set(wanted)))


def _edited(data: bytes, ids: Iterable[tuple[Item, str]]) -> bytes:
    lines = _LINES.findall(data)
    for item, id_ in ids:
        at = item.stamped_line - 1
        lines[at] = _with_comment(lines[at], COMMENT.format(id=id_).encode(), item.cells)
    return b"".join(lines)


def _with_comment(line: bytes, comment: bytes, cells: int | None) -> bytes:
    """The line with the comment at the end of its words, or of its last cell that is shown."""
    words = line.rstrip()
    if cells is None:
        return words + b" " + comment + line[len(words) :]
    start = len(words) - len(words.lstrip(b" \t>"))
    pipes = [found.start() for found in _PIPE.finditer(words, start)]
    leading = bool(pipes) and pipes[0] == start
    closing = pipes[cells if leading else cells - 1 :] or (
        [pipes[-1]] if words.endswith(b"|") and pipes else []
    )
    end = closing[0] if closing and closing[0] > start else len(words)
    before = words[:end].rstrip()
    return before + b" " + comment + line[len(before) :]


def _tried(
    before: Document, data: bytes, labels: Labels | None, ids: dict[int, str]
) -> tuple[bytes, Document | None, set[int]]:
    """The bytes with these ids, what is read there, and which items are now read otherwise, or not by their
    id. Where other items are found than before, there is no document.
    """
    edited = _edited(data, [(before.items[place], id_) for place, id_ in ids.items()])
    try:
        after = read(before.path, edited, labels)
    except NotRead:
        return edited, None, set()
    if len(after.items) != len(before.items):
        return edited, None, set()
    pairs = enumerate(zip(before.items, after.items, strict=True))
    wrong = {
        place for place, (old, new) in pairs if _shown(old, ids.get(place, old.id)) != _shown(new, new.id)
    }
    return edited, after, wrong


def _alone(document: Document, data: bytes, labels: Labels | None, ids: dict[int, str]) -> set[int]:
    """The items that cannot be stamped even alone; none is said where there are too many to be tried."""
    blamed = set()
    for place, id_ in ids.items() if len(ids) * len(data) <= _MOST_AGAIN else ():
        _, after, wrong = _tried(document, data, labels, {place: id_})
        if after is None or wrong:
            blamed.add(place)
    return blamed


def _shown(item: Item, id_: str | None) -> Item:
    # Two items with the same words are told apart by their number, which an id takes away.
    return msgspec.structs.replace(item, key="", id=id_)


def _unstamped(document: Document, places: set[int]) -> tuple[Problem, ...]:
    said = (
        "The item gets no id: with a comment it would be read otherwise. "
        "Is a tag left open, or is it very long?"
    )
    return tuple(Problem(document.items[place].line, said) for place in sorted(places))
