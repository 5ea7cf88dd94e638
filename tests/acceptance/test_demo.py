"""`chatops demo`: real commands, real output, and only the page stays."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatops.cli.demo import STEPS, _typed
from tests.kit import COMMAND, Cli, Done


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """A shell lets what it runs in the background ignore Ctrl-C, and that would be inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def play(cli: Cli, temporary: Path, *args: str, code: int = 0, **env: str) -> Done:
    return cli("demo", *args, code=code, env={"TMPDIR": str(temporary), **env})


def test_it_plays_an_incident_and_only_the_page_stays(cli: Cli, temporary: Path) -> None:
    elsewhere = cli.home / "mine.db"
    done = play(cli, temporary, CHATOPS_STORE=str(elsewhere), CHATOPS_INCIDENT="INC-9", CHATOPS_ACTOR="kim")
    assert done.err == ""
    commands = [line.split()[2] for line in done.out.splitlines() if line.startswith("$ chatops")]
    assert commands == [
        "declare",
        "ack",
        "assign",
        "update",
        "public",
        "note",
        "update",
        "resolve",
        "show",
        "timeline",
    ]
    assert "INC-1 resolved: Checkout returns 500s (sev1, resolved)" in done.out
    assert done.out.count("✓ status-page: public_update") == 4
    (page,) = temporary.iterdir()
    assert f"The status page, as customers see it:\n  {page}/index.html\n" in done.out
    assert not list(cli.home.iterdir())
    _check_page(page)


def _check_page(page: Path) -> None:
    text = (page / "index.html").read_text()
    said = [
        "Card payments work again.",
        "A fix is in place. We are watching it.",
        "We found the cause and are working on a fix.",
        "Card payments fail. We are investigating.",
    ]
    assert [text.count(words) for words in said] == [1] * 4
    assert [text.index(words) for words in said] == sorted(text.index(words) for words in said)
    assert "Nothing here is real." in text
    internal = ["500s", "deploy", "Rolled back", "Marta", "dana", "kim", "sev1"]
    assert not [word for word in internal if word in text]


def test_the_page_goes_where_it_is_told_to(cli: Cli, temporary: Path) -> None:
    first = play(cli, temporary, "--output", "shown", "--fast")
    assert "\n  shown/index.html\n" in first.out
    again = play(cli, temporary, "--output", "shown", "--quiet")
    assert again.out == f"{cli.home}/shown/index.html\n"
    assert [path.name for path in cli.home.iterdir()] == ["shown"]
    assert not list(temporary.iterdir())


def test_programs_get_every_command_and_its_output(cli: Cli, temporary: Path) -> None:
    played = play(cli, temporary, "--json").json()
    assert Path(played["page"]).is_file()
    assert played["commands"][1] == {"command": "chatops ack", "output": "INC-1 acknowledged by dana.\n"}
    assert 'public post "We found the cause' in played["commands"][4]["command"]


def test_a_folder_that_holds_something_is_left_alone(cli: Cli, temporary: Path) -> None:
    (cli.home / "mine").mkdir()
    index = cli.home / "mine" / "index.html"
    index.write_text("my own page")
    assert "is not empty" in play(cli, temporary, "--output", "mine", code=2).err
    assert index.read_text() == "my own page"
    assert "is a file" in play(cli, temporary, "--output", "mine/index.html", code=2).err


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
    (cli.home / "file").touch()
    done = play(cli, temporary, "--output", "file/page", "--fast", code=1)
    assert "The demo ended early: `chatops declare" in done.err
    assert done.out.count("$ chatops") == 1
    assert not list(temporary.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_can_be_stopped_and_leaves_nothing(
    cli: Cli, temporary: Path, how: signal.Signals, code: int
) -> None:
    env = cli.env | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    demo: Any
    with subprocess.Popen([COMMAND, "demo"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        assert any(b"INC-1 declared" in line for line in iter(demo.stdout.readline, b""))
        demo.send_signal(how)
        out, err = demo.communicate(timeout=20)
    assert (demo.returncode, b"Traceback" in err) == (code, False)
    assert b"The status page" not in out
    assert not list(temporary.iterdir())
    if how is signal.SIGINT:
        assert err.split() == b"Stopped. Nothing is left behind.".split()


def test_a_reader_who_leaves_does_no_harm(cli: Cli, temporary: Path) -> None:
    env = cli.env | {"TMPDIR": str(temporary)}
    ended = subprocess.run(
        f"{COMMAND} demo | head -1", shell=True, env=env, capture_output=True, text=True, check=True
    )
    assert ended.stdout.startswith("# ")
    assert ended.stderr == ""
    (page,) = temporary.iterdir()
    assert json.loads((page / "summary.json").read_text())["status"]["indicator"] == "none"


def test_its_help_shows_an_example(cli: Cli) -> None:
    assert "chatops demo --output chatops-demo" in cli("demo", "--help").out
