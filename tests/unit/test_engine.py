"""Who runs deliveries later: a worker that wakes when something falls due, one drainer, or nobody."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chatops import errors
from chatops.config import load
from chatops.dispatch.drain import Drain
from chatops.engine import local
from chatops.engine.bell import Bell
from chatops.events import utcnow
from chatops.service import Service
from chatops.settings import CoreSettings
from chatops.store import Delivery
from tests.kit import deliver, states
from tests.stage import SOON, Call, Stage, declare, lane, only, update

pytestmark = pytest.mark.any_store


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.teller]\n")


@pytest.fixture
def bell() -> Iterator[Bell]:
    """Ends whatever still works when the test is over."""
    made = Bell()
    yield made
    made.end()


def working(service: Service, bell: Bell, **more: Any) -> threading.Thread:
    """A worker, in a thread of its own."""
    thread = threading.Thread(target=lambda: list(service.engine.work(bell, **more)), daemon=True)
    thread.start()
    return thread


def test_a_worker_that_is_to_end_when_nothing_is_left_does(stage: Stage, service: Service) -> None:
    incident = declare(service)
    update(service, incident, "more")
    ended = list(service.engine.work(Bell(), until_done=True))
    assert [d.hook for d in ended] == ["incident_declared", "incident_updated"]
    assert list(service.engine.work(Bell(), until_done=True)) == []


def test_what_waits_for_a_person_is_not_waited_for(stage: Stage, service: Service) -> None:
    stage.fail("teller", errors.Rejected("no such project"))
    declare(service)
    assert [d.state for d in service.engine.work(Bell(), until_done=True)] == ["failed"]


def test_a_worker_wakes_when_something_falls_due(
    stage: Stage, service: Service, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the due time can wake it in time.
    monkeypatch.setattr(local, "POLL", 60.0)
    stage.fail("teller", errors.Unknown("no answer"))
    incident = declare(service)
    deliver(service, incident)
    due = utcnow() + timedelta(seconds=0.5)
    service.store.deliveries.settle(only(service, incident, "teller"), "retry", due_at=due)
    called: list[bool] = []
    reached = threading.Event()

    def in_time(call: Call) -> None:
        called.append(utcnow() >= due)
        reached.set()

    stage.play("teller", in_time)
    worker = working(service, bell, until_done=True)
    assert reached.wait(SOON)
    worker.join(SOON)
    assert not worker.is_alive()
    assert called == [True]


def test_a_worker_finds_what_another_process_left(
    stage: Stage, service: Service, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "POLL", 0.1)
    worker = working(service, bell)
    reached = threading.Event()
    stage.play("teller", lambda call: reached.set())
    declare(service)
    assert reached.wait(SOON)
    bell.end()
    worker.join(SOON)
    assert not worker.is_alive()


def test_a_worker_that_is_stopped_begins_nothing_new(stage: Stage, service: Service, bell: Bell) -> None:
    incident = declare(service)
    for number in range(3):
        update(service, incident, str(number))
    begun, go = threading.Event(), threading.Event()

    def slow(call: Call) -> None:
        begun.set()
        assert go.wait(SOON)

    stage.play("teller", slow)
    worker = working(service, bell)
    assert begun.wait(SOON)
    bell.end()
    go.set()
    worker.join(SOON)
    assert not worker.is_alive()
    assert stage.told("teller") == ["incident_declared"]
    assert lane(service, incident, "teller")[0] == "incident_declared done"


def test_a_store_that_is_locked_for_long_does_not_end_a_worker(
    stage: Stage, service: Service, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(service)
    real, locked = Drain.run, [True]

    def run(self: Drain, *args: Any, **more: Any) -> Iterator[Delivery]:
        if locked and locked.pop():
            raise errors.StoreBusy(path=service.store.name, seconds=10.0)
        return real(self, *args, **more)

    monkeypatch.setattr(Drain, "run", run)
    assert [d.state for d in service.engine.work(bell, until_done=True)] == ["done"]


def test_a_command_begins_no_more_after_its_patience(
    stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "PATIENCE", 0.2)
    incident = declare(service)
    update(service, incident, "more")
    stage.play("teller", lambda call: time.sleep(0.3))
    deliver(service, incident)
    assert lane(service, incident, "teller") == ["incident_declared done", "any pending"]


def test_a_command_delivers_of_its_own_incident_only(stage: Stage, service: Service) -> None:
    other = declare(service, "another")
    incident = declare(service)
    deliver(service, incident)
    assert lane(service, other, "teller") == ["any pending"]


def test_what_goes_wrong_in_the_background_is_raised_where_it_is_followed(service: Service) -> None:
    incident = declare(service)
    run = service.engine.start(incident.id)
    list(run)
    service.store.close()
    with pytest.raises(errors.StoreError, match="it is closed"):
        list(service.engine.start(incident.id))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The processes that would have been started."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **more: found.append({"command": command, **more})
    )
    return found


def test_nobody_is_left_behind_where_the_configuration_says_so(
    service: Service, started: list[dict[str, Any]]
) -> None:
    assert service.engine.leave_behind() is False
    assert started == []


@pytest.fixture
def draining(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(service.config, "core", CoreSettings(drainer=True))
    return service


def test_a_drainer_is_told_where_to_work_and_holds_no_terminal(
    draining: Service, started: list[dict[str, Any]]
) -> None:
    assert draining.engine.leave_behind()
    (process,) = started
    assert process["command"][-2:] == ["worker", "--until-done"]
    assert process["env"]["CHATOPS_STORE"] == draining.store.where
    assert process["env"]["CHATOPS_CONFIG"] == str(draining.config.path)
    assert {process[stream] for stream in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}
    assert process["start_new_session"]


def test_a_second_drainer_is_not_started(draining: Service, started: list[dict[str, Any]]) -> None:
    with draining.engine._drainer_lock() as free:
        assert free
        assert draining.engine.leave_behind()
        assert list(draining.engine.drain_alone(Bell())) == []
    assert started == []
    assert draining.engine.leave_behind()
    assert len(started) == 1


def test_where_no_drainer_can_be_started_it_is_said(
    draining: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object, **more: object) -> None:
        raise OSError(11, os.strerror(11))

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert draining.engine.leave_behind() is False


def test_a_drainer_that_was_about_to_end_takes_what_came_meanwhile(
    stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = declare(service)
    real = local.LocalEngine.work

    def work(self: local.LocalEngine, bell: Bell, **more: Any) -> Iterator[Delivery]:
        yield from real(self, bell, **more)
        if len(stage.calls) == 1:
            # A command writes, finds the lock held, and relies on its holder.
            update(service, incident, "at the last moment")

    monkeypatch.setattr(local.LocalEngine, "work", work)
    ended = list(service.engine.drain_alone(Bell()))
    assert [d.hook for d in ended] == ["incident_declared", "incident_updated"]


def test_a_worker_takes_over_a_file_that_was_changed(stage: Stage) -> None:
    old = stage.service("")
    engine, path = old.engine, old.config.path
    assert path
    path.write_text(path.read_text() + "[plugins.teller]\n")
    new = Service(old.store, load(path))
    declare(new)

    ended = list(engine.work(Bell(), until_done=True))

    assert states(ended) == {"teller incident_declared": "done"}
