"""What the tests build on: plugins installed on the spot, and the command as a user runs it."""

import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch
from uuid import uuid4

import pytest

from chatops.cli import _run
from chatops.deadline import Deadline
from chatops.http import Http, Terms
from chatops.service import Act, Service
from chatops.store import Delivery, Store

if TYPE_CHECKING:
    from chatops.store.lending import Lending

COMMAND = Path(sys.executable).with_name("chatops")


def raw(store: Store) -> AbstractContextManager[Any]:
    """A connection of the store's, for what no command does."""
    return cast("Lending[Any]", store._db)._borrowed()


@dataclass
class Site:
    """A folder of installed plugins: each has its entry point in a real dist-info."""

    folder: Path
    points: dict[str, str] = field(default_factory=dict)
    sandboxes: dict[str, str] = field(default_factory=dict)

    def install(self, source: str, **plugins: str) -> str:
        """Install the module `source`, whose classes are the plugins: `install(code, pager="Pager")`. Its
        name is returned.
        """
        module = f"plugin_{uuid4().hex}"
        header = "import os, sys, time\nimport msgspec\nfrom chatops import *\n"
        (self.folder / f"{module}.py").write_text(header + textwrap.dedent(source))
        self.points |= {name: f"{module}:{cls}" for name, cls in plugins.items()}
        self._write()
        return module

    def stand_in(self, module: str, **plugins: str) -> None:
        """These classes of an installed module stand in for the remotes of these plugins."""
        self.sandboxes |= {name: f"{module}:{cls}" for name, cls in plugins.items()}
        self._write()

    def _write(self) -> None:
        info = self.folder / "test_plugins-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: test-plugins\nVersion: 1.0\n")
        groups = {"chatops": self.points, "chatops.sandboxes": self.sandboxes}
        lines = [
            line
            for group, points in groups.items()
            for line in (f"[{group}]", *(f"{name} = {target}" for name, target in points.items()), "")
        ]
        (info / "entry_points.txt").write_text("\n".join(lines))


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@dataclass
class Cli:
    """Runs the installed command in a process of its own, in an empty home."""

    home: Path
    site: Site
    config: Path | None = None

    @property
    def env(self) -> dict[str, str]:
        """The environment of the process."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHATOPS_", "XDG_"))}
        # A copy of the tree that is tested in place of the installed one is on the path, too.
        roots = [str(self.site.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = kept | {"HOME": str(self.home), "PYTHONPATH": os.pathsep.join(roots), "TZ": "UTC"}
        return env | ({"CHATOPS_CONFIG": str(self.config)} if self.config else {})

    def configure(self, toml: str) -> Path:
        """Write the configuration. Nothing runs in the background unless it says so."""
        text = textwrap.dedent(toml)
        if "[core]" not in text:
            text = "[core]\ndrainer = false\n" + text
        self.config = self.home / "chatops.toml"
        self.config.write_text(text)
        return self.config

    def __call__(
        self,
        *args: str,
        code: int | None = 0,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        trace: bool = False,
    ) -> Done:
        """Run a command; it must end with `code`, and without a traceback but where a plugin logs one."""
        ended = subprocess.run(
            [COMMAND, *args],
            env=self.env | dict(env or {}),
            cwd=self.home,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        done = Done(ended.returncode, ended.stdout, ended.stderr)
        assert trace or "Traceback" not in done.err, done.err
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    def here(
        self, *args: str, code: int | None = 0, env: Mapping[str, str] | None = None, stdin: str = ""
    ) -> Done:
        """The same in this process, for a command that needs none of its own, in a tenth of the time."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
        with (
            patch.dict(os.environ, self.env | dict(env or {}), clear=True),
            patch("sys.stdin", io.StringIO(stdin)),
            chdir(self.home),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                ended = _run(list(args))
            except SystemExit as left:
                ended = int(left.code or 0)
        for stream in (out, err):
            stream.seek(0)
        done = Done(ended, out.read(), err.read())
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    @property
    def unmeasured(self) -> dict[str, str]:
        """The environment of a command that is sent a signal: Ctrl-C in the wrong moment would leave the lock
        taken that measuring takes at every line, and the command would hang.
        """
        return {name: value for name, value in self.env.items() if not name.startswith("COVERAGE_")}


def http(seconds: float = 10.0, **more: Any) -> Http:
    """What a plugin sends with, in a call that may take so long."""
    from chatops.http.transport import Transport

    deadline = Deadline(seconds)
    said: dict[str, Any] = {"instance": "test", "deadline": deadline, "check": deadline.check}
    terms = Terms(**said | more)
    return Http(lambda: Transport(terms))


def act(actor: str = "dana", **more: Any) -> Act:
    """How a test gives a command."""
    return Act(actor=actor, **more)


def deliver(service: Service, incident: Any) -> list[Delivery]:
    """Run what is due for the incident, and return the deliveries as they ended."""
    return list(service.engine.start(incident.id))


def states(deliveries: Iterable[Delivery]) -> dict[str, str]:
    """`{"pager incident_declared": "done"}`."""
    return {f"{d.instance} {d.hook}": d.state for d in deliveries}


def shared(name: str) -> Path:
    """A file of the shared test data; skips the test, saying so, where there is none."""
    folder = Path(os.environ.get("CHATOPS_SHARED", Path(__file__).parents[2] / "shared"))
    found = folder / name
    if not found.exists():
        pytest.skip(f"{found} is not here: the shared test data is not part of the project")
    return found
