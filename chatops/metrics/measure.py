"""Incidents into figures: of all of them, and of each severity, service or month."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, get_args
from uuid import UUID

from chatops import events as e
from chatops.incident import Incident
from chatops.metrics.figures import Detection, Figures, Group, Times, Updates
from chatops.metrics.repeats import Repeat, chains, repeated
from chatops.metrics.updates import Every, updates

Breakdown = Literal["severity", "service", "month"]
BREAKDOWNS: Final[tuple[Breakdown, ...]] = get_args(Breakdown)


class Case(NamedTuple):
    """An incident, and what was found out about it."""

    incident: Incident
    updates: Updates
    repeats: bool


class Measured(NamedTuple):
    """The incidents of a time, measured. `repeats` may begin before it: what is repeated can be older."""

    cases: Sequence[Case]
    repeats: Sequence[Repeat]

    def total(self) -> Figures:
        """The figures of all of them."""
        return figures(self.cases)

    def groups(
        self, by: Breakdown, severities: Iterable[str], here: Callable[[datetime], datetime]
    ) -> list[Group]:
        """The figures of each group: severities in the given order, the busiest services and the earliest
        months first. `here` puts a time into the zone that months are counted in.

        An incident with several services is in the group of each.
        """
        found: dict[str | None, list[Case]] = {}
        for case in self.cases:
            for name in _names(case.incident, by, here):
                found.setdefault(name, []).append(case)
        groups = [Group(name=name, figures=figures(cases)) for name, cases in found.items()]
        order = {name: place for place, name in enumerate(severities)}

        def place(group: Group) -> tuple[bool, int, str]:
            if by == "severity":
                first = order.get(group.name or "", len(order))
            else:
                first = -group.figures.incidents if by == "service" else 0
            return group.name is None, first, group.name or ""

        return sorted(groups, key=place)


def measure(
    incidents: Iterable[Incident],
    turns: Mapping[UUID, Sequence[e.Event]],
    every: Every,
    *,
    since: datetime | None,
    now: datetime,
) -> Measured:
    """Measure the incidents declared since then; earlier ones are only what those may repeat.

    Exercises are left out. `turns` and `every` are as `updates` takes them.
    """
    known = [incident for incident in incidents if not incident.drill]
    real = [incident for incident in known if incident.state != "cancelled"]
    of = repeated(real)
    cases = [
        Case(incident, updates(incident, turns.get(incident.id, ()), every, now), incident.id in of)
        for incident in known
        if since is None or incident.declared_at >= since
    ]
    names = {case.incident.name for case in cases if case.repeats}
    return Measured(cases, [chain for chain in chains(real, of) if names.intersection(chain.incidents)])


def figures(cases: Iterable[Case]) -> Figures:
    """The figures of these incidents."""
    every = list(cases)
    real = [case for case in every if case.incident.state != "cancelled"]
    found = [case.incident for case in real]
    return Figures(
        incidents=len(found),
        open=sum(incident.open for incident in found),
        false_alarms=len(every) - len(real),
        detect=Times.of(_span(i.started_at, i.declared_at) for i in found),
        acknowledge=Times.of(_span(i.declared_at, i.acknowledged_at) for i in found),
        mitigate=Times.of(_span(i.declared_at, i.mitigated_at) for i in found),
        resolve=Times.of(_span(i.declared_at, i.resolved_at) for i in found),
        updates=Updates.of(sum(c.updates.owed for c in real), sum(c.updates.kept for c in real)),
        detected_by=Detection.of(incident.detected_by for incident in found),
        repeats=sum(case.repeats for case in real),
    )


def _span(start: datetime | None, end: datetime | None) -> timedelta | None:
    return end - start if start and end else None


def _names(incident: Incident, by: Breakdown, here: Callable[[datetime], datetime]) -> Iterable[str | None]:
    match by:
        case "severity":
            return (incident.severity,)
        case "service":
            return dict.fromkeys(incident.services) or (None,)
        case "month":
            return (f"{here(incident.declared_at):%Y-%m}",)
