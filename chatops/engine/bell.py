"""What wakes a worker that waits: work that was left to it, or the word to end."""

from contextlib import suppress
from queue import Empty, SimpleQueue


class Bell:
    """Rung by other threads, and by the handlers of signals.

    An Event would not do: its `set` takes a lock, which the thread that a signal interrupts may hold itself.
    """

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()
        #: Whether the work is to end.
        self.ended = False

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.put(None)

    def end(self) -> None:
        """Nothing new is to be begun."""
        self.ended = True
        self.ring()

    def wait(self, seconds: float) -> None:
        """Return when the bell rings, or has rung since the last time, or after so many seconds."""
        if self.ended:
            return
        with suppress(Empty):
            self._rung.get(timeout=seconds)
            while True:
                self._rung.get_nowait()
