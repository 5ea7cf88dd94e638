"""Where a chaos run takes place: a sandbox, a home, the installed command, and all that it has started."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from chatops import config as configuration
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops.service.service import store_place
from chatops.store import Store
from tests.chaos.points import DEADLINE, JOURNAL
from tests.kit import COMMAND

ROOT: Final = Path(__file__).parents[2]
#: The longest that anything of a run may take, in seconds; only what hangs takes so long.
LONGEST: Final = 120.0
PLUGINS: Final = tuple(sorted((ROOT / "plugins").iterdir()))
PATH: Final = os.pathsep.join(map(str, [ROOT, *PLUGINS, Path(__file__).parent / "site"]))
CORE: Final = '[core]\nstore = "{store}"\n'


class Ground:
    """A sandbox and a home; everything is gone when this is left.

    `store` is as `core.store` has it, `deadline` what a plugin's call may take, in seconds.
    """

    def __init__(self, store: str = "chatops.db", deadline: float = DEADLINE) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chatops-chaos-")
        self.home = Path(self._folder.name)
        self.box = Sandbox()
        self.config = self.home / "chatops.toml"
        settle = "[plugins.jira]\nsettle = '1s'\n"
        tables = self.box.config().replace("[plugins.jira]\n", settle, 1)
        self.config.write_text(CORE.format(store=store) + tables)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._kills = 0
        self._deadline = deadline

    def __enter__(self) -> Self:
        self.box.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in list(self._running):
            process.kill()
            process.wait()
        until(self._is_empty)
        self.box.__exit__(kind, error, trace)
        self._folder.cleanup()

    @property
    def env(self) -> dict[str, str]:
        """What every process has: nothing of whoever runs this, and no coverage, which would double its
        time.
        """
        ours = ("CHATOPS_", "XDG_", "CHAOS_", "COVERAGE_", "COV_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        home = {"HOME": str(self.home), "TZ": "UTC", "CHATOPS_ACTOR": "dana"}
        paths = {"CHATOPS_CONFIG": str(self.config), "CHAOS_FOLDER": str(self.home), "PYTHONPATH": PATH}
        return kept | home | paths | {"CHAOS_DEADLINE": str(self._deadline)}

    @contextmanager
    def command(self, *words: str, point: str = "", host: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """The installed command, running; `point` is its end: `NAME:N`, the N-th passing of it, or
        `NAME@INSTANCE:N`, that of a request of this instance's, or of a link of its.

        What runs on another `host` cannot be seen to be dead, and its leases end by time.
        """
        more = {"CHAOS_POINT": point} if point else {}
        if host:
            more["XDG_STATE_HOME"] = str(self.home / "hosts" / host)
        with (self.home / "errors").open("ab") as errors:
            process = subprocess.Popen(
                [COMMAND, *words],
                env=self.env | more,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        with self._lock:
            self._running.add(process)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            with self._lock:
                self._running.discard(process)

    def run(self, *words: str, point: str = "", after: float | None = None) -> int:
        """Run a command to its end, its point, or, `after` so many seconds, its death. The exit code is
        returned, which is negative for a signal.
        """
        with self.command(*words, point=point) as process:
            try:
                process.wait(LONGEST if after is None else after)
            except subprocess.TimeoutExpired:
                assert after is not None, f"chatops {' '.join(words)} hangs"
                self.kill(process)
            return process.wait()

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a command at whatever it does just now."""
        if process.poll() is None:
            process.kill()
            with self._lock:
                self._kills += 1

    def kill_drainers(self) -> None:
        """Kill what runs in the background at whatever it does just now."""
        for drainer in self.drainers():
            with suppress(ProcessLookupError):
                os.kill(drainer, signal.SIGKILL)
                with self._lock:
                    self._kills += 1

    def drainers(self) -> list[int]:
        """The processes that this home's commands left behind."""
        return [pid for pid, command in self._processes() if b"--until-done" in command]

    def _is_empty(self) -> bool:
        """Whether nothing runs any more; what does is killed, also one that is only about to be a drainer."""
        left = [pid for pid, _ in self._processes()]
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left

    def _processes(self) -> Iterator[tuple[int, bytes]]:
        """Whatever runs in this home, and its command."""
        home = f"CHAOS_FOLDER={self.home}\0".encode()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and home in (entry / "environ").read_bytes():
                    yield int(entry.name), (entry / "cmdline").read_bytes()

    @contextmanager
    def service(self) -> Iterator[Service]:
        """The product as this process sees it."""
        config = configuration.load(self.config)
        store = Store(store_place(config))
        try:
            yield Service(store, config)
        finally:
            store.close()

    def journal(self) -> list[list[str]]:
        """What the processes said of themselves, in words."""
        path = self.home / JOURNAL
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def committed(self) -> set[UUID]:
        """Every event that any process knew to be recorded."""
        return {UUID(word) for line in self.journal() if line[0] == "committed" for word in line[1:]}

    def kills(self) -> Counter[str]:
        """How many processes were killed, by the point; `any moment` counts those that the driver chose."""
        named = Counter(line[1] for line in self.journal() if line[0] == "killed")
        return named + Counter({"any moment": self._kills})

    def errors(self) -> str:
        """What the commands have complained of."""
        return (self.home / "errors").read_text("utf-8", "replace")


def until(happened: Callable[[], object], seconds: float = LONGEST) -> None:
    """Wait for another process to have done something."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
