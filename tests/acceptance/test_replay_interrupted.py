"""A replay that is killed or stopped goes on where it was, and says nothing twice."""

import json
import signal
import subprocess
import time
from typing import Any

import pytest

from chatops.store import Store
from tests.histories import Json, source, story
from tests.kit import COMMAND, Cli, Site

PAGE = '[plugins.status]\nuse = "status_html"\npath = "~/page"\nwhen.drills = true\n'


def write(cli: Cli, *incidents: Json) -> str:
    source(cli.home, *incidents)
    return str(cli.home / "history.json")


@pytest.mark.slow
def test_a_killed_replay_goes_on(cli: Cli, site: Site) -> None:
    site.install(
        """
        class Page(PublicPlugin):
            settle = 0.0

            @hookimpl
            def public_update(self, event, ctx):
                time.sleep(0.03)
                with open("heard", "a") as file:
                    file.write(f"{event.text}\\n")
        """,
        page="Page",
    )
    cli.configure('[plugins.status]\nuse = "page"\nwhen.drills = true\n')
    file = write(cli, *(story(f"i{n}", n) for n in range(1, 6)))
    for words in (3, 6, 11):
        _kill(cli, ["replay", file], signal.SIGKILL, words)
    assert cli("replay", file, "--json").json()["undelivered"] == 0
    found = Store(cli.home / ".local" / "state" / "chatops" / "chatops.db")
    said = [words.text for i in found.log.all_ids() for words in _public(found, i)]
    found.close()
    told = [f"words of i{i}-{n}" for i in range(1, 6) for n in range(4)]
    assert said == told
    heard = (cli.home / "heard").read_text().splitlines()
    # Who is killed in the middle of a call does not know whether it was heard, and says it again.
    assert list(dict.fromkeys(heard)) == told
    assert len(heard) - len(told) <= 3


@pytest.mark.slow
def test_ctrl_c_says_that_it_can_go_on(cli: Cli) -> None:
    cli.configure(PAGE)
    file = write(cli, *(story(f"i{n}", n) for n in range(1, 20)))
    code, err = _kill(cli, ["replay", file], signal.SIGINT, 0)
    assert code == 130
    assert "the same command goes on from there" in err
    assert cli("replay", file, "--json").json()["undelivered"] == 0
    drawn: Any = json.loads((cli.home / "page" / "incidents.json").read_bytes())
    assert [len(i["incident_updates"]) for i in drawn["incidents"]] == [4] * 19


def _public(store: Store, identity: Any) -> Any:
    found = store.log.incident(identity)
    assert found is not None
    return found.public


def _kill(cli: Cli, args: list[str], how: signal.Signals, words: int) -> tuple[int, str]:
    """Run a command and stop it once so many words were heard, or else once the first line is out."""
    # Its output is flushed line by line on a terminal only.
    env = cli.unmeasured | {"PYTHONUNBUFFERED": "1"}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process: Any
    with subprocess.Popen([COMMAND, *args], env=env, cwd=cli.home, **pipes) as process:
        heard = cli.home / "heard"
        if not words:
            process.stdout.readline()
        while words and not (heard.exists() and heard.read_text().count("\n") >= words):
            time.sleep(0.005)
        process.send_signal(how)
        return process.wait(timeout=30), process.stderr.read()
