"""Fixtures that every folder of tests uses."""

import os
import signal
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from chatops import config as configuration
from chatops.service import Service
from chatops.store import Store
from chatops.store.database import Database
from tests.kit import Cli, Site

if TYPE_CHECKING:
    from tests.postgres import Server

# How long an example takes says more about the machine than about the code.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")

#: Several times what the temporary files of a run take, in bytes.
ROOM = 2 * 1024**3


def pytest_configure() -> None:
    """Keep temporary files in memory where there is room: no test's have to outlast the machine, and to wait
    for its disk at each commit takes longer than most tests.
    """
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    there = os.statvfs(memory)
    if there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None  # what was found before


@pytest.fixture(autouse=True)
def _nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the configuration, the store, the proxies or the zone of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("CHATOPS_") and name != "CHATOPS_SHARED"]:
        monkeypatch.delenv(name, raising=False)
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSERVICE", "PGOPTIONS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> Iterator[None]:
    """A shell lets what it runs in the background ignore Ctrl-C, and that would be inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def site(chatops_site: Site) -> Site:
    """Where a test installs its plugins."""
    return chatops_site


@pytest.fixture
def cli(chatops_cli: Cli) -> Cli:
    """The installed command."""
    return chatops_cli


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `any_store` on both kinds, but for what is marked `sqlite_only`."""
    marked = metafunc.definition.get_closest_marker
    if "kind" in metafunc.fixturenames and marked("any_store") and not marked("sqlite_only"):
        metafunc.parametrize("kind", ["sqlite", "postgres"])


@pytest.fixture
def kind() -> str:
    """The kind of the test's store."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Server]":
    """A PostgreSQL for the tests that need one; where none can be started, they are skipped, and say so."""
    from tests.postgres import running

    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except Exception as error:  # noqa: BLE001  (a machine may forbid it in any way)
            pytest.skip(f"no PostgreSQL can be started here: {error}")
        yield server


@pytest.fixture
def url(postgres: "Server") -> Iterator[str]:
    """A database that has nothing in it but the tables."""
    made = postgres.fresh()
    yield made
    postgres.give_back(made)


@pytest.fixture
def empty(postgres: "Server") -> Iterator[str]:
    """A database without a store in it."""
    made = postgres.empty()
    yield made
    postgres.drop(made)


@pytest.fixture
def where(kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the test's store is: a file, or the URL of a database."""
    if kind == "sqlite":
        return str(tmp_path / "store" / "chatops.db")
    from chatops.store.postgres import Postgres

    # Who travels in time takes the clock of SQLite along; this one's has a test of its own.
    monkeypatch.setattr(Postgres, "now", Database.now)
    found: str = request.getfixturevalue("url")
    return found


@pytest.fixture
def make_service(tmp_path: Path, where: str) -> Iterator[Callable[[str], Service]]:
    """Makes a service on a real store from the text of a configuration."""
    made: list[Service] = []

    def make(toml: str = "") -> Service:
        path = tmp_path / f"chatops-{len(made)}.toml"
        path.write_text("[core]\ndrainer = false\n" + textwrap.dedent(toml))
        service = Service(Store(where), configuration.load(path))
        made.append(service)
        return service

    yield make
    for service in made:
        service.store.close()
