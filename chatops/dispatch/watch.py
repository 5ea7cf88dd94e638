"""What a process knows of the calls that it makes: how each ended, and which threads never did."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from chatops.dispatch.outcome import Raised
from chatops.errors import StoreError
from chatops.logs import logger
from chatops.store import Delivery, Store
from chatops.store.rows import DeliveryState

#: A delivery as its attempt ended, and how long its call took, in seconds; None where none was made.
Listener = Callable[[Delivery, float | None], None]
LEVELS: Final[dict[DeliveryState, int]] = {
    "retry": logging.WARNING,
    "unconfirmed": logging.WARNING,
    "failed": logging.ERROR,
}

_log = logger("chatops.deliveries")


class Watch:
    """Logs how each delivery ends, tells the `listeners`, and remembers the threads that hang.

    A thread hangs whose call was given up at its deadline and goes on. Where `most_hung` of them do, the
    process is `worn_out`, and nothing new is begun in it.
    """

    def __init__(self, most_hung: float = float("inf")) -> None:
        self.listeners: list[Listener] = []
        self._most_hung = most_hung
        self._given_up: list[threading.Thread] = []
        self._lock = threading.Lock()

    @property
    def hung(self) -> list[str]:
        """What hangs: the hook and the instance of each thread that goes on."""
        with self._lock:
            self._given_up = [thread for thread in self._given_up if thread.is_alive()]
            return [thread.name for thread in self._given_up]

    @property
    def worn_out(self) -> bool:
        """Whether so much hangs that this process should be replaced."""
        return len(self.hung) >= self._most_hung

    def given_up(self, thread: threading.Thread) -> None:
        """Nobody waits for this thread any more."""
        with self._lock:
            self._given_up.append(thread)

    def ended(
        self, store: Store, delivery: Delivery, error: Raised | None, seconds: float | None = None
    ) -> None:
        """An attempt has ended as the delivery says it; `error` is what was raised, if anything."""
        # A log of warnings alone is for people, who are shown each delivery in other words.
        if _log.isEnabledFor(logging.INFO):
            level = LEVELS.get(delivery.state, logging.INFO)
            fields = described(store, delivery, delivery.attempts) | {"state": delivery.state}
            if error:
                fields |= {"error": error.kind} | ({"step": error.step} if error.step else {})
            reason = f": {delivery.reason}" if delivery.reason else ""
            said = f"{delivery.instance} {delivery.hook}: {delivery.state}{reason}"
            _log.log(level, "%s", said, extra=fields)
        for listener in self.listeners:
            listener(delivery, seconds)


def described(store: Store, delivery: Delivery, attempt: int) -> dict[str, object]:
    """What a log says of a delivery; see `logs.FIELDS`."""
    fields: dict[str, object] = {
        "incident_id": delivery.incident,
        "instance": delivery.instance,
        "delivery": delivery.id,
        "hook": delivery.hook,
        "attempt": attempt,
    }
    # Its name costs a look into the store, which only a log that is read is worth.
    if _log.isEnabledFor(logging.INFO):
        try:
            incident = store.log.incident(delivery.incident)
        except StoreError:
            return fields
        fields["incident"] = incident.name if incident else None
    return fields
