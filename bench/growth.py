"""Whether what is asked often stays as quick while the store grows."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from stores import filled
from table import Ratio, of_medians

from chatops.events import utcnow
from chatops.store import Store

Query = Callable[[Store], object]


def _due(store: Store) -> object:
    return store.deliveries.ready(utcnow()), store.deliveries.next_ready()


QUERIES: dict[str, Query] = {
    "list": lambda store: store.log.listed(),
    "the open incidents": lambda store: store.log.listed(state="open", most=1000),
    "what is due": _due,
    "what waits": lambda store: store.deliveries.unsettled(),
}


def measure(folder: Path, *, sizes: Sequence[int], runs: int) -> Iterator[Ratio]:
    """Every query at every size, in turns, as a multiple of the same query at the smallest size."""
    stores = {size: filled(folder / f"{size}.db", size) for size in sizes}
    smallest, *larger = sizes
    for what, query in QUERIES.items():
        took: dict[int, list[float]] = {size: [] for size in sizes}
        for run in range(runs + 1):
            for size, store in stores.items():
                begin = time.perf_counter()
                query(store)
                # The first run reads the file.
                if run:
                    took[size].append(time.perf_counter() - begin)
        for size in larger:
            yield of_medians(f"{what}, {size:,} incidents / {smallest:,}", 1.5, took[size], took[smallest])
    for store in stores.values():
        store.close()
