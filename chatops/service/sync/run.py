"""Goes through the documents: asks for their tickets, files what is new, and writes what follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from chatops.actions.address import readable
from chatops.actions.document import NotRead
from chatops.actions.edit import Edited, edited
from chatops.actions.files import Taken, replace
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Ticket
from chatops.actions.privacy import Privacy
from chatops.actions.write import Change
from chatops.config import Config
from chatops.service.sync.compare import Follows, compare
from chatops.service.sync.items import Entry, Happened, of_file, of_source
from chatops.service.sync.tracker import PULLED, Tracker
from chatops.tracking import NotTracked, SourceDocument, TrackedItem

Mode = Literal["write", "keep", "rehearse"]
_WRITTEN: Final = frozenset({"linked", "ticked", "moved"})
_UNWRITTEN: Final = "this cannot be written into the document without changing what else stands there"


class Gone(NamedTuple):
    """What happened to a document, and its bytes before and after, which are the same where nothing did."""

    happened: tuple[Happened, ...]
    path: str
    before: bytes = b""
    after: bytes = b""


@dataclass
class _Open:
    """A document that is being worked on."""

    entries: list[Entry]
    document: Document | None = None
    taken: Taken | None = None
    changes: dict[int, Change] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)

    def known(self, entry: Entry) -> Ticket | None:
        """The ticket that the document names for the item."""
        if self.document:
            return self.document.items[entry.place].ticket
        return Ticket(entry.wanted.ticket) if entry.wanted.ticket else None


class Sync:
    """Keeps items and tickets in step. Files are changed in the mode `write`; in the mode `keep`, what is
    found again in each run, and written nowhere, is not told of.
    """

    def __init__(self, tracker: Tracker, config: Config, labels: Labels, mode: Mode) -> None:
        self._tracker = tracker
        self._config = config
        self._labels = labels
        self._mode = mode
        self._seen: dict[str, str] = {}
        self._numbers = count(1)
        self._cleared = config.instances[tracker.instance].when.restricted

    def files(self, documents: Iterable[tuple[Taken, Document]]) -> Iterator[Gone]:
        """What happens to each of these files, in their order. Raises what the tracker does."""
        batch: list[_Open] = []
        for taken, document in documents:
            entries = of_file(document, self._config.people, self._config.actions.document_url)
            opened = _Open(entries, document, taken)
            batch.append(opened)
            self._withhold(opened, document.privacy)
            if sum(len(opened.entries) for opened in batch) >= PULLED:
                yield from self._settle(batch)
                batch = []
        yield from self._settle(batch)

    def _withhold(self, opened: _Open, of: Privacy) -> None:
        """What few may know is not told to a tracker that is not cleared for it, nor what nobody can tell."""
        if of.open or (of.restricted and self._cleared):
            return
        setting = f"plugins.{self._tracker.instance}.when.restricted"
        why = of.problem or f"the post-mortem is restricted, and {setting} is not set"
        # Its words are not for whoever reads the log of a job.
        opened.happened += [
            Happened(what="withheld", path=entry.path, line=of.line, text="", message=why)
            for entry in opened.entries[:1]
        ]
        opened.entries = []

    def source(self, documents: Iterable[SourceDocument], instance: str) -> Iterator[Gone]:
        """What happens to the items of documents that an instance knows; nothing is written there."""
        yield from self._settle([_Open(of_source(document, instance)) for document in documents])

    def _settle(self, batch: list[_Open]) -> Iterator[Gone]:
        self._without_copies(batch)
        pulled = self._tracker.pull([e.wanted.ticket for o in batch for e in o.entries if e.wanted.ticket])
        asked: list[tuple[_Open, Entry]] = []
        for opened in batch:
            for entry in opened.entries:
                if not entry.wanted.ticket:
                    asked += [] if entry.done else [(opened, entry)]
                elif (found := pulled.get(entry.wanted.ticket)) is not None:
                    asked += self._follow(opened, entry, found)
        pushed = self._tracker.push([entry.wanted for _, entry in asked]) if asked else {}
        for opened, entry in asked:
            self._pushed(opened, entry, pushed.get(entry.wanted.key))
        for opened in batch:
            yield self._written(opened)

    def _without_copies(self, batch: list[_Open]) -> None:
        """An item that is known by the same as another is that one; the copy is told of, and left alone."""
        for opened in batch:
            kept = []
            for entry in opened.entries:
                here = f"{entry.path}:{entry.line}"
                other = self._seen.setdefault(entry.wanted.key, here)
                if other == here or entry.wanted.ticket:
                    kept.append(entry)
                else:
                    opened.happened.append(entry.happened("failed", _copied(entry, other)))
            opened.entries = kept

    def _follow(
        self, opened: _Open, entry: Entry, found: TrackedItem | NotTracked
    ) -> list[tuple[_Open, Entry]]:
        if isinstance(found, NotTracked):
            opened.happened.append(entry.happened("gone", found.reason))
            return []
        follows = compare(entry, found, self._config.actions.wins, opened.known(entry))
        self._note(opened, entry, follows)
        if not follows.aspects:
            return []
        return [(opened, entry.to_change(found.url or found.key, follows.aspects))]

    def _pushed(self, opened: _Open, entry: Entry, found: TrackedItem | NotTracked | None) -> None:
        if isinstance(found, NotTracked) or found is None:
            reason = found.reason if found else "the plugin did not say what became of it"
            opened.happened.append(entry.happened("failed", reason))
        elif entry.wanted.change:
            what = ", ".join(entry.wanted.change)
            opened.happened.append(entry.happened("changed", f"the ticket's {what}", found.key, found.url))
            opened.happened += [entry.happened("warning", w, found.key, found.url) for w in found.warnings]
        else:
            if self._mode == "rehearse" and found.created:
                found = self._made_up(found)
            self._note(opened, entry, compare(entry, found, self._config.actions.wins, None))

    def _made_up(self, found: TrackedItem) -> TrackedItem:
        """A ticket that is not there, under a name that says so."""
        name = f"NEW-{next(self._numbers)}"
        return msgspec.structs.replace(found, key=name, url=found.url.replace(found.key, name))

    def _note(self, opened: _Open, entry: Entry, follows: Follows) -> None:
        if self._mode == "keep" or opened.taken is None:
            opened.happened += [_unwritten(one) for one in follows.happened if one.what not in _WRITTEN]
            return
        if follows.change != Change():
            opened.changes[entry.place] = follows.change
        opened.happened += follows.happened

    def _edited(self, opened: _Open, before: bytes) -> Edited:
        """The document with its changes. A link is not lost for an owner that cannot be written."""
        parts = [
            {place: piece for place, change in opened.changes.items() if (piece := pick(change)) != Change()}
            for pick in (_link_and_tick, _words_and_fields)
        ]
        made = Edited(before, opened.document or Document(Path()))
        for part in parts:
            after = edited(made.document, made.data, part, self._labels)
            made = Edited(after.data, after.document, made.done + after.done, made.left + after.left)
        return made

    def _written(self, opened: _Open) -> Gone:
        path = opened.entries[0].path if opened.entries else ""
        if opened.taken is None or opened.document is None:
            return Gone(tuple(opened.happened), path)
        path, before = str(opened.document.path), opened.taken.data
        made = self._edited(opened, before)
        places = {entry.place: entry for entry in opened.entries}
        opened.happened += [places[place].happened("failed", _UNWRITTEN) for place in made.left]
        if self._mode == "write" and made.data != before:
            try:
                replace(opened.taken, made.data)
            except NotRead as error:
                opened.happened += [places[p].happened("failed", readable(str(error))) for p in made.done[:1]]
        happened = sorted(opened.happened, key=lambda one: one.line)
        return Gone(tuple(happened), path, before, made.data)


def _copied(entry: Entry, other: str) -> str:
    """Why an item is taken for the one that stands there, and what to do."""
    if entry.wanted.key.startswith("item:"):
        return f"it has the id of {other}; delete the comment of the copy"
    return (
        f"it cannot be told from the item at {other}, whose words and document's name are the same; "
        "chatops actions stamp tells them apart"
    )


def _unwritten(one: Happened) -> Happened:
    """What the ticket would change about a document, in which nothing is written, is a difference."""
    return msgspec.structs.replace(one, what="differs") if one.what == "changed" else one


def _link_and_tick(change: Change) -> Change:
    return Change(ticket=change.ticket, done=change.done)


def _words_and_fields(change: Change) -> Change:
    return msgspec.structs.replace(change, ticket=None, done=False)
