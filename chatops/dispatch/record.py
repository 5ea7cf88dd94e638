"""An event becomes deliveries: both are written in one transaction, or neither."""

from collections.abc import Sequence
from functools import reduce

from chatops import events as e
from chatops.config import EMBEDDED, Config
from chatops.dispatch.plan import plan
from chatops.incident import Incident, apply
from chatops.store import Store


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
        for instance, hook, about in made.deliveries:
            store.deliveries.add(
                event=about, incident=incident.id, instance=instance, hook=hook, position=event.seq
            )


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
        wanted = (settings.use, config.where, True, settings.when)
        if row is None or (row.plugin, row.source, row.enabled, row.filters) != wanted:
            store.instances.put(settings.name, settings.use, config.where, settings.when)
    ours = {config.where, EMBEDDED}
    for row in known.values():
        if row.enabled and row.source in ours and row.name not in config.instances:
            store.instances.disable(row.name)
