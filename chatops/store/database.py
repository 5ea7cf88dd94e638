"""What the store asks of a database, whichever it is."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import msgspec

from chatops.events import utcnow

Row = dict[str, Any]


class Attending:
    """A worker's presence, for as long as this is entered; where one host alone uses the database, nobody
    asks for it.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def serve(self, names: Iterable[str]) -> None:
        """From now on the worker runs these instances."""


class Database(ABC):
    """Runs named statements; every fault of the database becomes a StoreError that says what to do."""

    #: What people are told of where it is: never with a password.
    name: str
    #: Whether processes on several hosts may use it.
    shared = False

    @abstractmethod
    def all(self, area: str, name: str, /, **params: Any) -> list[Row]:
        """Every row that the statement gives."""

    def one(self, area: str, name: str, /, **params: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(area, name, **params)), None)

    @abstractmethod
    def run(self, area: str, name: str, /, **params: Any) -> int:
        """How many rows the statement changed."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, alone among the writers; joins the one that this thread is in already."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """What this thread reads in it is of one moment, and holds up no writer."""

    def now(self) -> datetime:
        """The time by the one clock that leases and due times go by."""
        return utcnow()

    def by_its_clock(self, at: datetime) -> datetime:
        """When it is `at` by this host's clock, as the database's clock tells it."""
        return at

    @abstractmethod
    def beside(self, suffix: str) -> Path:
        """A path that is this database's own on this host, for what its processes lock.

        Its folder is there. Raises StoreError.
        """

    def place(self) -> str:
        """What tells the processes that `beside` is the same for from those of other hosts."""
        return socket.gethostname()

    def source(self, configuration: str) -> str:
        """How a configuration is told from others, of which another host may have one of the same path."""
        return f"{socket.gethostname()}:{configuration}" if self.shared else configuration

    def attend(self, ring: Callable[[], None]) -> Attending:  # noqa: ARG002
        """Enter it while a worker works; `ring` is then called whenever somebody leaves something to do, if
        the database can tell.
        """
        return Attending()

    def served(self) -> set[str]:
        """The instances that a worker runs at this moment, as far as the database can tell."""
        return set()

    @abstractmethod
    def lock(self, name: str) -> AbstractContextManager[Callable[[], bool]]:
        """A lock that all users of the database share: call what this gives until it says True.

        It is let go of at the end, and when its process dies.
        """

    @abstractmethod
    def copy_to(self, path: Path) -> None:
        """Copy all that is committed into a new SQLite file."""

    @abstractmethod
    def rows(self, table: str) -> Iterator[Row]:
        """Every row of a table, in the order of `sql/whole.sql`; to be read within a snapshot."""

    @abstractmethod
    def fill(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows as they are, within a transaction. How many there were."""

    def faults(self) -> list[str]:
        """What the database itself finds wrong with what it keeps, where it can be asked."""
        return []

    @abstractmethod
    def close(self) -> None:
        """Close every connection; a thread that still runs finds the store closed."""


def plain(value: Any) -> Any:
    """The value of a parameter as every database keeps it: times as text in UTC, truth as 0 or 1."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, UUID) else value


def encoded(names: Iterable[str]) -> str:
    """Names as a parameter that stands for a list."""
    return msgspec.json.encode(list(names)).decode()
