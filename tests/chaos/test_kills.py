"""Killed at every point, and at any moment: nothing is lost, and nothing is there twice."""

import signal
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack

import pytest
from werkzeug.wrappers import Request, Response

from chatops.cli.flow import STILL_OWED
from chatops.sandbox import StandIn
from tests.chaos.chaos import Plan, finish, judge, play
from tests.chaos.ground import LONGEST, Ground, until
from tests.chaos.points import POINTS, SETTLE
from tests.postgres import Server
from tests.processes import SOON

# A machine that is busy with other things takes several times as long.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * LONGEST)]

#: Where a remote may know more than we do.
IN_DOUBT = ("request-sent", "request-done", "answer-read")
LAGS = {"jira": 3600.0, "slack": SETTLE / 2, "statuspage": SETTLE / 2}


@pytest.mark.parametrize(
    "plan",
    [
        Plan(seed=20, incidents=12, most_words=1),
        Plan(seed=21, incidents=4, most_words=1, points=IN_DOUBT, lags=LAGS),
    ],
    ids=["as it comes", "searches lag"],
)
def test_nothing_is_lost_and_nothing_is_there_twice(plan: Plan) -> None:
    with Ground() as ground:
        faults = play(ground, plan)
        kills = ground.kills()
    assert faults == []
    assert {point for point in plan.points if not kills[point]} == set()
    assert set(plan.points) <= set(POINTS)


def test_three_hosts_at_a_database_that_is_restarted(postgres: Server) -> None:
    """Each worker is killed every few seconds, and what it held is taken over by the others."""
    with Ground(postgres.empty()) as ground:
        plan = Plan(
            seed=22, incidents=2, at_once=2, most_words=1, killed=0.2, workers=3, points=("lane-leased",)
        )
        restarts: list[int] = []

        def restart() -> None:
            restarts.append(len(restarts))
            postgres.restart()

        assert play(ground, plan, restart) == []
        assert ground.kills()["any moment"]
        assert restarts


@pytest.mark.parametrize("instance", ["jira", "slack"])
def test_what_was_made_is_remembered_with_its_delivery(instance: str) -> None:
    """A delivery that is done without its link would leave all later ones without a ticket or a channel."""
    with Ground() as ground:
        declared = ("declare", "Checkout returns 500s", "--key", "one")
        assert ground.run(*declared, point=f"event-unwritten@{instance}:1") == -signal.SIGKILL
        ground.run("note", "-m", "Seen in Frankfurt, too")
        finish(ground)
        assert judge(ground) == []


class Gate:
    """Keeps the first request of this kind from being worked on until it is opened."""

    def __init__(self, standin: StandIn, path: str) -> None:
        self.arrived, self.opened, self.done = (threading.Event() for _ in range(3))
        self._path = path
        self._respond = standin.respond
        vars(standin)["respond"] = self

    def __call__(self, request: Request) -> Response:
        first = not self.arrived.is_set() and request.method == "POST" and request.path.endswith(self._path)
        if first:
            self.arrived.set()
            self.opened.wait(LONGEST)
        answer = self._respond(request)
        if first:
            self.done.set()
        return answer


def test_a_remote_goes_on_after_its_caller_was_killed() -> None:
    """What is on its way when the caller dies arrives later than the searches' settle alone would allow."""
    created = {"jira": ("jira", "/issue"), "status": ("statuspage", "/incidents")}
    with Ground(deadline=LONGEST) as ground, ExitStack() as running:
        gates = [Gate(ground.box.standins[standin], path) for standin, path in created.values()]
        for name in created:
            words = ("declare", name, "--public", "Card payments fail.", "--key", name)
            declared = running.enter_context(ground.command(*words, point=f"request-sent@{name}:1"))
            assert declared.wait(SOON) == -signal.SIGKILL
        until(lambda: all(gate.arrived.is_set() for gate in gates))
        settled = time.monotonic() + SETTLE
        until(lambda: time.monotonic() > settled)
        assert ground.run("retry", "--all") == STILL_OWED, "it is not there, and may still come"
        for gate in gates:
            gate.opened.set()
        until(lambda: all(gate.done.is_set() for gate in gates))
        ground.run("retry", "--all")
        # What else the two were about to do is waited for, too, and judged elsewhere.
        made = [fault for fault in judge(ground) if fault.kind == "duplicate"]
        assert (made, made_by(ground, created)) == ([], {"jira": "done", "status": "done"})


def made_by(ground: Ground, instances: Iterable[str]) -> dict[str, str]:
    """What became of each instance's first delivery for the incident of its name."""
    with ground.service() as service:
        log, deliveries = service.store.log, service.store.deliveries
        found = {name: log.open_with_key(name) for name in instances}
        return {
            name: deliveries.of_lane(incident.id, name)[0].state
            for name, incident in found.items()
            if incident
        }
