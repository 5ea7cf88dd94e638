"""Loggers whose records hold no secret, whoever handles them."""

import logging
import sys
import threading

from chatops.values import Secret


class Redacting(logging.Filter):
    """Takes every revealed secret out of a record, and out of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, without secrets."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = f"{record.msg} {record.args}"
        record.msg, record.args = Secret.redact(message), ()
        if record.exc_info:
            record.exc_text = Secret.redact(logging.Formatter().formatException(record.exc_info))
        return True


def logger(name: str) -> logging.Logger:
    """The logger of this name."""
    found = logging.getLogger(name)
    if not any(isinstance(known, Redacting) for known in found.filters):
        found.addFilter(Redacting())
    return found


def guard(*, debug: bool) -> None:
    """Keep secrets out of what anybody in this process logs, warns of, or fails with in a thread.

    It is for a process of our own: it takes over the root logger.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redacting())
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _failed_in_thread


def _failed_in_thread(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread else "a thread"
    error = failed.exc_value
    logging.getLogger("chatops").warning("%s failed: %s", name, error, exc_info=error)
