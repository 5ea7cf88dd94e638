"""What happened, and what is still to be delivered: the event log, the deliveries, their steps."""

from contextlib import AbstractContextManager
from pathlib import Path

from chatops.store.components import Components
from chatops.store.deliveries import Deliveries
from chatops.store.instances import Instances
from chatops.store.log import Log
from chatops.store.requests import Requests
from chatops.store.rows import ComponentRow, Delivery, Instance, Step, Traits
from chatops.store.sqlite import Database
from chatops.store.steps import Steps

__all__ = ["ComponentRow", "Delivery", "Instance", "Log", "Step", "Store", "Traits", "default_path"]


class Store:
    """Everything that is kept, in one file. Any method may raise StoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = Database(path)
        self.log = Log(self._db)
        self.deliveries = Deliveries(self._db)
        self.steps = Steps(self._db)
        self.instances = Instances(self._db)
        self.requests = Requests(self._db)
        self.components = Components(self._db)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, alone among the writers."""
        return self._db.transaction()

    def copy(self, path: Path) -> "Store":
        """A store in a new file, with all that is in this one."""
        self._db.copy_to(path)
        return Store(path)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def default_path() -> Path:
    """Where the store is when nothing says otherwise: the user's state directory."""
    import platformdirs

    return platformdirs.user_state_path("chatops") / "chatops.db"
