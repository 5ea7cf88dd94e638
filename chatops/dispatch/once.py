"""`ctx.once`: a remote object is created once, whatever dies between the remote's commit and ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from chatops.context import Scope
from chatops.deadline import Deadline
from chatops.dispatch.lease import Lease
from chatops.dispatch.outcome import readable
from chatops.errors import RemoteError, Unconfirmed, Unknown
from chatops.events import Link
from chatops.logs import about
from chatops.store import Store

Create = Callable[[str], Link]
Find = Callable[[str], Link | None]


@dataclass(frozen=True)
class Steps:
    """The steps of one call. Each write is made while the lease is held, or not at all.

    With `doubt` somebody may have created without this store's knowing, so that `find` is always asked first.
    """

    store: Store
    lease: Lease
    deadline: Deadline
    settle: float
    doubt: bool = False

    def once(
        self, step: str, *, create: Create, find: Find | None, scope: Scope, settle: float | None
    ) -> Link:
        """The link that `create` made, now or on an earlier attempt. See `Call.once`."""
        with about(step=step):
            return self._once(step, create, find, scope, self.settle if settle is None else settle)

    def _once(self, step: str, create: Create, find: Find | None, scope: Scope, settle: float) -> Link:
        delivery = self.lease.delivery
        owner = delivery.event if scope == "event" else delivery.incident
        key = f"{owner}.{delivery.instance}.{step}"
        known = self.store.steps.get(owner, delivery.instance, step)
        if known and known.result:
            return msgspec.json.decode(known.result, type=Link)
        if known and known.posted_at and find:
            self.check()
            found = find(key)
            if found is not None:
                return self._finish(owner, step, found)
            if known.not_before and self.store.now() < known.not_before:
                raise Unconfirmed(step, known.not_before)
        elif self.doubt and find:
            self.check()
            found = find(key)
            if found is not None:
                return self._adopt(owner, step, found)
        return self._create(owner, step, key, create, settle)

    def _create(self, owner: UUID, step: str, key: str, create: Create, settle: float) -> Link:
        instance = self.lease.delivery.instance
        now = self.store.now()
        # Until its deadline the call may still send, and the remote then works for as long as any call waits.
        not_before = now + timedelta(seconds=self.deadline.remaining() + settle + self.deadline.seconds)
        with self.store.transaction():
            self.check()
            self.store.steps.posted(owner, instance, step, now, not_before)
        try:
            return self._finish(owner, step, create(key))
        except Exception as error:
            if not _surely_not_arrived(error):
                raise
            with self.store.transaction():
                self.check()
                self.store.steps.not_posted(owner, instance, step)
            raise

    def _adopt(self, owner: UUID, step: str, link: Link) -> Link:
        """What somebody else has created is ours from now on."""
        now = self.store.now()
        with self.store.transaction():
            self.check()
            self.store.steps.posted(owner, self.lease.delivery.instance, step, now, now)
            return self._finish(owner, step, link)

    def _finish(self, owner: UUID, step: str, link: Link) -> Link:
        made = readable(f"the step {step}", link)
        with self.store.transaction():
            self.lease.check()
            encoded = msgspec.json.encode(made).decode()
            self.store.steps.finished(owner, self.lease.delivery.instance, step, encoded)
        return made

    def check(self) -> None:
        """Raise DeadlineExceeded or LeaseLost once this call may do nothing more."""
        self.deadline.check()
        self.lease.check()


def _surely_not_arrived(error: Exception) -> bool:
    """Whether the remote said no, or was never reached; urllib wraps what it met in `reason`."""
    if isinstance(getattr(error, "reason", error), ConnectionRefusedError):
        return True
    return isinstance(error, RemoteError) and not isinstance(error, Unknown)
