"""What happened, and what is still to be delivered: the event log, the deliveries, their steps."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chatops.errors import ConfigError
from chatops.store.address import Address, is_address
from chatops.store.components import Components
from chatops.store.database import Attending, Database
from chatops.store.deliveries import Deliveries
from chatops.store.instances import Instances
from chatops.store.log import Log
from chatops.store.requests import Requests
from chatops.store.rows import ComponentRow, Delivery, Instance, Step, Traits
from chatops.store.sqlite import Sqlite
from chatops.store.steps import Steps
from chatops.store.whole import SCHEMA, Line, read, written

if TYPE_CHECKING:
    from chatops.store.postgres import Postgres

__all__ = [
    "SCHEMA",
    "ComponentRow",
    "Delivery",
    "Instance",
    "Line",
    "Log",
    "Step",
    "Store",
    "Traits",
    "check_place",
    "default_path",
]


class Store:
    """Everything that is kept, in a file or a database. Any method may raise StoreError."""

    def __init__(self, where: Path | str) -> None:
        """Open the store in a file, or at an URL, `postgresql://...`. Raises ConfigError for a bad one."""
        #: What opens the same store again; an URL may hold a password, `name` does not.
        self.where = str(where) if is_address(where) else str(Path(where).absolute())
        self._db = _database(where)
        self.name = self._db.name
        self.log = Log(self._db)
        self.deliveries = Deliveries(self._db)
        self.steps = Steps(self._db)
        self.instances = Instances(self._db)
        self.requests = Requests(self._db)
        self.components = Components(self._db)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, alone among the writers."""
        return self._db.transaction()

    def now(self) -> datetime:
        """The time by the clock that leases and due times go by: the same on every host."""
        return self._db.now()

    def by_its_clock(self, at: datetime) -> datetime:
        """When it is `at` by this host's clock, by the store's clock."""
        return self._db.by_its_clock(at)

    def beside(self, suffix: str) -> Path:
        """A path for what this host's processes lock, the same for each of them."""
        return self._db.beside(suffix)

    def place(self) -> str:
        """What tells the processes that `beside` is the same for from all others."""
        return self._db.place()

    def lock(self, name: str) -> AbstractContextManager[Callable[[], bool]]:
        """A lock among all users of the store: call what this gives until it says True."""
        return self._db.lock(name)

    @property
    def shared(self) -> bool:
        """Whether processes on several hosts may use it."""
        return self._db.shared

    def source(self, configuration: str) -> str:
        """How a configuration is told from others, of which another host may have one of the same path."""
        return self._db.source(configuration)

    def attend(self, ring: Callable[[], None]) -> Attending:
        """A worker's presence: enter it, and `ring` is called when somebody leaves something to do.

        On a store that one host alone uses, it is not.
        """
        return self._db.attend(ring)

    def served(self) -> set[str]:
        """The instances that some host's worker runs now; none where one host alone uses the store."""
        return self._db.served()

    def copy(self, path: Path) -> "Store":
        """A store in a new file, with all that is in this one."""
        self._db.copy_to(path)
        return Store(path)

    def written(self) -> Iterator[Line]:
        """All that is in it, line by line, for another store to read."""
        return written(self._db)

    def read(self, lines: Iterator[Line]) -> dict[str, int]:
        """Take in what another store has written; how many rows of each table. Raises UsageError."""
        return read(lines, self._db)

    def faults(self) -> list[str]:
        """What the database itself finds wrong with what it keeps."""
        return self._db.faults()

    def close(self) -> None:
        """Let go of it."""
        self._db.close()


def default_path() -> Path:
    """Where the store is when nothing says otherwise: the user's state directory."""
    import platformdirs

    return platformdirs.user_state_path("chatops") / "chatops.db"


def check_place(where: Path | str) -> None:
    """Raise ConfigError where no store can be there, or none that can be opened on this host."""
    if is_address(where):
        Address.parse(str(where))
        _postgres()


def _database(where: Path | str) -> Database:
    return _postgres()(str(where)) if is_address(where) else Sqlite(Path(where))


def _postgres() -> "type[Postgres]":
    try:
        from chatops.store.postgres import Postgres
    except ImportError:
        problem = "core.store: PostgreSQL takes one more package: pip install 'chatops-incident[postgres]'"
        raise ConfigError(problem=problem) from None
    return Postgres
