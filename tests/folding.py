"""Incidents folded from a few events, a minute apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chatops import events as e
from chatops.incident import Incident, fold
from chatops.service import Service
from tests.strategies import INCIDENT

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Made = tuple[type[e.Event], dict[str, Any]]


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def history(*made: Made) -> list[e.Event]:
    """A history, one event a minute, by dana; it begins with a plain declaration."""
    declared = (e.Declared, {"number": 12, "title": "Checkout is down", "severity": "sev2"})
    if not made or made[0][0] is not e.Declared:
        made = (declared, *made)
    return [
        kind(**{"id": e.new_id(), "incident": INCIDENT, "seq": seq, "at": at(seq), "actor": "dana", **facts})
        for seq, (kind, facts) in enumerate(made, 1)
    ]


def folded(*made: Made) -> Incident:
    incident = fold(history(*made))
    assert incident is not None
    return incident


def said(sequence: int = 1, status: str = "investigating") -> Made:
    facts = {"sequence": sequence, "title": "Disruption", "text": f"Words {sequence}.", "status": status}
    return e.PublicUpdatePublished, {**facts, "impact": "minor"}


RESOLVED: Made = (e.Resolved, {"message": "Rolled back"})
CANCELLED: Made = (e.Cancelled, {"reason": "A test"})
REOPENED: Made = (e.Reopened, {"reason": "It is back"})


def check_snapshots(service: Service) -> None:
    """What is kept of each incident is what its events fold to."""
    for incident in service.store.log.all_ids():
        assert service.store.log.rebuilt(incident) == service.store.log.incident(incident)
