"""The long run: `make chaos`, or `python -m tests.chaos.run --seed 7 --incidents 100 --pairs 50`."""

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from chatops.cli.output import say
from tests.chaos import every_fault, model
from tests.chaos.chaos import Plan, play
from tests.chaos.checker import KINDS, Fault
from tests.chaos.ground import Ground
from tests.chaos.points import POINTS, SETTLE
from tests.postgres import running

LESS = SETTLE / 2
#: For ever: a search that one might as well not ask.
MORE = 3600.0
#: What share of all incidents each kind of run has, and what is special about it.
RUNS: dict[str, tuple[float, dict[str, Any]]] = {
    "as it comes": (0.4, {}),
    "searches lag, by less than settle": (0.25, {"lags": {"jira": LESS, "slack": LESS, "statuspage": LESS}}),
    # The others are found by their lists alone, and can only be waited for.
    "Jira's search lags, by more than settle": (0.15, {"lags": {"jira": MORE}}),
    "slow remotes": (0.2, {"slow": 0.15}),
}
#: On a database of its own, which is restarted every few seconds.
TEAM = "PostgreSQL, three workers, restarts"
RUNS[TEAM] = (0.2, {"workers": 3, "at_once": 6})

FAULTS = "faults"
MODEL = "model"
SHOWN = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--incidents", type=int, default=500)
    parser.add_argument("--kills", type=int, default=300, help="how many there have to be at least")
    parser.add_argument("--pairs", type=int, default=200, help="of faults, after every single one")
    parser.add_argument("--examples", type=int, default=300, help="of the model")
    parser.add_argument("--only", choices=[*RUNS, FAULTS, MODEL], help="one kind of run")
    given = parser.parse_args()
    say(f"seed {given.seed}")
    well = given.only in {FAULTS, MODEL} or _kill(given)
    if given.only in {None, FAULTS}:
        well = every_fault.run(given.seed, given.pairs) and well
    if given.only in {None, MODEL}:
        model.run(given.seed, model.profile(given.examples))
    return int(not well)


def _kill(given: argparse.Namespace) -> bool:
    runs = {name: run for name, run in RUNS.items() if given.only in {None, name}}
    kills: Counter[str] = Counter()
    faults: list[Fault] = []
    say(f"{'run':40} incidents  kills  {'  '.join(KINDS)}  seconds")
    for name, (share, more) in runs.items():
        count = round(given.incidents * (share if given.only is None else 1))
        plan = replace(Plan(given.seed, count), **more)
        began = time.monotonic()
        with ExitStack() as stack:
            server = stack.enter_context(running()) if name == TEAM else None
            ground = stack.enter_context(Ground(server.empty() if server else "chatops.db"))
            found = play(ground, plan, server.restart if server else None)
            killed = ground.kills()
        kills += killed
        faults += found
        _row(name, count, killed.total(), found, time.monotonic() - began)
    for point in [*POINTS, "any moment"]:
        say(f"{POINTS.get(point, 'at any moment'):57}{kills[point]:5}")
    for fault in faults[:SHOWN]:
        say(f"  {fault.kind}: {fault.what}")
    if kills.total() < given.kills:
        say(f"only {kills.total()} kills, not {given.kills}")
    return not faults and kills.total() >= given.kills


def _row(name: str, incidents: int, kills: int, faults: list[Fault], seconds: float) -> None:
    count = Counter(fault.kind for fault in faults)
    found = "  ".join(f"{count[kind]:{len(kind)}}" for kind in KINDS)
    say(f"{name:40} {incidents:9}  {kills:5}  {found}  {seconds:7.0f}")


if __name__ == "__main__":
    sys.exit(main())
