"""Action items, as they pass between the core, the documents that they stand in, and the trackers.

A tracker is a plugin that keeps a ticket for each item. It decides nothing: the core says what is wanted,
and compares it with what the tracker has.
"""

from datetime import date
from typing import Literal

import msgspec

Lack = Literal["unlinked", "ownerless", "undated", "overdue"]
TicketState = Literal["open", "done", "dropped"]
Aspect = Literal["title", "owner", "due", "document"]


class ItemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The post-mortem that an item stands in.

    `id` is what it is known by, whatever its file is called. `url` is where people read it, empty where
    nobody knows. `incident` is the incident's display name and `ticket` its ticket's key, where the
    document says so.
    """

    id: str
    title: str
    url: str = ""
    incident: str = ""
    ticket: str = ""


class WantedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An action item, as its document has it.

    `key` is what it is known by, the same for ever. `owner` is written as in the document, and `person` is
    who that is in `[people]`, empty for somebody else. `ticket` is the key or URL of the ticket that it is
    linked with; empty where one is to be filed. `change` says what of that ticket is to be as it is here.
    """

    key: str
    text: str
    document: ItemDocument
    owner: str = ""
    person: str = ""
    due: date | None = None
    notes: tuple[str, ...] = ()
    ticket: str = ""
    change: tuple[Aspect, ...] = ()


class TrackedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket, as its tracker has it.

    `state` is `dropped` where it was closed without the work being done, as by "Won't do"; `status` is the
    tracker's own word for it. `owner` is the assignee's name and `person` who that is in `[people]`.
    `document` is the address of the post-mortem that the ticket leads to, empty where it leads to none.
    `created` says that this call has filed it, and `warnings` what the tracker would not take.
    """

    key: str
    url: str = ""
    title: str
    state: TicketState = "open"
    status: str = ""
    owner: str = ""
    person: str = ""
    due: date | None = None
    document: str = ""
    created: bool = False
    warnings: tuple[str, ...] = ()


class NotTracked(msgspec.Struct, frozen=True):
    """Why an item has no ticket, or its ticket could not be changed, and what to do."""

    reason: str


class SourceItem(msgspec.Struct, frozen=True, kw_only=True):
    """An action item that stands somewhere else than in a file. `id` is unique in its document, and stays."""

    id: str
    text: str
    owner: str = ""
    person: str = ""
    due: date | None = None
    done: bool = False
    ticket: str = ""


class SourceDocument(msgspec.Struct, frozen=True):
    """A post-mortem that is kept somewhere else than in a file, and its items."""

    document: ItemDocument
    items: tuple[SourceItem, ...] = ()
