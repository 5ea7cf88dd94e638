"""An item as the sync sees it, whether it stands in a file or somewhere else."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from chatops.actions.address import address, readable
from chatops.actions.model import Document, Item
from chatops.actions.people import Person, person
from chatops.tracking import Aspect, ItemDocument, SourceDocument, WantedItem

What = Literal[
    "filed",
    "linked",
    "ticked",
    "moved",
    "changed",
    "differs",
    "dropped",
    "warning",
    "gone",
    "withheld",
    "failed",
]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an item, or has to be known about it. `line` counts from 1, and is 0 where it stands in
    no file; `url` is its ticket's. What is withheld is a whole document, and has no `text`.
    """

    what: What
    path: str
    line: int
    text: str
    ticket: str = ""
    url: str = ""
    message: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An item, and where it stands: `place` is its number within its document."""

    path: str
    place: int
    line: int
    done: bool
    wanted: WantedItem

    def happened(self, what: What, message: str = "", ticket: str = "", url: str = "") -> Happened:
        """That this became of it."""
        named = ticket or self.wanted.ticket
        return Happened(
            what=what,
            path=self.path,
            line=self.line,
            text=self.wanted.text,
            ticket=named,
            url=url,
            message=message,
        )

    def to_change(self, ticket: str, aspects: tuple[Aspect, ...]) -> "Entry":
        """The entry with what is to be changed about its ticket."""
        return msgspec.structs.replace(
            self, wanted=msgspec.structs.replace(self.wanted, ticket=ticket, change=aspects)
        )


def of_file(document: Document, people: Mapping[str, Person], document_url: str) -> list[Entry]:
    """The items of a file."""
    front = document.front
    stands_in = ItemDocument(
        id=_readable(document.name),
        title=_readable(document.title or document.path.stem),
        url=address(document.path, document_url),
        incident=_text(front.get("incident")),
        ticket=_text(front.get("ticket")),
    )
    return [
        Entry(
            path=readable(document.path),
            place=place,
            line=item.line,
            done=item.done,
            wanted=_wanted(item, stands_in, people),
        )
        for place, item in enumerate(document.items)
    ]


def of_source(source: SourceDocument, instance: str) -> list[Entry]:
    """The items of a document that a plugin knows."""
    return [
        Entry(
            path=source.document.url or source.document.title,
            place=place,
            line=0,
            done=item.done,
            wanted=WantedItem(
                key=f"{instance}:{source.document.id}:{item.id}",
                text=item.text,
                document=source.document,
                owner=item.owner,
                person=item.person,
                due=item.due,
                ticket=item.ticket,
            ),
        )
        for place, item in enumerate(source.items)
    ]


def _wanted(item: Item, stands_in: ItemDocument, people: Mapping[str, Person]) -> WantedItem:
    ticket = item.ticket
    return WantedItem(
        key=item.key,
        text=item.text,
        document=stands_in,
        owner=item.owner or "",
        person=person(item.owner or "", people),
        due=item.due,
        notes=item.notes,
        ticket=(ticket.url or ticket.key) if ticket else "",
    )


def _readable(text: str) -> str:
    """A name that is not UTF-8 cannot be sent as it is."""
    return text.encode(errors="backslashreplace").decode()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def day(value: date | None) -> str:
    """A day in words."""
    return value.isoformat() if value else "no day"
