"""The installed command, in a process of its own, as fast as it starts for a user."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from chatops.testing.site import Site

PYTHON = Path(sys.executable)
COMMAND = PYTHON.with_name("chatops")


def environment(home: Path, **more: str) -> dict[str, str]:
    """An empty home. Bytecode is kept, as an installation keeps it, but not among the sources."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}}
    return kept | {"HOME": str(home), "TZ": "UTC", "PYTHONPYCACHEPREFIX": str(home / "bytecode")} | more


def seconds(command: Sequence[str | Path], env: Mapping[str, str]) -> float:
    """How long the process runs; it must do its work."""
    begin = time.perf_counter()
    subprocess.run(
        command,
        env=env,
        cwd=env["HOME"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begin


@contextmanager
def running(command: Sequence[str | Path], env: Mapping[str, str]) -> Iterator[int]:
    """The process's id, while it runs."""
    process = subprocess.Popen(
        command, env=env, cwd=env["HOME"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def installed(folder: Path, source: str, **plugins: str) -> Path:
    """A folder with plugins, each a class of `source`, and their entry points."""
    site = Site(folder / "site")
    site.folder.mkdir(parents=True)
    site.install(source, **plugins)
    return site.folder
