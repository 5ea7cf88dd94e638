"""Makes the two objects that a hook is given: the event, and what surrounds it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from msgspec.structs import replace

from chatops import events as e
from chatops.config import Config
from chatops.context import (
    Components,
    Context,
    PublicContext,
    ToolContext,
)
from chatops.deadline import Deadline
from chatops.dispatch.components import Keeper
from chatops.dispatch.once import Steps
from chatops.dispatch.plan import shows
from chatops.dispatch.views import Views
from chatops.errors import NoHistory, StoreError
from chatops.http import Http
from chatops.incident import Incident, fold
from chatops.logs import logger
from chatops.public import PublicIncident, PublicUpdate, public_event, public_incident
from chatops.registry import Loaded
from chatops.store import Delivery, Store

_log = logger("chatops.plugins")


@dataclass(frozen=True)
class Contexts:
    """Makes the arguments of each call from what the store knows at this moment; one that is `brief` does not
    know the other incidents.
    """

    store: Store
    config: Config
    brief: bool = False

    @property
    def _views(self) -> Views:
        return Views(self.store, self.config)

    def arguments(
        self, delivery: Delivery, now: Incident, loaded: Loaded, steps: Steps, http: Http
    ) -> dict[str, object]:
        """The event and the context that the delivery's hook is called with; its incident as it is `now`."""
        own = tuple(o.link for o in now.links if o.instance == delivery.instance)
        common: dict[str, Any] = {
            "instance": delivery.instance,
            "key": f"{delivery.event}.{delivery.instance}",
            "attempt": delivery.attempts + 1,
            "drill": now.drill,
            "deadline": steps.deadline,
            "log": logging.LoggerAdapter(_log, {"instance": delivery.instance}),
            "http": http,
            "_links": own,
            "_steps": steps,
        }
        if loaded.plugin.public:
            return self._public(delivery, loaded, now, common)
        return self._internal(delivery, loaded, now, common)

    def tool(self, loaded: Loaded, deadline: Deadline, http: Http) -> ToolContext:
        """What a question to the instance's plugin comes with."""
        instance, public = loaded.plugin.instance, loaded.plugin.public
        return ToolContext(
            instance=instance,
            deadline=deadline,
            log=logging.LoggerAdapter(_log, {"instance": instance}),
            http=http,
            severities=tuple(self.config.severities),
            services={} if public else self._views.services(tuple(self.config.services), loaded),
            people={} if public else self._views.people(loaded),
            components=self._views.components(loaded, asked={}),
        )

    def _internal(
        self, delivery: Delivery, loaded: Loaded, now: Incident, common: dict[str, Any]
    ) -> dict[str, object]:
        event = self._event(delivery)
        incident = self._incident(delivery, event, now)
        if delivery.hook == "incident_declared" and not isinstance(event, e.Declared):
            event = declared_by_now(incident, event)
        return {
            "event": event,
            "ctx": Context(
                **common,
                incident=incident,
                links=now.links,
                services=self._views.services(incident.services, loaded),
                people=self._views.people(loaded),
                components=self._views.components(loaded),
            ),
        }

    def _incident(self, delivery: Delivery, event: e.Event, now: Incident) -> Incident:
        """The incident as of the event; links are told of outside the lane, and as it is by now."""
        if delivery.hook == "links_changed":
            return now
        then = fold(self.store.log.events(delivery.incident, upto=event.seq)) or now
        # Words that waited while the incident was restricted are for few.
        return replace(then, restricted=now.restricted)

    def _public(
        self, delivery: Delivery, loaded: Loaded, now: Incident, common: dict[str, Any]
    ) -> dict[str, object]:
        incident = public_incident(now)
        if incident is None:
            raise StoreError(path=self.store.name, problem=f"the public words of {now.name} are missing")
        event = public_event(self._event(delivery), now)
        if isinstance(event, PublicUpdate):
            event = replace(event, notify=event.notify or self._owes_mail(delivery))
        return {
            "event": event,
            "ctx": PublicContext(
                **common,
                incident=incident,
                components=self._components(delivery, loaded, common),
                _history=_no_history if self.brief else _History(self.store, delivery.instance),
            ),
        }

    def _components(self, delivery: Delivery, loaded: Loaded, common: Mapping[str, Any]) -> Components:
        keeper = Keeper(
            store=self.store,
            instance=delivery.instance,
            deadline=common["deadline"],
            log=common["log"],
        )
        return Components.of(self._views.components(loaded), keeper)

    def _owes_mail(self, delivery: Delivery) -> bool:
        """Whether words that these replace were to be mailed, and never were."""
        lane = self.store.deliveries.of_lane(delivery.incident, delivery.instance)
        earlier = [d for d in lane if d.hook == delivery.hook and d.position < delivery.position]
        unsaid = takewhile(lambda d: d.state == "superseded", reversed(earlier))
        said = (self._event(d) for d in unsaid)
        return any(isinstance(event, e.PublicUpdatePublished) and event.notify for event in said)

    def _event(self, delivery: Delivery) -> e.Event:
        event = self.store.log.event(delivery.event)
        if event is None:
            raise StoreError(path=self.store.name, problem=f"event {delivery.event} is missing")
        return event


@dataclass(frozen=True)
class _History:
    """Every public incident that the instance may show, the newest words first."""

    store: Store
    instance: str

    def __call__(self) -> Iterator[PublicIncident]:
        row = self.store.instances.get(self.instance)
        for incident, joined in self.store.log.public(self.instance):
            shown = public_incident(incident) if shows(row, incident, joined=joined) else None
            if shown is not None:
                yield shown


def _no_history() -> Iterator[PublicIncident]:
    raise NoHistory


def declared_by_now(incident: Incident, event: e.Event) -> e.Declared:
    """The declaration that an instance which joins late is told of: where the incident stands today."""
    return e.Declared(
        id=event.id,
        incident=incident.id,
        seq=event.seq,
        at=event.at,
        actor=incident.declared_by,
        key=incident.key,
        number=incident.number,
        title=incident.title,
        severity=incident.severity,
        status=incident.status,
        services=incident.services,
        components=incident.components,
        started_at=incident.started_at or incident.declared_at,
        detected_by=incident.detected_by,
        restricted=incident.restricted,
        drill=incident.drill,
    )
