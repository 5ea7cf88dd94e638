"""One SQLite file, opened by any number of processes and threads."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from chatops import errors
from chatops.store.database import Row, plain
from chatops.store.lending import Lending, Result
from chatops.store.queries import migrations, queries

#: Marks a file as ours (`PRAGMA application_id`): "chat" in ASCII.
APPLICATION_ID: Final = 0x63686174
BUSY_SECONDS: Final = 10.0
T = TypeVar("T")


class Sqlite(Lending[sqlite3.Connection]):
    """A store's statements, on a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path
        with self._explained():
            self._create()
            _patiently(self._migrate)

    def beside(self, suffix: str) -> Path:
        """A path beside the file."""
        return self.path.with_name(f"{self.path.name}.{suffix}")

    @contextmanager
    def lock(self, name: str) -> Iterator[Callable[[], bool]]:
        """A lock of the operating system on a file beside the store."""
        folder = self.beside("owners")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(folder / name, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise errors.StoreError(path=folder / name, problem=error.strerror) from error
        try:
            yield lambda: flocked(handle)
        finally:
            os.close(handle)

    def copy_to(self, path: Path) -> None:
        """Copy all that is committed into a new file."""
        with self._explained(), self._borrowed() as connection, closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)

    def rows(self, table: str) -> Iterator[Row]:
        """Every row of the table."""
        with self._explained(), self._borrowed() as connection:
            yield from _rows(connection.execute(queries("whole")[table]))

    def fill(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows to the table."""
        count, rest = 0, iter(rows)
        with self._explained(), self._borrowed() as connection:
            for first in rest:
                names = ", ".join(f'"{name.replace(chr(34), "")}"' for name in first)
                values = ", ".join("?" for _ in first)
                text = f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608  (quoted)
                count += connection.executemany(
                    text, ([row[name] for name in first] for row in chain([first], rest))
                ).rowcount
        return count

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        with self._explained(), self._borrowed() as connection:
            found = [text for (text,) in connection.execute("PRAGMA integrity_check(10)") if text != "ok"]
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
        return [*found, *(f"a row of {table} refers to none of {parent}" for table, _, parent, _ in lost)]

    def _execute(
        self, connection: sqlite3.Connection, area: str, name: str, params: dict[str, Any]
    ) -> Result:
        adapted = {key: plain(value) for key, value in params.items()}
        cursor = connection.execute(queries(area)[name], adapted)
        return Result(list(_rows(cursor)), cursor.rowcount)

    def _begun(self) -> sqlite3.Connection:
        connection = self._take()
        try:
            connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_back(connection)
            raise
        return connection

    def _freeze(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")

    def _commit(self, connection: sqlite3.Connection) -> None:
        connection.execute("COMMIT")

    def _undo(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.rollback()

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
            known = migrations("sqlite")
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
                self._undo(connection)

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


def flocked(handle: int) -> bool:
    """Whether the open file is locked by us now; a lock of the operating system, which dies with us."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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


def _rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
    columns = [column[0] for column in cursor.description or ()]
    return (dict(zip(columns, row, strict=True)) for row in cursor)


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
