"""Whether customers got the words that they were owed, interval by interval."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil

from msgspec.structs import replace

from chatops import events as e
from chatops.incident import Incident
from chatops.metrics.figures import Updates
from chatops.public import PublicUpdate

#: How often customers are owed words of an incident as it stands; None where they are not.
Every = Callable[[Incident], timedelta | None]


def updates(incident: Incident, turns: Iterable[e.Event], every: Every, now: datetime) -> Updates:
    """How many intervals of an incident owed words until its end, or `now`, and how many had some.

    `turns` are its events that changed severity or state, in their order. An interval begins with the
    declaration, with words, with a change of severity and when it is reopened. One that has not passed
    when the incident ends, or its severity changes, owes nothing.
    """
    turns = list(turns)
    owed = kept = 0
    state, since = _declared(incident, turns), incident.declared_at
    for at, turn in (*_in_order(incident, turns), (now, None)):
        interval = every(state) if state.open else None
        if interval:
            said = isinstance(turn, PublicUpdate)
            owed += max(0, ceil((at - since) / interval) - 1) + said
            kept += said
        if turn is not None and (after := _after(state, turn)) is not state:
            state, since = after, at
    return Updates.of(owed, kept)


def _declared(incident: Incident, turns: Iterable[e.Event]) -> Incident:
    changes = (turn.severity for turn in turns if isinstance(turn, e.Updated) and turn.severity)
    severity = next((change.old for change in changes), incident.severity)
    return replace(incident, state="open", closed_at=None, severity=severity, public=())


def _in_order(
    incident: Incident, turns: Iterable[e.Event]
) -> Iterator[tuple[datetime, e.Event | PublicUpdate]]:
    """By time; words that were said with the end belong to the interval that it ends."""
    both: list[e.Event | PublicUpdate] = [*incident.public, *turns]
    return ((turn.at, turn) for turn in sorted(both, key=lambda turn: turn.at))


def _after(state: Incident, turn: e.Event | PublicUpdate) -> Incident:
    match turn:
        case PublicUpdate():
            return replace(state, public=(*state.public, turn))
        case e.Updated(severity=e.Change() as change):
            return replace(state, severity=change.new)
        case e.Resolved():
            return replace(state, state="resolved")
        case e.Cancelled():
            return replace(state, state="cancelled")
        case e.Reopened():
            return replace(state, state="open")
        case _:
            return state
