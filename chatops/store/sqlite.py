"""One SQLite file, opened by any number of processes and threads."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from chatops import errors
from chatops.store.queries import migrations, queries

#: Marks a file as ours (`PRAGMA application_id`): "chat" in ASCII.
APPLICATION_ID: Final = 0x63686174
BUSY_SECONDS: Final = 10.0
T = TypeVar("T")
Row = dict[str, Any]


class Database:
    """Runs named statements; every fault of SQLite becomes a StoreError that says what to do.

    A thread borrows a connection for each statement, or for the length of its transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = threading.Lock()
        self._mine = threading.local()
        with self._explained():
            self._create()
            _patiently(self._migrate)

    def all(self, area: str, name: str, /, **params: Any) -> list[Row]:
        """Every row that the statement gives."""
        with self._explained(), self._borrowed() as connection:
            cursor = connection.execute(queries(area)[name], _adapted(params))
            columns = [column[0] for column in cursor.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in cursor]

    def one(self, area: str, name: str, /, **params: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(area, name, **params)), None)

    def run(self, area: str, name: str, /, **params: Any) -> int:
        """How many rows the statement changed."""
        with self._explained(), self._borrowed() as connection:
            return connection.execute(queries(area)[name], _adapted(params)).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone among the writers; joins the one that this thread is in already."""
        if getattr(self._mine, "connection", None) is not None:
            yield
            return
        with self._explained(), self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._mine.connection = connection
            try:
                yield
                connection.execute("COMMIT")
            finally:
                self._mine.connection = None
                if connection.in_transaction:
                    connection.rollback()

    def copy_to(self, path: Path) -> None:
        """Copy all that is committed into a new file."""
        with self._explained(), self._borrowed() as connection, closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)

    def close(self) -> None:
        """Close every connection; a thread that still runs finds the store closed."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        mine = getattr(self._mine, "connection", None)
        if mine is not None:
            yield mine
            return
        with self._lock:
            if self._closed:
                raise errors.StoreError(path=self.path, problem="it is closed")
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        target = f"{self.path.absolute().as_uri()}?{self._mode()}"
        connection = sqlite3.connect(
            target, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _mode(self) -> str:
        log = self.path.with_name(f"{self.path.name}-wal")
        beside = os.access(log if log.exists() else self.path.absolute().parent, os.W_OK)
        if beside and os.access(self.path, os.W_OK):
            return "mode=rw"
        # Without a log nobody has the file open. SQLite would leave one behind that stops the next writer,
        # or, where it may not, would refuse to read.
        return "mode=ro" if log.exists() else "mode=ro&immutable=1"

    def _create(self) -> None:
        try:
            if self.path.is_dir():
                raise errors.NotAStore(path=self.path, problem="it is a folder")
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise errors.StoreReadOnly(path=self.path, problem=error.strerror) from error

    def _migrate(self) -> None:
        with self._borrowed() as connection:
            found = _pragma(connection, "user_version")
            known = migrations()
            if found == len(known) and _pragma(connection, "application_id") == APPLICATION_ID:
                return
            self._check_ours(connection)
            if found > len(known):
                raise errors.StoreNewer(path=self.path, found=found, known=len(known))
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                for number in range(_pragma(connection, "user_version"), len(known)):
                    for statement in _statements(known[number]):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {number + 1}")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.rollback()

    def _check_ours(self, connection: sqlite3.Connection) -> None:
        # In this order: another process may be making the tables, and marks the file with them.
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        ours = _pragma(connection, "application_id") == APPLICATION_ID
        if not (ours or empty):
            raise errors.NotAStore(path=self.path, problem="it holds another program's tables")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def _explanation(self, error: sqlite3.Error) -> errors.StoreError:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return errors.StoreBusy(path=self.path, seconds=BUSY_SECONDS)
        # A full disk may also fail the log's growth, a quota or a limit any write.
        if name in {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"}:
            return errors.StoreFull(path=self.path)
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            return errors.StoreReadOnly(path=self.path, problem=str(error))
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            return errors.NotAStore(path=self.path, problem=str(error))
        return errors.StoreError(path=self.path, problem=str(error))


def _patiently(work: Callable[[], T]) -> T:
    """SQLite does not wait for the lock that a switch to WAL takes, so the first open by many does."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The script's statements: `executescript` would commit the transaction that they belong to."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _adapted(params: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
