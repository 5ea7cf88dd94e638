"""Random commands, faults, deaths and clocks, and after every step the promises.

A rule does nothing where there is nothing to do it to: what can be done next depends on what was recorded
alone, so that a run can be repeated, and made smaller.
"""

import sys
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatops.sandbox import Fault
from chatops.service import Act
from tests.chaos.mortal import DEADLINE, World
from tests.chaos.player import ACTOR, Player
from tests.chaos.points import POINTS
from tests.chaos.watcher import Watcher

MOST_INCIDENTS: Final = 3
KEYS: Final = st.sampled_from([None, None, "k1", "k2"])
WHICH: Final = st.integers(0, MOST_INCIDENTS - 1)
MOSTLY: Final = st.sampled_from([True, True, False])
RARELY: Final = st.sampled_from([False, False, False, True])
#: The plugins' instances, and what stands in for their remotes.
INSTANCES: Final = {"jira": "jira", "slack": "slack", "status": "statuspage"}
#: What a remote says no with, so that a person has to act; and what passes by itself.
NO: Final = [400, 401, 403, 404]
LATER: Final = [429, 500, 502, 503]
#: How long each remote's search may lag, in seconds: not longer than its plugin waits, but for Jira's.
LAGS: Final = {"jira": 3600.0, "slack": 8.0, "statuspage": 25.0}
#: The methods of the requests that each remote is asked; an empty one stands for all.
METHODS: Final = {"jira": ("", "POST", "PUT"), "slack": ("",), "statuspage": ("", "POST", "PATCH")}
TOO_LONG: Final = DEADLINE + 0.2


def _faults(**what: Any) -> st.SearchStrategy[Fault]:
    """A fault of one of these kinds, at a request such as there are."""
    where = st.sampled_from([(name, method) for name, methods in METHODS.items() for method in methods])
    return st.builds(
        lambda where, skip, times, **more: Fault(
            standin=where[0], method=where[1], skip=skip, times=times, **more
        ),
        where=where,
        skip=st.sampled_from([0, 0, 0, 1, 2]),
        times=st.sampled_from([1, 1, 2, 6]),
        **{name: st.sampled_from(values) for name, values in what.items()},
    )


class Machine(RuleBasedStateMachine):
    """The product, its remotes, and somebody who does anything."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.world = self._stack.enter_context(World())
        self.player = Player(self.world)
        self.watcher = Watcher(self.world, self.player.promises)
        self._refused: set[str] = set()

    @initialize(choice=st.integers(0, 1), restricted=RARELY, delivered=MOSTLY)
    def begin(self, choice: int, restricted: bool, delivered: bool) -> None:
        self.player.press(self.player.new("declare", None, None, choice, restricted), delivered)

    @rule(key=KEYS, choice=st.integers(0, 1), restricted=RARELY, delivered=MOSTLY)
    def declare(self, key: str | None, choice: int, restricted: bool, delivered: bool) -> None:
        if len(self.player.promises.known) < MOST_INCIDENTS:
            self.player.press(self.player.new("declare", None, key, choice, restricted), delivered)

    @rule(
        what=st.sampled_from(["acknowledge", "update", "note", "assign"]),
        which=WHICH,
        key=KEYS,
        choice=st.integers(0, 6),
        delivered=MOSTLY,
    )
    def respond(self, what: str, which: int, key: str | None, choice: int, delivered: bool) -> None:
        self.player.press_on(what, which, delivered, key, choice)

    @rule(what=st.sampled_from(["resolve", "cancel", "reopen"]), which=WHICH, key=KEYS, delivered=MOSTLY)
    def end(self, what: str, which: int, key: str | None, delivered: bool) -> None:
        self.player.press_on(what, which, delivered, key)

    @rule(which=WHICH, key=KEYS, delivered=MOSTLY)
    def say(self, which: int, key: str | None, delivered: bool) -> None:
        self.player.press_on("publish", which, delivered, key)

    @rule(
        what=st.sampled_from(["correct", "draft", "approve", "reject"]),
        which=WHICH,
        key=KEYS,
        delivered=MOSTLY,
    )
    def weigh_words(self, what: str, which: int, key: str | None, delivered: bool) -> None:
        self.player.press_on(what, which, delivered, key)

    @rule(what=st.sampled_from(["restrict", "unrestrict"]), which=WHICH, delivered=MOSTLY)
    def keep_to_few(self, what: str, which: int, delivered: bool) -> None:
        self.player.press_on(what, which, delivered)

    @rule(delivered=MOSTLY)
    def press_again(self, delivered: bool) -> None:
        self.player.again(MOST_INCIDENTS, delivered)

    @rule(which=WHICH)
    def deliver(self, which: int) -> None:
        if (incident := self.player.incident(which)) is not None:
            self.world.deliver(incident)

    @rule(rounds=st.sampled_from([1, 1, 4]))
    def work(self, rounds: int) -> None:
        self.world.work(rounds)

    @rule(fault=_faults(kind=["drop_after", "garbage"]), lags=st.booleans())
    def answer_is_lost(self, fault: Fault, lags: bool) -> None:
        """Where its search lags, too, the remote cannot even be asked."""
        self.world.box.faults.plan(fault)
        if lags:
            self._lag(fault.standin)

    @rule(fault=_faults(kind=["status"], status=LATER) | _faults(kind=["drop_before"]))
    def is_down(self, fault: Fault) -> None:
        self.world.box.faults.plan(fault)

    @rule(fault=_faults(kind=["status"], status=NO))
    def refuses(self, fault: Fault) -> None:
        self.world.box.faults.plan(fault)
        self._refused.add(fault.standin)

    @rule(standin=st.sampled_from(sorted(LAGS)))
    def search_lags(self, standin: str) -> None:
        self._lag(standin)

    @rule(
        standin=st.sampled_from(sorted(LAGS)),
        seconds=st.sampled_from([0.02, 0.02, 0.02, 0.02, 0.02, TOO_LONG]),
    )
    def keeps_waiting(self, standin: str, seconds: float) -> None:
        self.world.box.faults.plan(Fault(kind="wait", standin=standin, seconds=seconds))

    @rule(
        point=st.sampled_from(sorted(POINTS)),
        instance=st.sampled_from(sorted(INSTANCES)),
        nth=st.sampled_from([1, 1, 2, 5]),
        lags=st.booleans(),
    )
    def doom(self, point: str, instance: str, nth: int, lags: bool) -> None:
        # What is written of a link is of one instance, too; what is written first is a command's.
        of_one = point.startswith(("request", "answer", "event-un") if lags else ("request", "answer"))
        self.world.doom(f"{point}@{instance}" if of_one else point, nth)
        if lags and of_one:
            self._lag(INSTANCES[instance])

    @rule(seconds=st.sampled_from([5, 60, 20 * 60, 24 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.passes(timedelta(seconds=seconds))

    @rule(minutes=st.sampled_from([-60, -10, -1, 0]))
    def clock_is_set(self, minutes: int) -> None:
        ahead = timedelta(minutes=minutes)
        if ahead > self.world.clock.ahead:
            # A step ahead ends waits early: what a search does not show by then is not promised to be found.
            self.world.clock.passes(timedelta(seconds=max(LAGS.values())))
        self.world.clock.set(ahead)

    @rule()
    def retry(self) -> None:
        service = self.world.service
        left = [d for d in service.store.deliveries.unsettled() if d.state != "pending"]
        if self.world.survives(lambda: service.retry(left)):
            for incident in {delivery.incident: None for delivery in left}:
                self.world.deliver(incident)

    @rule(nth=st.integers(0, 5))
    def skip(self, nth: int) -> None:
        service = self.world.service
        left = service.store.deliveries.unsettled()
        if left:
            act = Act(actor=ACTOR)
            self.world.survives(lambda: service.skip(left[nth % len(left)], "given up", act))

    @invariant()
    def promises_hold(self) -> None:
        self.watcher.look()

    def teardown(self) -> None:
        with self._stack:
            # A step that failed has said what is wrong.
            if sys.exc_info()[0] is None:
                self.watcher.all_is_told(self._refused)

    def _lag(self, standin: str) -> None:
        lag = Fault(kind="lag", standin=standin, seconds=LAGS[standin], times=None)
        self.world.box.faults.plan(lag)
