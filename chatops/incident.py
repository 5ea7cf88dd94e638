"""An incident, as the state that its events add up to. Nothing here asks a clock or a store."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from chatops import events as e
from chatops.public import PublicPostmortem, PublicUpdate

State = Literal["open", "resolved", "cancelled"]


class OwnedLink(msgspec.Struct, frozen=True):
    """A link and the plugin instance that it belongs to."""

    instance: str
    link: e.Link


class Draft(msgspec.Struct, frozen=True):
    """Words for customers that wait for somebody's yes."""

    title: str
    text: str
    status: e.Status
    at: datetime
    actor: str


class Incident(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of an incident after its event number `version`. Times are UTC."""

    id: UUID
    number: int
    title: str
    severity: str
    status: e.Status
    state: State = "open"
    services: tuple[str, ...] = ()
    components: dict[str, e.ComponentStatus] = msgspec.field(default_factory=dict)
    restricted: bool = False
    drill: bool = False
    detected_by: e.DetectedBy | None = None
    key: str | None = None
    declared_by: str
    declared_at: datetime
    started_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    monitoring_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    updated_at: datetime
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    links: tuple[OwnedLink, ...] = ()
    action_items: tuple[e.ActionItem, ...] = ()
    postmortem_url: str = ""
    public: tuple[PublicUpdate, ...] = ()
    public_postmortem: PublicPostmortem | None = None
    draft: Draft | None = None
    version: int

    @property
    def name(self) -> str:
        """The display name in this store: INC-12."""
        return f"INC-{self.number}"

    @property
    def open(self) -> bool:
        """Whether the incident still runs."""
        return self.state == "open"

    @property
    def resolved_at(self) -> datetime | None:
        """When the incident was resolved; None while it is open, and for a false alarm."""
        return self.closed_at if self.state == "resolved" else None

    @property
    def mitigated_at(self) -> datetime | None:
        """When customers stopped being hurt: the first `monitoring`, else the resolution."""
        return self.monitoring_at or self.resolved_at

    @property
    def customers_know(self) -> bool:
        """Whether anything was said in public."""
        return bool(self.public)

    @property
    def owes_the_end(self) -> bool:
        """Whether customers heard of the incident and have not yet heard that it is over."""
        over = not self.open and not self.drill
        return over and self.customers_know and self.public[-1].status != "resolved"

    def link(self, instance: str, kind: str) -> e.Link | None:
        """The instance's link of this kind, or None."""
        return next((o.link for o in self.links if (o.instance, o.link.kind) == (instance, kind)), None)

    def next_public_update(self, every: timedelta | None) -> datetime | None:
        """When customers are owed the next words: `every` after the last, or after the declaration."""
        if self.owes_the_end:
            return self.closed_at
        if not self.open or every is None:
            return None
        return (self.public[-1].at if self.public else self.declared_at) + every


def fold(events: Iterable[e.Event]) -> Incident | None:
    """The incident that these events, in the order of their `seq`, add up to; None for no events."""
    state: Incident | None = None
    return reduce(apply, events, state)


def apply(incident: Incident | None, event: e.Event) -> Incident:
    """The incident after one more event.

    Raises ValueError where the declaration is not the first event, or an event is out of order.
    """
    version = incident.version if incident else 0
    if event.seq != version + 1:
        raise ValueError(f"event {event.seq} cannot follow event {version}")
    if incident is None and isinstance(event, e.Declared):
        return _declared(event)
    if incident is None or isinstance(event, e.Declared):
        raise ValueError(f"an incident begins with its one declaration; event {event.seq} is {event.kind}")
    return replace(incident, version=event.seq, updated_at=event.at, **_changes(incident, event))


def _declared(event: e.Declared) -> Incident:
    return Incident(
        id=event.incident,
        number=event.number,
        title=event.title,
        severity=event.severity,
        status=event.status,
        services=event.services,
        components=event.components,
        restricted=event.restricted,
        drill=event.drill,
        detected_by=event.detected_by,
        key=event.key,
        declared_by=event.actor,
        declared_at=event.at,
        started_at=event.started_at,
        monitoring_at=event.at if event.status == "monitoring" else None,
        updated_at=event.at,
        version=event.seq,
    )


def _changes(incident: Incident, event: e.Event) -> dict[str, Any]:  # noqa: C901  (one case for each kind)
    match event:
        case e.Acknowledged():
            return {
                "acknowledged_at": incident.acknowledged_at or event.at,
                "acknowledged_by": incident.acknowledged_by or event.actor,
            }
        case e.Updated():
            return _updated(incident, event)
        case e.Resolved():
            return {"state": "resolved", "status": "resolved", **_closed(event)}
        case e.Cancelled():
            return {"state": "cancelled", "status": "resolved", **_closed(event)}
        case e.Reopened():
            return {"state": "open", "status": "investigating", "closed_at": None, "closed_by": None}
        case e.Restricted():
            return {"restricted": event.on}
        case e.RoleAssigned():
            return {"roles": incident.roles | {event.role: event.person}}
        case e.LinkAdded():
            return {"links": _with_link(incident.links, OwnedLink(event.instance, event.link))}
        case e.InstanceRenamed():
            return {"links": tuple(_renamed(link, event) for link in incident.links)}
        case e.ActionItemAdded():
            return {"action_items": (*incident.action_items, event.item)}
        case e.PostmortemPublished():
            told = PublicPostmortem.of(event) if event.public_section else incident.public_postmortem
            return {"postmortem_url": event.url, "public_postmortem": told}
        case _:
            return _public_words(incident, event)


def _updated(incident: Incident, event: e.Updated) -> dict[str, Any]:
    fields = ("title", "severity", "status", "services", "components")
    new = {name: change.new for name in fields if (change := getattr(event, name)) is not None}
    if new.get("status") == "monitoring" and incident.monitoring_at is None:
        new["monitoring_at"] = event.at
    return new


def _closed(event: e.Event) -> dict[str, Any]:
    return {"closed_at": event.at, "closed_by": event.actor}


def _with_link(links: tuple[OwnedLink, ...], new: OwnedLink) -> tuple[OwnedLink, ...]:
    def same(other: OwnedLink) -> bool:
        return (other.instance, other.link.kind) == (new.instance, new.link.kind)

    return (*(link for link in links if not same(link)), new)


def _renamed(owned: OwnedLink, event: e.InstanceRenamed) -> OwnedLink:
    return OwnedLink(event.new, owned.link) if owned.instance == event.old else owned


def _public_words(incident: Incident, event: e.Event) -> dict[str, Any]:
    match event:
        case e.PublicUpdatePublished():
            return {"public": (*incident.public, PublicUpdate.of(event)), "draft": None}
        case e.PublicUpdateCorrected():
            return {"public": tuple(words.corrected(event) for words in incident.public)}
        case e.PublicUpdateDrafted():
            draft = Draft(event.title, event.text, event.status, event.at, event.actor)
            return {"draft": draft}
        case e.PublicUpdateApproved() | e.PublicUpdateRejected():
            return {"draft": None}
        case _:
            return {}
