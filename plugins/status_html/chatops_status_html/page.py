"""The page as its templates and its JSON see it. Pure: the same history always gives the same page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from chatops import COMPONENT_STATUSES, IMPACTS, ComponentStatus, Impact, PublicComponent, worst
from chatops_status_html import words
from chatops_status_html.settings import StatusHtmlConfig

_IMPACT_OF: Mapping[ComponentStatus, Impact] = {
    "operational": "none",
    "under_maintenance": "none",
    "degraded_performance": "minor",
    "partial_outage": "major",
    "major_outage": "critical",
}


@dataclass(frozen=True)
class Update:
    """Words to customers; `at` is the time that they are shown."""

    id: str
    urn: str
    status: str
    text: str
    at: datetime
    written_at: datetime
    corrected_at: datetime | None
    components: tuple[PublicComponent, ...] = ()
    notify: bool = False

    @property
    def label(self) -> str:
        """The status in words."""
        return words.STATUS[self.status]

    @property
    def changed_at(self) -> datetime:
        """When the words were last written."""
        return self.corrected_at or self.written_at

    @property
    def affected(self) -> list[tuple[ComponentStatus, str, list[str]]]:
        """The components, by what they were said to be, the worst first: status, label, names."""
        statuses = sorted({c.status for c in self.components}, key=COMPONENT_STATUSES.index, reverse=True)
        return [
            (status, words.COMPONENT[status], [c.name for c in self.components if c.status == status])
            for status in statuses
        ]


@dataclass(frozen=True)
class Incident:
    """An incident as customers know it, its updates newest first."""

    id: str
    title: str
    status: str
    open: bool
    impact: Impact
    drill: bool
    created_at: datetime
    updated_at: datetime
    monitoring_at: datetime | None
    resolved_at: datetime | None
    updates: tuple[Update, ...]
    components: tuple[PublicComponent, ...]

    @property
    def href(self) -> str:
        """The incident's own page, relative to the folder."""
        return f"incidents/{self.id}.html"

    @property
    def label(self) -> str:
        """The status in words."""
        return words.STATUS[self.status if self.open else "resolved"]

    @property
    def impact_label(self) -> str:
        """The impact in words."""
        return words.IMPACT[self.impact]

    @property
    def lasted(self) -> str:
        """How long it took, in words; empty while it is open."""
        return words.lasted(self.resolved_at - self.created_at) if self.resolved_at else ""

    @property
    def state(self) -> str:
        """What colours its page: ok, notice, minor, major or critical."""
        if not self.open:
            return "ok"
        return "notice" if self.impact == "none" else self.impact

    @property
    def counts(self) -> bool:
        """Whether something is wrong with the service because of it."""
        return self.open and not self.drill


@dataclass(frozen=True)
class Component:
    """A component and its state now; `changed_at` is when customers were last told of it."""

    id: str
    name: str
    description: str
    status: ComponentStatus
    changed_at: datetime | None

    @property
    def label(self) -> str:
        """The state in words."""
        return words.COMPONENT[self.status]


@dataclass(frozen=True)
class Page:
    """All that is on the page; of an `older` incident there is news, and only its own page shows it."""

    config: StatusHtmlConfig
    id: str
    urn: str
    incidents: tuple[Incident, ...]
    older: tuple[Incident, ...]
    components: tuple[Component, ...]

    @property
    def title(self) -> str:
        """The page's title."""
        return self.config.title

    @property
    def updated_at(self) -> datetime | None:
        """When the words on the page last changed."""
        return max((incident.updated_at for incident in self.incidents), default=None)

    @property
    def active(self) -> list[Incident]:
        """The incidents that are open, the newest first."""
        return [incident for incident in self.incidents if incident.open]

    @property
    def months(self) -> list[tuple[str, list[Incident]]]:
        """The incidents that are over, by the month in which they began, the newest first."""
        past = (incident for incident in self.incidents if not incident.open)
        return [(month, list(group)) for month, group in groupby(past, lambda i: f"{i.created_at:%B %Y}")]

    @property
    def indicator(self) -> Impact:
        """The worst impact of the open incidents; without one, of the components."""
        impacts = [incident.impact for incident in self.incidents if incident.counts]
        # Customers were told an impact, and the page does not contradict it.
        impacts = impacts or [_IMPACT_OF[component.status] for component in self.components]
        return max(impacts, key=IMPACTS.index, default="none")

    @property
    def state(self) -> str:
        """What colours the banner: ok, maintenance, notice, minor, major or critical."""
        if self.indicator != "none":
            return self.indicator
        if any(incident.counts for incident in self.incidents):
            return "notice"
        return "ok" if all(c.status == "operational" for c in self.components) else "maintenance"

    @property
    def headline(self) -> str:
        """The banner in words."""
        if any(incident.counts for incident in self.incidents):
            return words.HEADLINE[self.indicator]
        if self.state == "ok":
            return "All systems operational"
        return words.COMPONENT[worst([c.status for c in self.components])]

    def newest(self, most: int) -> list[tuple[Incident, Update]]:
        """The newest words of all incidents, for a feed."""
        said = [(incident, update) for incident in self.incidents for update in incident.updates]
        return sorted(said, key=lambda pair: pair[1].at, reverse=True)[:most]

    def address(self, href: str) -> str:
        """The public address of one of the page's files; empty where the page's own is not known."""
        return f"{self.config.base}/{href}" if self.config.base else ""
