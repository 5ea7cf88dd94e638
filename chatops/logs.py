"""Loggers whose records hold no secret, whoever handles them."""

import logging

from chatops.values import Secret


class Redacting(logging.Filter):
    """Takes every revealed secret out of a record, and out of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, without secrets."""
        record.msg, record.args = Secret.redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = Secret.redact(logging.Formatter().formatException(record.exc_info))
        return True


def logger(name: str) -> logging.Logger:
    """The logger of this name."""
    found = logging.getLogger(name)
    if not any(isinstance(known, Redacting) for known in found.filters):
        found.addFilter(Redacting())
    return found
