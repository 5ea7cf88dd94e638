"""Gives new items an id that no reader sees. Only the lines of those items change."""

import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from chatops.actions.edit import edited
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Item, Problem
from chatops.actions.write import Change

_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz0123456789"
_UNSTAMPED: Final = (
    "The item gets no id: with a comment it would be read otherwise. Is a tag left open, or is it very long?"
)


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
    """The bytes of the document, in which each new item has an id; `problems` says which cannot have one."""
    wanted = {place: Change(id=make()) for place, item in enumerate(document.items) if item.new}
    made = edited(document, data, wanted, labels)
    items = tuple(made.document.items[place] for place in made.done)
    problems = tuple(Problem(document.items[place].line, _UNSTAMPED) for place in made.left)
    return Stamped(made.data, made.document, items, problems)
