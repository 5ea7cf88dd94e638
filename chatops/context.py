"""What a hook is given besides its event, and what it may give back."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Protocol

import msgspec

from chatops.errors import DeadlineExceeded
from chatops.events import ComponentStatus, Link, utcnow
from chatops.incident import Incident, OwnedLink
from chatops.public import PublicIncident

Scope = Literal["event", "incident"]
Log = logging.LoggerAdapter[logging.Logger]


class Skipped(msgspec.Struct, frozen=True):
    """What a hook returns when there was nothing to do, and why; it is shown beside the delivery."""

    reason: str


Result = Link | Skipped | Sequence[Link] | None


class Deadline:
    """The moment at which a call counts as timed out, kept on a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.at = utcnow() + timedelta(seconds=seconds)
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; never below zero."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise DeadlineExceeded once no time is left."""
        if not self.remaining():
            raise DeadlineExceeded(seconds=self.seconds)


class Once(Protocol):
    """Creates a remote object once, however often it is asked to."""

    def once(
        self,
        step: str,
        *,
        create: Callable[[str], Link],
        find: Callable[[str], Link | None] | None,
        scope: Scope,
        settle: float | None,
    ) -> Link: ...


class ServiceView(msgspec.Struct, frozen=True):
    """A service of the incident; `settings` are this plugin's own for it, of its `service_config`."""

    name: str
    public_name: str
    owner: str
    settings: Any


class PersonView(msgspec.Struct, frozen=True):
    """A person in the configuration; `settings` are this plugin's own, of its `person_config`."""

    name: str
    email: str
    settings: Any


class ComponentView(msgspec.Struct, frozen=True):
    """A component as customers should see it now: the worst that open public incidents ask of it.

    `id` is opaque; `settings` are this plugin's own, of its `component_config`.
    """

    id: str
    name: str
    status: ComponentStatus
    settings: Any


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """What a question to a plugin comes with: no incident, and a deadline of its own."""

    instance: str
    deadline: Deadline
    log: Log


@dataclass(frozen=True, kw_only=True)
class Call:
    """What every delivery comes with.

    `key` is `<event uuid>.<instance>`, the same on every attempt; `attempt` counts from 1. `drill`
    marks an exercise.
    """

    instance: str
    key: str
    attempt: int
    drill: bool
    deadline: Deadline
    log: Log
    _links: tuple[Link, ...] = field(repr=False)
    _steps: Once = field(repr=False)

    def link(self, kind: str) -> Link | None:
        """This instance's own link of this kind, or None."""
        return next((link for link in self._links if link.kind == kind), None)

    def once(
        self,
        step: str,
        *,
        create: Callable[[str], Link],
        find: Callable[[str], Link | None] | None = None,
        scope: Scope = "event",
        settle: float | None = None,
    ) -> Link:
        """Create a remote object exactly once, also when a reply was lost or this process was killed.

        `create` and `find` are given the same key, `<uuid>.<instance>.<step>`: write it to the remote in
        the one, look for it in the other. A finished step returns its recorded link and asks nobody. Where
        an earlier attempt may have arrived, `find` is asked first, and `create` runs again only once
        `settle` seconds (default: the plugin's) have passed in which the remote's index can catch up;
        until then the delivery is unconfirmed. Without `find`, `create` is simply repeated.

        `scope="incident"` is for what belongs to the incident and not to one event: the ticket, the
        channel.
        """
        return self._steps.once(step, create=create, find=find, scope=scope, settle=settle)


@dataclass(frozen=True, kw_only=True)
class Context(Call):
    """What an internal hook is given.

    `incident` is as of this event; `links` are everybody's, as of now. `services` are the incident's,
    `people` and `components` all that are configured.
    """

    incident: Incident
    links: tuple[OwnedLink, ...]
    services: Mapping[str, ServiceView]
    people: Mapping[str, PersonView]
    components: Sequence[ComponentView]


@dataclass(frozen=True, kw_only=True)
class PublicContext(Call):
    """What a public hook is given: nothing in it is internal.

    `incident` is as of now, so that customers never get stale words.
    """

    incident: PublicIncident
    components: Sequence[ComponentView]
    _history: Callable[[], Iterator[PublicIncident]] = field(repr=False)

    @property
    def history(self) -> Iterator[PublicIncident]:
        """Every public incident that this instance may show, the newest first, read as you go."""
        return self._history()
