"""How long a call may take."""

import time
from datetime import timedelta

from chatops.errors import DeadlineExceeded
from chatops.events import utcnow


class Deadline:
    """The moment at which a call counts as timed out, kept on a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.at = utcnow() + timedelta(seconds=seconds)
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; never below zero."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise DeadlineExceeded once no time is left."""
        if not self.remaining():
            raise DeadlineExceeded(seconds=self.seconds)
