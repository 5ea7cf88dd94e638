"""Ctrl-C: when it waits, and what else it looks like."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until this ends."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    pressed: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        pressed.append(number)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


def interrupted(error: BaseException | None) -> bool:
    """Whether this is Ctrl-C, or what Python 3.11 makes of it while it makes a class: a RuntimeError."""
    wrapped = isinstance(error, RuntimeError) and isinstance(error.__cause__, KeyboardInterrupt)
    return wrapped or isinstance(error, KeyboardInterrupt | click.Abort)
