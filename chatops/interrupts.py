"""Ctrl-C: when it waits, and how it is heard where Python loses it."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Seconds after which a Ctrl-C that was ignored is pressed again.
MOMENT: Final = 0.05
_pressed: list[int] = []


def listen() -> None:
    """From now on Ctrl-C is remembered, whatever Python makes of it.

    What it raises is ignored in `__del__` and as an import ends, and some libraries in C clear it silently.
    """
    usual = sys.unraisablehook

    def ignored(what: "UnraisableHookArgs") -> None:
        if what.exc_type is KeyboardInterrupt and current_thread() is main_thread():
            # Right here it would be ignored again. A signal also wakes whatever waits meanwhile.
            signal.setitimer(signal.ITIMER_REAL, MOMENT)
        else:
            usual(what)

    sys.unraisablehook = ignored
    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    # Who runs in the background may have it ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)


def check() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was pressed before, as nobody has heard of it yet."""
    if _pressed:
        raise KeyboardInterrupt


@contextmanager
def held() -> Iterator[None]:
    """Ctrl-C waits until this ends."""
    usual = signal.getsignal(signal.SIGINT)
    if usual not in {signal.default_int_handler, _press}:
        yield
        return
    pressed: list[int] = []

    def hold(number: int, _: FrameType | None) -> None:
        pressed.append(number)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if pressed:
        raise KeyboardInterrupt


def is_one(error: BaseException | None) -> bool:
    """Whether this is Ctrl-C, or what Python 3.11 makes of it while it makes a class: a RuntimeError."""
    wrapped = isinstance(error, RuntimeError) and isinstance(error.__cause__, KeyboardInterrupt)
    return wrapped or isinstance(error, KeyboardInterrupt)


def _press(number: int, _: FrameType | None) -> None:
    _pressed.append(number)
    raise KeyboardInterrupt
