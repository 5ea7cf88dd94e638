"""A worker is known to all users of a database, and hears of what they leave to it."""

import os
import select
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

import psycopg

from chatops.errors import StoreError
from chatops.store.database import Attending
from chatops.store.reaching import POLL, Connection


class Attendance(Attending):
    """Holds one connection for as long as a worker works: it listens for what is planned, and holds a
    shared lock for each instance that the worker runs, which dies with the worker.

    Without a connection, as while the database restarts, nothing is heard; the worker looks by itself.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        execute: Callable[[Connection, str, Iterable[str]], object],
        ring: Callable[[], None],
    ) -> None:
        self._connect = connect
        self._execute = execute
        self._ring = ring
        self._names: frozenset[str] = frozenset()
        self._over = False
        self._changed, self._change = os.pipe()
        self._thread = threading.Thread(target=self._follow, name="attendance", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        os.write(self._change, b"\0")
        # It may be waiting for a database that is away.
        self._thread.join(timeout=1.0)

    def serve(self, names: Iterable[str]) -> None:
        """From now on the worker runs these instances."""
        if self._names != (wanted := frozenset(names)):
            self._names = wanted
            os.write(self._change, b"\0")

    def _follow(self) -> None:
        while not self._over:
            with suppress(psycopg.Error, StoreError):
                self._attend()
            if not self._over:
                time.sleep(POLL)
        os.close(self._change)
        os.close(self._changed)

    def _attend(self) -> None:
        held: frozenset[str] = frozenset()
        with self._connect() as connection:
            self._execute(connection, "listen", ())
            # What was planned while nobody listened.
            self._ring()
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            poll.register(self._changed, select.POLLIN)
            while not self._over:
                held = self._held(connection, held)
                readable = {handle for handle, _ in poll.poll()}
                if self._changed in readable:
                    os.read(self._changed, 1024)
                if connection.fileno() in readable and list(connection.notifies(timeout=0)):
                    self._ring()

    def _held(self, connection: Connection, before: frozenset[str]) -> frozenset[str]:
        wanted = self._names
        for statement, names in (("serve", wanted - before), ("serve_no_more", before - wanted)):
            if names:
                self._execute(connection, statement, names)
        return wanted
