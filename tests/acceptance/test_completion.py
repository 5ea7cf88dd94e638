"""`chatops completion`: what the shell is given, and what it then offers."""

import os
import subprocess

import pytest

from chatops.cli import COMMANDS
from tests.kit import COMMAND, Cli

PRESS_TAB = """
eval "$(chatops completion bash)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
"$(complete -p chatops | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" chatops
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(cli: Cli, *words: str) -> list[str]:
    """What a real bash that has read the script offers for the last word; it says nothing else."""
    env = cli.env | {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "--norc", "-c", PRESS_TAB, "bash", *words],
        env=env,
        cwd=cli.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stderr == ""
    return ran.stdout.split()


def test_bash_offers_every_command(cli: Cli) -> None:
    assert offered(cli, "chatops", "") == list(COMMANDS)


def test_bash_offers_subcommands_options_and_choices(cli: Cli) -> None:
    assert offered(cli, "chatops", "config", "s") == ["schema", "show"]
    assert "--severity" in offered(cli, "chatops", "declare", "--se")
    assert offered(cli, "chatops", "completion", "f") == ["fish"]


def test_a_word_that_is_no_command_is_not_complained_about(cli: Cli) -> None:
    assert offered(cli, "chatops", "nonsense", "x") == []


@pytest.mark.parametrize(
    ("shell", "telling"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef chatops"), ("fish", "complete --no-files")],
)
def test_each_shell_has_a_script_of_its_own(cli: Cli, shell: str, telling: str) -> None:
    named = cli("completion", shell)
    assert telling in named.out
    assert f"_CHATOPS_COMPLETE={shell}_complete" in named.out
    assert cli("completion", env={"SHELL": f"/usr/local/bin/{shell}"}).out == named.out
    data = cli("completion", shell, "--json").json()
    assert data == {"shell": shell, "script": named.out.removesuffix("\n")}


def test_an_unknown_shell_is_asked_for(cli: Cli) -> None:
    assert "bash, zsh, fish" in cli("completion", env={"SHELL": "/bin/tcsh"}, code=2).err
    assert "Did you mean 'zsh'?" in cli("completion", "zhs", code=2).err
