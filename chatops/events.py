"""What can happen to an incident: one struct for each kind, in the past tense, immutable.

The event log is the truth; everything else is folded from it. Times are UTC.
"""

import os
import re
import time
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Literal, TypedDict, TypeVar, get_args
from uuid import UUID

import msgspec

T = TypeVar("T")

Status = Literal["investigating", "identified", "monitoring", "resolved"]
Impact = Literal["none", "minor", "major", "critical"]
ComponentStatus = Literal[
    "operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"
]
DetectedBy = Literal["monitoring", "customer", "employee"]

STATUSES: tuple[Status, ...] = get_args(Status)
IMPACTS: tuple[Impact, ...] = get_args(Impact)
COMPONENT_STATUSES: tuple[ComponentStatus, ...] = get_args(ComponentStatus)
DETECTORS: tuple[DetectedBy, ...] = get_args(DetectedBy)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7): unique without asking anybody, sorted by its millisecond."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def _kind(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


class Stamp(TypedDict):
    """What every event carries, whatever its kind."""

    id: UUID
    incident: UUID
    seq: int
    at: datetime
    actor: str
    key: str | None


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=_kind, omit_defaults=True):
    """What happened, to which incident, in which place of its order (`seq`, from 1), when and by whom.

    `hook` and `public_hook` name the hooks that an event of this kind calls; every event also calls
    `event_recorded`. `key` is the caller's own, for a command that may be sent twice.
    """

    hook: ClassVar[str | None] = None
    public_hook: ClassVar[str | None] = None

    id: UUID
    incident: UUID
    seq: int
    at: datetime
    actor: str
    key: str | None = None

    @property
    def kind(self) -> str:
        """The name of the kind as it is stored: `public_update_published`."""
        return str(self.__struct_config__.tag)


class Change(msgspec.Struct, Generic[T], frozen=True):
    """A field's value before and after an update."""

    old: T
    new: T


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """A remote object that belongs to an incident: a ticket, a public incident, a channel.

    `kind` says what it is in the plugin's own words and is unique within its instance: a new link of
    the same kind replaces the old one. `data` is whatever the plugin wants to remember about it.
    """

    kind: str
    id: str
    url: str = ""
    title: str = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class PublicComponent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A component as customers were told of it; `id` is opaque and says nothing internal."""

    id: str
    name: str
    status: ComponentStatus
    old_status: ComponentStatus = "operational"


class ActionItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something promised after an incident: what, by whom, by which date (ISO 8601)."""

    id: str
    text: str
    owner: str = ""
    due: str = ""
    ticket: str = ""


class Declared(Event, frozen=True):
    """An incident was declared; this is its full first state."""

    hook = "incident_declared"

    number: int
    title: str
    severity: str
    status: Status = "investigating"
    services: tuple[str, ...] = ()
    components: dict[str, ComponentStatus] = msgspec.field(default_factory=dict)
    started_at: datetime | None = None
    detected_by: DetectedBy | None = None
    restricted: bool = False
    drill: bool = False


class Acknowledged(Event, frozen=True):
    """Somebody has taken the incident on."""

    hook = "incident_acknowledged"


class Updated(Event, frozen=True):
    """The responders learned or changed something; only the fields that changed are set."""

    hook = "incident_updated"

    message: str = ""
    title: Change[str] | None = None
    severity: Change[str] | None = None
    status: Change[Status] | None = None
    services: Change[tuple[str, ...]] | None = None
    components: Change[dict[str, ComponentStatus]] | None = None


class NoteAdded(Event, frozen=True):
    """A note for the timeline."""

    hook = "note_added"

    text: str


class RoleAssigned(Event, frozen=True):
    """A person took a role, such as incident commander."""

    hook = "role_assigned"

    role: str
    person: str


class Resolved(Event, frozen=True):
    """The incident is over."""

    hook = "incident_resolved"

    message: str = ""


class Cancelled(Event, frozen=True):
    """It was a false alarm."""

    hook = "incident_cancelled"

    reason: str


class Reopened(Event, frozen=True):
    """An incident that was over is not."""

    hook = "incident_reopened"

    reason: str


class Restricted(Event, frozen=True):
    """From now on only cleared plugins hear of the incident, or no longer so."""

    hook = "incident_restricted"

    on: bool


class LinkAdded(Event, frozen=True):
    """A plugin instance, or a person for it, tied a remote object to the incident."""

    hook = "links_changed"

    instance: str
    link: Link


class ActionItemAdded(Event, frozen=True):
    """Somebody promised to do something about it."""

    hook = "action_item_added"

    item: ActionItem


class PublicUpdatePublished(Event, frozen=True):
    """Words for customers: all that a status page needs, from the first post to the resolution.

    `sequence` counts the incident's public updates from 1. `displayed_at` is the time that customers
    are shown, where it differs from the time of writing.
    """

    hook = "public_update_published"
    public_hook = "public_update"

    sequence: int
    title: str
    text: str
    status: Status
    impact: Impact
    components: tuple[PublicComponent, ...] = ()
    notify: bool = True
    displayed_at: datetime | None = None


class PublicUpdateCorrected(Event, frozen=True):
    """The words of an earlier public update, by its `sequence`, were put right."""

    hook = "public_update_corrected"
    public_hook = "public_correction"

    sequence: int
    text: str


class PublicUpdateDrafted(Event, frozen=True):
    """Words for customers wait for somebody's yes."""

    title: str
    text: str
    status: Status


class PublicUpdateApproved(Event, frozen=True):
    """The waiting draft was said yes to; the words themselves are an event of their own."""


class PublicUpdateRejected(Event, frozen=True):
    """The waiting draft will not be sent."""

    reason: str = ""


class PostmortemPublished(Event, frozen=True):
    """The post-mortem can be read. `document` is its Markdown, `url` where its file is read, empty where
    nobody knows; `public_section` is all that customers may see of it. With `overwrite`, what people have
    changed in a copy of it since is lost.
    """

    hook = "postmortem_published"
    public_hook = "public_postmortem"

    document: str
    url: str = ""
    public_section: str = ""
    overwrite: bool = False


class InstanceRenamed(Event, frozen=True):
    """A plugin instance has a new name; what it tied to the incident is now under that."""

    old: str
    new: str


def utcnow() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
