"""The long run of faults: each one at each request, then random pairs."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from chatops.cli.output import say
from tests.chaos.faults import FAULTS, Case, Ended, cases, pairs, play, requests


def run(seed: int, count: int, at_once: int = 2) -> bool:
    """Play them all, and as many pairs as that; whether all went well."""
    found = requests()
    singles, doubles = cases(found), pairs(found, random.Random(seed), count)
    say(f"{len(found)} requests in the flow, {len(singles)} single faults, {len(doubles)} pairs")
    ended: list[Ended] = []
    with ProcessPoolExecutor(at_once) as pool:
        for case, end in zip([*singles, *doubles], pool.map(play, [*singles, *doubles]), strict=True):
            ended.append(end)
            if end.wrong:
                say(f"  {_named(case)}: {end.wrong}")
    say("fault                  played  by itself  after retry  wrong")
    for name in FAULTS:
        _row(name, [end for case, end in zip(singles, ended, strict=False) if case[0][1] == name])
    _row("pairs", ended[len(singles) :])
    missed = sum(not end.met for end in ended)
    say(f"{missed} faults were planned at a request that was not made again")
    return not any(end.wrong for end in ended)


def _row(name: str, ended: Sequence[Ended]) -> None:
    count = Counter("wrong" if end.wrong else "retry" if end.told else "itself" for end in ended)
    say(f"{name:21} {len(ended):7} {count['itself']:10} {count['retry']:12} {count['wrong']:6}")


def _named(case: Case) -> str:
    return " and ".join(f"{name} at {request}" for request, name in case)
