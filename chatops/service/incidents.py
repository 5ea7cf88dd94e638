"""What happens to an incident between its declaration and its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from chatops import events as e
from chatops.errors import UnknownName, UsageError, WrongState
from chatops.incident import Incident
from chatops.service.act import Act, Pen, Recorded, not_in_future
from chatops.service.desk import SAME_INCIDENT, SAME_UPDATE, Desk
from chatops.text import clean_text, clean_title

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is known of an incident when it is declared."""

    title: str
    severity: str | None = None
    status: e.Status = "investigating"
    services: tuple[str, ...] = ()
    components: Mapping[str, e.ComponentStatus] = field(default_factory=dict)
    started_at: datetime | None = None
    detected_by: e.DetectedBy | None = None
    restricted: bool = False
    drill: bool = False


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an update says and changes; None leaves a field as it is. Components are merged."""

    message: str = ""
    title: str | None = None
    severity: str | None = None
    status: e.Status | None = None
    services: tuple[str, ...] | None = None
    components: Mapping[str, e.ComponentStatus] | None = None


class Incidents(Desk):
    """Declares incidents and carries them to their end. Every method may raise StoreError."""

    def declare(self, said: Declaration, act: Act, *, anew: bool = False) -> Recorded:
        """Record a new incident; or return the open one that this declares once more, unless `anew`.

        Raises BadText, BadTime, UnknownName.
        """
        title = clean_title(said.title)
        severity = said.severity or self.config.core.default_severity
        self.config.severity(severity)
        self._check(said.services, said.components)
        if said.status == "resolved":
            raise UsageError("An incident that is over already is declared, and then resolved.")
        not_in_future(said.started_at)
        if said.started_at and said.started_at > act.at:
            raise UsageError("An incident cannot have started after it was declared.")

        def writing(pen: Pen) -> None:
            pen.add(
                e.Declared(
                    **pen.stamp(),
                    number=self.store.log.next_number(),
                    title=title,
                    severity=severity,
                    status=said.status,
                    services=said.services,
                    components=dict(said.components),
                    started_at=said.started_at,
                    detected_by=said.detected_by,
                    restricted=said.restricted,
                    drill=said.drill,
                )
            )

        with self.store.transaction():
            same = self._declared_before(title, said, act, anew=anew)
            return same or self.write(None, act, writing)

    def acknowledge(self, target: UUID, act: Act) -> Recorded:
        """Somebody takes the incident on; who was first stays on record."""

        def writing(pen: Pen) -> None:
            pen.require_open("acknowledged")
            if pen.incident.acknowledged_at:
                by, at = pen.incident.acknowledged_by, pen.incident.acknowledged_at
                pen.repeated = f"acknowledged by {by} at {at:%H:%M} UTC"
            else:
                pen.add(e.Acknowledged(**pen.stamp()))

        return self.write(target, act, writing, kind=e.Acknowledged)

    def update(self, target: UUID, changes: Changes, act: Act) -> Recorded:
        """Record what was learnt or changed. Raises WrongState where the incident is over."""
        message = clean_text(changes.message, "message") if changes.message else ""
        if changes.severity:
            self.config.severity(changes.severity)
        self._check(changes.services or (), changes.components or {})
        if changes.status == "resolved":
            raise UsageError("An incident is resolved with: chatops resolve")

        def writing(pen: Pen) -> None:
            pen.require_open("updated")
            wanted = self._wanted(pen.incident, changes)
            changed = {
                name: e.Change(old, new)
                for name, new in wanted.items()
                if (old := getattr(pen.incident, name)) != new
            }
            if not changed and self._said_before(pen.incident, message, wanted, act):
                pen.repeated = "this update was recorded a moment ago"
            elif not changed and not message:
                raise UsageError(
                    f"There is nothing to update: say a message, or what changes. {_now(pen.incident)}"
                )
            else:
                fields: dict[str, Any] = dict(changed)
                pen.add(e.Updated(**pen.stamp(), message=message, **fields))

        return self.write(target, act, writing, kind=e.Updated)

    def resolve(self, target: UUID, message: str, act: Act) -> Recorded:
        """The incident is over. Raises WrongState, saying by whom, where it was before."""
        text = clean_text(message, "message") if message else ""

        def writing(pen: Pen) -> None:
            pen.require_open("resolved")
            pen.add(e.Resolved(**pen.stamp(), message=text))

        return self.write(target, act, writing, kind=e.Resolved)

    def cancel(self, target: UUID, reason: str, act: Act) -> Recorded:
        """It was a false alarm."""
        text = clean_text(reason, "reason")

        def writing(pen: Pen) -> None:
            pen.require_open("cancelled")
            pen.add(e.Cancelled(**pen.stamp(), reason=text))

        return self.write(target, act, writing, kind=e.Cancelled)

    def reopen(self, target: UUID, reason: str, act: Act) -> Recorded:
        """It is not over. Raises WrongState where the incident is open."""
        text = clean_text(reason, "reason")

        def writing(pen: Pen) -> None:
            incident = pen.incident
            if incident.open:
                raise WrongState(incident=incident.name, problem="is open already")
            other = self.store.log.open_with_key(incident.key) if incident.key else None
            if other:
                problem = f"cannot be reopened: {other.name} is open with the same key {incident.key!r}"
                raise WrongState(incident=incident.name, problem=problem)
            pen.add(e.Reopened(**pen.stamp(), reason=text))

        return self.write(target, act, writing, kind=e.Reopened)

    def note(self, target: UUID, text: str, act: Act) -> Recorded:
        """A note for the timeline, also when the incident is over."""
        words = clean_text(text, "note")

        def writing(pen: Pen) -> None:
            pen.add(e.NoteAdded(**pen.stamp(), text=words))

        return self.write(target, act, writing, kind=e.NoteAdded)

    def restrict(self, target: UUID, act: Act, *, on: bool = True) -> Recorded:
        """From now on only cleared plugins hear of it; with `on=False`, all of them again."""

        def writing(pen: Pen) -> None:
            if pen.incident.restricted is on:
                pen.repeated = "restricted already" if on else "not restricted"
            else:
                pen.add(e.Restricted(**pen.stamp(), on=on))

        return self.write(target, act, writing, kind=e.Restricted)

    def assign(self, target: UUID, role: str, person: str, act: Act) -> Recorded:
        """A person takes a role. Raises UnknownName where people are configured and this is none."""
        role, person = clean_title(role, "role"), clean_title(person, "person")
        if self.config.people and person not in self.config.people:
            raise UnknownName("person", person, self.config.people)

        def writing(pen: Pen) -> None:
            if pen.incident.roles.get(role) == person:
                pen.repeated = f"{person} is {role} already"
            else:
                pen.add(e.RoleAssigned(**pen.stamp(), role=role, person=person))

        return self.write(target, act, writing, kind=e.RoleAssigned)

    def add_link(self, target: UUID, instance: str, link: e.Link, act: Act) -> Recorded:
        """Adopt what a person opened by hand, as the instance's own.

        Raises WrongState for what belongs to another incident: it would be closed with this one.
        """

        def writing(pen: Pen) -> None:
            others = (i for i in self.store.log.holding(instance, link) if i.id != target)
            if (other := next(others, None)) is not None:
                problem = f"holds {link.title or link.url or link.id} at {instance} already"
                raise WrongState(incident=other.name, problem=problem)
            if pen.incident.link(instance, link.kind) == link:
                pen.repeated = f"{instance} has this link already"
            else:
                pen.add(e.LinkAdded(**pen.stamp(), instance=instance, link=link))

        return self.write(target, act, writing, kind=e.LinkAdded)

    def _check(self, services: tuple[str, ...], components: Mapping[str, e.ComponentStatus]) -> None:
        self.config.check_services(services)
        self.config.check_components(tuple(components))

    def _declared_before(self, title: str, said: Declaration, act: Act, *, anew: bool) -> Recorded | None:
        keyed = self.store.log.open_with_key(act.key) if act.key else None
        if keyed:
            return Recorded(keyed, repeated=f"declared already with the key {act.key!r}, {_by(keyed)}")
        if anew or act.key:
            return None
        again = (title, said.services, said.drill, said.restricted)
        for other in self.store.log.open_since(act.at - SAME_INCIDENT):
            same = (other.title, other.services, other.drill, other.restricted) == again
            if same and not other.key and other.declared_at <= act.at + SAME_INCIDENT:
                return Recorded(other, repeated=f"declared already {_by(other)} (another one: --new)")
        return None

    def _wanted(self, incident: Incident, changes: Changes) -> dict[str, Any]:
        wanted = {
            "title": clean_title(changes.title) if changes.title is not None else None,
            "severity": changes.severity,
            "status": changes.status,
            "services": changes.services,
            "components": incident.components | dict(changes.components) if changes.components else None,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def _said_before(self, incident: Incident, message: str, wanted: Mapping[str, Any], act: Act) -> bool:
        for event in reversed(self.store.log.events(incident.id)):
            if isinstance(event, e.Updated):
                recent = abs(act.at - event.at) <= SAME_UPDATE
                fields = {name: c.new for name in wanted if (c := getattr(event, name))}
                return recent and event.message == message and fields == dict(wanted)
        return False


def _by(incident: Incident) -> str:
    return f"by {incident.declared_by} at {incident.declared_at:%H:%M} UTC, as {incident.severity}"


def _now(incident: Incident) -> str:
    return f"{incident.name} is {incident.severity}, {incident.status}."
