"""What customers may see of an incident.

These are other objects than the internal ones, and nothing internal is in them: no title, message,
person, reason, link or note. A plugin that is handed only these cannot leak what it does not have.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from msgspec.structs import replace

from chatops import events as e

if TYPE_CHECKING:
    from chatops.incident import Incident

#: From the best to the worst, for choosing the worst that several incidents ask of a component.
BADNESS = {status: rank for rank, status in enumerate(e.COMPONENT_STATUSES)}


class PublicUpdate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words said to customers, with every correction applied, and what was said beside them.

    `notify`: subscribers are to be mailed, because of these words or of others that they replace.
    """

    id: UUID
    incident: UUID
    sequence: int
    at: datetime
    displayed_at: datetime
    title: str
    text: str
    status: e.Status
    impact: e.Impact
    components: tuple[e.PublicComponent, ...] = ()
    notify: bool = True
    corrected_at: datetime | None = None

    @classmethod
    def of(cls, event: e.PublicUpdatePublished) -> "PublicUpdate":
        """The public side of the event."""
        return cls(
            id=event.id,
            incident=event.incident,
            sequence=event.sequence,
            at=event.at,
            displayed_at=event.displayed_at or event.at,
            title=event.title,
            text=event.text,
            status=event.status,
            impact=event.impact,
            components=event.components,
            notify=event.notify,
        )

    def corrected(self, correction: e.PublicUpdateCorrected) -> "PublicUpdate":
        """These words as the correction puts them, where it is about them."""
        if correction.sequence != self.sequence:
            return self
        return replace(self, text=correction.text, corrected_at=correction.at)


class PublicCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """The text of public update number `sequence` was put right; `text` is how it reads now."""

    id: UUID
    incident: UUID
    sequence: int
    at: datetime
    text: str


class PublicPostmortem(msgspec.Struct, frozen=True, kw_only=True):
    """What customers may read of the post-mortem."""

    id: UUID
    incident: UUID
    at: datetime
    text: str

    @classmethod
    def of(cls, event: e.PostmortemPublished) -> "PublicPostmortem":
        """The public section of the event."""
        return cls(id=event.id, incident=event.incident, at=event.at, text=event.public_section)


PublicEvent = PublicUpdate | PublicCorrection | PublicPostmortem


class PublicIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as customers know it: the sum of the public updates, oldest first."""

    id: UUID
    drill: bool
    updates: tuple[PublicUpdate, ...]
    postmortem: PublicPostmortem | None = None

    @property
    def title(self) -> str:
        """The latest title."""
        return self.updates[-1].title

    @property
    def status(self) -> e.Status:
        """The latest status that customers were told."""
        return self.updates[-1].status

    @property
    def impact(self) -> e.Impact:
        """The latest impact."""
        return self.updates[-1].impact

    @property
    def components(self) -> tuple[e.PublicComponent, ...]:
        """Every component that was named, as it was last said to be."""
        latest = {c.id: c for words in self.updates for c in words.components}
        return tuple(latest.values())

    @property
    def created_at(self) -> datetime:
        """When customers first heard of it, as they are shown it."""
        return min(words.displayed_at for words in self.updates)

    @property
    def monitoring_at(self) -> datetime | None:
        """When customers were first told that a fix is being watched."""
        return next((w.displayed_at for w in self.updates if w.status == "monitoring"), None)

    @property
    def resolved_at(self) -> datetime | None:
        """When customers were told that it is over; None while it is not."""
        return self.updates[-1].displayed_at if self.status == "resolved" else None

    @property
    def updated_at(self) -> datetime:
        """When the words last changed."""
        told = [words.corrected_at or words.at for words in self.updates]
        return max([*told, self.postmortem.at] if self.postmortem else told)


def public_incident(incident: "Incident") -> PublicIncident | None:
    """The public side of an incident, or None where customers know nothing of it."""
    if not incident.public:
        return None
    return PublicIncident(
        id=incident.id,
        drill=incident.drill,
        updates=incident.public,
        postmortem=incident.public_postmortem,
    )


def public_event(event: e.Event, incident: "Incident") -> PublicEvent | None:
    """The public side of an event, with the corrections that `incident` knows of, or None."""
    match event:
        case e.PublicUpdatePublished():
            return _words(incident, event.sequence)
        case e.PublicUpdateCorrected():
            now = _words(incident, event.sequence).text
            return PublicCorrection(
                id=event.id, incident=event.incident, sequence=event.sequence, at=event.at, text=now
            )
        case e.PostmortemPublished() if event.public_section:
            return PublicPostmortem.of(event)
        case _:
            return None


def _words(incident: "Incident", sequence: int) -> PublicUpdate:
    return next(words for words in incident.public if words.sequence == sequence)


def worst(statuses: Sequence[e.ComponentStatus]) -> e.ComponentStatus:
    """The worst of several component statuses; operational where there are none."""
    return max(statuses, key=BADNESS.__getitem__, default="operational")
