"""PostgreSQL ends a connection, keeps one waiting, restarts, or is gone."""

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest

from chatops import errors
from chatops.engine import local
from chatops.engine.bell import Bell
from chatops.events import utcnow
from chatops.service import Service
from chatops.store import Store
from chatops.store import postgres as module
from tests.kit import raw
from tests.postgres import Server, hurry, service, store
from tests.stage import SOON, Stage, declare

__all__ = ["hurry", "service", "store"]


def test_who_pauses_in_a_transaction_holds_nobody_up(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.2)

    def suspended() -> None:
        with closing(Store(url)) as other, other.transaction():
            other.instances.pause("it", None)
            store.instances.pause("it", utcnow())

    with pytest.raises(errors.StoreAway, match="Nothing new was recorded"):
        suspended()


def test_a_lock_that_is_held_is_waited_for_and_readers_need_none(store: Store, url: str, hurry: None) -> None:
    with closing(Store(url)) as other, store.transaction():
        with pytest.raises(errors.StoreBusy, match="stayed locked"):
            other.instances.disable("it")
        with pytest.raises(errors.StoreBusy, match="stayed locked"), other.transaction():
            pytest.fail("two at once")
        assert other.log.listed() == []
    with closing(Store(url)) as other, other.transaction():
        other.instances.disable("it")


def test_a_statement_is_tried_once_more_where_the_server_ended_its_connection(
    service: Service, postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = declare(service)
    # Nobody may notice before it is used, as where the server ends it in that very moment.
    monkeypatch.setattr(module.Postgres, "_alive", lambda self, connection: not connection.closed)
    postgres.throw_out(url)
    assert service.incident(incident.id) == incident
    postgres.throw_out(url)
    assert declare(service, "the next").number == 2


def test_a_store_is_opened_though_the_server_ends_the_first_connection(
    postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, asked = module.Postgres._number, list[int]()

    def ended(self: module.Postgres, *about: Any, **more: Any) -> int:
        if not asked:
            postgres.throw_out(url)
        asked.append(1)
        return number(self, *about, **more)

    monkeypatch.setattr(module.Postgres, "_number", ended)
    Store(url).close()
    assert len(asked) == 2


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_transaction_whose_connection_is_ended_records_nothing_and_says_so(
    service: Service, postgres: Server, url: str, goes_on: bool
) -> None:
    def cut_off() -> None:
        with service.store.transaction():
            declare(service, "never")
            postgres.throw_out(url)
            if goes_on:
                declare(service, "never either")

    with pytest.raises(errors.StoreAway, match="Nothing new was recorded"):
        cut_off()
    assert service.store.log.listed() == []
    assert declare(service).number == 1


def test_a_statement_that_failed_fails_its_transaction_though_nobody_said_so(service: Service) -> None:
    def swallowing() -> None:
        with service.store.transaction():
            declare(service, "never")
            with raw(service.store) as connection, suppress(psycopg.IntegrityError):
                connection.execute("INSERT INTO incidents (id) VALUES ('x')")

    with pytest.raises(errors.StoreError, match="nothing was recorded"):
        swallowing()
    assert service.store.log.listed() == []


@pytest.fixture
def lost_answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """The answer to the next COMMIT is lost, and then something happens."""

    def prepare(then: Callable[[], object]) -> None:
        real = psycopg.Connection.execute

        def execute(self: Any, query: Any, *args: Any, **more: Any) -> Any:
            result = real(self, query, *args, **more)
            if query == "COMMIT":
                monkeypatch.setattr(psycopg.Connection, "execute", real)
                self.close()
                then()
                raise psycopg.OperationalError("server closed the connection unexpectedly")
            return result

        monkeypatch.setattr(psycopg.Connection, "execute", execute)

    return prepare


def test_a_commit_whose_answer_is_lost_is_asked_about(
    service: Service, lost_answer: Callable[[Callable[[], object]], None]
) -> None:
    lost_answer(lambda: None)
    incident = declare(service)
    assert service.incident(incident.id) == incident


def test_where_nobody_can_be_asked_it_says_that_it_does_not_know(
    service: Service, postgres: Server, hurry: None, lost_answer: Callable[[Callable[[], object]], None]
) -> None:
    lost_answer(postgres.stop)
    try:
        with pytest.raises(errors.StoreUnsure, match=r"not\s+known\. Look .* chatops list"):
            declare(service)
    finally:
        postgres.start()
    assert len(service.store.log.listed()) == 1


def test_a_restart_is_waited_for(service: Service, postgres: Server) -> None:
    incident = declare(service)
    postgres.stop()
    later = threading.Timer(0.5, postgres.start)
    later.start()
    try:
        assert service.incident(incident.id) == incident
        assert declare(service, "the next").number == 2
    finally:
        later.join()


def test_one_that_stays_away_is_said_in_words(postgres: Server, store: Store, hurry: None) -> None:
    postgres.stop()
    try:
        with pytest.raises(errors.StoreAway, match="Nothing new was recorded: try again when it is up"):
            store.log.listed()
    finally:
        postgres.start()
    assert store.log.listed() == []


def test_a_worker_outlives_a_restart(
    stage: Stage, service: Service, postgres: Server, hurry: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, warned, bell = threading.Event(), threading.Event(), Bell()
    monkeypatch.setattr(local._log, "warning", lambda *about: warned.set())
    stage.play("teller", lambda call: told.set())
    worker = threading.Thread(target=lambda: list(service.engine.work(bell)), daemon=True)
    postgres.stop()
    try:
        worker.start()
        assert warned.wait(SOON)
    finally:
        postgres.start()
    declare(service)
    assert told.wait(SOON)
    bell.end()
    worker.join(SOON)
    assert not worker.is_alive()
