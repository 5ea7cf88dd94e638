"""Makes the two objects that a hook is given: the event, and what surrounds it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from msgspec.structs import replace

from chatops import events as e
from chatops.config import Config
from chatops.context import (
    ComponentView,
    Context,
    Deadline,
    Once,
    PersonView,
    PublicContext,
    ServiceView,
    ToolContext,
)
from chatops.dispatch.plan import admits, shows
from chatops.errors import StoreError
from chatops.incident import Incident, fold
from chatops.logs import logger
from chatops.public import PublicIncident, PublicUpdate, public_event, public_incident, worst
from chatops.registry import Loaded
from chatops.store import Delivery, Store

_log = logger("chatops.plugins")


@dataclass(frozen=True)
class Contexts:
    """Makes the arguments of each call from what the store knows at this moment."""

    store: Store
    config: Config

    def arguments(
        self, delivery: Delivery, loaded: Loaded, steps: Once, deadline: Deadline
    ) -> dict[str, object]:
        """The event and the context that the delivery's hook is called with."""
        now = self._now(delivery)
        own = tuple(o.link for o in now.links if o.instance == delivery.instance)
        common: dict[str, Any] = {
            "instance": delivery.instance,
            "key": f"{delivery.event}.{delivery.instance}",
            "attempt": delivery.attempts + 1,
            "drill": now.drill,
            "deadline": deadline,
            "log": logging.LoggerAdapter(_log, {"instance": delivery.instance}),
            "_links": own,
            "_steps": steps,
        }
        if loaded.plugin.public:
            return self._public(delivery, loaded, now, common)
        return self._internal(delivery, loaded, now, common)

    def tool(self, instance: str, deadline: Deadline) -> ToolContext:
        """What a question to the instance's plugin comes with."""
        log = logging.LoggerAdapter(_log, {"instance": instance})
        return ToolContext(instance=instance, deadline=deadline, log=log)

    def _internal(
        self, delivery: Delivery, loaded: Loaded, now: Incident, common: dict[str, Any]
    ) -> dict[str, object]:
        event = self._event(delivery)
        incident = fold(self.store.log.events(delivery.incident, upto=event.seq)) or now
        if delivery.hook == "incident_declared" and not isinstance(event, e.Declared):
            event = declared_by_now(incident, event)
        return {
            "event": event,
            "ctx": Context(
                **common,
                incident=incident,
                links=now.links,
                services=self._services(incident, loaded),
                people=self._people(loaded),
                components=self._components(delivery.instance, loaded),
            ),
        }

    def _public(
        self, delivery: Delivery, loaded: Loaded, now: Incident, common: dict[str, Any]
    ) -> dict[str, object]:
        incident = public_incident(now)
        if incident is None:
            raise StoreError(path=self.store.path, problem=f"the public words of {now.name} are missing")
        event = public_event(self._event(delivery), now)
        if isinstance(event, PublicUpdate):
            event = replace(event, notify=event.notify or self._owes_mail(delivery))
        return {
            "event": event,
            "ctx": PublicContext(
                **common,
                incident=incident,
                components=self._components(delivery.instance, loaded),
                _history=_History(self.store, delivery.instance),
            ),
        }

    def _owes_mail(self, delivery: Delivery) -> bool:
        """Whether words that these replace were to be mailed, and never were."""
        lane = self.store.deliveries.of_lane(delivery.incident, delivery.instance)
        earlier = [d for d in lane if d.hook == delivery.hook and d.position < delivery.position]
        unsaid = takewhile(lambda d: d.state == "superseded", reversed(earlier))
        said = (self._event(d) for d in unsaid)
        return any(isinstance(event, e.PublicUpdatePublished) and event.notify for event in said)

    def _now(self, delivery: Delivery) -> Incident:
        incident = self.store.log.incident(delivery.incident)
        if incident is None:
            raise StoreError(path=self.store.path, problem=f"incident {delivery.incident} is missing")
        return incident

    def _event(self, delivery: Delivery) -> e.Event:
        event = self.store.log.event(delivery.event)
        if event is None:
            raise StoreError(path=self.store.path, problem=f"event {delivery.event} is missing")
        return event

    def _services(self, incident: Incident, loaded: Loaded) -> dict[str, ServiceView]:
        known = {name: self.config.services.get(name) for name in incident.services}
        return {
            name: ServiceView(
                name,
                found.public_name if found else "",
                found.owner if found else "",
                loaded.settings.services.get(name),
            )
            for name, found in known.items()
        }

    def _people(self, loaded: Loaded) -> dict[str, PersonView]:
        own = loaded.settings.people
        return {name: PersonView(name, who.email, own.get(name)) for name, who in self.config.people.items()}

    def _components(self, instance: str, loaded: Loaded) -> tuple[ComponentView, ...]:
        row = self.store.instances.get(instance)
        asked: dict[str, list[e.ComponentStatus]] = {}
        for incident in self.store.log.publicly_open():
            shown = public_incident(incident) if admits(row, incident) else None
            for component in shown.components if shown else ():
                asked.setdefault(component.id, []).append(component.status)
        ids = {name: self.config.component_id(name) for name in self.config.components}
        return tuple(
            ComponentView(ids[name], known.public_name, worst(asked.get(ids[name], [])), own)
            for name, known in self.config.components.items()
            for own in [loaded.settings.components.get(name)]
        )


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
