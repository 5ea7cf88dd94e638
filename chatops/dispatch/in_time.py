"""Works with plugins beside the deliveries: all at once, and none keeps a command waiting or ends it."""

import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from chatops.deadline import Deadline
from chatops.errors import NotLoaded, PluginError
from chatops.registry import described

SECONDS: Final = 5.0
T = TypeVar("T")


def in_time(work: Mapping[str, Callable[[], T]], seconds: float = SECONDS) -> dict[str, T | PluginError]:
    """What each piece of work with a plugin returns; where it fails or takes too long, why."""
    answers: SimpleQueue[tuple[str, T | PluginError]] = SimpleQueue()
    found: dict[str, T | PluginError] = {}

    def run(name: str) -> None:
        try:
            answers.put((name, work[name]()))
        except PluginError as error:
            answers.put((name, error))
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            failed = NotLoaded(instance=name, problem=described(error))
            failed.__cause__ = error
            answers.put((name, failed))

    deadline = Deadline(seconds)
    # What a plugin prints meanwhile is no part of our answer.
    with redirect_stdout(sys.stderr):
        for name in work:
            threading.Thread(target=run, args=(name,), name=f"look at {name}", daemon=True).start()
        while len(found) < len(work):
            try:
                name, answer = answers.get(timeout=deadline.remaining())
            except Empty:
                break
            found[name] = answer
    return {name: found.get(name, NotLoaded(instance=name, problem=_late(seconds))) for name in work}


def _late(seconds: float) -> str:
    return f"it did not answer within {seconds:g} s."
