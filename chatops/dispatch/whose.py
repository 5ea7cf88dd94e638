"""Which instances are enabled, by which configuration, and who runs them."""

from collections import Counter
from pathlib import Path

from chatops.config import EMBEDDED, Config
from chatops.store import Store


def mine(store: Store, config: Config) -> list[str]:
    """The instances whose deliveries this configuration runs, or says why it cannot.

    Those that another file enabled are left to it, as long as that file is there. Of a store that several
    hosts use, nobody knows which files are there: each runs what it is configured for.
    """
    if store.shared:
        return [row.name for row in store.instances.all() if row.name in config.instances]
    ours = {config.where, EMBEDDED}
    return [
        row.name
        for row in store.instances.all()
        if row.name in config.instances or row.source in ours or not Path(row.source).is_file()
    ]


def unserved(store: Store) -> dict[str, int]:
    """How many deliveries wait for each instance that no worker runs, on any of the hosts that use the store.

    Where one host alone uses it, commands see to that themselves, and there are none.
    """
    if not store.shared:
        return {}
    waiting: Counter[str] = Counter()
    for (instance, state), count in store.deliveries.counts().items():
        if state != "failed":
            waiting[instance] += count
    served = store.served()
    return {instance: count for instance, count in sorted(waiting.items()) if instance not in served}


def enable(store: Store, config: Config) -> None:
    """Bring the store's registry of enabled instances up to this configuration; in a transaction.

    A configuration disables only what it enabled itself, so that a command which finds another one, or
    none, or a broken one, takes no plugin away from the incidents.
    """
    if config.broken:
        return
    known = {instance.name: instance for instance in store.instances.all()}
    source = store.source(config.where)
    if config.embedded and any(row.enabled and row.source != source for row in known.values()):
        return
    for settings in config.instances.values():
        row = known.get(settings.name)
        if row and row.became in known and row.became not in config.instances:
            # It was renamed in the store, and the file does not say so yet.
            continue
        wanted = (settings.use, source, True, settings.when)
        if row is None or (row.plugin, row.source, row.enabled, row.filters) != wanted:
            store.instances.put(settings.name, settings.use, source, settings.when)
    ours = {source, store.source(EMBEDDED)}
    renamed = {row.became for row in known.values() if row.name in config.instances}
    for row in known.values():
        if row.enabled and row.source in ours and row.name not in config.instances.keys() | renamed:
            store.instances.disable(row.name)
