"""A plugin for tests that kill: what it made and was asked is a folder, for every process to see."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.kit import Cli

SOON = 30.0
Start = Callable[..., subprocess.Popen[str]]
#: A remote that is a folder: an object is a file named after its key and a number of its own.
FOLDER = """
class Settings(msgspec.Struct):
    folder: str

class Folder(Plugin[Settings]):
    deadline = 20.0
    settle = 0.0

    @hookimpl
    def incident_declared(self, event, ctx):
        mark(self.config.folder, f"attempt-{ctx.attempt}-{os.getpid()}")
        first = ctx.once("first", create=self.create, find=self.find, scope="incident")
        second = ctx.once("second", create=self.create, find=self.find, scope="incident")
        return [first, second]

    @hookimpl
    def incident_updated(self, event, ctx):
        mark(self.config.folder, f"update-{event.message}")

    def create(self, key):
        path = f"{self.config.folder}/{key}#{os.getpid()}-{time.time_ns()}"
        open(path, "x").close()
        step = key.rsplit(".", 1)[1]
        if armed(self.config.folder, f"die-after-{step}"):
            os._exit(9)
        if armed(self.config.folder, f"hang-after-{step}"):
            mark(self.config.folder, f"hanging-after-{step}")
            while not os.path.exists(f"{self.config.folder}/go"):
                time.sleep(0.01)
        return Link(step, os.path.basename(path))

    def find(self, key):
        step = key.rsplit(".", 1)[1]
        mark(self.config.folder, f"looked-for-{step}")
        found = sorted(n for n in os.listdir(self.config.folder) if n.startswith(key + "#"))
        return Link(step, found[0]) if found else None

def mark(folder, name):
    open(f"{folder}/{name}", "a").close()

def armed(folder, name):
    try:
        os.unlink(f"{folder}/{name}")
    except FileNotFoundError:
        return False
    return True

class Down(Plugin):
    @hookimpl
    def incident_declared(self, event, ctx):
        raise Unavailable("the remote is down")
"""


class Remote:
    """The folder, from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def arm(self, name: str) -> None:
        """What the plugin does once."""
        (self.folder / name).touch()

    def names(self, start: str) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith(start))

    def objects(self, step: str) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if f".{step}#" in path.name)


def until(happened: Callable[[], object]) -> None:
    """Wait for another process to have done something."""
    end = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def drainers(cli: Cli) -> list[int]:
    """The processes that work on what this home's commands left behind."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            asked = entry.name.isdigit() and b"--until-done" in (entry / "cmdline").read_bytes()
            if asked and f"HOME={cli.home}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def deliveries(cli: Cli) -> dict[str, str]:
    found = cli("deliveries", "--all", "--json").json()
    return {f"{d['instance']} {d['hook']}": d["state"] for d in found}
