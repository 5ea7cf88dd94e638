"""Two people at once: processes that write at the same moment, which a gate lets through together."""

import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acceptance.helpers import install, told
from tests.kit import COMMAND, Cli, Done
from tests.processes import SOON, until

pytestmark = pytest.mark.slow

#: Each process stops before its command is written, when it has read all that it will read before.
GATE = """
import os, time
from chatops.service import Service

def gated(method):
    def call(*args, **more):
        open(f"ready-{os.getpid()}", "x").close()
        while not os.path.exists("gate"):
            time.sleep(0.001)
        return method(*args, **more)
    return call

for name in ("declare", "update", "resolve", "acknowledge", "publish"):
    setattr(Service, name, gated(getattr(Service, name)))
"""
Together = Callable[..., list[Done]]


@pytest.fixture
def together(cli: Cli) -> Iterator[Together]:
    """Runs commands in processes of their own, all of which write at the same moment."""
    running: list[subprocess.Popen[str]] = []

    def run(*commands: tuple[str, ...]) -> list[Done]:
        (cli.site.folder / "sitecustomize.py").write_text(GATE)
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "text": True}
        streams |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.extend(
            subprocess.Popen([COMMAND, *command], env=cli.env, cwd=cli.home, **streams)
            for command in commands
        )
        until(lambda: len(list(cli.home.glob("ready-*"))) == len(commands))
        (cli.home / "gate").touch()
        ended = [(*process.communicate(timeout=SOON), process.returncode) for process in running]
        (cli.site.folder / "sitecustomize.py").unlink()
        return [Done(code, out, err) for out, err, code in ended]

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def team(cli: Cli) -> Cli:
    install(cli.site)
    cli.configure('[plugins.tracker]\n[plugins.page]\n[severities.sev2]\npublic = "manual"\n')
    return cli


def kinds(cli: Cli) -> list[str]:
    """The kinds of the incident's events; their order is one, without a gap."""
    events = cli("timeline", "INC-1", "--json").json()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return [event["kind"] for event in events]


def test_who_declares_with_one_key_declares_one_incident(team: Cli, together: Together) -> None:
    ended = together(*[("declare", f"seen by {n}", "--key", "alert-7", "--as", f"p{n}") for n in range(6)])
    assert {done.code for done in ended} <= {0, 3}, "3 where another still delivers"
    new = [done for done in ended if "INC-1 declared" in done.out]
    again = [done for done in ended if "INC-1: declared already with the key 'alert-7'" in done.out]
    assert (len(new), len(again)) == (1, 5)
    (incident,) = team("list", "--all", "--json").json()
    first = incident["declared_by"]
    assert all(f"by {first} at" in done.out for done in again)
    assert kinds(team).count("declared") == 1
    told_ = [d for d in team("deliveries", "INC-1", "--json").json() if d["hook"] == "incident_declared"]
    assert [(d["instance"], d["state"], d["attempts"]) for d in told_] == [("tracker", "done", 1)]


def test_who_declares_the_same_without_a_key_declares_one_incident(team: Cli, together: Together) -> None:
    ended = together(*[("declare", "Checkout is down") for _ in range(4)])
    assert sum("INC-1 declared:" in done.out for done in ended) == 1
    assert sum("INC-1: declared already" in done.out for done in ended) == 3
    assert len(team("list", "--all", "--json").json()) == 1


def test_no_update_is_lost(team: Cli, together: Together) -> None:
    team("declare", "Down")
    changes = [("--severity", "sev1"), ("--status", "identified"), ("--title", "Worse"), (), (), ()]
    ended = together(*[("update", "INC-1", f"said by {n}", *c) for n, c in enumerate(changes)])
    assert {done.code for done in ended} <= {0, 3}
    updates = [e for e in team("timeline", "INC-1", "--json").json() if e["kind"] == "updated"]
    assert sorted(update["message"] for update in updates) == [f"said by {n}" for n in range(6)]
    kinds(team)
    shown = team("show", "INC-1", "--json").json()
    assert (shown["severity"], shown["status"], shown["title"]) == ("sev1", "identified", "Worse")


def test_of_two_changes_of_one_field_the_later_knows_the_earlier(team: Cli, together: Together) -> None:
    team("declare", "Down")
    together(*[("update", "INC-1", f"to {s}", "--severity", s) for s in ("sev1", "sev3", "sev4")])
    updates = [e for e in team("timeline", "INC-1", "--json").json() if e["kind"] == "updated"]
    chain = [(update["severity"]["old"], update["severity"]["new"]) for update in updates]
    assert chain[0][0] == "sev2"
    assert [old for old, _ in chain[1:]] == [new for _, new in chain[:-1]]
    assert team("show", "INC-1", "--json").json()["severity"] == chain[-1][1]


def test_the_second_resolver_is_told_who_was_first(team: Cli, together: Together) -> None:
    team("declare", "Down")
    ended = together(*[("resolve", "INC-1", "fixed", "--as", f"p{n}", "--no-public") for n in range(4)])
    (first,) = [n for n, done in enumerate(ended) if done.code in {0, 3}]
    assert "INC-1 resolved" in ended[first].out
    others = [done for n, done in enumerate(ended) if n != first]
    for done in others:
        assert (done.code, done.out) == (2, "")
        assert re.search(rf"INC-1 cannot be resolved: it was resolved by p{first} at .* UTC", done.err)
    assert kinds(team).count("resolved") == 1
    assert team("show", "INC-1", "--json").json()["closed_by"] == f"p{first}"


def test_who_acknowledges_second_is_told_who_was_first(team: Cli, together: Together) -> None:
    team("declare", "Down")
    ended = together(*[("ack", "INC-1", "--as", f"p{n}") for n in range(3)])
    (first,) = [n for n, done in enumerate(ended) if f"acknowledged by p{n}." in done.out]
    others = [done.out for n, done in enumerate(ended) if n != first]
    assert all(f"acknowledged by p{first} at" in out and "Nothing new" in out for out in others)
    assert kinds(team).count("acknowledged") == 1


def test_words_of_two_are_said_in_their_order(team: Cli, together: Together) -> None:
    team("declare", "Down")
    together(*[("public", "post", "-i", "INC-1", f"words {n}") for n in range(3)])
    team("worker", "--until-done")
    published = [
        e for e in team("timeline", "INC-1", "--json").json() if e["kind"] == "public_update_published"
    ]
    assert sorted(event["text"] for event in published) == [f"words {n}" for n in range(3)]
    said = [words["text"] for words in told(team)]
    order = [event["text"] for event in published]
    assert said == [text for text in order if text in said], "in order, each once, stale ones left out"
    assert said[-1] == order[-1]
