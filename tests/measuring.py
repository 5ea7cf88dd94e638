"""Incidents for measuring, made of events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chatops import events as e
from chatops.incident import Incident, fold
from chatops.metrics import Measured, measure
from chatops.metrics.updates import updates

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = START + timedelta(days=365)
HOUR = timedelta(hours=1)
TURNS = (e.Updated, e.Resolved, e.Cancelled, e.Reopened)
EVERY = {"sev1": timedelta(minutes=30), "sev2": HOUR}
_numbers = iter(range(1, 100_000))


def every(incident: Incident) -> timedelta | None:
    return EVERY.get(incident.severity)


def words(status: str = "investigating") -> Any:
    said = {"title": "Disruption", "text": "Words.", "status": status, "impact": "minor", "sequence": 1}
    return e.PublicUpdatePublished, said


def severity(old: str, new: str) -> Any:
    return e.Updated, {"severity": e.Change(old, new)}


MONITORING: Any = (e.Updated, {"status": e.Change("investigating", "monitoring")})
RESOLVED: Any = (e.Resolved, {})
CANCELLED: Any = (e.Cancelled, {"reason": "a test"})
REOPENED: Any = (e.Reopened, {"reason": "it is back"})


def history(*later: tuple[float, Any], day: float = 0, **declared: Any) -> list[e.Event]:
    """An incident of sev2, declared so many days after START, and what happened minutes later."""
    identity, number = e.new_id(), next(_numbers)
    first = {"number": number, "title": f"Number {number}", "severity": "sev2"} | declared
    made: list[e.Event] = []
    for seq, (minutes, (kind, facts)) in enumerate([(0.0, (e.Declared, first)), *later], 1):
        at = START + timedelta(days=day, minutes=minutes)
        made.append(kind(id=e.new_id(), incident=identity, seq=seq, at=at, actor="dana", **facts))
    return made


def folded(events: list[e.Event]) -> Incident:
    incident = fold(events)
    assert incident
    return incident


def measured(*histories: list[e.Event], since: datetime | None = None) -> Measured:
    turns = {events[0].incident: [it for it in events if isinstance(it, TURNS)] for events in histories}
    return measure([folded(events) for events in histories], turns, every, since=since, now=NOW)


def on_time(*later: tuple[float, Any], now: datetime = NOW, **declared: Any) -> tuple[int, int]:
    events = history(*later, **declared)
    found = updates(folded(events), [it for it in events if isinstance(it, TURNS)], every, now)
    return found.kept, found.owed
