"""What both databases share: connections that threads borrow."""

import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from chatops.errors import StoreError
from chatops.store.database import Database, Row


class Connection(Protocol):
    """As much of a connection as all kinds have in common."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Connection)


class Result(NamedTuple):
    """What a statement gave, and how many rows it changed."""

    rows: list[Row]
    changed: int


class Lending(Database, Generic[C]):
    """A thread borrows a connection for each statement, or for the length of its transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Without a lock, which Ctrl-C in the wrong moment would leave taken for ever.
        self._idle: deque[C] = deque()
        self._closed = False
        self._mine = threading.local()

    def all(self, area: str, name: str, /, **params: Any) -> list[Row]:
        """Every row that the statement gives."""
        return self._result(area, name, params).rows

    def run(self, area: str, name: str, /, **params: Any) -> int:
        """How many rows the statement changed."""
        return self._result(area, name, params).changed

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone among the writers; joins the one that this thread is in already."""
        if self._inside:
            yield
            return
        with self._explained(), self._as_mine(self._begun()) as connection:
            yield
            self._commit(connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What this thread reads in it is of one moment, and holds up no writer."""
        with self._explained(), self._as_mine(self._take()) as connection:
            self._freeze(connection)
            yield

    def close(self) -> None:
        """Close every connection; a thread that still runs finds the store closed."""
        self._closed = True
        self._drop_idle()

    @abstractmethod
    def _connect(self) -> C: ...

    @abstractmethod
    def _explained(self) -> AbstractContextManager[None]:
        """Turn what the database raises into StoreErrors."""

    @abstractmethod
    def _execute(self, connection: C, area: str, name: str, params: dict[str, Any]) -> Result: ...

    @abstractmethod
    def _begun(self) -> C:
        """A connection in a transaction that is alone among the writers."""

    @abstractmethod
    def _freeze(self, connection: C) -> None:
        """Begin to read what is there now."""

    @abstractmethod
    def _commit(self, connection: C) -> None: ...

    @abstractmethod
    def _undo(self, connection: C) -> None:
        """Take back what is not committed, if anything."""

    def _alive(self, connection: C) -> bool:  # noqa: ARG002
        """Whether the connection can be used again."""
        return True

    @property
    def _inside(self) -> C | None:
        """The connection of the transaction that this thread is in."""
        found: C | None = getattr(self._mine, "connection", None)
        return found

    def _result(self, area: str, name: str, params: dict[str, Any]) -> Result:
        with self._explained(), self._borrowed() as connection:
            return self._execute(connection, area, name, params)

    @contextmanager
    def _as_mine(self, connection: C) -> Iterator[C]:
        self._mine.connection = connection
        try:
            yield connection
        finally:
            self._mine.connection = None
            try:
                self._undo(connection)
            finally:
                self._give_back(connection)

    @contextmanager
    def _borrowed(self) -> Iterator[C]:
        if self._inside:
            yield self._inside
            return
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> C:
        if self._closed:
            raise StoreError(path=self.name, problem="it is closed")
        while (found := self._popped()) is not None:
            if self._alive(found):
                return found
            found.close()
        return self._connect()

    def _give_back(self, connection: C) -> None:
        if not self._alive(connection):
            connection.close()
            return
        self._idle.append(connection)
        if self._closed:
            self._drop_idle()

    def _drop_idle(self) -> None:
        while (found := self._popped()) is not None:
            found.close()

    def _popped(self) -> C | None:
        """An idle connection, which nobody else has from now on."""
        try:
            return self._idle.pop()
        except IndexError:
            return None
