"""Loads plugins to look at them: all at once, and none of them keeps a command waiting or ends it."""

import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from chatops.context import Deadline
from chatops.errors import NotLoaded
from chatops.registry import described

SECONDS: Final = 5.0
T = TypeVar("T")


def in_time(work: Mapping[str, Callable[[], T]]) -> dict[str, T | NotLoaded]:
    """What each piece of work with a plugin returns; where it fails or takes too long, why."""
    answers: SimpleQueue[tuple[str, T | NotLoaded]] = SimpleQueue()
    found: dict[str, T | NotLoaded] = {}

    def run(name: str) -> None:
        try:
            answers.put((name, work[name]()))
        except NotLoaded as error:
            answers.put((name, error))
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            answers.put((name, NotLoaded(instance=name, problem=described(error))))

    deadline = Deadline(SECONDS)
    # What a plugin prints while it is imported is no part of our answer.
    with redirect_stdout(sys.stderr):
        for name in work:
            threading.Thread(target=run, args=(name,), name=f"look at {name}", daemon=True).start()
        while len(found) < len(work):
            try:
                name, answer = answers.get(timeout=deadline.remaining())
            except Empty:
                break
            found[name] = answer
    return {name: found.get(name) or _late(name) for name in work}


def _late(name: str) -> NotLoaded:
    return NotLoaded(instance=name, problem=f"importing it took longer than {SECONDS:g} s.")
