"""Measures what has to be fast, as ratios within one run: a slow machine is slow on both sides.

`make bench` runs it, in some ten minutes; `--quick` takes one and is less exact. It prints, and asserts
nothing.
"""

import sys
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
    with TemporaryDirectory(dir=on_disk if on_disk.is_dir() else None) as name:
        folder = Path(name)
        sizes = (100, 1_000, 10_000) if quick else (1_000, 10_000, 100_000)
        for measured in (
            startup.measure(folder, incidents=sizes[1], runs=5 if quick else 21),
            plugged.starting(folder, runs=3 if quick else 15),
            plugged.calling(folder, runs=30 if quick else 300),
            together.measure(folder, runs=2 if quick else 7),
            wire.measure(folder, runs=1 if quick else 5),
            writing.measure(folder, runs=50 if quick else 300),
            growth.measure(folder, sizes=sizes, runs=20 if quick else 100),
            delivering.measure(folder, runs=1 if quick else 5, deliveries=200 if quick else 1_000),
            syncing.measure(folder, sizes=(25, 250) if quick else (250, 2_500)),
            delivering.memory(folder, deliveries=2_000 if quick else 50_000),
        ):
            for ratio in measured:
                table.line(ratio)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
