"""Which instances hear of an event, and through which hook. Pure: it is told what the store knows."""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from chatops import events as e
from chatops.incident import Incident
from chatops.store.rows import Instance

#: Stands for whatever a plugin listens to that was never loaded; `told` says it once it is known.
ANY_HOOK: Final = "any"


class Planned(NamedTuple):
    """A delivery to be written. `event` is what the hook is told of."""

    instance: str
    hook: str
    event: UUID


class Plan(NamedTuple):
    """What an event means for the instances: who joins the incident with it, and who is told what."""

    joining: list[str]
    deliveries: list[Planned]


def plan(
    event: e.Event, incident: Incident, instances: Collection[Instance], joined: Collection[str]
) -> Plan:
    """What `event` means, where `incident` is as it is after the event.

    An instance that is in hears everything to the end. One that is not joins with the first event that
    its filters admit, and hears where the incident stands rather than the one thing that changed.
    """
    made = Plan([], [])
    for instance in instances:
        if not instance.enabled:
            continue
        newcomer = instance.name not in joined
        if newcomer:
            if not joins(instance, incident, event):
                continue
            made.joining.append(instance.name)
        made.deliveries.extend(told(event, incident, instance, newcomer=newcomer))
    return made


def joins(instance: Instance, incident: Incident, event: e.Event) -> bool:
    """Whether an instance that is not in joins with this event."""
    if not admits(instance, incident):
        return False
    public = instance.traits and instance.traits.public
    if public:
        return incident.customers_know or isinstance(event, e.Declared)
    return incident.open or (public is None and event.public_hook is not None)


def admits(instance: Instance, incident: Incident) -> bool:
    """Whether the instance's filters, and its plugin's word on exercises, let the incident in."""
    when = instance.filters
    return (
        (when.severity is None or incident.severity in when.severity)
        and (when.services is None or not set(when.services).isdisjoint(incident.services))
        and (takes_drills(instance) or not incident.drill)
        and (when.restricted or not incident.restricted)
    )


def shows(instance: Instance, incident: Incident, *, joined: bool) -> bool:
    """Whether a page that the instance draws may hold the incident: it is in, or would be let in."""
    drill = incident.drill and not takes_drills(instance)
    return not drill and (joined or admits(instance, incident))


def takes_drills(instance: Instance) -> bool:
    """Whether exercises are for the instance, by its filters, else by its plugin's word where it is known."""
    if instance.filters.drills is not None:
        return instance.filters.drills
    return instance.traits is None or instance.traits.drills


def told(event: e.Event, incident: Incident, instance: Instance, *, newcomer: bool) -> list[Planned]:
    """What one instance that is in, or joins with this event, is told of it."""
    if instance.traits is None:
        return [Planned(instance.name, ANY_HOOK, event.id)]
    hooks = _first_told(event, incident, instance) if newcomer else _told(event, instance)
    hooks.append(("event_recorded", event.id))
    return [Planned(instance.name, hook, about) for hook, about in hooks if _listens(instance, hook)]


def _listens(instance: Instance, hook: str) -> bool:
    return instance.traits is not None and hook in instance.traits.hooks


def _told(event: e.Event, instance: Instance) -> list[tuple[str, UUID]]:
    if isinstance(event, e.LinkAdded) and event.instance == instance.name:
        return []
    return [(hook, event.id) for hook in (event.hook, event.public_hook) if hook]


def _first_told(event: e.Event, incident: Incident, instance: Instance) -> list[tuple[str, UUID]]:
    if isinstance(event, e.Declared) or not (
        _listens(instance, "incident_declared") or _listens(instance, "public_update")
    ):
        return _told(event, instance)
    words = [("public_update", incident.public[-1].id)] if incident.public else []
    more = [("public_postmortem", event.id)] if isinstance(event, e.PostmortemPublished) else []
    return [("incident_declared", event.id), *words, *more]
