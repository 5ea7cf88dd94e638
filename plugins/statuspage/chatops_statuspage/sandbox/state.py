"""What Statuspage remembers. Times are UTC."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

REALTIME: Final = ("investigating", "identified", "monitoring", "resolved")
SCHEDULED: Final = ("scheduled", "in_progress", "verifying", "completed")
STATUSES: Final = (*REALTIME, *SCHEDULED)
OVER: Final = frozenset({"resolved", "completed"})
IMPACTS: Final = ("none", "maintenance", "minor", "major", "critical")
#: The impact that Statuspage reckons from the worst component that is affected.
IMPACT_OF: Final = {
    "": "none",
    "operational": "none",
    "under_maintenance": "maintenance",
    "degraded_performance": "minor",
    "partial_outage": "major",
    "major_outage": "critical",
}
NAME_LIMIT: Final = 255
BODY_LIMIT: Final = 25_000


def now() -> datetime:
    """Now, to a millisecond, as Statuspage has it."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def new_id() -> str:
    """Twelve lowercase letters and digits."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))


@dataclass
class Component:
    """A part of the product on the page."""

    id: str
    name: str
    status: str = "operational"
    description: str = ""
    position: int = 1
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    def become(self, status: str) -> None:
        """Take this status."""
        if status != self.status:
            self.status, self.updated_at = status, now()


@dataclass
class Update:
    """Words of an incident; `affected` is what they did to components."""

    status: str
    body: str
    deliver_notifications: bool
    affected: list[dict[str, str]]
    id: str = field(default_factory=new_id)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    display_at: datetime = field(default_factory=now)


@dataclass
class Postmortem:
    """What is written about an incident afterwards; customers read `body` once it is published."""

    draft: str
    body: str = ""
    published_at: datetime | None = None
    notified: bool = False
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass
class Incident:
    """A public incident; `updates` are the newest first."""

    id: str
    name: str
    shortlink: str
    status: str = "investigating"
    impact_override: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    components: list[Component] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    postmortem: Postmortem | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    monitoring_at: datetime | None = None
    resolved_at: datetime | None = None

    @property
    def impact(self) -> str:
        """The impact that customers see."""
        ranks = [list(IMPACT_OF).index(component.status) for component in self.components]
        return self.impact_override or IMPACT_OF[list(IMPACT_OF)[max(ranks, default=0)]]

    @property
    def over(self) -> bool:
        """Whether it is no longer going on."""
        return self.status in OVER


@dataclass
class Subscriber:
    """Somebody who wants to hear of incidents, by e-mail unless `mode` says otherwise."""

    address: str
    mode: str = "email"
    state: str = "active"
    id: str = field(default_factory=new_id)
    created_at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Mail:
    """A mail to a subscriber."""

    to: str
    subject: str
    text: str
    incident: str
    at: datetime = field(default_factory=now)
