"""Runs deliveries on one machine: beside the command that made them, and after it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID
from zlib import crc32

from chatops import interrupts
from chatops.config import Config, load
from chatops.dispatch.drain import POLL, Drain
from chatops.dispatch.lease import Owner
from chatops.dispatch.watch import Watch
from chatops.dispatch.whose import mine
from chatops.dispatch.wire import Rehearsal
from chatops.engine.bell import Bell
from chatops.engine.health import Health, look
from chatops.errors import NotLoaded, StoreAway, StoreBusy, StoreError
from chatops.logs import logger
from chatops.store import Delivery, Store
from chatops.store.sqlite import flocked

#: How long a command goes on beginning deliveries before it leaves the rest behind, in seconds.
PATIENCE: Final = 30.0
#: How long Ctrl-C may go unheard while a command waits, in seconds.
HEARD: Final = 0.5
#: Of so many threads that hang, none of which can be ended, a worker is rid only as a new process.
MOST_HUNG: Final = 8

_log = logger("chatops.engine")


class Run:
    """Deliveries that run in the background; iterate to see each as its attempt ends."""

    def __init__(self) -> None:
        self._ended: SimpleQueue[Delivery | BaseException | None] = SimpleQueue()
        self._under_way = 0

    def begin(self, work: Iterator[Delivery]) -> None:
        """Run these, beside what runs already."""
        self._under_way += 1
        threading.Thread(target=self._follow, args=(work,), name="deliveries", daemon=True).start()

    def __iter__(self) -> Iterator[Delivery]:
        while self._under_way:
            ended = self._next()
            if isinstance(ended, BaseException):
                raise ended
            if ended is None:
                self._under_way -= 1
            else:
                yield ended

    def _next(self) -> Delivery | BaseException | None:
        while True:
            # Ctrl-C that came right before the wait, or to another thread, is heard of after it.
            with suppress(Empty):
                return self._ended.get(timeout=HEARD)
            interrupts.check()

    def _follow(self, work: Iterator[Delivery]) -> None:
        try:
            for ended in work:
                self._ended.put(ended)
            self._ended.put(None)
        except BaseException as error:  # noqa: BLE001  (it is raised again where the run is followed)
            self._ended.put(error)


class LocalEngine:
    """Deliveries of one store, on this machine."""

    def __init__(self, store: Store, config: Config, rehearsal: Rehearsal | None = None) -> None:
        self._store = store
        self._config = config
        self._rehearsal = rehearsal
        self._written_at = _written_at(config)
        #: What becomes of the deliveries that `work` and `drain_alone` run.
        self.watch = Watch(MOST_HUNG)
        #: The instances that cannot run here, and are left to a host where they can.
        self.left: dict[str, NotLoaded] = {}

    def start(self, incident: UUID, beside: Run | None = None) -> Run:
        """Begin at once what the incident's instances are to be told, without waiting for it; `beside` what
        runs for the command already, so that each is seen when it ends.
        """
        run = beside or Run()
        run.begin(self._once(incident))
        return run

    def work(
        self, bell: Bell, *, until_done: bool = False, idle: Callable[[], None] = lambda: None
    ) -> Iterator[Delivery]:
        """Run whatever falls due, until the bell says to end, or, with `until_done`, nothing is left to wait
        for; or until the process is worn out, see `watch`. Then no call is under way, and no lane is held.

        Before each wait `idle` is called. A store that cannot be used is waited for; with `until_done` only
        one that is locked, and otherwise StoreError is raised.
        """
        with Owner(self._store) as owner, self._store.attend(bell.ring) as attending:
            drain, complaint, left = self._drain(owner), "", set[str]()
            # One whose outcome could not be written leaves the others under way.
            while drain.busy or not bell.ended:
                if not drain.busy and self._reread():
                    drain = self._drain(owner)
                try:
                    attending.serve(drain.instances)
                    yield from drain.run(ended=lambda: bell.ended)
                    left = self._complain(left)
                    next_ready, complaint = self.next_ready(), ""
                    wait = (next_ready - self._store.now()).total_seconds() if next_ready else POLL
                except StoreError as error:
                    if until_done and not isinstance(error, StoreBusy | StoreAway):
                        raise
                    if str(error) != complaint:
                        _log.warning("%s", error)
                    complaint = str(error)
                    wait = 0.0 if isinstance(error, StoreBusy) else POLL
                else:
                    if self.watch.worn_out or (next_ready is None and until_done):
                        return
                idle()
                bell.wait(max(0.05, min(wait, POLL)))

    def health(self) -> Health:
        """What waits for this configuration, and whether it can be worked on."""
        return look(self._store, self._config, self.watch)

    def next_ready(self) -> datetime | None:
        """When the next delivery may run here; None where all that waits needs a person, or somebody else's
        file or host.
        """
        return self._store.deliveries.next_ready(set(mine(self._store, self._config)) - self.left.keys())

    def leave_behind(self) -> bool:
        """See to it that somebody runs what is left; False where nobody does.

        Where no worker is known that runs all of it, one detached process does it for all that this
        configuration runs, and ends when nothing is left to wait for.
        """
        try:
            return self._is_served() or (self._config.core.drainer and self._drainer_runs())
        except OSError as error:
            _log.warning("no drainer could be started: %s", error)
            return False

    def drain_alone(self, bell: Bell, *, idle: Callable[[], None] = lambda: None) -> Iterator[Delivery]:
        """Work until nothing is left, unless another process does that already."""
        # Whoever left work behind while we held the lock did not start another drainer, so it is looked
        # for once more when the lock is free again.
        while not bell.ended:
            with self._drainer_lock() as free:
                if not free:
                    return
                yield from self.work(bell, until_done=True, idle=idle)
            if self.watch.worn_out or self.next_ready() is None:
                return

    def _drain(self, owner: Owner) -> Drain:
        drain = Drain(self._store, self._config, owner, watch=self.watch)
        self.left = drain.left
        return drain

    def _complain(self, known: set[str]) -> set[str]:
        """Say what is left to other hosts, where that is not `known`."""
        for name in self.left.keys() - known:
            _log.warning("%s It is left to a host where it runs.", self.left[name])
        return set(self.left)

    def _is_served(self) -> bool:
        """Whether workers, wherever they are, run all that could be run here."""
        here = set(mine(self._store, self._config)) - self.left.keys()
        return bool(here) and here <= self._store.served()

    def _reread(self) -> bool:
        """Whether the configuration file has changed; it is taken over once it can be read."""
        written_at = _written_at(self._config)
        if written_at == self._written_at:
            return False
        self._written_at = written_at
        config = load(self._config.path)
        if not config.broken:
            self._config = config
        return not config.broken

    def _drainer_runs(self) -> bool:
        with self._drainer_lock() as free:
            if not free:
                return True
        environment = os.environ | {"CHATOPS_STORE": self._store.where}
        if self._config.path:
            environment["CHATOPS_CONFIG"] = str(self._config.path)
        subprocess.Popen(
            # -P, and from /: what lies in the current folder is none of our modules.
            [sys.executable, "-P", "-m", "chatops", "worker", "--until-done"],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return True

    @contextmanager
    def _drainer_lock(self) -> Iterator[bool]:
        whose = f"{crc32(self._config.where.encode()):08x}"
        path = self._store.beside(f"{whose}.drainer")
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            yield flocked(handle)
        finally:
            os.close(handle)

    def _once(self, incident: UUID) -> Iterator[Delivery]:
        with Owner(self._store) as owner:
            drain = Drain(self._store, self._config, owner, self._rehearsal)
            self.left = drain.left
            yield from drain.run(incident, PATIENCE)


def _written_at(config: Config) -> int:
    try:
        return config.path.stat().st_mtime_ns if config.path else 0
    except OSError:
        return 0
