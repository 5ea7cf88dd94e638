"""The product in this process, which may die at a named point, beside remotes and clocks of their own.

To die is to stop at once: what is not committed is undone, nothing more is sent or recorded, and the locks of
the operating system are let go of, as they are when a process ends.
"""

import http.client
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from unittest.mock import patch
from uuid import UUID

import jira  # noqa: F401  (it takes longer to import than a call here may take)
import time_machine

import chatops_jira.sandbox.model
import chatops_slack.sandbox.channels
import chatops_slack.sandbox.extras
import chatops_slack.sandbox.history
import chatops_slack.sandbox.state
import chatops_statuspage.sandbox.state
from chatops import config as configuration
from chatops.config import Config
from chatops.deadline import Deadline
from chatops.dispatch import drain
from chatops.dispatch.lease import Owner
from chatops.dispatch.loading import Plugins
from chatops.dispatch.once import Steps
from chatops.engine import local
from chatops.http import transport
from chatops.http.transport import Transport
from chatops.registry import Loaded, Registry
from chatops.sandbox import Asked, Sandbox
from chatops.service import Service
from chatops.store import Log, Store
from chatops_jira.sandbox import JiraStandIn
from chatops_slack.sandbox import SlackStandIn
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.chaos import points
from tests.chaos.clock import BEGAN, Clock, Impatient
from tests.chaos.faults import UNDER_WAY
from tests.chaos.ground import LONGEST, until

#: What a call may take, in seconds of real time.
DEADLINE: Final = 1.5
#: Where a second try of a request would wait for people's sake.
NO_WAIT: Final = 0.001
CORE: Final = "[core]\ndrainer = false\n"
#: Cleared for restricted incidents: their channels are private from the start.
CLEARED: Final = "\n[plugins.slack.when]\nrestricted = true\n"
SECRET: Final = re.compile(r'\{ command = \["echo", "([^"]+)"\] \}')
THEIRS: Final = (chatops_jira.sandbox.model, chatops_statuspage.sandbox.state)
SLACKS: Final = (
    chatops_slack.sandbox.channels,
    chatops_slack.sandbox.extras,
    chatops_slack.sandbox.history,
    chatops_slack.sandbox.state,
)


class Died(BaseException):
    """The process is no more; nobody may handle this but who watches it die."""


class Life:
    """One process of the product, with the store as it opened it."""

    def __init__(self, path: Path, config: Config) -> None:
        self.dead = False
        self.store = Store(path)
        database: Any = self.store._db
        for name in ("_begun", "_commit", "_execute", "_take"):
            vars(database)[name] = partial(self._alive, getattr(database, name))
        self.service = Service(self.store, config)

    def _alive(self, work: Callable[..., Any], *given: Any) -> Any:
        if self.dead:
            raise Died
        return work(*given)


class World:
    """A sandbox, a folder, a clock, and one process of the product after the other."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._doom, self._left = "", 0
        self._asked = 0
        self._loaded: dict[str, Loaded] = {}
        self.committed: set[UUID] = set()
        self.deaths = 0

    def __enter__(self) -> Self:
        enter = self._stack.enter_context
        self._others = set(threading.enumerate())
        folder = Path(enter(tempfile.TemporaryDirectory(prefix="chatops-model-", dir=_fast())))
        self.clock = Clock(enter(time_machine.travel(BEGAN, tick=False)))
        self.box = enter(Sandbox(only=[JiraStandIn, SlackStandIn, StatuspageStandIn]))
        self._path = folder / "chatops.db"
        self.config = configuration.load(self._configured(folder))
        for change in [*_kept_for_later(), *self._changes()]:
            enter(change)
        watched: Any = self
        points.watch_events(watched)
        points.watch_requests(watched)
        points.watch_deliveries(watched)
        self.life = Life(self._path, self.config)
        self._stack.push(lambda *_: self.life.store.close())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quiet()
        self._stack.close()

    @property
    def service(self) -> Service:
        """The product as the living process has it."""
        return self.life.service

    def doom(self, point: str, nth: int) -> None:
        """From now on the process dies at the `nth` passing of this point."""
        self._doom, self._left = point, nth

    def passing(self, point: str, instance: str = "") -> None:
        """Die here, where this is the place and the time."""
        if self.life.dead:
            raise Died
        if point == "request-unsent":
            self._asked = len(self.box.log.all())
        if self._doom not in {point, f"{point}@{instance}"}:
            return
        self._left -= 1
        if self._left > 0:
            return
        if point == "request-sent":
            until(lambda: len(self.box.log.all()) > self._asked)
        self._doom = ""
        self.life.dead = True
        raise Died

    def note(self, what: str, *events: UUID) -> None:
        """Remember which events were committed."""
        if what == "committed":
            self.committed.update(events)

    def survives(self, work: Callable[[], object]) -> bool:
        """Do this; where the process dies of it, another one takes its place."""
        try:
            work()
        except Died:
            self.deaths += 1
        self.quiet()
        if not self.life.dead:
            return True
        dead, self.life = self.life, Life(self._path, self.config)
        dead.store.close()
        return False

    def deliver(self, incident: UUID) -> None:
        """What a command does after it has written."""
        self.survives(lambda: list(self.service.engine.start(incident)))

    def work(self, rounds: int) -> None:
        """What a worker does, which time passes for, between one round and the next."""
        bell = Impatient()

        def idle() -> None:
            nonlocal rounds
            rounds -= 1
            ready = self.service.engine.next_ready() if rounds else None
            if ready is None:
                bell.end()
                return
            self.quiet()
            self.clock.passes(max(timedelta(), ready - self.service.store.now()))

        self.survives(lambda: list(self.service.engine.work(bell, idle=idle)))

    def quiet(self) -> None:
        """Wait until nothing is on its way, which no movement of the clock may overtake."""
        while found := [t for t in set(threading.enumerate()) - self._others if t.name.endswith(UNDER_WAY)]:
            for thread in found:
                thread.join(LONGEST)
                assert not thread.is_alive(), f"{thread.name} hangs"

    def asked(self, since: int = 0) -> list[Asked]:
        """What the remotes were asked, but for so many of the first requests."""
        return self.box.log.all()[since:]

    def _configured(self, folder: Path) -> Path:
        def written(found: re.Match[str]) -> str:
            (folder / found[1]).write_text(found[1])
            return f'{{ file = "{folder / found[1]}" }}'

        path = folder / "chatops.toml"
        path.write_text(CORE + SECRET.sub(written, self.box.config()) + CLEARED)
        return path

    def _changes(self) -> Iterator[Any]:
        """What makes a run fast, and the same each time: one call at a time, and no clock but ours."""
        yield patch.dict(vars(drain), MOST_CALLS=1)
        yield patch.dict(vars(transport), FIRST_WAIT=NO_WAIT)
        yield patch.object(Plugins, "get", _at_once)
        yield patch.object(Registry, "load", self._load)
        yield patch.dict(vars(local), Owner=partial(_Mortal, self))
        for module in THEIRS:
            yield patch.dict(vars(module), datetime=self.clock)
        for module in SLACKS:
            yield patch.dict(vars(module), time=self.clock)

    def _load(self, instance: str) -> Loaded:
        if instance not in self._loaded:
            self._loaded[instance] = Registry(self.config)._load(instance)
            vars(self._loaded[instance].plugin).update(deadline=DEADLINE)
        return self._loaded[instance]


class _Mortal(Owner):
    """An owner that does not tidy up when its process dies."""

    def __init__(self, world: World, store: Store) -> None:
        super().__init__(store)
        self._life = world.life

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._life.dead:
            os.close(self._held)
        else:
            super().__exit__(kind, error, trace)


def _at_once(self: Plugins, instance: str) -> Any:
    """The plugin, without a thread: which one is there first is no matter of chance."""
    if instance not in self._known:
        self.deadlines[instance] = Deadline(DEADLINE)
        self._threads[instance] = threading.current_thread()
        self.learn(instance, self._registry.load(instance))
    return self._known[instance]


def _kept_for_later() -> Iterator[Any]:
    """What the points wrap, so that it is what it was afterwards."""
    wrapped: dict[type, tuple[str, ...]] = {
        Log: ("append",),
        Store: ("transaction",),
        Transport: ("exchange", "_read"),
        http.client.HTTPConnection: ("getresponse",),
        Steps: ("_finish",),
    }
    for owner, names in wrapped.items():
        for name in names:
            yield patch.object(owner, name, getattr(owner, name))
    yield patch.dict(vars(drain))


def _fast() -> str | None:
    """A folder whose disk is memory, where there is one: nothing here is about the disk."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if os.access(memory, os.W_OK):
            return str(memory)
    return None
