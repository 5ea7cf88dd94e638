"""Fixtures of the acceptance tests."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chatops.sandbox import Sandbox
from tests.acceptance.helpers import CATALOGUE, STATUS_PAGE, TRACKER, install
from tests.kit import COMMAND, Cli
from tests.processes import FOLDER, Remote, Start, drainers


@pytest.fixture
def remote(cli: Cli) -> Iterator[Remote]:
    """A remote that is a folder, and its plugin; a drainer that a failed test leaves behind is ended."""
    folder = cli.home / "remote"
    folder.mkdir()
    cli.site.install(FOLDER, folder="Folder", down="Down")
    cli.configure(f"[plugins.folder]\nfolder = '{folder}'\n")
    yield Remote(folder)
    for drainer in drainers(cli):
        with suppress(ProcessLookupError):
            os.kill(drainer, signal.SIGKILL)


@pytest.fixture
def start(cli: Cli) -> Iterator[Start]:
    """Starts the command; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def starting(*args: str, **more: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [COMMAND, *args],
            env=cli.unmeasured | {"PYTHONUNBUFFERED": "1"},
            cwd=cli.home,
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more},
        )
        started.append(process)
        return process

    yield starting
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands of a test have their temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team with a catalogue, a ticket system and a status page."""
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE + TRACKER)
    return cli


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """The stand-ins of all remotes."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def flow(cli: Cli, box: Sandbox) -> Cli:
    """A team whose plugins talk to the stand-ins."""
    cli.configure("[core]\ndrainer = false\n" + box.config())
    return cli
