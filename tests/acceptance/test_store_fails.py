"""A store that cannot be written when a call comes back: the remote has done its work, and is asked again."""

import resource
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest

from tests.acceptance.helpers import service
from tests.kit import Cli
from tests.processes import SOON, Remote, Start, deliveries, until
from tests.stage import declare

pytestmark = pytest.mark.slow

#: A lane whose outcome could not be written is free when its lease is over: here after 1.5 s, and not 35.
HASTE = """
from chatops.dispatch import drain
from chatops.store import sqlite
drain.LEASE_MARGIN, sqlite.BUSY_SECONDS = -18.5, 0.3
"""
Process = subprocess.Popen[str]


@pytest.fixture
def hasty(cli: Cli, remote: Remote) -> Remote:
    """The remote, with commands and workers that wait for less time than people would."""
    (cli.site.folder / "sitecustomize.py").write_text(HASTE)
    remote.arm("hang-after-first")
    return remote


@contextmanager
def full(cli: Cli, process: Process) -> Iterator[None]:
    """No file of this process may grow, as on a disk that is full."""
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(cli: Cli, process: Process) -> Iterator[None]:
    """Another process keeps the store locked for longer than anybody waits."""
    path = cli.home / ".local" / "state" / "chatops" / "chatops.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def made_once(remote: Remote) -> None:
    """Both objects are there once, and only the one whose making was not recorded was looked for."""
    assert [len(remote.objects(step)) for step in ("first", "second")] == [1, 1]
    assert remote.names("looked-for-") == ["looked-for-first"]


@pytest.mark.parametrize(
    ("failing", "said"),
    [(full, "is full, or a quota is reached"), (locked, "stayed locked by another process")],
)
def test_a_worker_goes_on_when_it_can_write_again(
    cli: Cli,
    hasty: Remote,
    start: Start,
    failing: Callable[[Cli, Process], AbstractContextManager[None]],
    said: str,
) -> None:
    with service(cli) as recording:
        owed = recording.store.deliveries.unsettled
        declare(recording)
        worker = start("worker")
        until(lambda: hasty.names("hanging-after-first"))
        with failing(cli, worker):
            hasty.arm("go")
            assert worker.stderr
            assert said in worker.stderr.readline()
            assert [(d.state, d.attempts) for d in owed()] == [("pending", 0)]
        until(lambda: not owed())
    made_once(hasty)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(SOON) == 0


@pytest.mark.parametrize(
    ("command", "code"), [(("declare", "Checkout", "--no-public"), 3), (("worker", "--until-done"), 4)]
)
def test_a_full_disk_ends_a_command_and_the_next_one_goes_on(
    cli: Cli, hasty: Remote, start: Start, command: tuple[str, ...], code: int
) -> None:
    if command[0] == "worker":
        with service(cli) as recording:
            declare(recording)
    running = start(*command)
    until(lambda: hasty.names("hanging-after-first"))
    with full(cli, running):
        hasty.arm("go")
        assert running.stderr
        assert "is full, or a quota is reached" in running.stderr.readline()
    assert running.wait(SOON) == code
    cli("worker", "--until-done")
    assert set(deliveries(cli).values()) == {"done"}
    made_once(hasty)
    links = cli("show", "INC-1", "--json").json()["links"]
    assert sorted(o["link"]["id"] for o in links) == hasty.objects("first") + hasty.objects("second")
