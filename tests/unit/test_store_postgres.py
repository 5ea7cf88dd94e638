"""What is PostgreSQL's own: its schema, who may use it, its clock, many hosts."""

import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine

from chatops import errors
from chatops.dispatch.lease import Owner, lease
from chatops.events import utcnow
from chatops.service import Service
from chatops.store import Store
from chatops.store import postgres as module
from chatops.store.queries import migrations
from chatops.store.sqlite import Sqlite
from chatops.store.whole import TABLES, copy
from chatops.values import Duration, Pace
from tests.kit import act, deliver, raw
from tests.postgres import Server, hurry, service, store
from tests.stage import SOON, Stage, declare, only, say, update

__all__ = ["hurry", "service", "store"]


def ask(url: str, text: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(text.encode())
        return found.fetchall() if found.description else None


def number(url: str) -> object:
    return ask(url, "SELECT max(number) FROM chatops.migrations")[0][0]


def test_its_schema_is_the_same_as_sqlites() -> None:
    assert len(migrations("postgres")) == len(migrations("sqlite"))


def test_a_copy_knows_every_table(url: str, tmp_path: Path) -> None:
    ours = "SELECT tablename FROM pg_tables WHERE schemaname = 'chatops'"
    assert {name for (name,) in ask(url, ours)} == {*TABLES, "migrations"}
    with raw(Store(tmp_path / "chatops.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {name for (name,) in found} == {*TABLES, "sqlite_sequence"}


def test_another_programs_tables_are_left_alone(empty: str) -> None:
    ask(empty, "CREATE TABLE incidents (mine text); INSERT INTO incidents VALUES ('kept')")
    ask(empty, "CREATE SCHEMA chatops; CREATE TABLE chatops.procrastinate_jobs (id int)")
    with closing(Store(empty)) as store:
        assert store.log.listed() == []
    assert number(empty) == len(migrations("postgres"))
    assert ask(empty, "SELECT mine FROM public.incidents") == [("kept",)]


def test_of_many_that_open_it_first_each_finds_it_made(empty: str) -> None:
    failed: list[BaseException] = []
    together = threading.Barrier(6)

    def open_it() -> None:
        together.wait(SOON)
        try:
            Store(empty).close()
        except BaseException as error:  # noqa: BLE001  (whatever it is, it is one too many)
            failed.append(error)

    openers = [threading.Thread(target=open_it) for _ in range(6)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(SOON)
    assert failed == []
    assert number(empty) == len(migrations("postgres"))


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [*migrations("postgres"), "CREATE TABLE later (id TEXT); CREATE TABLE later (id TEXT)"]
    monkeypatch.setattr(module, "migrations", lambda dialect: broken)
    with pytest.raises(errors.StoreError, match='"later" already exists'):
        Store(empty)
    assert number(empty) == len(migrations("postgres")), "each has a transaction of its own"
    mended = [*migrations("postgres"), "CREATE TABLE later (id TEXT); INSERT INTO later VALUES ('100%')"]
    monkeypatch.setattr(module, "migrations", lambda dialect: mended)
    Store(empty).close()
    assert ask(empty, "SELECT id FROM chatops.later") == [("100%",)]


def test_a_newer_schema_is_left_alone(empty: str) -> None:
    Store(empty).close()
    ask(empty, "INSERT INTO chatops.migrations VALUES (99, 'later')")
    with pytest.raises(errors.StoreNewer, match="its schema is 99"):
        Store(empty)


def test_an_older_server_is_refused_in_words(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops.store.postgres.OLDEST", 990000)
    with pytest.raises(errors.StoreError, match=r"it is PostgreSQL \d+, and chatops needs 99 or later"):
        Store(empty)


def test_a_role_without_rights_is_told_so(postgres: Server, empty: str) -> None:
    ask(empty, "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN")
    guest = empty.replace("postgres@", "guest@")
    with pytest.raises(errors.StoreRefused, match=r"permission denied.*Nothing new was recorded"):
        Store(guest)
    ask(empty, "CREATE SCHEMA chatops AUTHORIZATION guest")
    Store(guest).close()
    ask(empty, "ALTER ROLE guest SET default_transaction_read_only = on")
    with closing(Store(guest)) as store:
        assert store.log.listed() == []
        with pytest.raises(errors.StoreRefused, match="read-only"):
            store.instances.pause("it", None)


def test_its_connections_are_durable_and_give_up_in_time(store: Store) -> None:
    with raw(store) as connection:
        said = {
            name: connection.execute(f"SHOW {name}").fetchone()[name]
            for name in ("synchronous_commit", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    assert said == {
        "synchronous_commit": "on",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "5s",
    }


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("postgresql://ops:hunter2-secret@127.0.0.1:1/ops", errors.StoreAway),
        ("postgresql://ops:pw@127.0.0.1:1/ops", errors.StoreAway),
        ("postgres://ops@nowhere.invalid/ops?password=hunter2-secret", errors.StoreRefused),
        ("postgresql://ops:hunter2-secret@127.0.0.1/ops?nonsense=hunter2-secret", errors.ConfigError),
        ("postgresql://ops:hunter2-secret@[::1/ops", errors.ConfigError),
        ("postgresql://ops:hunter2-secret@127.0.0.1:port/ops", errors.ConfigError),
    ],
)
def test_no_message_has_a_password(url: str, error: type[Exception], hurry: None) -> None:
    with pytest.raises(error) as caught:
        Store(url)
    said = "".join(str(e) for e in (caught.value, caught.value.__cause__, caught.value.__context__))
    assert "hunter2" not in said.partition("?nonsense")[0]
    assert ":pw" not in said


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "chatops.store.postgres", None)
    with pytest.raises(errors.ConfigError, match=r"pip install 'chatops-incident\[postgres\]'"):
        Store("postgresql://ops@127.0.0.1/ops")


def test_leases_and_due_times_go_by_the_databases_clock(service: Service) -> None:
    delivery = only(service, declare(service), "teller")
    with Owner(service.store) as one, Owner(service.store) as two:
        with time_machine.travel(utcnow() + timedelta(hours=1), tick=True):
            held = lease(service.store, delivery, one, 60)
            assert held
            ahead = service.store.by_its_clock(utcnow() + timedelta(minutes=5))
            assert service.store.requests.take("it", Pace(1, Duration.parse("60s"))) == 0
        assert lease(service.store, delivery, two, 60) is None
        with time_machine.travel(utcnow() + timedelta(days=1), tick=True):
            assert lease(service.store, delivery, two, 60) is None
    assert abs(ahead - (utcnow() + timedelta(minutes=5))) < timedelta(seconds=SOON)
    assert abs(service.store.now() - utcnow()) < timedelta(seconds=SOON)
    assert 50 < service.store.requests.take("it", Pace(1, Duration.parse("60s"))) <= 60


def test_what_is_tried_again_is_due_by_the_databases_clock(stage: Stage, service: Service) -> None:
    stage.fail("teller", errors.Unavailable("down"))
    incident = declare(service)
    with time_machine.travel(utcnow() + timedelta(hours=1), tick=True):
        deliver(service, incident)
    kept = only(service, incident, "teller")
    assert kept.state == "retry"
    assert timedelta() < kept.due_at - kept.changed_at < timedelta(seconds=60)
    assert kept.due_at < utcnow() + timedelta(minutes=5)


def test_an_owner_whose_folder_is_another_is_only_known_by_its_lease(
    service: Service, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    delivery = only(service, declare(service), "teller")
    with Owner(service.store) as here:
        assert lease(service.store, delivery, here, 60)
        # Another user of this host, or a container that has its name.
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        with closing(Store(url)) as other, Owner(other) as there:
            assert not there.is_dead(here.token)
            assert lease(other, delivery, there, 60) is None


def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.beside("id").mkdir()
    with pytest.raises(errors.StoreError, match="cannot be used: Is a directory"):
        store.place()
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(errors.StoreError, match="cannot be used: Not a directory"):
        store.place()


def test_a_copy_has_every_row_and_comes_back_whole(
    stage: Stage, service: Service, tmp_path: Path, empty: str
) -> None:
    first = declare(service, services=("checkout",), severity="sev1")
    update(service, first, "ünïcödé \\ 'quoted' \N{PILE OF POO}\ttab\nline")
    say(service, first, "We are looking into it.")
    service.note(first.id, "100% of it\\n", act(key="k"))
    service.store.steps.posted(first.id, "teller", "ticket", utcnow(), utcnow())
    service.store.requests.take("teller", Pace(1, Duration.parse("60s")))
    service.store.copy(tmp_path / "copy.db").close()
    there, file = module.Postgres(empty), Sqlite(tmp_path / "copy.db")
    copied = copy(file, there)
    assert copied["events"] == 4
    origin: Any = service.store._db
    for table in TABLES:
        with origin.snapshot(), file.snapshot(), there.snapshot():
            rows = list(origin.rows(table))
            assert rows == list(file.rows(table)) == list(there.rows(table)), table
            assert len(rows) == copied[table]
    there.close()
    file.close()
    with closing(Store(empty)) as moved:
        again = Service(moved, service.config)
        assert moved.log.rebuilt(first.id) == again.incident(first.id)
        before = {d.id for d in moved.deliveries.recent(100)}
        update(again, first, "goes on")
        (new,) = {d.id for d in moved.deliveries.recent(100)} - before
        assert new > max(before)


def test_texts_that_it_cannot_keep_are_kept_as_far_as_they_go(service: Service) -> None:
    delivery = only(service, declare(service), "teller")
    service.store.deliveries.settle(delivery, "failed", "a\0b \\ % %s :name ''")
    kept = service.store.deliveries.get(delivery.id)
    assert kept
    assert kept.reason == "a\ufffdb \\ % %s :name ''"
