"""Several hosts at one store: who runs what, who hears of it, and what nobody runs."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from chatops.engine import local
from chatops.engine.bell import Bell
from chatops.service import Service
from chatops.store import Store
from tests.kit import states
from tests.postgres import Server
from tests.processes import until
from tests.stage import SOON, Call, Stage, declare, lane


@pytest.fixture
def kind() -> str:
    """Hosts meet in a database."""
    return "postgres"


@pytest.fixture
def workers() -> Iterator[ExitStack]:
    """Ends what still works when the test is over."""
    with ExitStack() as stack:
        yield stack


def working(service: Service, workers: ExitStack) -> None:
    """A worker of this host, which attends to its instances when this returns."""
    bell = Bell()
    thread = threading.Thread(target=lambda: list(service.engine.work(bell)), daemon=True)
    thread.start()
    workers.callback(thread.join, SOON)
    workers.callback(bell.end)
    until(lambda: set(service.config.instances) - service.engine.left.keys() <= service.store.served())


def learnt(service: Service) -> None:
    """The plugins were imported before, and whoever did that is gone."""
    declare(service)
    list(service.engine.work(Bell(), until_done=True))
    until(lambda: not service.store.served())


def on_host(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)


def test_a_worker_hears_at_once_of_what_another_host_plans(
    stage: Stage, workers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only being told can wake it in time.
    monkeypatch.setattr(local, "POLL", 600.0)
    service = stage.service("[plugins.teller]\n")
    learnt(service)
    working(service, workers)
    reached = threading.Event()
    stage.play("teller", lambda call: reached.set())
    declare(service)
    assert reached.wait(SOON)


def test_it_hears_again_after_the_database_was_restarted(
    stage: Stage, workers: ExitStack, monkeypatch: pytest.MonkeyPatch, postgres: Server, where: str
) -> None:
    service = stage.service("[plugins.teller]\n")
    learnt(service)
    working(service, workers)
    monkeypatch.setattr(local, "POLL", 600.0)
    postgres.throw_out(where)
    until(lambda: service.store.served() == {"teller"})
    reached = threading.Event()
    stage.play("teller", lambda call: reached.set())
    declare(service)
    assert reached.wait(SOON)


def test_what_cannot_run_here_is_left_to_a_host_where_it_can(
    stage: Stage, workers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = stage.service("[plugins.teller]\n[plugins.new]\nuse = 'not-there-yet'\n")
    incident = declare(laptop)
    list(laptop.engine.work(Bell(), until_done=True))
    assert lane(laptop, incident, "teller") == ["incident_declared done"]
    assert lane(laptop, incident, "new") == ["any pending"]
    assert "is not installed" in str(laptop.engine.left["new"])
    assert laptop.engine.next_ready() is None

    on_host("server", monkeypatch)
    stage.site.install("from tests.stage import Teller", **{"not-there-yet": "Teller"})
    server = stage.service("[plugins.teller]\n[plugins.new]\nuse = 'not-there-yet'\n")
    ended = list(server.engine.work(Bell(), until_done=True))
    assert states(ended) == {"new incident_declared": "done"}


def test_a_host_runs_only_what_it_is_configured_for_and_disables_only_its_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_host("one", monkeypatch)
    one = stage.service("[plugins.teller]\n[plugins.linker]\n")
    incident = declare(one)
    on_host("two", monkeypatch)
    two = stage.service("[plugins.teller]\n")
    note = declare(two, "Another")
    enabled = {row.name: row.source for row in two.store.instances.all() if row.enabled}
    assert set(enabled) == {"teller", "linker"}
    assert enabled["linker"].startswith("one:")
    ended = list(two.engine.work(Bell(), until_done=True))
    assert {d.instance for d in ended} == {"teller"}
    assert lane(two, note, "linker") == ["any pending"]
    on_host("one", monkeypatch)
    ended = list(one.engine.work(Bell(), until_done=True))
    assert {(d.instance, d.incident) for d in ended} == {("linker", incident.id), ("linker", note.id)}


def test_a_worker_that_is_gone_is_no_longer_counted_on(stage: Stage, workers: ExitStack) -> None:
    service = stage.service("[plugins.teller]\n")
    declare(service)
    with ExitStack() as soon:
        working(service, soon)
        assert service.store.served() == {"teller"}
    until(lambda: not service.store.served())


def test_no_drainer_is_started_where_a_worker_runs_all_that_waits(
    stage: Stage, workers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *about, **more: started.append(about))
    service = stage.service("[plugins.teller]\n")
    learnt(service)
    go = threading.Event()
    workers.callback(go.set)
    working(service, workers)

    def hold(call: Call) -> None:
        assert go.wait(SOON)

    stage.play("teller", hold)
    declare(service)
    assert service.engine.leave_behind()
    assert not started


def test_two_workers_share_what_there_is_and_do_nothing_twice(
    stage: Stage, workers: ExitStack, where: str
) -> None:
    service = stage.service("[plugins.teller]\n[plugins.linker]\n")
    other = Service(Store(where), service.config)
    workers.callback(other.store.close)
    incidents = [declare(service, f"number {number}") for number in range(12)]
    working(service, workers)
    working(other, workers)
    until(lambda: not service.store.deliveries.counts())
    told = [(call.instance, call.ctx.incident.id) for call in stage.calls if call.hook == "incident_declared"]
    assert sorted(told) == sorted({(name, i.id) for i in incidents for name in ("teller", "linker")})


def test_where_it_is_is_part_of_whose_it_is(stage: Stage, tmp_path: Path) -> None:
    service = stage.service("[plugins.teller]\n")
    declare(service)
    (row,) = service.store.instances.all()
    assert row.source == f"{socket.gethostname()}:{service.config.where}"
