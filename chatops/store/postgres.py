"""A PostgreSQL database, used by any number of hosts. Only imported where a store is one: psycopg is slow
to import, and an extra.
"""

import os
import re
import select
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from chatops import errors
from chatops.events import utcnow
from chatops.store import reaching
from chatops.store.attending import Attendance
from chatops.store.database import Row, encoded, plain
from chatops.store.lending import Lending, Result
from chatops.store.queries import migrations, queries
from chatops.store.reaching import POLL, Connection, Reach, said

#: How long a transaction may pause: less than the others wait for it.
IDLE_SECONDS: Final = 5.0
#: The oldest server that is tested, as `server_version` counts.
OLDEST: Final = 140000
#: For how long it is known what time it is, in seconds.
FRESH: Final = 1.0
#: How many rows of a whole table are fetched at a time.
ROWS: Final = 2000
#: Marks advisory locks as ours: "chat" in ASCII.
LOCK: Final = 0x63686174
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")

T = TypeVar("T")


class Postgres(Lending[Connection]):
    """A store's statements, on a database, in the schema `chatops`."""

    shared = True

    def __init__(self, url: str) -> None:
        self._reach = Reach(url)
        self._clock = float("-inf"), utcnow()
        super().__init__(self._reach.name)
        try:
            with self._explained():
                self._migrate()
        except BaseException:
            self.close()
            raise

    def now(self) -> datetime:
        """The time by the database's clock, which is asked once a second."""
        asked, told = self._clock
        if (since := time.monotonic() - asked) > FRESH:
            asked, since = time.monotonic(), 0.0
            told = datetime.fromisoformat(self.all("database", "now")[0]["now"])
            self._clock = asked, told
        return told + timedelta(seconds=since)

    def by_its_clock(self, at: datetime) -> datetime:
        """When it is `at` by this host's clock, as the database's clock tells it."""
        return at + (self.now() - utcnow())

    def beside(self, suffix: str) -> Path:
        """A path in the user's state directory."""
        import platformdirs

        known = blake2b(self.name.encode(), digest_size=8).hexdigest()
        folder = platformdirs.user_state_path("chatops") / f"postgresql-{known}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise errors.StoreError(path=folder, problem=error.strerror) from error
        return folder / suffix

    def place(self) -> str:
        """The host, and the folder on it: another user's processes lock their files elsewhere."""
        known = self.beside("id")
        try:
            if not known.exists():
                mine = self.beside(uuid4().hex)
                mine.write_text(mine.name)
                # Whole from the first moment, and the first one's for ever.
                with suppress(FileExistsError):
                    os.link(mine, known)
                mine.unlink()
            return f"{super().place()}.{known.read_text()}"
        except OSError as error:
            raise errors.StoreError(path=known, problem=error.strerror) from error

    def attend(self, ring: Callable[[], None]) -> Attendance:
        """Known to all hosts, and told of what they plan."""

        def execute(connection: Connection, name: str, names: Iterable[str] = ()) -> object:
            return self._execute(connection, "database", name, {"names": encoded(names)})

        return Attendance(self._connect, execute, ring)

    def served(self) -> set[str]:
        """The instances that a worker runs at this moment, on any host."""
        return {row["name"] for row in self.all("database", "served")}

    @contextmanager
    def lock(self, name: str) -> Iterator[Callable[[], bool]]:
        """A lock of the database, which dies with its connection."""
        with self._explained():
            connection = self._take()
            try:
                yield lambda: bool(
                    self._execute(connection, "database", "lock", {"name": name}).rows[0]["taken"]
                )
            finally:
                connection.close()

    def copy_to(self, path: Path) -> None:
        """Copy all that is committed into a new SQLite file."""
        from chatops.store.sqlite import Sqlite
        from chatops.store.whole import copy

        other = Sqlite(path)
        try:
            copy(self, other)
        finally:
            other.close()

    def rows(self, table: str) -> Iterator[Row]:
        """Every row of the table, fetched by and by."""
        with self._explained(), self._borrowed() as connection, connection.cursor(name="rows") as cursor:
            cursor.itersize = ROWS
            yield from cursor.execute(_text("whole", table))

    def fill(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows to the table."""
        count, rest = 0, iter(rows)
        with self._explained(), self._borrowed() as connection, connection.cursor() as cursor:
            for first in rest:
                names = SQL(", ").join(map(Identifier, first))
                text = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), names)
                with cursor.copy(text) as copying:
                    for count, row in enumerate(chain([first], rest), 1):  # noqa: B007  (it is returned)
                        copying.write_row([_kept(row[name]) for name in first])
            if table == "deliveries":
                self._execute(connection, "database", "go_on_counting", {})
        return count

    def _result(self, area: str, name: str, params: dict[str, Any]) -> Result:
        if self._inside:
            return super()._result(area, name, params)
        with self._explained():
            # Each sets what it sets, so that one whose answer was lost may run again. (A lease is then not
            # given, and ends by time.)
            connection, result = self._tried(lambda it: self._execute(it, area, name, params))
            self._give_back(connection)
            return result

    def _execute(self, connection: Connection, area: str, name: str, params: dict[str, Any]) -> Result:
        text = _text(area, name)
        # A write is a transaction of its own, in one message to the server.
        if area != "database" and not self._inside and not text.startswith(b"SELECT"):
            text = _text("database", "alone") + text
        adapted = {key: _kept(plain(value)) for key, value in params.items()}
        cursor = connection.execute(text, {"lock": LOCK, **adapted})
        while cursor.nextset():
            pass
        return Result(cursor.fetchall() if cursor.description else [], cursor.rowcount)

    def _tried(self, work: Callable[[Connection], T]) -> tuple[Connection, T]:
        """A connection with which `work` was done; the server may have ended the first one that was tried."""
        for last in (False, True):
            connection = self._take()
            try:
                return connection, work(connection)
            except BaseException as error:
                self._give_back(connection)
                if last or not (isinstance(error, psycopg.OperationalError) and connection.closed):
                    raise
        raise AssertionError

    def _begun(self) -> Connection:
        connection, begun = self._tried(lambda it: self._execute(it, "database", "begin", {}))
        self._mine.transaction = begun.rows[0]["xid"]
        return connection

    def _freeze(self, connection: Connection) -> None:
        self._execute(connection, "database", "freeze", {})

    def _commit(self, connection: Connection) -> None:
        if connection.info.transaction_status is TransactionStatus.INERROR:
            raise errors.StoreError(path=self.name, problem="a statement failed, and nothing was recorded")
        try:
            connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            if not connection.closed:
                raise
            if not self._was_committed(self._mine.transaction, error):
                raise

    def _was_committed(self, transaction: str, error: psycopg.Error) -> bool:
        """What became of a transaction whose COMMIT has no answer. Raises StoreUnsure."""
        end, ask = time.monotonic() + reaching.BUSY_SECONDS, {"xid": transaction}
        with suppress(psycopg.Error, errors.StoreError):
            while time.monotonic() < end:
                connection, became = self._tried(lambda it: self._execute(it, "database", "became", ask))
                self._give_back(connection)
                status = became.rows[0]["status"]
                if status in {"committed", "aborted"}:
                    return bool(status == "committed")
                time.sleep(POLL)
        raise errors.StoreUnsure(path=self.name, problem=said(error)) from error

    def _undo(self, connection: Connection) -> None:
        if not connection.closed and connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.execute("ROLLBACK")

    def _alive(self, connection: Connection) -> bool:
        if connection.closed or connection.info.transaction_status is not TransactionStatus.IDLE:
            return False
        # Nobody has asked it anything: what there is to read is the server's farewell.
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return not poll.poll(0)

    def _connect(self) -> Connection:
        limits = {"busy": f"{reaching.BUSY_SECONDS * 1000:.0f}", "idle": f"{IDLE_SECONDS * 1000:.0f}"}
        return self._reach.connect(lambda it: self._execute(it, "database", "settings", limits))

    def _migrate(self) -> None:
        known = migrations("postgres")
        connection, found = self._tried(self._number)
        self._give_back(connection)
        if connection.info.server_version < OLDEST:
            version = connection.info.server_version // 10000
            problem = f"it is PostgreSQL {version}, and chatops needs {OLDEST // 10000} or later"
            raise errors.StoreError(path=self.name, problem=problem)
        if found > len(known):
            raise errors.StoreNewer(path=self.name, found=found, known=len(known))
        while found < len(known):
            with self.transaction(), self._borrowed() as connection:
                # Another process may have made it while this one waited.
                found = self._number(connection, make=True)
                if found < len(known):
                    connection.execute(known[found].encode())
                    found += 1
                    self._execute(connection, "database", "migrated", {"number": found, "now": utcnow()})

    def _number(self, connection: Connection, *, make: bool = False) -> int:
        """The number of the schema that is there; 0 for none."""
        (has,) = self._execute(connection, "database", "has", {}).rows
        if make and not has["schema"]:
            self._execute(connection, "database", "make_schema", {})
        if make and not has["number"]:
            self._execute(connection, "database", "make_number", {})
        if not (make or has["number"]):
            return 0
        return int(self._execute(connection, "database", "number", {}).rows[0]["number"])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.IntegrityError:
            raise
        except psycopg.Error as error:
            raise self._reach.explanation(error) from error


@cache
def _text(area: str, name: str) -> bytes:
    """The statement as psycopg takes it: `:name` becomes `%(name)s`."""
    text = queries(area, "postgres")[name].replace("%", "%%")
    return _PARAMETER.sub(r"%(\1)s", text).encode()


def _kept(value: Any) -> Any:
    """A text as PostgreSQL keeps it; it has no place for a NUL."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
