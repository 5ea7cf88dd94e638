"""What is read from a post-mortem: the document, its items, and what was unclear."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from chatops.actions.privacy import Privacy

Kind = Literal["bullet", "number", "task", "row", "label"]


class Ticket(msgspec.Struct, frozen=True):
    """The ticket that a document links an item with. `key` is `OPS-12`, `group/project#12`, or the URL where
    it holds neither.
    """

    key: str
    url: str | None = None


class Problem(msgspec.Struct, frozen=True):
    """What could not be read, or should be looked at. `line` counts from 1; 0 is the document as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


class Item(msgspec.Struct, frozen=True):
    """An action item.

    `key` is what it is known by, in this order: its id, its ticket, its document and its text. `line` is the
    first of its lines, `stamped_line` the one that carries or gets its id; both count from 1. `section` is
    the heading or label that it stands under, `notes` are the paragraphs and bullets below its own.
    """

    key: str
    text: str
    line: int
    stamped_line: int
    kind: Kind
    section: str
    owner: str | None = None
    due: date | None = None
    ticket: Ticket | None = None
    done: bool = False
    id: str | None = None
    notes: tuple[str, ...] = ()
    #: Of a table's row, the number of cells that are shown, and which of them is what; others have none.
    cells: int | None = None
    columns: dict[str, int] = {}

    @property
    def new(self) -> bool:
        """Whether nothing but its words tells it from another."""
        return self.id is None and self.ticket is None


class Document(msgspec.Struct, frozen=True):
    """A document and its items. `id` is what its front matter calls it, `front` that front matter; `title`
    is what stands there, or its first heading. `privacy` says who may read it.
    """

    path: Path
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    id: str | None = None
    front: dict[str, object] = {}
    title: str = ""
    privacy: Privacy = Privacy(None, 0, "it was not read")

    @property
    def name(self) -> str:
        """What the document is known by: its id, else its file's name."""
        return self.id or self.path.name


def key_of(id: str | None, ticket: Ticket | None, document: str, text: str) -> str:  # noqa: A002
    """What an item is known by."""
    if id:
        return f"item:{id}"
    if ticket:
        return f"ticket:{ticket.key}"
    words = " ".join(text.casefold().split())
    return "text:" + hashlib.sha256(f"{document}\0{words}".encode(errors="surrogatepass")).hexdigest()[:16]
