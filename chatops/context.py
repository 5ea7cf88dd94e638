"""What a hook is given besides its event, and what it may give back."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import msgspec

from chatops.deadline import Deadline
from chatops.events import ComponentStatus, Link
from chatops.http import Http
from chatops.incident import Incident, OwnedLink
from chatops.public import PublicIncident

Scope = Literal["event", "incident"]
Log = logging.LoggerAdapter[logging.Logger]


class Skipped(msgspec.Struct, frozen=True):
    """What a hook returns when there was nothing to do, and why; it is shown beside the delivery."""

    reason: str


Result = Link | Skipped | Sequence[Link] | None


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


class Changing(Protocol):
    """Changes components, and puts them back."""

    def changing(
        self, ids: Iterable[str], current: Callable[[], Mapping[str, ComponentStatus]]
    ) -> AbstractContextManager[Mapping[str, ComponentStatus]]: ...


class Components(tuple[ComponentView, ...]):  # noqa: SLOT001  (a tuple can have no slots of its own)
    """All components that are configured, and the way to change them at a remote."""

    _keeper: Changing

    @classmethod
    def of(cls, views: Iterable[ComponentView], keeper: Changing) -> "Components":
        """These components, which `keeper` changes."""
        made = cls(views)
        made._keeper = keeper
        return made

    def changing(
        self, ids: Iterable[str], current: Callable[[], Mapping[str, ComponentStatus]]
    ) -> AbstractContextManager[Mapping[str, ComponentStatus]]:
        """What to set which of these components to, by `id`; the caller sets it inside the `with`.

        It is the worst that any open public incident asks, or, where none asks any more, what the component
        was before we touched it. One that a person has changed since is left out, and so is one that
        `current`, what the remote says now, does not have; it is asked only where there may be something
        to do. Nobody else changes this instance's components meanwhile.
        """
        return self._keeper.changing(ids, current)


class Finding(msgspec.Struct, frozen=True):
    """What `check` found: the key of the `setting` to change, from the top of the file, what is wrong with
    it, and the values that would do.
    """

    setting: str
    problem: str
    valid: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """What a question to a plugin comes with: no incident, and a deadline of its own.

    `severities` are the names of all that are configured; `services` and `people` are empty for a plugin
    that faces customers.
    """

    instance: str
    deadline: Deadline
    log: Log
    http: Http
    severities: tuple[str, ...]
    services: Mapping[str, ServiceView]
    people: Mapping[str, PersonView]
    components: Sequence[ComponentView]


@dataclass(frozen=True, kw_only=True)
class Call:
    """What every delivery comes with.

    `key` is `<event uuid>.<instance>`, the same on every attempt; `attempt` counts from 1. `drill`
    marks an exercise. `http` is for requests, and sends none once this call is over.
    """

    instance: str
    key: str
    attempt: int
    drill: bool
    deadline: Deadline
    log: Log
    http: Http
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
        an earlier attempt may have arrived, `find` is asked first. `create` runs again only once that attempt
        is over, its remote has had a whole deadline to work in, and `settle` seconds (default: the plugin's)
        have passed in which the remote's index can catch up; until then the delivery is unconfirmed. Without
        `find`, `create` is simply repeated.

        `scope="incident"` is for what belongs to the incident and not to one event: the ticket, the
        channel.
        """
        return self._steps.once(step, create=create, find=find, scope=scope, settle=settle)


@dataclass(frozen=True, kw_only=True)
class Context(Call):
    """What an internal hook is given.

    `incident` is as of this event; but `incident.restricted`, and all of it in `links_changed`, is as of now.
    `links` are everybody's, as of now. `services` are the incident's, `people` and `components` all that are
    configured.
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
    components: Components
    _history: Callable[[], Iterator[PublicIncident]] = field(repr=False)

    @property
    def history(self) -> Iterator[PublicIncident]:
        """Every public incident that this instance may show, the newest first, read as you go.

        Raises NoHistory in a job that has no store: the call is then skipped, in words.
        """
        return self._history()
