"""A public incident history, as every Statuspage serves it, played again or kept as history."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args
from uuid import UUID, uuid5

import msgspec

from chatops import events as e
from chatops.errors import UsageError
from chatops.incident import Incident
from chatops.service.act import Act, Pen, Recorded
from chatops.service.service import Service
from chatops.text import clean_text, clean_title

#: Ids are made from the source's, so that a history that is read again is known.
NAMESPACE: Final = UUID("5a3a9f5e-0c3c-4d53-9a1f-6a1a4f7b2f10")
ACTOR: Final = "status page history"


class SourceComponent(msgspec.Struct):
    """A component that an update was about. One without a code stands for none."""

    name: str
    code: str = ""
    old_status: str = ""
    new_status: str = ""


class SourceUpdate(msgspec.Struct):
    """One public update of the source."""

    id: str
    status: str
    body: str
    created_at: datetime
    display_at: datetime | None = None
    deliver_notifications: bool = True
    affected_components: list[SourceComponent] | None = None


class SourceIncident(msgspec.Struct):
    """One incident of the source, its updates in any order."""

    id: str
    name: str
    created_at: datetime
    impact: str = "none"
    incident_updates: list[SourceUpdate] = []

    @property
    def maintenance(self) -> bool:
        """Whether it was planned work, which is no incident."""
        return self.impact == "maintenance"


class SourcePage(msgspec.Struct):
    """Whose history it is."""

    id: str = ""


class Source(msgspec.Struct):
    """What `/api/v2/incidents.json` of a Statuspage holds."""

    incidents: list[SourceIncident]
    page: SourcePage = msgspec.field(default_factory=SourcePage)

    def in_order(self) -> list[SourceIncident]:
        """The incidents that can be played, the oldest first."""
        kept = (i for i in self.incidents if i.incident_updates and not i.maintenance)
        return sorted(kept, key=lambda incident: incident.created_at)


def read(path: Path) -> Source:
    """The history in a file; raises UsageError saying where it is not one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Source)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} is not a Statuspage incident history: {error}.") from error


class History:
    """Plays or imports a source into a service's store."""

    def __init__(self, service: Service, source: Source) -> None:
        self._service = service
        self._source = source

    def replay(self, deliver: Callable[[Incident], object]) -> Iterator[Incident]:
        """Play every incident as an exercise, calling `deliver` after each event; yields it when it is
        played. What was played before is left as it is.
        """
        for incident in self._source.in_order():
            written = [deliver(step.incident) for step in self._play(incident, drill=True, tell=True)]
            if written:
                yield self._service.incident(self._id(incident.id))

    def import_(self) -> Iterator[Incident]:
        """Record every incident as history and deliver nothing; yields each that was new."""
        for incident in self._source.in_order():
            if list(self._play(incident, drill=False, tell=False)):
                yield self._service.incident(self._id(incident.id))

    def _play(self, incident: SourceIncident, *, drill: bool, tell: bool) -> Iterator[Recorded]:
        """Every command that the source's incident amounts to, one transaction each."""
        for writing, key in self._commands(incident, drill=drill):
            done = self._write(incident, writing, key, tell=tell)
            if done.events:
                yield done

    def _commands(
        self, incident: SourceIncident, *, drill: bool
    ) -> Iterator[tuple[Callable[[Pen], None], tuple[str, datetime]]]:
        declared_at = min(incident.created_at, *(u.created_at for u in incident.incident_updates))
        updates = sorted(incident.incident_updates, key=lambda update: update.created_at)
        yield partial(self._declare, incident, drill), (incident.id, declared_at)
        for update in updates:
            yield partial(self._say, incident, update), (update.id, update.created_at)

    def _write(
        self,
        incident: SourceIncident,
        writing: Callable[[Pen], None],
        key: tuple[str, datetime],
        *,
        tell: bool,
    ) -> Recorded:
        act = Act(actor=ACTOR, at=key[1], key=f"statuspage {key[0]}")
        identity = self._id(incident.id)
        known = self._service.store.log.incident(identity)
        return self._service.write(identity if known else None, act, writing, tell=tell, identity=identity)

    def _declare(self, incident: SourceIncident, drill: bool, pen: Pen) -> None:  # noqa: FBT001
        title = clean_title(incident.name)
        pen.add(
            e.Declared(
                **pen.stamp(),
                number=self._service.store.log.next_number(),
                title=title,
                severity=self._severity(_impact(incident.impact)),
                started_at=incident.created_at,
                drill=drill,
            )
        )

    def _say(self, incident: SourceIncident, update: SourceUpdate, pen: Pen) -> None:
        status = _status(update.status)
        self._follow(pen, status)
        stamp = pen.stamp()
        stamp["id"] = self._id(update.id)
        pen.add(
            e.PublicUpdatePublished(
                **stamp,
                sequence=len(pen.incident.public) + 1,
                title=clean_title(incident.name),
                text=clean_text(update.body, "text") if update.body.strip() else "-",
                status=status,
                impact=_impact(incident.impact),
                components=tuple(_components(update.affected_components or [])),
                notify=update.deliver_notifications,
                displayed_at=update.display_at,
            )
        )

    def _follow(self, pen: Pen, status: e.Status) -> None:
        """What the responders must have done for customers to hear this status."""
        now = pen.incident
        if status == "resolved":
            if now.open:
                pen.add(e.Resolved(**pen.stamp()))
            return
        if not now.open:
            pen.add(e.Reopened(**pen.stamp(), reason="customers were told that it goes on"))
        if pen.incident.status != status:
            pen.add(e.Updated(**pen.stamp(), status=e.Change(pen.incident.status, status)))

    def _severity(self, impact: e.Impact) -> str:
        """The mildest severity whose impact is this, else the mildest of all."""
        names = list(self._service.config.severities)
        fitting = [name for name in names if self._service.config.impact(name) == impact]
        return (fitting or names)[-1]

    def _id(self, source_id: str) -> UUID:
        return uuid5(NAMESPACE, f"{self._source.page.id} {source_id}")


def _impact(text: str) -> e.Impact:
    return next((impact for impact in e.IMPACTS if impact == text), "none")


def _status(text: str) -> e.Status:
    """A status of ours; what a page says after the end, as a post-mortem, does not begin it anew."""
    return next((status for status in e.STATUSES if status == text), "resolved")


def _components(affected: Iterable[SourceComponent]) -> Iterator[e.PublicComponent]:
    known: tuple[Any, ...] = get_args(e.ComponentStatus)
    for component in affected:
        if component.code and component.new_status in known:
            old: Any = component.old_status if component.old_status in known else "operational"
            new: Any = component.new_status
            yield e.PublicComponent(component.code, component.name, new, old)
