"""Who runs a lane: a lease that proves itself, and an owner whose death is noticed at once."""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from chatops.errors import LeaseLost, StoreError
from chatops.store import Delivery, Store


class Owner:
    """This process, as the holder of leases.

    It holds a lock of the operating system on a file beside the store. The lock dies with the process,
    however that ends, so that others on this host need not wait for a lease to run out.
    """

    def __init__(self, store: Store) -> None:
        self._folder = store.beside("owners")
        self.token = f"{store.place()}/{uuid4().hex}"
        self._path = self._file(self.token)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._held = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise StoreError(path=self._folder, problem=error.strerror) from error
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._path.unlink()
        os.close(self._held)

    def is_dead(self, token: str) -> bool:
        """Whether the owner of this token surely runs no more; False for one in another place."""
        if token.split("/", maxsplit=1)[0] != self.token.split("/")[0]:
            return False
        path = self._file(token)
        try:
            handle = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(handle)

    def _file(self, token: str) -> Path:
        return self._folder / token.rsplit("/", maxsplit=1)[-1]


@dataclass(frozen=True)
class Lease:
    """The right to run one lane; `epoch` changes whenever the lane changes hands."""

    store: Store
    delivery: Delivery
    epoch: int

    def check(self) -> None:
        """Raise LeaseLost once the lane is somebody else's."""
        if not self.store.deliveries.holds(self.delivery, self.epoch):
            raise LeaseLost


def lease(store: Store, delivery: Delivery, owner: Owner, seconds: float) -> Lease | None:
    """Take the delivery's lane, also from a dead process; None where somebody else runs it."""
    epoch = store.deliveries.lease(delivery, owner.token, seconds)
    if epoch is None:
        holder = store.deliveries.owner(delivery)
        if holder and owner.is_dead(holder):
            epoch = store.deliveries.lease(delivery, owner.token, seconds, holder)
    return Lease(store, delivery, epoch) if epoch is not None else None
