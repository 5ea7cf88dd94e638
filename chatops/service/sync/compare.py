"""What follows where an item and its ticket are not the same."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chatops.actions import tickets
from chatops.actions.model import Ticket
from chatops.actions.people import plain
from chatops.actions.write import Change
from chatops.service.sync.items import Entry, Happened, What, day
from chatops.settings import Winner, Wins
from chatops.tracking import Aspect, TrackedItem, WantedItem

#: A tracker may cut a long title, and then ends it so.
_CUT = "…"


class Follows(NamedTuple):
    """What is to be written into the document, what about the ticket, and what a person has to know."""

    change: Change
    aspects: tuple[Aspect, ...]
    happened: tuple[Happened, ...]


def compare(entry: Entry, tracked: TrackedItem, wins: Wins, known: Ticket | None) -> Follows:
    """What follows for an item and its ticket; `known` is the ticket as the document names it."""
    found = _Found(entry, tracked)
    found.link(known)
    for warning in tracked.warnings:
        found.say("warning", warning)
    found.state()
    if entry.wanted.document.url not in {"", tracked.document}:
        found.aspects.append("document")
    if tracked.state == "open" and not entry.done:
        for aspect, differs in _differences(entry.wanted, tracked):
            found.differ(aspect, differs, getattr(wins, aspect))
    return Follows(Change(**found.written), tuple(found.aspects), tuple(found.happened))


class _Found:
    """What is found of one item."""

    def __init__(self, entry: Entry, tracked: TrackedItem) -> None:
        self.written: dict[str, Any] = {}
        self.aspects: list[Aspect] = []
        self.happened: list[Happened] = []
        self._entry = entry
        self._tracked = tracked

    def say(self, what: What, message: str = "") -> None:
        self.happened.append(self._entry.happened(what, message, self._tracked.key, self._tracked.url))

    def link(self, known: Ticket | None) -> None:
        now = ticket_of(self._tracked)
        if known is None:
            self.written["ticket"] = now
            self.say("filed" if self._tracked.created else "linked")
        elif _is_key(known) and _is_key(now) and known.key != now.key:
            self.written["ticket"] = Ticket(now.key, now.url if known.url else None)
            self.say("moved", f"{known.key} is {now.key} now")

    def state(self) -> None:
        state, done = self._tracked.state, self._entry.done
        if state == "done" and not done:
            self.written["done"] = True
            self.say("ticked")
        elif state == "dropped" and not done:
            self.say("dropped", f"it was closed without being done ({self._tracked.status or 'dropped'})")
        elif state == "open" and done:
            self.say("differs", "the document says that it is done")

    def differ(self, aspect: Aspect, differs: str, winner: Winner) -> None:
        written = _written(aspect, self._tracked)
        if winner == "document" and _can_be_said(aspect, self._entry.wanted):
            self.aspects.append(aspect)
        elif winner == "ticket" and written:
            self.written["text" if aspect == "title" else aspect] = written
            self.say("changed", differs)
        else:
            self.say("differs", differs)


def ticket_of(tracked: TrackedItem) -> Ticket:
    """The ticket, as it is read again from a link to it."""
    return tickets.of_url(tracked.url, tracked.key) if tracked.url else Ticket(tracked.key)


def _differences(wanted: WantedItem, tracked: TrackedItem) -> Iterator[tuple[Aspect, str]]:
    if not _same_title(wanted.text, tracked.title):
        yield "title", f"the ticket is called {tracked.title!r}"
    if wanted.due != tracked.due:
        yield "due", f"the document says {day(wanted.due)}, the ticket {day(tracked.due)}"
    if not _same_owner(wanted, tracked):
        theirs = tracked.person or tracked.owner or "nobody"
        yield "owner", f"the document says {wanted.owner or 'nobody'}, the ticket {theirs}"


def _same_title(text: str, title: str) -> bool:
    said, called = " ".join(text.split()), " ".join(title.split())
    cut = called.removesuffix(_CUT).rstrip()
    return said == called or (cut != called and said.startswith(cut))


def _same_owner(wanted: WantedItem, tracked: TrackedItem) -> bool:
    if wanted.person or tracked.person:
        return wanted.person == tracked.person
    # Whoever the tracker does not know cannot have been assigned, and that was said.
    return not tracked.owner or plain(wanted.owner) == plain(tracked.owner)


def _can_be_said(aspect: Aspect, wanted: WantedItem) -> bool:
    """Whether the document has a word on it that the tracker can take."""
    return bool({"title": wanted.text, "due": wanted.due, "owner": wanted.person}.get(aspect))


def _written(aspect: Aspect, tracked: TrackedItem) -> object:
    """What the document would say; nothing where the ticket has nothing to say."""
    return {"title": tracked.title, "due": tracked.due, "owner": tracked.person or tracked.owner}.get(aspect)


def _is_key(ticket: Ticket) -> bool:
    return ticket.key != ticket.url
