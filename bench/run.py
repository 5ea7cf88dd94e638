"""Measures what has to be fast, as ratios within one run: a slow machine is slow on both sides.

`make bench` runs it, in some ten minutes; `--quick` takes one and is less exact. It prints, and asserts
nothing.
"""

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import delivering
import growth
import plugged
import startup
import syncing
import table
import together
import wire
import writing


def main(*, quick: bool) -> None:
    """Print each ratio as soon as it is known."""
    table.head()
    # /tmp may be memory, where a synced commit costs nothing.
    on_disk = Path("/var/tmp")
    root = on_disk if on_disk.is_dir() else None
    sizes = (100, 1_000, 10_000) if quick else (1_000, 10_000, 100_000)
    for measure in (
        partial(startup.measure, incidents=sizes[1], runs=5 if quick else 21),
        partial(plugged.starting, runs=3 if quick else 15),
        partial(plugged.calling, runs=30 if quick else 300),
        partial(together.measure, runs=2 if quick else 7),
        partial(wire.measure, runs=1 if quick else 5),
        partial(writing.measure, runs=50 if quick else 300),
        partial(growth.measure, sizes=sizes, runs=20 if quick else 100),
        partial(delivering.measure, runs=1 if quick else 5, deliveries=200 if quick else 1_000),
        partial(syncing.measure, sizes=(25, 250) if quick else (250, 2_500)),
        partial(delivering.memory, deliveries=2_000 if quick else 50_000),
    ):
        with TemporaryDirectory(dir=root) as home:
            for ratio in measure(Path(home)):
                table.line(ratio)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
