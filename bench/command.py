"""The installed command, in a process of its own, as fast as it starts for a user."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

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
