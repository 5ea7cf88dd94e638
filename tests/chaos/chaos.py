"""Many incidents at once, and nobody safe: responders, their drainers and workers are killed over and over.

`play` is the run; `checker` judges what it left in the store and at the remotes.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from chatops.sandbox import Fault as Wrong
from chatops.store import Delivery
from tests.chaos.checker import Fault, check
from tests.chaos.ground import Ground, until
from tests.chaos.points import DEADLINE, POINTS
from tests.chaos.script import Command, script

#: A command that was killed is given again, and the last time nobody kills it.
PRESSES: Final = 3
RECORDED: Final = (0, 3)
#: The store was away, and nothing was recorded; or nobody knows, and the command has a key.
STORE_AWAY: Final = 4
#: How long a slow remote takes: nearly as long as any call waits for it.
SLOW: Final = DEADLINE - 0.5


@dataclass(frozen=True)
class Plan:
    """How a run goes.

    `killed` and `slow` are shares, of the commands that are killed, and of those before which a remote is
    told to take its time. `lags` are the seconds after which each remote's search knows of what there is. Of
    several `workers` each is on a host of its own.
    """

    seed: int
    incidents: int
    at_once: int = 3
    most_words: int = 4
    killed: float = 0.4
    lags: Mapping[str, float] = field(default_factory=dict)
    slow: float = 0.0
    workers: int = 1
    points: Sequence[str] = tuple(POINTS)


def play(ground: Ground, plan: Plan, restart: Callable[[], None] | None = None) -> list[Fault]:
    """Run it, let what is left be delivered in peace, and return all that is wrong then.

    With `restart`, which restarts the store's server, that happens every now and then.
    """
    acknowledged: list[Command] = []
    over = threading.Event()
    ground.box.faults.plan(
        *(Wrong(kind="lag", standin=name, seconds=lag, times=None) for name, lag in plan.lags.items())
    )
    responders = [
        _Responder(ground, plan, number, may_be_away=restart is not None) for number in range(plan.incidents)
    ]
    others = [
        threading.Thread(target=_butcher, args=(ground, plan, over, number)) for number in range(plan.workers)
    ]
    if restart:
        others.append(threading.Thread(target=_restarter, args=(plan, over, restart)))
    try:
        with ThreadPoolExecutor(plan.at_once) as pool:
            # With nobody else about, who might do the work in their place, they surely get to the point.
            list(pool.map(_Responder.die, responders, plan.points))
            for other in others:
                other.start()
            for commands in pool.map(_Responder.live, responders):
                acknowledged += commands
    finally:
        over.set()
        for other in others:
            if other.ident:
                other.join()
    finish(ground)
    return judge(ground, acknowledged, overtaken=bool(plan.slow))


def judge(ground: Ground, acknowledged: Sequence[Command] = (), *, overtaken: bool = False) -> list[Fault]:
    """All that is wrong; see `checker.check`."""
    with ground.service() as service:
        return check(
            service,
            ground.box.standins,
            committed=ground.committed(),
            acknowledged=acknowledged,
            overtaken=overtaken,
        )


def finish(ground: Ground) -> None:
    """Deliver what is left; what waits for a person is tried again, a few times."""
    for _ in range(5):
        until(lambda: not ground.drainers())
        ground.run("worker", "--until-done")
        with ground.service() as service:
            left = service.store.deliveries.unsettled()
        if not left:
            return
        if _for_a_person(left):
            ground.run("retry", "--all")


def _for_a_person(left: list[Delivery]) -> bool:
    return any(delivery.state == "failed" for delivery in left)


class _Responder:
    """Carries one incident along, and presses again what did not seem to work."""

    def __init__(self, ground: Ground, plan: Plan, number: int, *, may_be_away: bool) -> None:
        self._ground = ground
        self._may_be_away = may_be_away
        self._plan = plan
        self._rng = random.Random(f"{plan.seed}.{number}")
        self._commands = script(number, self._rng, plan.most_words)

    def die(self, point: str) -> None:
        """Get as far as this point of the declaration."""
        code = self._ground.run(*self._commands[0].words, point=f"{point}:1")
        assert code < 0, f"{point} was not passed: {self._ground.errors()[-2000:]}"

    def live(self) -> list[Command]:
        """The commands that were given, and whose success was seen."""
        declaration = self._commands[0]
        for command in self._commands:
            words = command.words
            if not command.declares:
                words = (*words, "-i", f"INC-{self._incident(declaration.key)}")
            self._press(words)
        return self._commands

    def _press(self, words: tuple[str, ...]) -> None:
        for press in range(PRESSES + 1):
            if self._rng.random() < self._plan.slow:
                slow = Wrong(kind="wait", method=self._rng.choice(["POST", "PATCH"]), seconds=SLOW)
                self._ground.box.faults.plan(slow)
            code = self._given(words, press)
            if code in RECORDED:
                return
            if code == STORE_AWAY and self._may_be_away:
                continue
            assert code < 0, f"chatops {' '.join(words)} ended with {code}: {self._ground.errors()[-2000:]}"
        raise AssertionError(f"chatops {' '.join(words)} died even where nobody killed it")

    def _given(self, words: tuple[str, ...], press: int) -> int:
        """Give the command, perhaps to its death."""
        rng = self._rng
        if rng.random() < 0.1:
            return self._together(words)
        if press == PRESSES or rng.random() > self._plan.killed:
            return self._ground.run(*words)
        if rng.random() < 0.3:
            return self._ground.run(*words, after=rng.uniform(0.1, 0.5))
        return self._ground.run(*words, point=self._point())

    def _together(self, words: tuple[str, ...]) -> int:
        """Two people give one command at one moment; one of them may be killed."""
        with self._ground.command(*words, point=self._point()) as other:
            code = self._ground.run(*words)
            other.wait()
        return code

    def _point(self) -> str:
        return f"{self._rng.choice(self._plan.points)}:{self._rng.randint(1, 6)}"

    def _incident(self, key: str) -> int:
        with self._ground.service() as service:
            found = service.store.log.open_with_key(key)
        assert found, f"{key} was recorded, and is not there"
        return found.number


def _butcher(ground: Ground, plan: Plan, over: threading.Event, number: int) -> None:
    """Keeps a worker running, and kills it and its like every now and then."""
    rng = random.Random(f"{plan.seed}.butcher {number}")
    while not over.is_set():
        point = f"{rng.choice(plan.points)}:{rng.randint(1, 12)}" if rng.random() < 0.5 else ""
        host = f"host-{number}" if plan.workers > 1 else ""
        with ground.command("worker", point=point, host=host) as worker:
            over.wait(plan.workers * rng.uniform(0.5, 2.0))
            if not over.is_set():
                ground.kill(worker)
        if rng.random() < 0.3:
            ground.kill_drainers()
        if rng.random() < 0.2:
            ground.run("retry", "--all", point=f"{rng.choice(plan.points)}:{rng.randint(1, 6)}")


def _restarter(plan: Plan, over: threading.Event, restart: Callable[[], None]) -> None:
    """Takes the store away from everybody for a moment, every now and then."""
    rng, pause = random.Random(f"{plan.seed}.restarter"), 1.0
    while not over.wait(pause):
        restart()
        pause = rng.uniform(4.0, 8.0)
