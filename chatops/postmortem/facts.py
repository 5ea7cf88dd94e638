"""What is known of an incident when its post-mortem is drafted."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from chatops import events as e
from chatops.incident import Incident
from chatops.postmortem.front import Front, FrontLink
from chatops.postmortem.words import day
from chatops.text import one_line

#: Links that the front matter has room for; more than that is no post-mortem's.
_MOST_LINKS: Final = 50


class Facts(NamedTuple):
    """What is known of an incident. `times` are its seconds to detect, acknowledge, mitigate and resolve,
    and of `downtime`; None is what is not known.
    """

    incident: Incident
    events: Sequence[e.Event]
    front: Front
    times: Mapping[str, float | None]


def with_filled(incident: Incident, filled: Front) -> Incident:
    """The incident, with what people have filled in about its beginning in the front matter."""
    return replace(
        incident,
        started_at=incident.started_at or filled.started_at,
        acknowledged_at=incident.acknowledged_at or filled.acknowledged_at,
        detected_by=incident.detected_by or filled.detected_by,
    )


def front_of(incident: Incident, events: Sequence[e.Event], review_within: timedelta | None) -> Front:
    """The front matter of the incident's post-mortem, which is due that long after its end. Its links are in
    the order in which they were first made.
    """
    made = _first_made(events)
    links = tuple(
        FrontLink(o.instance, *map(one_line, (o.link.kind, o.link.id, o.link.url, o.link.title)))
        for o in sorted(incident.links, key=lambda o: made.get((o.instance, o.link.kind), len(made)))
    )
    ended = incident.closed_at
    return Front(
        id=str(incident.id),
        incident=incident.name,
        title=one_line(incident.title),
        severity=incident.severity,
        services=incident.services,
        detected_by=incident.detected_by,
        restricted=incident.restricted,
        drill=incident.drill,
        started_at=_second(incident.started_at),
        declared_at=_second(incident.declared_at),
        acknowledged_at=_second(incident.acknowledged_at),
        mitigated_at=_second(incident.mitigated_at),
        resolved_at=_second(incident.resolved_at),
        ticket=next((link.id for link in links if link.kind == "ticket"), None),
        public_title=one_line(incident.public[-1].title) if incident.public else "",
        links=links[:_MOST_LINKS],
        review_due=day(ended + review_within) if ended and review_within else None,
    )


def _first_made(events: Sequence[e.Event]) -> dict[tuple[str, str], int]:
    """In which order there was a link of each instance and kind. One that is said again is the incident's
    last, which is no reason to move its line.
    """
    made: dict[tuple[str, str], int] = {}
    for event in events:
        if isinstance(event, e.LinkAdded):
            made.setdefault((event.instance, event.link.kind), len(made))
        elif isinstance(event, e.InstanceRenamed):
            made |= {(event.new, kind): at for (name, kind), at in made.items() if name == event.old}
    return made


def _second(time: datetime | None) -> datetime | None:
    return time and time.astimezone(UTC).replace(microsecond=0)
