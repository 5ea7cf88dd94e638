"""Reaches a PostgreSQL database: waits while it restarts, and says in words what went wrong."""

import re
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from chatops import errors
from chatops.store.address import Address
from chatops.store.database import Row

#: How long a lock, or a database that restarts, is waited for.
BUSY_SECONDS: Final = 10.0
POLL: Final = 0.2
#: What may stand in an URL otherwise. A host that vanished is noticed within the time that is waited.
DEFAULTS: Final = {
    "application_name": "chatops",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "tcp_user_timeout": "10000",
}
#: What connecting fails with while a database restarts, or is full for a moment.
_PASSES = re.compile(
    r"refused|no such file|starting up|shutting down|recovery|timeout|timed out|closed|reset|too many|slots"
    r"|eof|terminat",
    re.IGNORECASE,
)
#: Names are quoted, and may be anything.
_NAMES = re.compile(r"\"[^\"]*\"|'[^']*'")

Connection = psycopg.Connection[Row]


class Reach:
    """The way to one database."""

    def __init__(self, url: str) -> None:
        address = Address.parse(url)
        self.name = address.shown
        try:
            self._settings: dict[str, Any] = DEFAULTS | conninfo_to_dict(url) | {"client_encoding": "utf8"}
        except psycopg.Error:
            problem = f"core.store: {self.name} is no URL of PostgreSQL: postgresql://user@host/database"
            raise errors.ConfigError(problem=problem) from None

    def connect(self, prepare: Callable[[Connection], object]) -> Connection:
        """A new connection, prepared, as soon as there is one. Raises StoreRefused, StoreAway."""
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._connected(prepare)
            except psycopg.OperationalError as error:
                problem = said(error)
                if not _PASSES.search(_NAMES.sub("", problem)):
                    raise errors.StoreRefused(path=self.name, problem=problem) from None
                if time.monotonic() > end:
                    raise errors.StoreAway(path=self.name, problem=problem) from None
            time.sleep(POLL)

    def explanation(self, error: psycopg.Error) -> errors.StoreError:
        """What the database said, as an error that says what to do."""
        state, facts = error.sqlstate or "", {"path": self.name, "problem": said(error)}
        if state in {"55P03", "40P01", "40001"}:
            return errors.StoreBusy(path=self.name, seconds=BUSY_SECONDS)
        if state == "53100":
            return errors.StoreFull(path=self.name)
        if state in {"42501", "25006"}:
            return errors.StoreRefused(**facts)
        # Class 08 is a connection that failed, 57P a server that ends, 25P03 one that lost patience.
        gone = isinstance(error, psycopg.OperationalError) and not state
        if gone or state.startswith(("08", "57P")) or state in {"25P03", "25P04"}:
            return errors.StoreAway(**facts)
        return errors.StoreError(**facts)

    def _connected(self, prepare: Callable[[Connection], object]) -> Connection:
        connection = Connection.connect(
            **self._settings,
            autocommit=True,
            row_factory=dict_row,
            # Parameters in the text: a NULL then needs no type.
            cursor_factory=psycopg.ClientCursor,
        )
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def said(error: psycopg.Error) -> str:
    """The server's words, on one line."""
    text = error.diag.message_primary or str(error) or type(error).__name__
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or [text])[0].rstrip(".")
