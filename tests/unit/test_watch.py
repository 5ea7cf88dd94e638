"""What a process knows of its own calls: which hang, how each ended, and what it says of them."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from chatops import errors
from chatops.dispatch import loading
from chatops.dispatch.drain import MOST_OF_ONE, Drain
from chatops.dispatch.watch import Watch
from chatops.engine import local
from chatops.engine.bell import Bell
from chatops.logs import FIELDS
from chatops.registry import Registry
from chatops.service import Service
from chatops.store import Delivery
from tests.processes import until
from tests.stage import SOON, Call, Stage, Teller, declare, only


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.teller]\n")


def test_where_too_much_hangs_nothing_new_is_begun(
    stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.2)
    stage.play("teller", stage.hang)
    service.engine.watch = Watch(most_hung=1)
    for _ in range(MOST_OF_ONE + 1):
        declare(service)

    ended = list(service.engine.work(Bell()))

    assert [d.state for d in ended] == ["retry"] * MOST_OF_ONE
    assert service.engine.watch.hung == ["incident_declared teller"] * MOST_OF_ONE
    assert list(service.engine.drain_alone(Bell())) == []
    stage.over.set()
    until(lambda: not service.engine.watch.hung)
    assert not service.engine.watch.worn_out


def test_an_import_that_hangs_counts(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(loading, "LOAD_SECONDS", 0.1)
    monkeypatch.setattr(Registry, "load", lambda *_: go.wait(SOON))
    declare(service)
    assert [d.state for d in service.engine.work(Bell(), until_done=True)] == ["failed"]
    assert service.engine.watch.hung == ["load teller"]
    go.set()


def test_a_call_under_way_outlives_a_store_that_breaks(
    stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its outcome is recorded by whoever began it, and the complaint is made once."""
    monkeypatch.setattr(local, "POLL", 0.01)
    begun, go, bell = threading.Event(), threading.Event(), Bell()

    def slow(call: Call) -> None:
        begun.set()
        assert go.wait(SOON)

    stage.play("teller", slow)
    incident = declare(service)
    real, broken = Drain._begin, 5

    def begin(self: Drain, of: Any) -> Iterator[Delivery]:
        nonlocal broken
        yield from real(self, of)
        if not self._running:
            return
        assert begun.wait(SOON)
        broken -= 1
        if not broken:
            bell.end()
            go.set()
        raise errors.StoreError(path=service.store.name, problem="it broke")

    monkeypatch.setattr(Drain, "_begin", begin)
    ended = list(service.engine.work(bell))
    assert [d.state for d in ended] == ["done"]
    assert only(service, incident, "teller").attempts == 1
    assert stage.told("teller") == ["incident_declared"]
    assert caplog.text.count("it broke") == 1


def test_how_each_attempt_ended_is_logged_with_what_it_was_about(
    stage: Stage, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    stage.fail("teller", errors.Rejected("no such project"))
    told: list[tuple[Delivery, float | None]] = []
    service.engine.watch.listeners.append(lambda delivery, seconds: told.append((delivery, seconds)))
    with caplog.at_level(logging.INFO, "chatops.deliveries"):
        incident = declare(service)
        (failed,) = service.engine.work(Bell(), until_done=True)
    (record,) = [record for record in caplog.records if record.name == "chatops.deliveries"]
    assert record.getMessage() == "teller incident_declared: failed: no such project"
    assert record.levelno == logging.ERROR
    found = {name: value for name, value in vars(record).items() if name in FIELDS}
    assert found == {
        "incident": "INC-1",
        "incident_id": incident.id,
        "instance": "teller",
        "delivery": failed.id,
        "hook": "incident_declared",
        "attempt": 1,
        "state": "failed",
        "error": "Rejected",
    }
    ((delivery, seconds),) = told
    assert delivery == failed
    assert seconds is not None
    assert 0 <= seconds < SOON


def test_what_ends_without_a_call_took_no_time(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise errors.NotLoaded(instance="teller", problem="it is broken")

    monkeypatch.setattr(Registry, "load", broken)
    told: list[float | None] = []
    service.engine.watch.listeners.append(lambda delivery, seconds: told.append(seconds))
    declare(service)
    list(service.engine.work(Bell(), until_done=True))
    assert told == [None]


def test_where_only_warnings_are_logged_deliveries_are_not(
    stage: Stage, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever delivers shows them to people in other words."""
    stage.fail("teller", errors.Rejected("no such project"))
    declare(service)
    list(service.engine.work(Bell(), until_done=True))
    assert caplog.text == ""
