"""What apprise and the libraries below it log while one thread sends, kept for that thread alone.

Apprise says why a message was not sent in its log only. Its log, and more so that of the libraries which it
sends with, may hold a part of a URL: nothing that is said during our calls is handed on to anybody.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

_APPRISE: Final = "apprise"
#: Their records at DEBUG have addresses and tokens in them.
_TALKATIVE: Final = (
    "urllib3.connectionpool",
    "urllib3.util.retry",
    "requests_oauthlib.oauth1_auth",
    "oauthlib.oauth1.rfc5849",
)


@dataclass
class Heard:
    """What was said: `words` are apprise's warnings, `errors` what was being handled as it logged."""

    words: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


_hearing: ContextVar[Heard | None] = ContextVar("hearing", default=None)


class _Ear(logging.Filter):
    """Takes the records of a call of ours, and lets those of others through as if it were not there."""

    def __init__(self) -> None:
        super().__init__()
        self._level: int | None = None

    def attach(self) -> None:
        """Listen from now on; to apprise also where its level would leave something out."""
        for name in (_APPRISE, *_TALKATIVE):
            logging.getLogger(name).addFilter(self)
        if self._level is None:
            logger = logging.getLogger(_APPRISE)
            self._level = logger.level
            logger.setLevel(logging.DEBUG)

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is ours; of the rest, what the logger would have let through."""
        heard = _hearing.get()
        if heard is None:
            usual = self._level or logging.getLogger().getEffectiveLevel()
            return record.name != _APPRISE or record.levelno >= usual
        if record.levelno >= logging.WARNING:
            with suppress(TypeError, ValueError, KeyError):
                heard.words.append(record.getMessage())
        if error := sys.exc_info()[1]:
            heard.errors.append(error)
        return False


_EAR: Final = _Ear()


@contextmanager
def hearing() -> Iterator[Heard]:
    """What is logged in this thread meanwhile."""
    _EAR.attach()
    token = _hearing.set(heard := Heard())
    try:
        yield heard
    finally:
        _hearing.reset(token)
