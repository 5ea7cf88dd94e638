"""An event becomes deliveries: both are written in one transaction, or neither."""

from collections.abc import Iterable, Sequence
from functools import reduce

from msgspec.structs import replace

from chatops import events as e
from chatops.dispatch.plan import Planned, plan, told
from chatops.incident import Incident, apply, fold
from chatops.store import Delivery, Store, Traits


def record(
    store: Store, before: Incident | None, events: Sequence[e.Event], *, tell: bool = True
) -> Incident:
    """Write events that follow each other, and their deliveries, and return where they lead.

    Call it in the transaction in which `before` was read. With `tell=False` nobody hears of them.
    """
    after = reduce(apply, events, before)
    if after is None:
        raise ValueError("there is nothing to record")
    store.log.append(after, events)
    if tell:
        _plan(store, before, events)
    return after


def _plan(store: Store, before: Incident | None, events: Sequence[e.Event]) -> None:
    instances = store.instances.all()
    joined = store.deliveries.joined(events[0].incident)
    incident = before
    for event in events:
        incident = apply(incident, event)
        made = plan(event, incident, instances, joined)
        for name in made.joining:
            store.deliveries.join(incident.id, name)
            joined.add(name)
        _add(store, incident, made.deliveries, event.seq)


def _add(store: Store, incident: Incident, planned: Iterable[Planned], position: int) -> None:
    for instance, hook, about in planned:
        store.deliveries.add(
            event=about, incident=incident.id, instance=instance, hook=hook, position=position
        )


def expand(store: Store, delivery: Delivery, traits: Traits) -> None:
    """Replace a delivery that was planned before its plugin was known by what the plugin listens to."""
    event = store.log.event(delivery.event)
    incident = fold(store.log.events(delivery.incident, upto=delivery.position))
    first = store.deliveries.of_lane(delivery.incident, delivery.instance)[0]
    known = replace(store.instances.get(delivery.instance), traits=traits)
    store.deliveries.remove(delivery)
    if event and incident:
        _add(store, incident, told(event, incident, known, newcomer=first == delivery), delivery.position)
