"""Named points between two steps, at which a process of the product kills itself.

`install` runs in every process that the driver starts, and in the drainers that those leave behind. It
wraps what is there: the product itself knows nothing of it.
"""

import http.client
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

POINTS: Final = {
    "event-unwritten": "before the event is written",
    "event-uncommitted": "the event is written, and not committed",
    "event-committed": "after the event is committed",
    "lane-leased": "the lane is leased, and nothing of it done",
    "request-unsent": "before a request that writes leaves",
    "request-sent": "it has left, and the remote works on it",
    "request-done": "the remote has done it, and its answer is not read",
    "answer-read": "the answer is read, and the result not recorded",
    "result-recorded": "the result is recorded, and the hook goes on",
    "delivery-unsettled": "the hook is over, and the delivery not settled",
    "delivery-settled": "after the delivery is settled",
}
#: What takes long for people's sake, in seconds, as every process of a run has it.
DEADLINE: Final = 4.0
SETTLE: Final = 1.0
FIRST_RETRY: Final = 0.2
POLL: Final = 0.2
LEASE_MARGIN: Final = 1.0
JOURNAL: Final = "journal"


def hasten(deadline: float) -> None:
    """Let calls, remotes' searches and retries take less time than people would give them."""
    from chatops.dispatch import drain, outcome
    from chatops.engine import local
    from chatops.registry import Loaded, Registry

    load = Registry.load

    def loaded(self: Registry, instance: str) -> Loaded:
        found = load(self, instance)
        vars(found.plugin).update(deadline=deadline, settle=SETTLE)
        return found

    vars(outcome).update(FIRST_RETRY=FIRST_RETRY, LONGEST_RETRY=4 * FIRST_RETRY)
    vars(local).update(POLL=POLL)
    vars(drain).update(POLL=POLL, LEASE_MARGIN=LEASE_MARGIN)
    _put(Registry, load=loaded)


def install() -> None:
    """Make this process one of a chaos run, as its environment says."""
    point, _, nth = os.environ.get("CHAOS_POINT", "").partition(":")
    process = _Process(Path(os.environ["CHAOS_FOLDER"]) / JOURNAL, point, int(nth or 0))
    hasten(float(os.environ["CHAOS_DEADLINE"]))
    watch_events(process)
    watch_requests(process)
    watch_deliveries(process)


class _Process:
    """This process: which point is its last, and what it says of itself before that."""

    def __init__(self, journal: Path, point: str, nth: int) -> None:
        self._journal = journal
        self._point = point
        self._left = nth
        self._lock = threading.Lock()

    def note(self, *words: object) -> None:
        """Say something that outlives this process: one write, whole beside the others'."""
        handle = os.open(self._journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{' '.join(map(str, words))}\n".encode())
        os.close(handle)

    def passing(self, point: str, instance: str = "") -> None:
        """Be killed here, where this is the place and the time."""
        if self._point not in {point, f"{point}@{instance}"}:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self.note("killed", self._point)
                os.kill(os.getpid(), signal.SIGKILL)


def watch_events(process: _Process) -> None:
    from chatops.store import Log, Store

    mine = threading.local()
    append, transaction = Log.append, Store.transaction

    def appended(self: Log, incident: Any, events: Any) -> None:
        # A link is an event of its instance's.
        instance = getattr(events[0], "instance", "")
        process.passing("event-unwritten", instance)
        append(self, incident, events)
        mine.events = [*getattr(mine, "events", ()), *(event.id for event in events)]
        process.passing("event-uncommitted", instance)

    @contextmanager
    def transacted(self: Store) -> Iterator[None]:
        mine.depth = getattr(mine, "depth", 0) + 1
        try:
            with transaction(self):
                yield
        except BaseException:
            mine.events = []
            raise
        finally:
            mine.depth -= 1
        events = getattr(mine, "events", [])
        if not mine.depth and events:
            mine.events = []
            process.note("committed", *events)
            process.passing("event-committed")

    _put(Log, append=appended)
    _put(Store, transaction=transacted)


def watch_requests(process: _Process) -> None:
    from chatops.http.answers import reads
    from chatops.http.transport import Transport

    mine = threading.local()
    exchange, read, getresponse = Transport.exchange, Transport._read, http.client.HTTPConnection.getresponse

    def exchanged(self: Transport, request: Any, how: Any) -> Any:
        mine.writes = not reads(request)
        if not mine.writes:
            return exchange(self, request, how)
        mine.instance = self._terms.instance
        process.passing("request-unsent", mine.instance)
        try:
            answer = exchange(self, request, how)
        finally:
            mine.writes = False
        process.passing("answer-read", mine.instance)
        return answer

    def awaited(self: http.client.HTTPConnection) -> Any:
        if getattr(mine, "writes", False):
            process.passing("request-sent", mine.instance)
        return getresponse(self)

    def unread(self: Transport, response: Any) -> bytes:
        if mine.writes:
            process.passing("request-done", mine.instance)
        return read(self, response)

    _put(Transport, exchange=exchanged, _read=unread)
    _put(http.client.HTTPConnection, getresponse=awaited)


def watch_deliveries(process: _Process) -> None:
    from chatops.dispatch import drain
    from chatops.dispatch.once import Steps

    finish, keep, lease = Steps._finish, vars(drain)["keep"], vars(drain)["lease"]

    def finished(self: Steps, *given: Any) -> Any:
        made = finish(self, *given)
        process.passing("result-recorded")
        return made

    def kept(*given: Any, **more: Any) -> Any:
        process.passing("delivery-unsettled")
        settled = keep(*given, **more)
        process.passing("delivery-settled")
        return settled

    def leased(*given: Any) -> Any:
        held = lease(*given)
        if held:
            process.passing("lane-leased")
        return held

    _put(Steps, _finish=finished)
    vars(drain).update(keep=kept, lease=leased)


def _put(owner: type, **wrapped: Callable[..., Any]) -> None:
    for name, function in wrapped.items():
        setattr(owner, name, function)
