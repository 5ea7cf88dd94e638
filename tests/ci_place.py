"""A repository as a service has it: its jobs, the people who push to it, and the Jira beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.ci import SERVICES, TOKEN, Script, Service, scripts
from tests.kit import COMMAND, Done
from tests.syncing import Desk, git

BRANCH: Final = "chatops/action-items"
CONFIG: Final = """
[actions]
tracker = "jira"
check = ["ownerless", "undated", "overdue"]
[postmortem]
ignore = ["unlinked", "ownerless", "undated"]
"""
_SHELL: Final[Mapping[Service, list[str]]] = {
    "github": ["bash", "-e"],
    "gitlab": ["sh", "-eu"],
    "bitbucket": ["sh", "-eu"],
}
#: Stands in for a program that asks the service for something: it notes what it was asked, and answers.
_FAKE = """
import json, os, pathlib, sys
log = pathlib.Path(r"{log}")
asked = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
with log.open("a") as file:
    file.write(json.dumps([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]) + "\\n")
made = any("create" in one or "--data" in one and "--get" not in one for one in asked)
if "list" in sys.argv:
    print("7" if made else "", end="")
elif "--get" in sys.argv:
    print('{{"values": [{{"id": 7}}]}}' if made else '{{"values": []}}')
"""


@dataclass
class Place:
    """A repository as the service has it, its jobs, and the people who work in it."""

    service: Service
    desk: Desk
    top: Path
    runs: int = 0

    @property
    def remote(self) -> Path:
        return self.top / "remote.git"

    @property
    def people(self) -> Path:
        """The clone of a person."""
        return self.top / "people"

    def set_up(self, documents: Mapping[str, str]) -> None:
        """Make the repository, with these documents on main."""
        self.top.mkdir()
        git(self.top, "init", "-q", "--bare", "-b", "main", str(self.remote))
        if self.service == "gitlab":
            git(self.remote, "config", "receive.advertisePushOptions", "true")
        git(self.top, "clone", "-q", str(self.remote), str(self.people))
        secret = f'{{ command = ["echo", "{self.desk.jira.token}"] }}'
        config = self.desk.sandbox.config().replace(secret, '{ env = "JIRA_TOKEN" }')
        assert self.desk.jira.token not in config
        (self.people / "chatops.toml").write_text(config + CONFIG)
        self.push("The first", documents)
        fakes = self.top / "bin"
        fakes.mkdir()
        for name in ("gh", "curl"):
            code = _FAKE.format(log=self.top / "asked")
            (fakes / name).write_text(f"#!{sys.executable}\n{code}")
            (fakes / name).chmod(0o755)

    def push(self, why: str, documents: Mapping[str, str], branch: str = "main") -> None:
        """A person changes documents, and pushes them to a branch."""
        folder = self.people / "postmortems"
        folder.mkdir(exist_ok=True)
        for name, text in documents.items():
            (folder / name).write_text(text)
        git(self.people, "add", "-A")
        git(self.people, "commit", "-qm", why)
        git(self.people, "push", "-q", "origin", f"HEAD:{branch}")

    def pull(self) -> None:
        """The person's clone is as main is."""
        git(self.people, "fetch", "-q", "origin")
        git(self.people, "checkout", "-q", "-B", "main", "origin/main")

    def change(self, why: str, documents: Mapping[str, str]) -> None:
        """A person proposes a change."""
        git(self.people, "checkout", "-q", "-b", "change")
        self.push(why, documents, "change")

    def checkout(self, kind: str) -> Path:
        """The clone that the service makes for a job, as deep as it is by default or as the job says."""
        self.runs += 1
        folder = self.top / f"job-{self.runs}"
        branch = "change" if kind == "check" else "main"
        depth = {"github": ["--depth=1"], "gitlab": ["--depth=20"], "bitbucket": ["--depth=50"]}[self.service]
        deep = [] if kind == "check" else depth
        git(self.top, "clone", "-q", *deep, f"--branch={branch}", self.remote.as_uri(), str(folder))
        if self.service == "gitlab":
            git(folder, "checkout", "-q", "--detach")
        if self.service == "bitbucket" and kind == "check":
            git(folder, "branch", "-q", "-dr", "origin/main")
        # What a cache and a run that was killed leave in a checkout.
        for left in (".cache/pip/wheel", "postmortems/.chatops-left"):
            (folder / left).parent.mkdir(parents=True, exist_ok=True)
            (folder / left).write_text("x")
        return folder

    def env(self, folder: Path) -> dict[str, str]:
        """What the service tells its job."""
        paths = [str(self.top / "bin"), str(COMMAND.parent), os.environ["PATH"]]
        said = {
            "PATH": os.pathsep.join(paths),
            "JIRA_TOKEN": self.desk.jira.token,
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }
        return self.desk.cli.unmeasured | said | self._own(folder)

    def _own(self, folder: Path) -> dict[str, str]:
        match self.service:
            case "github":
                said = {"BASE_REF": "main", "SERVER_URL": "https://github.com", "REPOSITORY": "ops/pm"}
                summary = {"STEP_SUMMARY": str(folder / "summary.md")}
                return {f"GITHUB_{name}": value for name, value in (said | summary).items()}
            case "gitlab":
                base = git(folder, "rev-parse", "origin/main").strip()
                return {
                    "CI_DEFAULT_BRANCH": "main",
                    "CI_PROJECT_DIR": str(folder),
                    "CI_PROJECT_URL": "https://gitlab.com/ops/pm",
                    "CI_REPOSITORY_URL": self.remote.as_uri(),
                    "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
                }
            case "bitbucket":
                said = {"PR_DESTINATION_BRANCH": "main", "REPO_FULL_NAME": "ops/pm", "BRANCH": "change"}
                said["GIT_HTTP_ORIGIN"] = "http://bitbucket.org/ops/pm"
                own = {f"BITBUCKET_{name}": value for name, value in said.items()}
                return own | {"CHATOPS_BITBUCKET_TOKEN": TOKEN}

    def start(self, kind: str, **more: str) -> "subprocess.Popen[str]":
        """A job of one script, which is to run beside another."""
        (script,) = scripts(self.service, kind)
        return self._started(script, self.checkout(kind), more)

    def run(self, kind: str, code: int = 0, folder: Path | None = None, **more: str) -> Done:
        """A job: each of its scripts, whatever became of the one before; it must end with `code`, the first
        that is not 0. It has a clone of its own, or `folder`.
        """
        folder = folder or self.checkout(kind)
        codes, outs, errs = [], "", ""
        for script in scripts(self.service, kind):
            process = self._started(script, folder, more)
            out, err = process.communicate(timeout=100)
            codes.append(process.returncode)
            outs, errs = outs + out, errs + err
        ended = next(filter(None, codes), 0)
        assert ended == code, f"exit {codes}\n{outs}\n{errs}"
        return Done(ended, outs, errs)

    def _started(self, script: Script, folder: Path, more: Mapping[str, str]) -> "subprocess.Popen[str]":
        known = {**self.env(folder), **more}
        env = dict(known)
        if self.service == "github":
            # Its secrets are nowhere but where a step names them.
            del env["JIRA_TOKEN"]
        for name, value in script.env.items():
            env[name] = re.sub(r"\$(\w+)", lambda match: known.get(match[1], ""), str(value))
        return subprocess.Popen(
            [*_SHELL[self.service], "-c", script.text],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def file(self, name: str, branch: str = "main") -> str:
        """A document, as the service has it."""
        return git(self.remote, "show", f"{branch}:postmortems/{name}")

    def commits(self, branch: str = "main") -> list[str]:
        """What the commits of a branch are called, the newest first."""
        return git(self.remote, "log", "--format=%s", branch).splitlines()

    def branches(self) -> list[str]:
        return git(self.remote, "for-each-ref", "--format=%(refname:short)").split()

    def asked(self) -> list[list[str]]:
        """The calls of `gh` and `curl`."""
        log = self.top / "asked"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def stand_in(self, name: str, code: str) -> None:
        """The shell's code is run in the place of a program."""
        path = self.top / "bin" / name
        path.write_text(f"#!/bin/sh\n{code}\n")
        path.chmod(0o755)

    def hook(self, name: str, code: str) -> None:
        """The service does this whenever something is pushed."""
        path = self.remote / "hooks" / name
        path.write_text("#!/bin/sh\n" + textwrap.dedent(code))
        path.chmod(0o755)

    def protect(self) -> None:
        """Nobody pushes to main."""
        self.hook(
            "pre-receive",
            """
            while read -r old new ref; do
              if [ "$ref" = refs/heads/main ]; then echo "main is protected" >&2; exit 1; fi
            done
            """,
        )

    def outpace(self, documents: Mapping[str, str], times: int = 1) -> None:
        """Just before a job pushes, a person does, as often as that."""
        quick, real = self.top / "quick", shutil.which("git")
        git(self.top, "clone", "-q", str(self.remote), str(quick))
        (quick / "postmortems" / "times").write_text("x" * times)
        for name, text in documents.items():
            (self.top / name).write_text(text)
        names = " ".join(f"'{self.top / name}'" for name in documents)
        code = f"""
            #!/bin/sh
            if [ "$1" = push ] && [ -s '{quick}/postmortems/times' ]; then (
                cd '{quick}'
                left=$(cat postmortems/times)
                printf %s "${{left#x}}" > postmortems/times
                cp {names} postmortems/
                {real} add -A
                {real} -c user.name=lee -c user.email=lee@example.com commit -qm 'A person was quicker'
                {real} push -q origin HEAD:main
            ); fi
            exec {real} "$@"
            """
        wrapper = self.top / "bin" / "git"
        wrapper.write_text(textwrap.dedent(code).lstrip())
        wrapper.chmod(0o755)


#: For what is each service's own; the rest is the same commands in all of them, which a test holds.
of_all = pytest.mark.parametrize("place", SERVICES, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Iterator[Place]:
    """A repository with one post-mortem of two items; of GitLab, where a test names no service."""
    desk.cli.config = None
    (desk.cli.home / "chatops.toml").unlink()
    made = Place(getattr(request, "param", "gitlab"), desk, tmp_path / "place")
    made.set_up({"one.md": DOCUMENT})
    yield made
    shutil.rmtree(made.top, ignore_errors=True)


DOCUMENT: Final = """---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
---
# Post-mortem: Checkout returns 500s

## Action items

- [ ] Alert on slow payments @dana (due 2099-03-31)
- [ ] Document the rollback @marta (due 2099-04-30) <!-- action:abcdefghjkmn -->
"""
