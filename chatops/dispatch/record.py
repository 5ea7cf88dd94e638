"""An event becomes deliveries: both are written in one transaction, or neither."""

from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path

from msgspec.structs import replace

from chatops import events as e
from chatops.config import EMBEDDED, Config
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


def mine(store: Store, config: Config) -> list[str]:
    """The instances whose deliveries this configuration runs, or says why it cannot.

    Those that another file enabled are left to it, as long as that file is there.
    """
    ours = {config.where, EMBEDDED}
    return [
        row.name
        for row in store.instances.all()
        if row.name in config.instances or row.source in ours or not Path(row.source).is_file()
    ]


def enable(store: Store, config: Config) -> None:
    """Bring the store's registry of enabled instances up to this configuration; in a transaction.

    A configuration disables only what it enabled itself, so that a command which finds another one, or
    none, or a broken one, takes no plugin away from the incidents.
    """
    if config.broken:
        return
    known = {instance.name: instance for instance in store.instances.all()}
    if config.embedded and any(row.enabled and row.source != config.where for row in known.values()):
        return
    for settings in config.instances.values():
        row = known.get(settings.name)
        if row and row.became in known and row.became not in config.instances:
            # It was renamed in the store, and the file does not say so yet.
            continue
        wanted = (settings.use, config.where, True, settings.when)
        if row is None or (row.plugin, row.source, row.enabled, row.filters) != wanted:
            store.instances.put(settings.name, settings.use, config.where, settings.when)
    ours = {config.where, EMBEDDED}
    renamed = {row.became for row in known.values() if row.name in config.instances}
    for row in known.values():
        if row.enabled and row.source in ours and row.name not in config.instances.keys() | renamed:
            store.instances.disable(row.name)
