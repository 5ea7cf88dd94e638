"""What the stand-ins were asked, and what they answered."""

import threading
from collections import deque
from datetime import datetime
from typing import Final

import msgspec

MOST: Final = 20_000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a stand-in and its answer; `fault` says what went wrong on demand, `status` is None
    where no answer was given.
    """

    at: datetime
    standin: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int | None
    answer_type: str
    answer: bytes
    fault: str = ""

    @property
    def writes(self) -> bool:
        """Whether its method is one that changes something."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}


class Log:
    """The latest requests, the oldest first."""

    def __init__(self) -> None:
        self._asked: deque[Asked] = deque(maxlen=MOST)
        self._lock = threading.Lock()

    def add(self, asked: Asked) -> None:
        """It was asked."""
        with self._lock:
            self._asked.append(asked)

    def all(self, standin: str = "") -> list[Asked]:
        """Every request to the stand-in, or to any."""
        with self._lock:
            return [asked for asked in self._asked if standin in {"", asked.standin}]

    def clear(self) -> None:
        """Forget what was asked."""
        with self._lock:
            self._asked.clear()
