"""`chatops`, and `python -m chatops`."""

import sys
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Seconds after which a Ctrl-C that Python has swallowed is pressed again.
MOMENT: Final = 0.05


def main() -> NoReturn:
    """Run the command line. Ctrl-C while it is still being imported ends it in words, too."""
    try:
        _swallow_no_interrupt()
        from chatops.cli import STOPPED
        from chatops.cli import main as run
    except (KeyboardInterrupt, RuntimeError) as error:
        # Before Python 3.12 a RuntimeError wraps what is raised while a class is made.
        if KeyboardInterrupt not in {type(error), type(error.__cause__)}:
            raise
        sys.stderr.write("\nStopped. Nothing was recorded.\n")
        sys.exit(130)
    try:
        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


def _swallow_no_interrupt() -> None:
    """Press Ctrl-C again where Python ignores whatever is raised: in `__del__`, or as an import ends."""
    import signal
    from threading import current_thread, main_thread

    usual = sys.unraisablehook

    def ignored(what: "UnraisableHookArgs") -> None:
        if what.exc_type is KeyboardInterrupt and current_thread() is main_thread():
            # Right here it would be ignored again. A signal also wakes whatever waits meanwhile.
            signal.setitimer(signal.ITIMER_REAL, MOMENT)
        else:
            usual(what)

    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    sys.unraisablehook = ignored


if __name__ == "__main__":
    main()
