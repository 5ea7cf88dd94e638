"""A write-ahead log that a failing disk has cut short, or spoilt, after its process was killed.

What stays is a prefix of history: each command whose commit was whole in the log up to the damage, with all
of its events and deliveries, and nothing of any later one. That a commit was there which the disk has lost
cannot be known.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from chatops import events as e
from chatops.service.moving import faults
from chatops.store import Store
from tests.kit import Cli, Site
from tests.processes import FOLDER, Remote

#: One command after the other, but no more than fit into one log. It says how long that is after each.
RESPONDER: Final = """
import os, signal
from chatops.service import Act, Service
from chatops.service.incidents import Changes
service = Service.open()
target = service.numbered(1).id
for number in range(40):
    service.update(target, Changes(message=str(number)), Act(actor="dana"))
    print(os.stat(f"{service.store.where}-wal").st_size, flush=True)
signal.pause()
"""
COMMITS: Final = 6
#: Of the log, and of each frame in it: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
LOG_HEADER: Final = 32
FRAME_HEADER: Final = 24
FRAME: Final = FRAME_HEADER + 4096


class Killed(NamedTuple):
    """What a killed process has left behind; `ends` are the lengths of the log after each of its commits."""

    cli: Cli
    store: Path
    remote: Remote
    log: bytes
    ends: list[int]

    def damaged(self, folder: Path, log: bytes) -> Path:
        """A copy of the store as it is on the disk, with this log in the place of its own."""
        copy = folder / "chatops.db"
        for suffix in ("", "-shm"):
            shutil.copy(f"{self.store}{suffix}", f"{copy}{suffix}")
        Path(f"{copy}-wal").write_bytes(log)
        return copy

    def places(self) -> list[int]:
        """Where damage may begin: in the log's header, and before, at and after the end of each commit."""
        after = (-1, 0, 1, FRAME_HEADER // 2, FRAME_HEADER, FRAME_HEADER + 1000, FRAME)
        return [
            0,
            1,
            LOG_HEADER // 2,
            *(end + more for end in (LOG_HEADER, *self.ends[:-1]) for more in after),
        ]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """A process that was killed between two of its commits, or in the middle of one.

    The declaration was in the file before, which a log is not needed for.
    """
    home, site, folder = (tmp_path_factory.mktemp(name) for name in ("home", "site", "remote"))
    cli = Cli(home, Site(site))
    cli.site.install(FOLDER, folder="Folder")
    cli.configure(f"[plugins.folder]\nfolder = '{folder}'\n")
    cli("declare", "before", "--no-public")
    with subprocess.Popen(
        [sys.executable, "-c", RESPONDER], env=cli.env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        ends = [int(process.stdout.readline()) for _ in range(COMMITS)]
        process.kill()
    assert process.returncode == -signal.SIGKILL
    store = home / ".local" / "state" / "chatops" / "chatops.db"
    log = Path(f"{store}-wal").read_bytes()
    assert len(log) >= ends[-1] > ends[0]
    return Killed(cli, store, Remote(folder), log, ends)


def updates(store: Store) -> list[str]:
    """The messages of the incident's updates; every one is planned to be delivered, and nothing else is."""
    assert list(faults(store)) == []
    (target,) = store.log.all_ids()
    found = [event for event in store.log.events(target) if isinstance(event, e.Updated)]
    planned = [d.event for d in store.deliveries.of_incident(target) if d.hook == "incident_updated"]
    assert planned == [event.id for event in found]
    return [event.message for event in found]


def cut(log: bytes, at: int) -> bytes:
    return log[:at]


def unwritten(log: bytes, at: int) -> bytes:
    """As a file system leaves a file whose length it had written, and not yet its content."""
    return log[:at] + bytes(len(log) - at)


def noise(log: bytes, at: int) -> bytes:
    return log[:at] + bytes(byte ^ 0xA5 for byte in log[at:])


def spot(log: bytes, at: int) -> bytes:
    """One byte is wrong, and all that follows is as it was written."""
    return log[:at] + bytes([log[at] ^ 0xA5]) + log[at + 1 :]


@pytest.mark.parametrize("spoil", [cut, unwritten, noise, spot])
def test_what_stays_is_every_commit_before_the_damage(
    killed: Killed, tmp_path: Path, spoil: Callable[[bytes, int], bytes]
) -> None:
    for at in killed.places():
        with closing(Store(killed.damaged(tmp_path, spoil(killed.log, at)))) as store:
            whole = [end for end in killed.ends if end <= at]
            assert updates(store) == [str(number) for number in range(len(whole))], at


@pytest.mark.parametrize("spoil", [cut, noise])
def test_the_command_goes_on_with_what_stays(
    killed: Killed, tmp_path: Path, spoil: Callable[[bytes, int], bytes]
) -> None:
    cli, remote, at = killed.cli, killed.remote, killed.ends[2] + FRAME_HEADER + 1000
    env = {"CHATOPS_STORE": str(killed.damaged(tmp_path, spoil(killed.log, at)))}
    for mark in remote.names("update-"):
        (remote.folder / mark).unlink()
    assert cli("store", "check", env=env).out.startswith("ok: ")
    cli("update", "INC-1", "-m", "after", env=env)
    assert cli("declare", "another", "--no-public", "--quiet", env=env).out == "INC-2\n"
    cli("worker", "--until-done", env=env)
    assert remote.names("update-") == ["update-0", "update-1", "update-2", "update-after"]
    assert cli("deliveries", "--json", env=env).json() == []
    assert cli("store", "check", env=env).out.startswith("ok: ")


def test_a_store_whose_very_first_log_is_lost_is_a_new_one(killed: Killed, tmp_path: Path) -> None:
    """Nothing of it is in the file yet: neither the tables nor the incident, or both."""
    whole = tmp_path / "whole" / "chatops.db"
    source = "import os; from chatops.service import *; from chatops.service.incidents import Declaration\n"
    source += "Service.open().declare(Declaration(title='lost'), Act(actor='dana')); os._exit(9)"
    env = killed.cli.env | {"CHATOPS_STORE": str(whole)}
    assert subprocess.run([sys.executable, "-c", source], env=env, check=False).returncode == 9
    log = Path(f"{whole}-wal").read_bytes()
    titles = []
    for at in (0, LOG_HEADER, LOG_HEADER + FRAME, len(log) - 1, len(log)):
        copy = tmp_path / "chatops.db"
        shutil.copy(whole, copy)
        Path(f"{copy}-wal").write_bytes(log[:at])
        with closing(Store(copy)) as store:
            assert list(faults(store)) == []
            titles.append([found.title for found in store.log.listed()])
    assert titles == [[], [], [], [], ["lost"]]
