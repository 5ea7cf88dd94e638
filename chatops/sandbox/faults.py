"""What goes wrong, on demand: one fault at a time, or a plan of them."""

import re
import threading
from typing import Final, Literal

import msgspec

_LONGEST: Final = 86_400.0
Kind = Literal["status", "wait", "drop_before", "drop_after", "garbage", "lag"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What happens to a request in place of its answer.

    * `status`: it is refused with `status`, in the remote's way, with `retry_after` as the header says it;
    * `wait`: it is answered after `seconds`;
    * `drop_before`, `drop_after`: the connection is cut, before the work is done or after;
    * `garbage`: the work is done, and `body` answered, as `content_type`;
    * `lag`: a search does not know what is younger than `seconds`.

    It hits requests to `standin` whose method is `method` and whose path has the pattern `path` in it; empty
    means any. The first `skip` of them pass; it is spent after `times`, or never for None. An expired token
    is a `status` of 401 that is never spent.
    """

    kind: Kind
    standin: str = ""
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int | None = 1
    status: int = 503
    retry_after: str | None = None
    seconds: float = 0.0
    body: str = "<html><body>It works!</body></html>"
    content_type: str = "text/html"

    def __post_init__(self) -> None:
        # A slip would otherwise be noticed by nothing going wrong.
        if self.skip < 0 or (self.times is not None and self.times < 1):
            raise ValueError("skip is 0 or more, times is 1 or more, or null for always")
        if not 0 <= self.seconds <= _LONGEST:
            raise ValueError(f"seconds are from 0 to {_LONGEST:g}")
        if not 200 <= self.status <= 599:  # noqa: PLR2004
            raise ValueError("a status is from 200 to 599")
        if any(c in f"{self.retry_after}{self.content_type}" for c in "\r\n"):
            raise ValueError("a header has one line")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no pattern: {error}") from error
        self.method = self.method.upper()

    def hits(self, standin: str, method: str, path: str) -> bool:
        """Whether it is meant for such a request."""
        return (
            self.standin in {"", standin}
            and self.method in {"", method}
            and re.search(self.path, path) is not None
        )


class Faults:
    """The faults that are still to happen, in the order in which they were planned."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()
        #: Set when the sandbox closes: whoever still waits may go.
        self.over = threading.Event()

    def plan(self, *faults: Fault) -> None:
        """Let these happen, after those that are planned already."""
        with self._lock:
            self._planned += [msgspec.structs.replace(fault) for fault in faults]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._planned.clear()

    @property
    def planned(self) -> list[Fault]:
        """What is still to happen."""
        with self._lock:
            return [msgspec.structs.replace(fault) for fault in self._planned]

    def take(self, standin: str, method: str, path: str) -> Fault | None:
        """The first fault that is meant for this request, once it is its turn."""
        with self._lock:
            for fault in self._planned:
                if fault.kind == "lag" or not fault.hits(standin, method, path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._planned = [other for other in self._planned if other is not fault]
                        # What is left of it is of no more interest, and 0 is no number of times.
                        fault.times = 1
                return fault
        return None

    def lag(self, standin: str) -> float:
        """Seconds by which the stand-in's search knows less than there is."""
        with self._lock:
            lags = (f.seconds for f in self._planned if f.kind == "lag" and f.standin in {"", standin})
            return max(lags, default=0.0)
