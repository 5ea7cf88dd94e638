"""What the requests of one call keep to, and what is remembered of each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from chatops.deadline import Deadline


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what became of it, without secrets.

    `body` is its JSON where it is JSON, else its text; `status` is None where no answer came.
    """

    instance: str
    method: str
    url: str
    writes: bool
    body: Any = None
    status: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the requests of one call keep to.

    `check` raises CallOver once the call may send nothing more. `pace` takes a place in the remote's rate
    and returns 0, or the seconds after which there is one. `ca_file` holds certificates that are trusted
    besides the usual ones.
    """

    instance: str
    deadline: Deadline
    check: Callable[[], None]
    pace: Callable[[], float] | None = None
    ca_file: Path | None = None
    record: Callable[[Exchange], None] | None = None
