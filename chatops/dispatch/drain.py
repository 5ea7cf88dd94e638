"""Runs what is due: each call alone on a daemon thread, each lane in its order, each outcome kept."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from chatops import events as e
from chatops.config import Config
from chatops.context import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.decide import decided
from chatops.dispatch.lease import Lease, Owner, lease
from chatops.dispatch.once import Steps
from chatops.dispatch.outcome import Outcome, of_error, of_result
from chatops.dispatch.plan import ANY_HOOK, told
from chatops.dispatch.record import record
from chatops.errors import DeadlineExceeded, LeaseLost, NotLoaded
from chatops.incident import fold
from chatops.registry import Loaded, Registry
from chatops.store import Delivery, Store

MOST_CALLS: Final = 16
LOAD_SECONDS: Final = 10.0
#: How much longer than its deadline a call may hold its lane.
LEASE_MARGIN: Final = 15.0

_log = logging.getLogger("chatops.dispatch")
Lane = tuple[UUID, str]
Answer = Outcome | Loaded | NotLoaded


@dataclass(frozen=True)
class Running:
    """A call that is under way, and until when it is waited for."""

    lease: Lease
    deadline: Deadline


class Drain:
    """Calls plugins for the deliveries that are due, from one coordinating thread.

    A thread whose call took too long is left to itself: its lease is gone, so that nothing which it
    still does is recorded.
    """

    def __init__(self, store: Store, config: Config, owner: Owner) -> None:
        self._store = store
        self._registry = Registry(config)
        self._contexts = Contexts(store, config)
        self._owner = owner
        self._plugins: dict[str, Loaded | NotLoaded] = {}
        self._loading: dict[str, Deadline] = {}
        self._running: dict[Lane, Running] = {}
        self._answers: SimpleQueue[tuple[str | Running, Answer]] = SimpleQueue()

    def run(self, incident: UUID | None = None, seconds: float = float("inf")) -> Iterator[Delivery]:
        """Run what is due, of one incident or of all, and yield each delivery as its attempt ends.

        After `seconds` nothing new is begun; what is under way is waited for.
        """
        end = time.monotonic() + seconds
        while True:
            if time.monotonic() < end:
                yield from self._begin(incident)
            if not self._running and not self._loading:
                return
            yield from self._wait()

    def _begin(self, incident: UUID | None) -> Iterator[Delivery]:
        """Begin every delivery that is due and free, and yield those that end without a call."""
        again = True
        while again:
            again = False
            for delivery in self._store.deliveries.ready(e.utcnow(), incident):
                if _lane(delivery) in self._running or len(self._running) >= MOST_CALLS:
                    continue
                plugin = self._plugin(delivery.instance)
                held = self._lease(delivery, plugin) if plugin else None
                if plugin is None or held is None:
                    continue
                if delivery.hook == ANY_HOOK and isinstance(plugin, Loaded):
                    again = True
                    self._expand(held)
                elif (settled := self._start(held, plugin)) is not None:
                    again = True
                    yield settled

    def _plugin(self, instance: str) -> Loaded | NotLoaded | None:
        """The instance's plugin, or why it has none; None while it is being imported."""
        if instance not in self._plugins and instance not in self._loading:
            self._loading[instance] = Deadline(LOAD_SECONDS)
            self._thread(f"load {instance}", lambda: self._answers.put((instance, self._load(instance))))
        return self._plugins.get(instance)

    def _load(self, instance: str) -> Loaded | NotLoaded:
        try:
            return self._registry.load(instance)
        except NotLoaded as error:
            return error

    def _lease(self, delivery: Delivery, plugin: Loaded | NotLoaded) -> Lease | None:
        deadline = plugin.plugin.deadline if isinstance(plugin, Loaded) else 0.0
        held = lease(self._store, delivery, self._owner, deadline + LEASE_MARGIN)
        if held and self._store.deliveries.get(delivery.id) != delivery:
            self._store.deliveries.release(delivery, held.epoch)
            return None
        return held

    def _expand(self, held: Lease) -> None:
        """Replace a delivery that was planned before its plugin was known by what the plugin listens to."""
        delivery, store = held.delivery, self._store
        with store.transaction():
            event = store.log.event(delivery.event)
            row = next(row for row in store.instances.all() if row.name == delivery.instance)
            incident = fold(store.log.events(delivery.incident, upto=delivery.position))
            first = store.deliveries.of_lane(delivery.incident, delivery.instance)[0]
            store.deliveries.remove(delivery)
            if event and incident:
                for instance, hook, about in told(event, incident, row, newcomer=first == delivery):
                    store.deliveries.add(
                        event=about,
                        incident=incident.id,
                        instance=instance,
                        hook=hook,
                        position=delivery.position,
                    )
            store.deliveries.release(delivery, held.epoch)

    def _start(self, held: Lease, plugin: Loaded | NotLoaded) -> Delivery | None:
        """Begin the call; or, where there is none to make, the delivery as it ended."""
        if isinstance(plugin, NotLoaded):
            return self._end(held, of_error(plugin, 1))
        outcome = decided(self._store, held.delivery, plugin)
        if outcome is not None:
            return self._end(held, outcome)
        running = Running(held, Deadline(plugin.plugin.deadline))
        steps = Steps(self._store, held, running.deadline, plugin.plugin.settle)
        arguments = self._contexts.arguments(held.delivery, plugin, steps, running.deadline)
        self._running[_lane(held.delivery)] = running
        self._thread(
            f"{held.delivery.hook} {held.delivery.instance}",
            lambda: self._answers.put((running, _called(plugin, held.delivery, arguments))),
        )
        return None

    def _thread(self, name: str, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name=name, daemon=True).start()

    def _wait(self) -> Iterator[Delivery]:
        """Wait for the next answer, or the next deadline."""
        deadlines = [*self._loading.values(), *(r.deadline for r in self._running.values())]
        try:
            asked, answer = self._answers.get(timeout=min(d.remaining() for d in deadlines))
        except Empty:
            yield from self._give_up()
            return
        if isinstance(asked, str):
            self._learn(asked, answer)
        elif self._running.get(_lane(asked.lease.delivery)) is asked and isinstance(answer, Outcome):
            yield from self._ended(asked, answer)

    def _give_up(self) -> Iterator[Delivery]:
        """Stop waiting for what has taken too long."""
        for instance, deadline in list(self._loading.items()):
            if not deadline.remaining():
                problem = f"importing it took longer than {LOAD_SECONDS:g} s."
                self._learn(instance, NotLoaded(instance=instance, problem=problem))
        for running in list(self._running.values()):
            if not running.deadline.remaining():
                error = DeadlineExceeded(seconds=running.deadline.seconds)
                yield from self._ended(running, of_error(error, running.lease.delivery.attempts + 1))

    def _learn(self, instance: str, answer: Answer) -> None:
        if self._loading.pop(instance, None) is None or isinstance(answer, Outcome):
            return
        self._plugins[instance] = answer
        if isinstance(answer, Loaded):
            row = next((row for row in self._store.instances.all() if row.name == instance), None)
            if row and row.traits != answer.traits:
                self._store.instances.learn(instance, answer.traits)

    def _ended(self, running: Running, outcome: Outcome) -> Iterator[Delivery]:
        del self._running[_lane(running.lease.delivery)]
        settled = self._end(running.lease, outcome, tried=True)
        if settled is not None:
            yield settled

    def _end(self, held: Lease, outcome: Outcome, *, tried: bool = False) -> Delivery | None:
        """Write the outcome and the links, in one transaction, if the lane is still ours."""
        delivery, store = held.delivery, self._store
        with store.transaction():
            if not store.deliveries.release(delivery, held.epoch):
                return None
            outcome = self._confirmed(delivery, outcome)
            store.deliveries.settle(
                delivery, outcome.state, outcome.reason, due_at=outcome.due_at, tried=tried
            )
            if outcome.remote_down:
                store.instances.pause(delivery.instance, outcome.due_at)
            elif outcome.state in {"done", "failed"}:
                store.instances.pause(delivery.instance, None)
            self._add_links(delivery, outcome)
        return store.deliveries.get(delivery.id)

    def _confirmed(self, delivery: Delivery, outcome: Outcome) -> Outcome:
        """Where a creation may have arrived, asking again earlier than it can be believed is no use."""
        if outcome.state not in {"retry", "unconfirmed"}:
            return outcome
        until = self._store.steps.unconfirmed(delivery.event, delivery.incident, delivery.instance)
        if until is None:
            return outcome
        due = max(until, outcome.due_at or until)
        return Outcome(
            state="unconfirmed", reason=outcome.reason, due_at=due, remote_down=outcome.remote_down
        )

    def _add_links(self, delivery: Delivery, outcome: Outcome) -> None:
        incident = self._store.log.incident(delivery.incident)
        cause = self._store.log.event(delivery.event)
        for link in outcome.links:
            if incident is None or incident.link(delivery.instance, link.kind) == link:
                continue
            event = e.LinkAdded(
                id=e.new_id(),
                incident=incident.id,
                seq=incident.version + 1,
                at=e.utcnow(),
                actor=delivery.instance,
                instance=delivery.instance,
                link=link,
            )
            # A link that answers a link tells nobody: two plugins would go on answering each other.
            incident = record(self._store, incident, [event], tell=not isinstance(cause, e.LinkAdded))


def _called(plugin: Loaded, delivery: Delivery, arguments: dict[str, object]) -> Outcome:
    """What the plugin's hook did, whatever that is."""
    try:
        return of_result(delivery.hook, plugin.call(delivery.hook, **arguments))
    except LeaseLost as error:
        return of_error(error, 1)
    except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
        _log.debug("%s %s raised", delivery.instance, delivery.hook, exc_info=True)
        return of_error(error, delivery.attempts + 1)


def _lane(delivery: Delivery) -> Lane:
    return delivery.incident, delivery.instance
