"""Loggers whose records hold no secret, whoever handles them; as text, or as a line of JSON each."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

from chatops.values import Secret

Form = Literal["text", "json"]
#: What a record is about, in the order in which a line of JSON has it. `error` is the class of one.
FIELDS: Final = (
    "incident",
    "incident_id",
    "instance",
    "delivery",
    "hook",
    "step",
    "attempt",
    "state",
    "error",
)
#: Where an error has what it is about.
_LEFT: Final = "_chatops_about"

_about: ContextVar[dict[str, object]] = ContextVar("about", default={})  # noqa: B039  (it is never changed)


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Whatever this thread logs meanwhile, the libraries that it calls too, is about these `FIELDS`. So is an
    error that leaves this, wherever it is logged: see `left`.
    """
    before = _about.set(_about.get() | fields)
    try:
        yield
    except BaseException as error:
        vars(error).setdefault(_LEFT, _about.get())
        raise
    finally:
        _about.reset(before)


def left(error: BaseException) -> dict[str, object]:
    """What an error is about, by the innermost `about` that it left."""
    found: dict[str, object] = vars(error).get(_LEFT, {})
    return found


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


class JsonLines(logging.Formatter):
    """One JSON object on one line: time (UTC), level, logger, message, what it is about, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; `Redacting` has been here, so that only the names in it can still hold a secret."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _plain(record.getMessage()),
        }
        known = _about.get()
        for name in FIELDS:
            value = getattr(record, name, known.get(name))
            if value is not None:
                line[name] = value if isinstance(value, int) else _plain(Secret.redact(str(value)))
        if record.exc_info:
            kind = record.exc_info[0]
            line.setdefault("error", kind.__name__ if kind else "")
            line["traceback"] = _plain(record.exc_text or "")
        return msgspec.json.encode(line).decode()


def logger(name: str) -> logging.Logger:
    """The logger of this name."""
    found = logging.getLogger(name)
    if not any(isinstance(known, Redacting) for known in found.filters):
        found.addFilter(Redacting())
    return found


def guard(*, debug: bool, form: Form = "text") -> None:
    """Keep secrets out of what anybody in this process logs, warns of, or fails with in a thread, and write
    it to standard error: warnings and worse as text, or as JSON with what went well, too.

    It is for a process of our own: it takes over the root logger.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redacting())
    if form == "json":
        handler.setFormatter(JsonLines())
    usual = logging.INFO if form == "json" else logging.WARNING
    logging.basicConfig(level=logging.DEBUG if debug else usual, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _failed_in_thread


def switched_on(variable: str) -> bool:
    """Whether the environment asks for it: with anything but nothing and 0."""
    return os.environ.get(variable, "0") not in {"", "0"}


def in_json() -> bool:
    """Whether programs read what this process writes to standard error."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def _plain(text: str) -> str:
    """What of a text can be written: half a character, as a broken file name has it, cannot."""
    return text.encode(errors="backslashreplace").decode()


def _failed_in_thread(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread else "a thread"
    error = failed.exc_value
    logging.getLogger("chatops").warning("%s failed: %s", name, error, exc_info=error)
