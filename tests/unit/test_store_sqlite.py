"""What is SQLite's own: its file, its marks, its migrations."""

import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatops import errors
from chatops.service import Service
from chatops.store import Store
from chatops.store.queries import migrations
from chatops.store.sqlite import APPLICATION_ID
from tests.kit import raw
from tests.stage import declare


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "chatops.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store(path)
    yield made
    made.close()


def pragma(path: Path, name: str) -> object:
    connection = sqlite3.connect(path)
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    connection.close()
    return value


def test_a_new_store_is_private_marked_and_up_to_date(store: Store, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert pragma(path, "user_version") == len(migrations("sqlite"))
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "journal_mode") == "wal"
    assert store.log.next_number() == 1
    assert store.log.all_ids() == []


def test_its_connections_are_durable_and_check_references(store: Store) -> None:
    with raw(store) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [*migrations("sqlite"), "CREATE TABLE later (id TEXT);\nCREATE TABLE later (id TEXT);\n"]
    monkeypatch.setattr("chatops.store.sqlite.migrations", lambda dialect: broken)
    with pytest.raises(errors.StoreError, match="later already exists"):
        Store(path)
    assert pragma(path, "user_version") == 0
    monkeypatch.undo()
    Store(path).close()
    assert pragma(path, "user_version") == len(migrations("sqlite"))


def test_a_store_of_an_earlier_schema_is_brought_up_to_date(
    make_service: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service("")
    incident = declare(service)
    more = [*migrations("sqlite"), "CREATE TABLE later (id TEXT);\nINSERT INTO later VALUES ('a;b');\n"]
    monkeypatch.setattr("chatops.store.sqlite.migrations", lambda dialect: more)
    store = Store(service.store.where)
    assert store.log.numbered(1) == incident
    store.close()
    assert pragma(Path(store.where), "user_version") == len(more)
