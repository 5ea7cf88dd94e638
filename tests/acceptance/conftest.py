"""Fixtures of the acceptance tests."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kit import COMMAND, Cli
from tests.processes import FOLDER, Remote, Start


@pytest.fixture
def remote(cli: Cli) -> Remote:
    folder = cli.home / "remote"
    folder.mkdir()
    cli.site.install(FOLDER, folder="Folder", down="Down")
    cli.configure(f"[plugins.folder]\nfolder = '{folder}'\n")
    return Remote(folder)


@pytest.fixture
def start(cli: Cli) -> Iterator[Start]:
    """Starts the command; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def starting(*args: str, **more: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [COMMAND, *args],
            env=cli.env | {"PYTHONUNBUFFERED": "1"},
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
