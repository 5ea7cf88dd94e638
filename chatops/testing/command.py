"""The command as its user runs it, in an empty home."""

import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chatops.cli import run
from chatops.testing.site import Site

COMMAND = Path(sys.executable).with_name("chatops")


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
                ended = run(list(args))
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
