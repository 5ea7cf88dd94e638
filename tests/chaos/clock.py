"""Time in a run of the model: it only moves when it is told to."""

from datetime import UTC, datetime, timedelta
from typing import Final

import time_machine

from chatops.engine.bell import Bell

BEGAN: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """The time as it is, by which remotes go, and what this host takes it for. It only moves when told."""

    def __init__(self, travelling: time_machine.Traveller) -> None:
        self._travelling = travelling
        self.true = BEGAN
        self.ahead = timedelta()

    def now(self, _: object) -> datetime:
        """For the remotes, in place of `datetime`."""
        return self.true

    def time(self) -> float:
        """For the remotes, in place of `time`."""
        return self.true.timestamp()

    def time_ns(self) -> int:
        """For the remotes, in place of `time`."""
        return int(self.true.timestamp() * 1_000_000) * 1000

    def passes(self, span: timedelta) -> None:
        """Time goes by."""
        self.true += span
        self._travelling.move_to(self.true + self.ahead)

    def set(self, ahead: timedelta) -> None:
        """Somebody sets this host's clock, so that it is so far ahead of the true time."""
        self.ahead = ahead
        self.passes(timedelta())


class Impatient(Bell):
    """Waits for nothing: time is moved on, and not waited for."""

    def wait(self, seconds: float) -> None:
        """Go on at once."""
