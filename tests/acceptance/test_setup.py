"""`chatops init`: the first configuration, asked for or said in options."""

import os
import pty
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chatops import config as configuration
from chatops.cli.setup import _write
from chatops.errors import ConfigError
from tests.kit import COMMAND, Cli


def on_a_terminal(cli: Cli, *args: str, typed: str) -> tuple[int, str]:
    """Run a command on a terminal of its own, where somebody has typed ahead."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *args], env=cli.env, cwd=cli.home, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    seen = b""
    try:
        while read := os.read(ours, 4096):
            seen += read
    except OSError:  # what Linux says of a terminal whose other end is closed
        pass
    os.close(ours)
    return process.wait(timeout=60), seen.decode()


def written(path: Path) -> dict[str, Any]:
    """The file as TOML; it must load without a problem."""
    assert configuration.load(path).problems == []
    return tomllib.loads(path.read_text())


def test_without_questions_every_default_is_written(cli: Cli) -> None:
    done = cli.here("init", "--no-input")
    path = cli.home / "chatops.toml"
    assert written(path) == {
        "core": {"store": "sqlite", "actor": "", "default_severity": "sev2"},
        "plugins": {"status-page": {"use": "status_html", "title": "Service status"}},
    }
    assert str(path) in done.out
    assert "chatops config check" in done.out
    assert cli.here("config", "check").out == f"ok: {path}\n"


def test_every_answer_can_be_said_in_options(cli: Cli) -> None:
    options = [
        "--for",
        "team",
        "--actor",
        "ops",
        "--severity",
        "sev3",
        "--title",
        "Example",
        "--path",
        "a/b.toml",
    ]
    done = cli.here("init", "--no-input", "--json", *options)
    path = cli.home / "a" / "b.toml"
    assert done.json() == {"path": str(path)}
    assert written(path)["core"] == {"store": "sqlite", "actor": "ops", "default_severity": "sev3"}
    assert written(path)["plugins"]["status-page"]["title"] == "Example"


def test_a_team_is_told_what_it_needs_and_what_it_gets(cli: Cli) -> None:
    done = cli.here("init", "--no-input", "--for", "team")
    assert "PostgreSQL" in done.err
    assert "pip install 'chatops-incident[postgres]'" in done.err
    assert written(cli.home / "chatops.toml")["core"]["store"] == "sqlite"
    database = "postgresql://ops@db.example.com/chatops"
    cli.here("init", "--no-input", "--for", "team", "--store", database, "--force")
    assert written(cli.home / "chatops.toml")["core"]["store"] == database
    assert "PostgreSQL" not in cli.here("init", "--no-input", "--for", "me", "--force").err


def test_what_it_advises_next_works(cli: Cli) -> None:
    cli.here("init", "--no-input", "--path", "elsewhere/ops config.toml")
    told = cli.here("init", "--no-input", "--path", "elsewhere/ops config.toml", "--force").out
    command = next(line.strip() for line in told.splitlines() if line.endswith("config check"))
    env = cli.env | {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
    run = subprocess.run(
        command,
        shell=True,
        env=env,
        cwd=cli.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, f"ok: {cli.home}/elsewhere/ops config.toml\n")


def test_the_user_s_own_file_is_found_from_anywhere(cli: Cli) -> None:
    path = Path(cli.here("init", "--no-input", "--user", "--quiet").out.strip())
    assert path.is_relative_to(cli.home)
    assert cli.here("config", "check", "--json").json()["path"] == str(path)


@pytest.mark.parametrize(
    "title",
    [
        'The "Example" status',
        "Back\\slash \\u0041",
        "Zeile 1\nZeile 2",
        "é 😀 ${x} $title",
        "tab\there",
        "'''\"\"\"",
        "#",
    ],
)
def test_what_is_typed_is_written_so_that_it_is_read_again(cli: Cli, title: str) -> None:
    cli.here("init", "--no-input", "--title", title)
    assert written(cli.home / "chatops.toml")["plugins"]["status-page"]["title"] == " ".join(title.split())


def test_nothing_is_overwritten_unless_forced(cli: Cli) -> None:
    path = cli.home / "chatops.toml"
    path.write_text("# mine\n")
    done = cli.here("init", "--no-input", code=2)
    assert f"{path} is there already" in done.err
    assert path.read_text() == "# mine\n"
    cli.here("init", "--no-input", "--force")
    assert path.read_text() != "# mine\n"


def test_a_link_that_leads_nowhere_is_not_written_through(cli: Cli) -> None:
    (cli.home / "chatops.toml").symlink_to(cli.home / "gone")
    cli.here("init", "--no-input", code=2)
    assert not (cli.home / "gone").exists()


def test_a_process_that_was_quicker_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "chatops.toml"
    path.write_text("# theirs\n")
    with pytest.raises(ConfigError, match="cannot be written"):
        _write(path, "# mine\n", force=False)
    assert path.read_text() == "# theirs\n"


def test_off_a_terminal_it_says_how_to_go_on_without_questions(cli: Cli) -> None:
    done = cli.here("init", code=2)
    assert "--no-input" in done.err
    assert not (cli.home / "chatops.toml").exists()


def test_a_place_that_cannot_be_written_is_named(cli: Cli) -> None:
    (cli.home / "file").write_text("")
    assert (
        "file/chatops.toml cannot be written"
        in cli.here("init", "--no-input", "--path", "file/chatops.toml", code=4).err
    )


@pytest.mark.parametrize(
    ("option", "said"),
    [("--severity", "There is no severity 'sev9'"), ("--title", "The title is empty"), ("--for", "sev9")],
)
def test_a_wrong_answer_writes_nothing(cli: Cli, option: str, said: str) -> None:
    value = "" if option == "--title" else "sev9"
    assert said in cli.here("init", "--no-input", option, value, code=2).err
    assert not (cli.home / "chatops.toml").exists()


def test_on_a_terminal_it_asks(cli: Cli) -> None:
    code, seen = on_a_terminal(cli, "init", typed="ops.toml\nme\nDana\nsev3\nExample status\n")
    assert code == 0, seen
    found = written(cli.home / "ops.toml")
    assert found["core"] == {"store": "sqlite", "actor": "Dana", "default_severity": "sev3"}
    assert found["plugins"]["status-page"]["title"] == "Example status"
    assert "PostgreSQL" not in seen


def test_on_a_terminal_it_asks_only_for_what_was_not_said(cli: Cli) -> None:
    said = ["--for", "team", "--severity", "sev1", "--path", "ops.toml"]
    code, seen = on_a_terminal(cli, "init", *said, typed="\n\n")
    assert code == 0, seen
    assert "PostgreSQL" in seen
    assert written(cli.home / "ops.toml")["core"] == {
        "store": "sqlite",
        "actor": "",
        "default_severity": "sev1",
    }


def test_a_file_that_is_there_is_told_before_any_other_question(cli: Cli) -> None:
    (cli.home / "chatops.toml").write_text("# mine\n")
    code, seen = on_a_terminal(cli, "init", typed="\n")
    assert code == 2
    assert "is there already" in seen
    assert "Just me" not in seen
