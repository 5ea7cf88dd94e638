"""A public incident history, played again as exercises, or kept as history."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from chatops import events as e
from chatops.dispatch.in_time import in_time
from chatops.dispatch.plan import takes_drills
from chatops.incident import Incident
from chatops.registry import Loaded, Registry
from chatops.service.act import Act, Pen, Recorded, Writing
from chatops.service.service import Service
from chatops.service.source import Source, SourceIncident, SourceUpdate

#: Ids are made from the source's, so that a history that is read again is known.
NAMESPACE: Final = UUID("5a3a9f5e-0c3c-4d53-9a1f-6a1a4f7b2f10")
ACTOR: Final = "status page history"

Deliver = Callable[[Incident], object]


class Played(NamedTuple):
    """An incident of the source, and what was new of it: nothing, where all of it was known before."""

    incident: Incident
    events: tuple[e.Event, ...]

    @property
    def updates(self) -> int:
        """How many of the new events are words to customers."""
        return sum(
            isinstance(event, e.PublicUpdatePublished | e.PostmortemPublished) for event in self.events
        )


class History:
    """Plays or imports a source into a service's store.

    An incident that is there as an exercise is not imported as well, nor the other way round: it is left
    as it is.
    """

    def __init__(self, service: Service, source: Source) -> None:
        self._service = service
        self._source = source

    def listeners(self) -> list[str]:
        """The enabled instances that take exercises."""
        own = self._service.config.instances
        said = {name: settings.when.drills for name, settings in own.items()}
        registry = Registry(self._service.config)
        asked = in_time({name: partial(registry.load, name) for name, takes in said.items() if takes is None})
        taking = {name for name, takes in said.items() if takes}
        taking |= {name for name, it in asked.items() if isinstance(it, Loaded) and it.plugin.drills}
        rows = (row for row in self._service.store.instances.all() if row.enabled and row.name not in own)
        return sorted(taking | {row.name for row in rows if takes_drills(row)})

    def replay(self, deliver: Deliver) -> Iterator[Played]:
        """Play every incident as an exercise, and call `deliver` after each of its commands, so that every
        plugin hears of them one by one. What an interrupted replay left is played to its end.
        """
        for incident in self._source.in_order():
            yield self._play(incident, deliver)

    def import_(self) -> Iterator[Played]:
        """Record every incident as history, and deliver nothing."""
        for incident in self._source.in_order():
            yield self._play(incident, None)

    def _play(self, source: SourceIncident, deliver: Deliver | None) -> Played:
        identity, drill = self._id(source.id), deliver is not None
        known = self._service.store.log.incident(identity)
        if known and known.drill is not drill:
            return Played(known, ())
        # What a killed replay did not deliver would be overtaken by the words that follow.
        if known and deliver:
            deliver(known)
        events: list[e.Event] = []
        with nullcontext() if drill else self._service.store.transaction():
            for act, writing in self._commands(source, drill=drill):
                done = self._write(identity, act, writing, tell=drill)
                events += done.events
                if done.events and deliver:
                    deliver(done.incident)
        return Played(self._service.incident(identity), tuple(events))

    def _write(self, identity: UUID, act: Act, writing: Writing, *, tell: bool) -> Recorded:
        # Of two replays at once, only one may find the incident new.
        with self._service.store.transaction():
            target = identity if self._service.store.log.incident(identity) else None
            return self._service.write(target, act, writing, tell=tell, identity=identity)

    def _commands(self, source: SourceIncident, *, drill: bool) -> Iterator[tuple[Act, Writing]]:
        """Every command that the source's incident amounts to."""
        key = f"statuspage {self._source.page.id} {source.id}"
        yield _act(source.began_at, key), partial(self._declare, source, drill)
        for update in source.updates:
            yield _act(update.created_at, f"{key} {update.id}"), partial(self._say, source, update)

    def _declare(self, source: SourceIncident, drill: bool, pen: Pen) -> None:  # noqa: FBT001
        shown = min(update.shown_at for update in source.updates)
        pen.add(
            e.Declared(
                **pen.stamp(),
                number=self._service.store.log.next_number(),
                title=source.title,
                severity=self._severity(source.known_impact),
                started_at=shown.astimezone(UTC) if shown < source.began_at else None,
                drill=drill,
            )
        )

    def _say(self, source: SourceIncident, update: SourceUpdate, pen: Pen) -> None:
        identity = self._id(f"{source.id} {update.id}")
        if update.postmortem and _waits_for_postmortem(pen.incident):
            stamp = pen.stamp() | {"id": identity}
            pen.add(e.PostmortemPublished(**stamp, document=update.text, public_section=update.text))
            return
        status = update.status_after(pen.incident.status)
        _follow(pen, status)
        stamp = pen.stamp() | {"id": identity}
        pen.add(
            e.PublicUpdatePublished(
                **stamp,
                sequence=len(pen.incident.public) + 1,
                title=source.title,
                text=update.text,
                status=status,
                impact=source.known_impact,
                components=update.components,
                notify=update.deliver_notifications is not False,
                displayed_at=update.display_at and update.display_at.astimezone(UTC),
            )
        )

    def _severity(self, impact: e.Impact) -> str:
        """The mildest severity whose impact is this, else the mildest of all."""
        names = list(self._service.config.severities)
        fitting = [name for name in names if self._service.config.impact(name) == impact]
        return (fitting or names)[-1]

    def _id(self, source_id: str) -> UUID:
        return uuid5(NAMESPACE, f"{self._source.page.id} {source_id}")


def _act(at: datetime, key: str) -> Act:
    return Act(actor=ACTOR, at=at.astimezone(UTC), key=key)


def _waits_for_postmortem(incident: Incident) -> bool:
    """An incident has one, once it is over; what else is called so are words like any other."""
    return incident.customers_know and not incident.open and incident.public_postmortem is None


def _follow(pen: Pen, status: e.Status) -> None:
    """What the responders must have done for customers to hear this status."""
    if status == "resolved":
        if pen.incident.open:
            pen.add(e.Resolved(**pen.stamp()))
        return
    if not pen.incident.open:
        pen.add(e.Reopened(**pen.stamp(), reason="customers were told that it goes on"))
    if pen.incident.status != status:
        pen.add(e.Updated(**pen.stamp(), status=e.Change(pen.incident.status, status)))
