"""One command, as the log knows it: who gives it, when, and whether it is a repetition."""

import getpass
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from chatops import events as e
from chatops.errors import BadTime, WrongState
from chatops.incident import Incident, apply
from chatops.store import Delivery
from chatops.text import clean_title

#: A clock that is this much ahead of ours is no reason to refuse a time.
CLOCK_SLACK: Final = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Act:
    """How a command was given. `key` is the caller's own, for one that may be sent twice."""

    actor: str
    at: datetime = field(default_factory=e.utcnow)
    key: str | None = None

    def __post_init__(self) -> None:
        not_in_future(self.at)


@dataclass(frozen=True)
class Recorded:
    """What a command wrote. `repeated` says why it wrote nothing: it was a repetition."""

    incident: Incident
    events: tuple[e.Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    repeated: str = ""


class Pen:
    """Writes one command's events for one incident, while the incident is locked."""

    def __init__(self, incident: Incident | None, act: Act, identity: UUID | None = None) -> None:
        self._incident = incident
        self._identity = incident.id if incident else identity or e.new_id()
        self.act = act
        self.events: list[e.Event] = []
        self.repeated = ""

    @property
    def incident(self) -> Incident:
        """The incident as the events so far leave it."""
        if self._incident is None:
            raise ValueError("the incident is not declared yet")
        return self._incident

    def stamp(self) -> e.Stamp:
        """What the next event carries, whatever its kind. The first of a command carries its key."""
        return {
            "id": e.new_id(),
            "incident": self._identity,
            "seq": self._incident.version + 1 if self._incident else 1,
            "at": self.act.at,
            "actor": self.act.actor,
            "key": None if self.events else self.act.key,
        }

    def add(self, event: e.Event) -> None:
        """The event has happened."""
        self._incident = apply(self._incident, event)
        self.events.append(event)

    def require_open(self, doing: str) -> None:
        """Raise WrongState where the incident is over."""
        incident = self.incident
        if not incident.open:
            by, at = incident.closed_by, incident.closed_at
            problem = (
                f"cannot be {doing}: it was {incident.state} by {by} at {at:%Y-%m-%d %H:%M} UTC.\n"
                f"If it is not over: chatops reopen {incident.name} --reason TEXT"
            )
            raise WrongState(incident=incident.name, problem=problem)


Writing = Callable[[Pen], None]


def not_in_future(*times: datetime | None) -> None:
    """Raise BadTime for a time that has not come yet."""
    for time in times:
        if time is not None and time > e.utcnow() + CLOCK_SLACK:
            raise BadTime(text=f"{time:%Y-%m-%d %H:%M:%S %Z}", problem="lies in the future")


def actor_name(named: str | None, configured: str) -> str:
    """Who acts: as said, CHATOPS_ACTOR, the configuration, the login name. It is believed, not checked."""
    candidates: Iterable[str | None] = (named, os.environ.get("CHATOPS_ACTOR"), configured, _login())
    return clean_title(next(name for name in candidates if name), "actor")


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
