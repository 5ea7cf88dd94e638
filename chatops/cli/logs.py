"""What chatops and its plugins log goes to standard error, without secrets."""

import logging
import sys
import traceback

from chatops.values import Secret


class Redacted(logging.Formatter):
    """One line for each record, and its traceback where it has one, with every secret taken out."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return Secret.redact(super().format(record))


def configure(*, debug: bool) -> None:
    """Show warnings; with `debug`, everything and its tracebacks."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted("%(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("chatops")
    ours.handlers = [handler]
    ours.setLevel(logging.DEBUG if debug else logging.WARNING)
    ours.propagate = False


def show_traceback(error: BaseException) -> None:
    """The whole traceback, on standard error."""
    sys.stderr.write(Secret.redact("".join(traceback.format_exception(error))))
