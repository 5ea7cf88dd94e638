"""What people see of the page: customers the page itself, subscribers their mails."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chatops_statuspage.sandbox.state import IMPACT_OF, Incident

if TYPE_CHECKING:
    from chatops_statuspage.sandbox.memory import Memory

LABELS = {
    "operational": "Operational",
    "": "Operational",
    "under_maintenance": "Under maintenance",
    "degraded_performance": "Degraded performance",
    "partial_outage": "Partial outage",
    "major_outage": "Major outage",
}
HEADLINES = {
    "none": "All systems operational",
    "maintenance": "Service under maintenance",
    "minor": "Partially degraded service",
    "major": "Partial system outage",
    "critical": "Major service outage",
}
#: As many mails and past incidents are shown as somebody reads.
NEWEST = 30


def page(memory: "Memory") -> str:
    """The page as customers see it."""
    incidents = list(memory.incidents)
    active = [known for known in incidents if not known.over]
    ranks = list(HEADLINES)
    impacts = [known.impact for known in active] + [IMPACT_OF[c.status] for c in memory.components]
    impact = max(impacts, key=ranks.index, default="none")
    headline = HEADLINES[impact] if impact != "none" or not active else "Ongoing incident"
    return _render(
        "page.html",
        memory=memory,
        impact=impact if impact != "none" or not active else "notice",
        headline=headline,
        active=active,
        past=[known for known in incidents if known.over][:NEWEST],
    )


def document(memory: "Memory", incident: Incident | None = None) -> str:
    """The page, or one incident of it, at an address of its own."""
    body = _render("incident.html", memory=memory, incident=incident) if incident else page(memory)
    return _render("document.html", title=incident.name if incident else memory.title, body=body)


def mails(memory: "Memory") -> str:
    """What subscribers were sent, the newest first."""
    return _render("mails.html", mails=memory.mails[: -NEWEST - 1 : -1], more=len(memory.mails) > NEWEST)


def _render(template: str, **variables: object) -> str:
    return _environment().get_template(template).render(variables)


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"labels": LABELS, "impact_of": IMPACT_OF}
    return environment
