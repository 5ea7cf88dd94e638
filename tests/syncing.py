"""A folder of post-mortems, a tracker, and what `chatops actions sync` did with both."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chatops import config as configuration
from chatops.actions.labels import Labels
from chatops.cli.actions_reading import Asked, documents
from chatops.sandbox import Asked as Request
from chatops.sandbox import Fault, Sandbox
from chatops.service import Service
from chatops.service.sync.items import Happened
from chatops.service.sync.run import Sync
from chatops.service.sync.tracker import Tracker
from chatops_jira.sandbox import JiraStandIn
from chatops_jira.sandbox.model import Issue
from tests.kit import COMMAND, Cli, Done

ACTIONS = '[actions]\ntracker = "jira"\ndocument_url = "https://git.example.com/pm/{path}"\n'
DOCUMENT = """---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
ticket: OPS-1
---
# Post-mortem: Checkout returns 500s

## Action items

- [ ] Alert on slow payments @dana (due 2099-03-31) <!-- action:abcdefghjkmn -->
- Document the rollback
- [x] Rolled back
- None

| Action | Owner | Ticket |
|---|---|---|
| Add a **timeout** | lee | |
"""


@dataclass
class Desk:
    """The folder `postmortems` below the command's home, and a Jira."""

    cli: Cli
    sandbox: Sandbox
    folder: Path

    @property
    def jira(self) -> JiraStandIn:
        standin = self.sandbox.standins["jira"]
        assert isinstance(standin, JiraStandIn)
        return standin

    def configure(self, more: str = "", actions: str = ACTIONS) -> None:
        self.cli.configure(f"{self.sandbox.config()}\n{actions}{more}")

    def write(self, name: str, text: str) -> Path:
        """A document; its end of line is as it stands in the text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def text(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def bytes(self) -> dict[str, bytes]:
        """Every file, by its name."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def sync(self, *args: str, code: int | None = 0, env: Mapping[str, str] | None = None) -> Done:
        return self.cli.here("actions", "sync", str(self.folder), *args, code=code, env=env)

    def here(self) -> list[Happened]:
        """The same in this process, as it takes a tenth of the time. Raises what the command says."""
        asked = Asked((self.folder,), Labels(), configuration.load(self.cli.config))
        with Service.storeless(self.cli.config) as service:
            sync = Sync(Tracker(service, "jira"), service.config, asked.labels, "write")
            return [one for gone in sync.files(documents(asked)) for one in gone.happened]

    def started(self, *args: str, folder: Path | None = None) -> "subprocess.Popen[str]":
        """The command, which is to be killed or to run beside another."""
        return subprocess.Popen(
            [COMMAND, "actions", "sync", str(folder or self.folder), *args],
            env=self.cli.unmeasured,
            cwd=self.cli.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def fault(self, **said: Any) -> None:
        self.sandbox.faults.plan(Fault(**said))

    @property
    def writes(self) -> list[Request]:
        return [
            a
            for a in self.sandbox.log.all()
            if a.writes and not a.path.endswith(("/bulkfetch", "/search/jql"))
        ]

    def by_item(self, *, only_open: bool = True) -> Counter[str]:
        """How many tickets there are for each item, by what the item is known by."""
        issues = [i for i in self.jira.issues if not (only_open and closed(i))]
        return Counter(str(ours(issue).get("key")) for issue in issues)

    def closes(self, key: str, status: str = "Done") -> None:
        """Somebody closes a ticket."""
        self.jira.transition(key, status)

    def summaries(self) -> list[str]:
        return [issue.fields["summary"] for issue in self.jira.issues]


def closed(issue: Issue) -> bool:
    return issue.status.category == "done"


def ours(issue: Issue) -> Mapping[str, Any]:
    found = issue.properties.get("chatops", {})
    return found if isinstance(found, dict) else {}


def link_of(desk: Desk, key: str) -> str:
    """Where the ticket leads back to; empty where it does not."""
    links = [link.object["url"] for link in desk.jira.issue(key).remote_links]
    return links[0] if len(links) == 1 else ""


def git(folder: Path, *args: str) -> str:
    """What git says in a scratch repository."""
    who = ["-c", "user.name=dana", "-c", "user.email=dana@example.com", "-c", "init.defaultBranch=main"]
    env = os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    done = subprocess.run(
        ["git", *who, *args], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed_lines(diff: str) -> list[str]:
    """The lines that a diff takes out."""
    return [line[1:] for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]


def requests(asked: Iterable[Request]) -> Counter[str]:
    """How often each kind of request was sent: `{"POST issue/bulk": 1}`."""
    return Counter(f"{a.method} {kind(a.path)}" for a in asked)


def kind(path: str) -> str:
    parts = path.partition("/rest/api/3/")[2].split("/")
    return "/".join("KEY" if part.partition("-")[2].isdigit() else part for part in parts)


@pytest.fixture
def desk(cli: Cli) -> Any:
    folder = cli.home / "postmortems"
    folder.mkdir()
    with Sandbox(only=[JiraStandIn]) as sandbox:
        made = Desk(cli, sandbox, folder)
        made.configure()
        yield made


@pytest.fixture
def written(desk: Desk) -> Desk:
    """One document, whose incident has a ticket."""
    desk.jira.put_issue("OPS", "The incident")
    desk.write("2025-03-18.md", DOCUMENT)
    return desk


def link(desk: Desk, key: str) -> str:
    return f"([{key}]({desk.jira.url}/browse/{key}))"
