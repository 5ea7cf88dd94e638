"""`chatops demo`: real commands against real stand-ins, and nothing stays."""

import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from chatops.cli.demo import STEPS, _typed
from chatops.cli.demo_panels import lines_of
from tests.kit import COMMAND, Cli, Done
from tests.processes import Start

pytestmark = pytest.mark.usefixtures("temporary")


def play(cli: Cli, *args: str, code: int = 0, env: Mapping[str, str] | None = None) -> Done:
    return cli("demo", *args, code=code, env=env)


def test_it_plays_an_incident_and_nothing_stays(cli: Cli, temporary: Path) -> None:
    mine = {"CHATOPS_STORE": str(cli.home / "mine.db"), "CHATOPS_INCIDENT": "INC-9", "CHATOPS_ACTOR": "kim"}
    done = play(cli, env=mine | {"http_proxy": "http://127.0.0.1:9"})
    commands = [line.split()[2] for line in done.out.splitlines() if line.startswith("$ chatops")]
    expected = "declare retry ack assign update public note update resolve show"
    assert commands == expected.split()
    assert "INC-1 resolved: Checkout returns 500s (sev1, resolved)" in done.out
    assert "✗" not in done.out
    assert not list(temporary.iterdir())
    assert not list(cli.home.iterdir())
    _check_the_lost_reply_made_no_second_ticket(done.out)


def _check_the_lost_reply_made_no_second_ticket(out: str) -> None:
    declared, _, retried = out.partition("$ chatops retry INC-1\n")
    assert "incident_declared may have arrived" in declared
    assert re.search(r"✓ \S+: incident_declared  \S+", retried.partition("\n\n")[0])
    assert "\nTickets opened: 1. Replies lost meanwhile: 1.\n" in out


@pytest.mark.long
def test_programs_get_every_command_and_what_the_others_see(cli: Cli) -> None:
    played = play(cli, "--json").json()
    assert played["commands"][2]["command"] == "chatops ack"
    assert played["commands"][2]["output"].startswith("INC-1 acknowledged by dana.\n")
    assert 'public post "We found the cause' in played["commands"][5]["command"]
    seen: dict[str, list[str]] = {}
    for panel in played["panels"]:
        seen.setdefault(panel["standin"], []).extend(panel["lines"])
    assert len(seen) >= 3
    _check_customers("\n".join(seen["statuspage"]))
    for name in ("jira", "slack"):
        assert "Checkout returns 500s" in "\n".join(seen[name])


def _check_customers(text: str) -> None:
    said = [
        "Card payments work again.",
        "A fix is in place. We are watching it.",
        "We found the cause and are working on a fix.",
        "Card payments fail. We are investigating.",
    ]
    assert [text.index(words) for words in said] == sorted(text.index(words) for words in said)
    internal = ["500s", "deploy", "Rolled back", "Marta", "marta", "dana", "kim", "sev1"]
    assert [word for word in internal if word in text] == []


@pytest.mark.long
def test_scripts_get_the_incident_alone(cli: Cli) -> None:
    assert play(cli, "--quiet").out == "INC-1\n"


@pytest.mark.long
def test_it_can_be_kept_to_look_around(cli: Cli, start: Start, temporary: Path) -> None:
    process = start("demo", "--fast", "--keep")
    assert process.stdout
    out = ""
    while "Ctrl-C ends it.\n" not in out:
        out += (line := process.stdout.readline())
        assert line, out
    (url,) = re.findall(r"^Look around at (http://\S+) ", out, re.MULTILINE)
    (config,) = re.findall(r"^  export CHATOPS_CONFIG=(.+)$", out, re.MULTILINE)
    with urlopen(url, timeout=20) as page:
        assert page.status == 200
    assert cli("show", "INC-1", "--json", env={"CHATOPS_CONFIG": config}).json()
    process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Nothing is left behind." in rest
    assert "Traceback" not in err
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_long_commands_are_broken_where_they_can_be_pasted(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    typed = [_typed(("chatops", *step.words)) for step in STEPS]
    shell = "chatops() { printf '%s\\n' chatops \"$@\" END; }\n" + "\n".join(typed)
    ended = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)
    assert ended.stdout.split("END\n")[:-1] == ["\n".join(["chatops", *step.words, ""]) for step in STEPS]
    if columns >= 60:
        assert max(len(line) for text in typed for line in text.splitlines()) + len("$ ") <= columns


def test_a_command_that_fails_ends_it(cli: Cli, temporary: Path) -> None:
    dies = "import os, sys\nif 'ack' in sys.orig_argv: os._exit(7)\n"
    (cli.site.folder / "sitecustomize.py").write_text(dies)
    done = play(cli, "--fast", code=1)
    assert "The demo ended early: `chatops ack` left with exit code 7." in done.err
    assert done.out.count("$ chatops") == 3
    assert not list(temporary.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_can_be_stopped_and_leaves_nothing(
    cli: Cli, temporary: Path, how: signal.Signals, code: int
) -> None:
    env = cli.unmeasured | {"PYTHONUNBUFFERED": "1"}
    demo: Any
    with subprocess.Popen([COMMAND, "demo"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        assert any(b"INC-1 declared" in line for line in iter(demo.stdout.readline, b""))
        demo.send_signal(how)
        out, err = demo.communicate(timeout=20)
    assert (demo.returncode, b"Traceback" in err) == (code, False)
    assert b"What the others see" not in out
    assert not list(temporary.iterdir())
    if how is signal.SIGINT:
        assert b"Stopped. Nothing is left behind." in b" ".join(err.split())


@pytest.mark.long
def test_a_reader_who_leaves_does_no_harm(cli: Cli, temporary: Path) -> None:
    ended = subprocess.run(
        f"{COMMAND} demo | head -1", shell=True, env=cli.env, capture_output=True, text=True, check=True
    )
    assert ended.stdout.startswith("# ")
    assert "Traceback" not in ended.stderr
    assert not list(temporary.iterdir())


def test_its_help_shows_an_example(cli: Cli) -> None:
    assert "chatops demo --keep" in cli("demo", "--help").out


def test_a_panel_becomes_lines() -> None:
    html = (
        "<style>p { color: red }</style><div><h2>A &amp; B</h2><p>One <b>bold</b>\n word.<br>Two</p>"
        "<span aria-hidden='true'>D<i>x</i></span><ul><li>three</li><li>  </li></ul><script>no()</script>"
        "<dl><dt>Type</dt>\n<dd>Incident</dd><dt>State</dt><dd>Done</dd></dl><span>a</span><time>b</time>"
    )
    assert lines_of(html) == ["A & B", "One bold word.", "Two", "three", "Type Incident", "State Done", "a b"]
