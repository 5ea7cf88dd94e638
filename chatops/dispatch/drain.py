"""Runs what is due: each call alone on a daemon thread, each lane in its order, each outcome kept."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from chatops.config import Config
from chatops.deadline import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.decide import decided
from chatops.dispatch.keep import keep
from chatops.dispatch.lease import Lease, Owner, lease
from chatops.dispatch.loading import Plugins
from chatops.dispatch.once import Steps
from chatops.dispatch.outcome import Outcome, of_error, of_result
from chatops.dispatch.plan import ANY_HOOK
from chatops.dispatch.record import expand
from chatops.dispatch.watch import Watch, described
from chatops.dispatch.whose import mine
from chatops.dispatch.wire import Rehearsal, Wire
from chatops.errors import DeadlineExceeded, LeaseLost, NotLoaded
from chatops.http import Http
from chatops.logs import about, logger
from chatops.registry import Loaded
from chatops.store import Delivery, Store

MOST_CALLS: Final = 16
#: At most so many of them at one instance.
MOST_OF_ONE: Final = 4
#: How often it is looked for what others have planned meanwhile, in seconds.
POLL: Final = 2.0
#: How much longer than its deadline a call may hold its lane.
LEASE_MARGIN: Final = 15.0
#: What a job that has no store may have delivered as well, see `Drain`.
ALSO_ELSEWHERE: Final = frozenset({"postmortem_published", "public_postmortem"})
NOT_REHEARSED: Final = Outcome(state="skipped", reason="not called in a dry run: it has ways of its own")

_log = logger("chatops.dispatch")
Lane = tuple[UUID, str]
Answer = Outcome | Loaded | NotLoaded


@dataclass(frozen=True)
class Running:
    """A call that is under way, and until when it is waited for."""

    lease: Lease
    deadline: Deadline
    http: Http
    fields: dict[str, object]
    thread: threading.Thread


class Drain:
    """Calls plugins for the deliveries that are due, from one coordinating thread.

    A thread whose call took too long is left to itself: its lease is gone, so that nothing which it
    still does is recorded.

    A store that is `brief` begins empty, and nothing of it is kept: what other runs have created is looked
    for, nobody is told of links, and there is no history.
    """

    def __init__(  # noqa: PLR0913  (one for each way in which drains differ)
        self,
        store: Store,
        config: Config,
        owner: Owner,
        rehearsal: Rehearsal | None = None,
        watch: Watch | None = None,
        *,
        brief: bool = False,
    ) -> None:
        self._store = store
        self._config = config
        self._brief = brief
        self._contexts = Contexts(store, config, brief=brief)
        self._wire = Wire(store, config, rehearsal)
        self._owner = owner
        self._watch = watch or Watch()
        self._running: dict[Lane, Running] = {}
        self._answers: SimpleQueue[tuple[str | Running, Answer]] = SimpleQueue()
        self._plugins = Plugins(store, config, self._watch, lambda *about: self._answers.put(about))

    @property
    def busy(self) -> bool:
        """Whether something is under way; after `run` only where the store could not be used."""
        return bool(self._running or self._plugins.deadlines)

    @property
    def instances(self) -> list[str]:
        """The instances whose deliveries are run here."""
        return [name for name in mine(self._store, self._config) if name not in self.left]

    @property
    def left(self) -> dict[str, NotLoaded]:
        """The instances that cannot run here, and are left to a host where they can."""
        return self._plugins.left

    def run(
        self,
        incident: UUID | None = None,
        seconds: float = float("inf"),
        ended: Callable[[], bool] = lambda: False,
    ) -> Iterator[Delivery]:
        """Run what is due, of one incident or of all, and yield each delivery as its attempt ends.

        After `seconds`, once `ended` says so, or where too much hangs, nothing new is begun; what is under
        way is waited for.
        """
        end = time.monotonic() + seconds
        while True:
            if time.monotonic() < end and not ended() and not self._watch.worn_out:
                yield from self._begin(incident)
            if not self.busy:
                return
            yield from self._wait()

    def _begin(self, incident: UUID | None) -> Iterator[Delivery]:
        """Begin every delivery that is due and free, and yield those that end without a call."""
        again, ours = True, self.instances
        while again:
            again = False
            for delivery in self._store.deliveries.ready(self._store.now(), incident, ours):
                if not self._has_room(delivery):
                    continue
                plugin = self._plugins.get(delivery.instance)
                held = self._lease(delivery, plugin) if plugin else None
                if plugin is None or held is None:
                    continue
                if delivery.hook == ANY_HOOK and isinstance(plugin, Loaded):
                    again, settled = True, self._expand(held, plugin)
                else:
                    settled = self._start(held, plugin)
                    again = again or settled is not None
                if settled is not None:
                    yield settled

    def _has_room(self, delivery: Delivery) -> bool:
        """Whether one more call may run; an instance that hangs takes no other instance's place."""
        same = sum(instance == delivery.instance for _, instance in self._running)
        busy = same >= MOST_OF_ONE or len(self._running) >= MOST_CALLS
        return not busy and _lane(delivery) not in self._running

    def _lease(self, delivery: Delivery, plugin: Loaded | NotLoaded) -> Lease | None:
        deadline = plugin.plugin.deadline if isinstance(plugin, Loaded) else 0.0
        return lease(self._store, delivery, self._owner, deadline + LEASE_MARGIN)

    def _expand(self, held: Lease, plugin: Loaded) -> Delivery | None:
        """Plan what the plugin listens to; where that cannot be told, the delivery as it ended."""
        try:
            with self._store.transaction():
                expand(self._store, held.delivery, plugin.traits)
                self._store.deliveries.release(held.delivery, held.epoch)
        except Exception as error:  # noqa: BLE001  (what cannot be read of one incident stops no other)
            return self._kept(held, of_error(error, 1))
        return None

    def _start(self, held: Lease, plugin: Loaded | NotLoaded) -> Delivery | None:
        """Begin the call; or, where there is none to make, the delivery as it ended."""
        if isinstance(plugin, NotLoaded):
            return self._kept(held, of_error(plugin, 1))
        if self._wire.rehearsal and plugin.plugin.own_transport:
            return self._kept(held, NOT_REHEARSED)
        deadline = Deadline(plugin.plugin.deadline)
        doubt = self._brief or held.delivery.hook in ALSO_ELSEWHERE
        steps = Steps(self._store, held, deadline, plugin.plugin.settle, doubt)
        fields = described(self._store, held.delivery, held.delivery.attempts + 1)
        try:
            http = self._wire.http(plugin.plugin, deadline, steps.check)
            arguments = self._arguments(held.delivery, plugin, steps, http)
        except Exception as error:  # noqa: BLE001  (what cannot be read of one incident stops no other)
            arguments = of_error(error, held.delivery.attempts + 1)
        if isinstance(arguments, Outcome):
            return self._kept(held, arguments)
        thread = threading.Thread(
            target=lambda: self._answers.put((running, _called(plugin, running, arguments))),
            name=f"{held.delivery.hook} {held.delivery.instance}",
            daemon=True,
        )
        running = self._running[_lane(held.delivery)] = Running(held, deadline, http, fields, thread)
        thread.start()
        return None

    def _arguments(
        self, delivery: Delivery, plugin: Loaded, steps: Steps, http: Http
    ) -> Outcome | dict[str, object]:
        """What to call the hook with; or what becomes of the delivery without a call."""
        now = self._store.log.incident(delivery.incident)
        if now is None:
            return Outcome(state="failed", reason="its incident is not in the store")
        outcome = decided(self._store, delivery, now, plugin)
        return outcome or self._contexts.arguments(delivery, now, plugin, steps, http)

    def _wait(self) -> Iterator[Delivery]:
        """Wait for the next answers, or the next deadline."""
        deadlines = [*self._plugins.deadlines.values(), *(r.deadline for r in self._running.values())]
        try:
            yield from self._answered(
                self._answers.get(timeout=min(POLL, *(d.remaining() for d in deadlines)))
            )
            while True:
                yield from self._answered(self._answers.get_nowait())
        except Empty:
            yield from self._give_up()

    def _answered(self, answered: tuple[str | Running, Answer]) -> Iterator[Delivery]:
        asked, answer = answered
        if isinstance(asked, str):
            if not isinstance(answer, Outcome):
                self._plugins.learn(asked, answer)
        elif self._running.get(_lane(asked.lease.delivery)) is asked and isinstance(answer, Outcome):
            yield from self._ended(asked, answer)

    def _give_up(self) -> Iterator[Delivery]:
        """Stop waiting for what has taken too long."""
        self._plugins.give_up()
        for running in list(self._running.values()):
            if not running.deadline.remaining():
                self._watch.given_up(running.thread)
                error = DeadlineExceeded(seconds=running.deadline.seconds)
                yield from self._ended(running, of_error(error, running.lease.delivery.attempts + 1))

    def _ended(self, running: Running, outcome: Outcome) -> Iterator[Delivery]:
        lane = _lane(running.lease.delivery)
        del self._running[lane]
        seconds = running.deadline.seconds - running.deadline.remaining()
        settled = self._kept(running.lease, outcome, seconds)
        if settled is not None:
            yield settled

    def _kept(self, held: Lease, outcome: Outcome, seconds: float | None = None) -> Delivery | None:
        """The delivery as it ended; `seconds` are those of its call. None where the lane was lost."""
        settled = keep(self._store, held, outcome, tried=seconds is not None, tell=not self._brief)
        if settled is not None:
            self._watch.ended(self._store, settled, outcome.error, seconds)
        return settled


def _called(plugin: Loaded, running: Running, arguments: dict[str, object]) -> Outcome:
    """What the plugin's hook did, whatever that is."""
    delivery = running.lease.delivery
    with about(**running.fields):
        try:
            return of_result(delivery.hook, plugin.call(delivery.hook, **arguments))
        except LeaseLost as error:
            return of_error(error, 1)
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            _log.debug("%s %s raised", delivery.instance, delivery.hook, exc_info=True)
            return of_error(error, delivery.attempts + 1)
        finally:
            running.http.close()


def _lane(delivery: Delivery) -> Lane:
    return delivery.incident, delivery.instance
