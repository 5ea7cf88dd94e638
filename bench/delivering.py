"""What a worker costs: beside the commits that a delivery needs, and beside a job queue that does nothing."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Final

import jobs
from backlog import Place
from databases import database
from table import Ratio, of_medians

#: The file system that no disk slows down; what a process holds is the same on it.
MEMORY: Final = Path("/dev/shm")
#: A delivery may take as long as its commits, divided by this, and as a job that does nothing, by the other.
OF_COMMITS: Final = 0.6
OF_JOBS: Final = 0.5


def measure(folder: Path, *, runs: int, deliveries: int) -> Iterator[Ratio]:
    """Deliveries to plugins that do nothing, by one worker on a file, by one and by two on a database."""
    place = Place(folder / "sqlite", folder / "delivering.db")
    yield _measured("SQLite", place, 1, runs, deliveries)[0]
    with database() as urls:
        if urls is None:
            return
        yield from _picked_up(folder, urls, runs * 10)
        bare = [jobs.seconds_each(urls(), deliveries) for _ in range(runs)]
        for workers in (1, 2):
            place = Place(folder / f"postgres {workers}", urls())
            what = f"PostgreSQL, {workers} worker{'s' * (workers > 1)}"
            ratio, took = _measured(what, place, workers, runs, deliveries)
            yield ratio
            yield of_medians(f"a delivery, {what} / a procrastinate job", 1 / OF_JOBS, took, bare)


def memory(folder: Path, *, deliveries: int) -> Iterator[Ratio]:
    """What a worker holds in the end, beside what it held after a tenth of its work."""
    if not MEMORY.is_dir():
        return
    kept = Path(mkdtemp(dir=MEMORY))
    try:
        place = Place(folder / "memory", kept / "chatops.db")
        with place.workers(1) as (worker,):
            held = []
            for _ in range(10):
                place.plan(deliveries // 10)
                place.until_done()
                held.append(_resident(worker))
        what = f"memory after {deliveries:,} deliveries / after {deliveries // 10:,}"
        yield Ratio(what, held[-1] / held[0], 1.1, f"{held[-1]:.1f} MB / {held[0]:.1f} MB")
        place.store.close()
    finally:
        shutil.rmtree(kept)


def _picked_up(folder: Path, urls: Callable[[], str], times: int) -> Iterator[Ratio]:
    """From the commit to the beginning of the call, by a worker that had nothing to do."""
    place = Place(folder / "picked up", urls(), clock=True)
    with place.workers(1):
        ours = _waits(place.plan_one, place.started, times)
    place.store.close()
    url, started = urls(), folder / "started"
    jobs.seconds_each(url, 1)
    with jobs.listening(folder, url, started) as defer:
        defer()
        theirs = _waits(defer, started, times)
    yield of_medians("from commit to call, PostgreSQL / to a procrastinate job", None, ours, theirs)
    yield of_medians("the same, the longest", None, [max(ours)], [max(theirs)])


def _waits(plan: Callable[[], object], started: Path, times: int) -> list[float]:
    """How long it took from each of the plans until something was started."""
    _appended(started, 1)
    waited = []
    for _ in range(times):
        # Whoever has just worked may not wait again yet.
        time.sleep(0.2)
        known = len(started.read_text().splitlines())
        plan()
        committed = time.time()
        waited.append(_appended(started, known + 1) - committed)
    return waited


def _appended(started: Path, count: int) -> float:
    """When so many were started."""
    while True:
        lines = started.read_text().splitlines() if started.exists() else []
        if len(lines) >= count:
            return float(lines[-1])
        time.sleep(0.005)


def _measured(what: str, place: Place, workers: int, runs: int, deliveries: int) -> tuple[Ratio, list[float]]:
    """A delivery beside its commits, and how long each took in each run."""
    took, commits = [], []
    with place.workers(workers):
        for _ in range(runs):
            place.plan(deliveries)
            place.until_done()
            took.append(place.seconds_each(deliveries))
            commits.append(median(place.seconds_of_commits() for _ in range(50)))
    place.store.close()
    return of_medians(f"a delivery, {what} / its commits", 1 / OF_COMMITS, took, commits), took


def _resident(process: int) -> float:
    """The memory that a process holds, in MB."""
    # The collector of garbage may be about to run.
    time.sleep(0.5)
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(process)
