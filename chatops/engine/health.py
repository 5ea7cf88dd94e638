"""How a worker and its store are: for its own line, for /health, and for /metrics."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import msgspec

from chatops.config import Config
from chatops.dispatch.watch import Watch
from chatops.dispatch.whose import mine, unserved
from chatops.errors import StoreError
from chatops.store import Store
from chatops.store.rows import DeliveryState
from chatops.values import Secret


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What waits here, and whether it can be worked on.

    `problem` says why the store cannot be used. `waiting` counts what has not ended, by instance and state,
    and `unserved`, by instance, what no worker runs on any host. `next_due` is when the next delivery may
    run, and `overdue` for how many seconds it might have. `hung` names the calls that go on past their
    deadline.
    """

    problem: str = ""
    waiting: Mapping[tuple[str, DeliveryState], int] = {}
    unserved: Mapping[str, int] = {}
    next_due: datetime | None = None
    overdue: float = 0.0
    hung: tuple[str, ...] = ()

    @property
    def states(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state in which any is."""
        found: Counter[DeliveryState] = Counter()
        for (_, state), count in self.waiting.items():
            found[state] += count
        return dict(sorted(found.items()))


def look(store: Store, config: Config, watch: Watch) -> Health:
    """How it is now; a store that cannot be used is a finding, and raises nothing."""
    hung = tuple(watch.hung)
    try:
        names = mine(store, config)
        counts = store.deliveries.counts().items()
        waiting = {where: count for where, count in counts if where[0] in names}
        due = store.deliveries.next_ready(names)
        overdue = max(0.0, (store.now() - due).total_seconds()) if due else 0.0
        return Health(waiting=waiting, unserved=unserved(store), next_due=due, overdue=overdue, hung=hung)
    except StoreError as error:
        return Health(problem=Secret.redact(str(error)), hung=hung)
