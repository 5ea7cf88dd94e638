"""`ctx.once`: created once, whatever became of the answer."""

from datetime import timedelta
from typing import Any
from urllib.error import URLError

import pytest
import time_machine

from chatops import errors
from chatops.events import Link, utcnow
from chatops.incident import Incident
from chatops.service import Service
from chatops.store import Step
from tests.kit import deliver
from tests.stage import Call, Remote, Stage, again, declare, link, only, ticket

pytestmark = pytest.mark.any_store


@pytest.fixture
def remote() -> Remote:
    return Remote()


def step(service: Service, incident: Incident) -> Step:
    delivery = only(service, incident, "teller")
    found = service.store.steps.get(delivery.event, "teller", "ticket")
    assert found
    return found


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.teller]\n")


def test_the_first_time_it_creates_without_looking(stage: Stage, service: Service, remote: Remote) -> None:
    stage.play("teller", ticket(remote))
    incident = declare(service)
    deliver(service, incident)
    event = only(service, incident, "teller").event
    assert remote.asked == [f"create {event}.teller.ticket"]
    assert service.incident(incident.id).link("teller", "ticket") == link("ticket", "1")


def test_a_finished_step_asks_nobody_again(stage: Stage, service: Service, remote: Remote) -> None:
    def ticket_then_crash(call: Call) -> None:
        results.append(call.ctx.once("ticket", create=remote.create, find=remote.find))
        raise ValueError("later in the same hook")

    results: list[Link] = []
    stage.play("teller", ticket_then_crash)
    incident = declare(service)
    deliver(service, incident)
    again(service, incident)
    assert remote.verbs == ["create"]
    assert results == [link("ticket", "1")] * 2


def test_a_result_is_kept_before_the_next_step_begins(stage: Stage, service: Service, remote: Remote) -> None:
    seen: list[str | None] = []

    def two_steps(call: Call) -> None:
        call.ctx.once("ticket", create=remote.create, find=remote.find)
        other = Service(type(service.store)(service.store.where), service.config)
        seen.append(step(other, incident).result)
        other.store.close()

    stage.play("teller", two_steps)
    incident = declare(service)
    deliver(service, incident)
    assert seen
    assert seen[0]
    assert "ticket" in seen[0]


def test_a_lost_answer_is_found_and_nothing_is_created(
    stage: Stage, service: Service, remote: Remote
) -> None:
    remote.lost = errors.Unknown("no answer")
    stage.play("teller", ticket(remote))
    incident = declare(service)
    deliver(service, incident)
    assert only(service, incident, "teller").state == "unconfirmed"
    remote.lost = None
    again(service, incident)
    assert remote.verbs == ["create", "find"]
    assert only(service, incident, "teller").state == "done"
    assert step(service, incident).result
    assert service.incident(incident.id).link("teller", "ticket") == link("ticket", "1")


def test_what_is_not_found_is_created_only_when_its_absence_can_be_believed(
    stage: Stage, service: Service, remote: Remote
) -> None:
    remote.lost, remote.blind = errors.Unknown("no answer"), True
    stage.play("teller", ticket(remote, settle=60.0))
    incident = declare(service)
    deliver(service, incident)
    not_before = step(service, incident).not_before
    assert not_before
    remote.lost = None
    again(service, incident)
    kept = only(service, incident, "teller")
    assert (kept.state, kept.due_at) == ("unconfirmed", not_before)
    assert "may have arrived already" in kept.reason
    assert remote.verbs == ["create", "find"]

    with time_machine.travel(not_before + timedelta(seconds=1), tick=True):
        again(service, incident)
    assert remote.verbs == ["create", "find", "find", "create"]
    assert only(service, incident, "teller").state == "done"


@pytest.mark.parametrize("spent", [0.0, 4.0], ids=["at once", "late in the call"])
def test_the_wait_covers_the_whole_call_and_a_slow_remote(
    stage: Stage, service: Service, remote: Remote, spent: float
) -> None:
    """A request may leave right before the deadline, here of 5 s; the remote may then work on it for as long
    as any call waits for an answer, which is 5 s again, whoever sent it is dead or alive.
    """

    def after_a_while(call: Call) -> object:
        vars(call.ctx.deadline)["_end"] -= spent
        return ticket(remote, settle=60.0)(call)

    remote.lost = errors.Unknown("no answer")
    stage.play("teller", after_a_while)
    incident = declare(service)
    before = utcnow()
    deliver(service, incident)
    known = step(service, incident)
    assert known.not_before
    assert known.posted_at
    assert before <= known.posted_at <= utcnow()
    longest = timedelta(seconds=5 - spent + 5 + 60)
    assert longest - timedelta(seconds=1) < known.not_before - known.posted_at <= longest


@pytest.mark.parametrize(
    ("error", "state"),
    [(errors.Unavailable("search is down"), "unconfirmed"), (ValueError("a defect"), "failed")],
)
def test_where_find_fails_nothing_is_created(
    stage: Stage, service: Service, remote: Remote, error: BaseException, state: str
) -> None:
    remote.lost, remote.find_fails = errors.Unknown("no answer"), error
    stage.play("teller", ticket(remote))
    incident = declare(service)
    deliver(service, incident)
    with time_machine.travel(utcnow() + timedelta(days=1), tick=True):
        again(service, incident)
    assert remote.verbs == ["create", "find"]
    assert only(service, incident, "teller").state == state
    assert step(service, incident).posted_at


@pytest.mark.parametrize(
    "error",
    [
        errors.Rejected("400"),
        errors.Unavailable("refused"),
        errors.Gone("404"),
        ConnectionRefusedError(),
        URLError(ConnectionRefusedError()),
    ],
)
def test_a_definite_no_is_remembered_as_one(
    stage: Stage, service: Service, remote: Remote, error: BaseException
) -> None:
    remote.lost = error
    stage.play("teller", ticket(remote))
    incident = declare(service)
    deliver(service, incident)
    assert (step(service, incident).posted_at, step(service, incident).not_before) == (None, None)
    assert only(service, incident, "teller").state != "unconfirmed"
    remote.lost = None
    again(service, incident)
    assert remote.verbs == ["create", "create"]


@pytest.mark.parametrize(
    "error",
    [errors.Unknown("no answer"), TimeoutError("read"), ValueError("a defect"), SystemExit(1)],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_may_have_arrived(
    stage: Stage, service: Service, remote: Remote, error: BaseException
) -> None:
    remote.lost = error
    stage.play("teller", ticket(remote))
    incident = declare(service)
    deliver(service, incident)
    assert step(service, incident).posted_at
    remote.lost = None
    again(service, incident)
    assert remote.verbs == ["create", "find"]


def test_without_find_it_is_created_again(stage: Stage, service: Service, remote: Remote) -> None:
    remote.lost = errors.Unknown("no answer")
    stage.play("teller", ticket(remote, find=None))
    incident = declare(service)
    deliver(service, incident)
    remote.lost = None
    again(service, incident)
    assert remote.verbs == ["create", "create"]
    assert only(service, incident, "teller").state == "done"


@pytest.mark.parametrize("made", ["PROJ-1", None, Link("ticket", 7)])  # type: ignore[arg-type]
def test_a_creation_that_returns_no_link_is_a_defect_and_is_looked_for(
    stage: Stage, service: Service, remote: Remote, made: Any
) -> None:
    def create(key: str) -> Any:
        remote.create(key)
        return made

    stage.play("teller", ticket(remote, create=create))
    incident = declare(service)
    deliver(service, incident)
    kept = only(service, incident, "teller")
    assert kept.state == "failed"
    assert "the step ticket returned" in kept.reason
    assert step(service, incident).result is None
    again(service, incident)
    assert remote.verbs == ["create", "find"]
    assert only(service, incident, "teller").state == "done"
