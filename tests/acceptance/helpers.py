"""What the acceptance tests share: a catalogue, a few plugins, a real terminal, and the store's tables."""

import fcntl
import json
import os
import re
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from chatops.service import Service
from tests.kit import COMMAND, Cli, Done, Site

CATALOGUE = """
    [components.checkout-api]
    public_name = "Checkout API"
    [services.checkout]
    public_name = "Checkout"
    components = ["checkout-api"]
    [services.payments]
    public_name = "Payments"
    [services.ledger]
    [severities.sev3]
    public = "automatic"
"""
STATUS_PAGE = """
    [plugins.page]
    use = "page"
"""
TRACKER = """
    [plugins.tracker]
    use = "tracker"
"""
#: A plugin with settings that are nobody's business.
PAGER = """
    class Target(msgspec.Struct, frozen=True):
        room: str = ""
        phrase: Secret | None = None

    class Config(msgspec.Struct, forbid_unknown_fields=True):
        url: str
        phrase: Secret
        api_key: str = ""
        every: Duration = Duration(minutes=5)
        target: Target = Target()

    class Pager(Plugin[Config]):
        @hookimpl
        def incident_declared(self, event, ctx): ...
"""
#: `page` faces customers, `tracker` opens tickets; `broken` refuses and `slow` hangs while a file is there.
PLUGINS = """
    import json
    from pathlib import Path


    class Page(PublicPlugin[NoConfig]):
        drills = False

        @hookimpl
        def public_update(self, event, ctx):
            with Path("told.jsonl").open("a") as told:
                words = {"title": event.title, "text": event.text, "status": event.status}
                words["components"] = {c.name: c.status for c in event.components}
                told.write(json.dumps(words) + "\\n")

        @hookimpl
        def public_correction(self, event):
            return None

        @hookimpl
        def audience(self):
            return 1204


    class Tracker(Plugin[NoConfig]):
        @hookimpl
        def incident_declared(self, event, ctx):
            print("a plugin says something")
            return Link("ticket", f"OPS-{event.number}", f"https://tracker.example.com/OPS-{event.number}")

        @hookimpl
        def resolve_link(self, ref):
            known = ref.startswith("OPS-")
            return Link("ticket", ref, f"https://tracker.example.com/{ref}") if known else None


    class Broken(Plugin[NoConfig]):
        @hookimpl
        def incident_declared(self, event, ctx):
            if Path("refuse").exists():
                raise Rejected("no such project [red]OPS[/red]")

        @hookimpl
        def note_added(self, event, ctx):
            return None


    class Slow(Plugin[NoConfig]):
        deadline = 60.0

        @hookimpl
        def incident_declared(self, event, ctx):
            Path("called").touch()
            while Path("hang").exists():
                time.sleep(0.01)
"""
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def install(site: Site) -> None:
    """Install the plugins of these tests; the configuration says which of them run."""
    site.install(PLUGINS, page="Page", tracker="Tracker", broken="Broken", slow="Slow")


def told(cli: Cli) -> list[Any]:
    """What customers were told by `page`, in order."""
    path = cli.home / "told.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tables(cli: Cli) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the store."""
    path = cli.home / ".local/state/chatops/chatops.db"
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


@contextmanager
def service(cli: Cli) -> Iterator[Service]:
    """The service in this process, on the store of the commands; it records and delivers nothing."""
    opened = Service.open(cli.config)
    with closing(opened.store):
        yield opened


@contextmanager
def renamed(cli: Cli, table: str) -> Iterator[None]:
    """The store lacks a table meanwhile."""
    with closing(sqlite3.connect(cli.home / ".local/state/chatops/chatops.db")) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute(f"ALTER TABLE {table} RENAME TO gone")
        yield
        connection.execute(f"ALTER TABLE gone RENAME TO {table}")


def events(cli: Cli, incident: str) -> list[str]:
    """The kinds of the incident's events, in order."""
    return [event["kind"] for event in cli("timeline", incident, "--json").json()]


def until(path: Path, seconds: float = 20.0) -> None:
    """Wait for a file."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not appear"
        time.sleep(0.01)


class Process:
    """A command that runs in the background, off a terminal."""

    def __init__(self, cli: Cli, *args: str, env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [COMMAND, *args],
            env=cli.unmeasured | dict(env or {}),
            cwd=cli.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """Press Ctrl-C, or send another signal."""
        self._process.send_signal(number)

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait(timeout=30)

    def line(self) -> str:
        """The next line that it prints."""
        assert self._process.stdout
        return self._process.stdout.readline()

    def end(self) -> Done:
        """How it ended; never with a traceback."""
        out, err = self._process.communicate(timeout=30)
        assert "Traceback" not in err, err
        return Done(self._process.returncode, out, err)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


CTRL_C = "\x03"
#: Makes the terminal the command's own, so that Ctrl-C reaches it, and becomes the command.
_ON_TERMINAL = (
    "import fcntl, os, sys, termios;fcntl.ioctl(0, termios.TIOCSCTTY, 0);os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """A command on a real terminal, and somebody who reads and types."""

    def __init__(
        self, cli: Cli, *args: str, columns: int = 100, env: Mapping[str, str] | None = None
    ) -> None:
        self._screen, ours = os.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        kept = {k: v for k, v in cli.unmeasured.items() if k not in {"COLUMNS", "NO_COLOR"}}
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", _ON_TERMINAL, str(COMMAND), *args],
            env=kept | {"TERM": "xterm-256color"} | dict(env or {}),
            cwd=cli.home,
            stdin=ours,
            stdout=ours,
            stderr=ours,
            start_new_session=True,
        )
        os.close(ours)
        self._bytes = b""
        self._read = 0

    @property
    def raw(self) -> str:
        """All that was shown."""
        return self._bytes.decode(errors="replace")

    @property
    def seen(self) -> str:
        """All that was shown, without colours."""
        return ANSI.sub("", self.raw).replace("\r\n", "\n")

    def expect(self, text: str, seconds: float = 20.0) -> None:
        """Read until `text` is shown, after what was expected before."""
        end = time.monotonic() + seconds
        while (found := self.seen.find(text, self._read)) < 0:
            assert self._more(end), f"{text!r} is not in:\n{self.seen[self._read :]}"
        self._read = found + len(text)

    def press(self, keys: str) -> None:
        """Type these keys, of which CTRL_C is one, no faster than a person does."""
        time.sleep(0.2)
        os.write(self._screen, keys.encode())

    def end(self, code: int) -> str:
        """Read to the end, which must come with `code` and without a traceback; what was shown."""
        end = time.monotonic() + 30
        while self._more(end):
            pass
        ended = self._process.wait(timeout=10)
        assert "Traceback" not in self.seen, self.seen
        assert ended == code, f"exit {ended}\n{self.seen}"
        return self.seen

    def _more(self, end: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(0.0, end - time.monotonic()))
        with suppress(OSError):  # Linux says EIO where nobody is left to write
            if ready and (data := os.read(self._screen, 65536)):
                self._bytes += data
                return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._screen)
