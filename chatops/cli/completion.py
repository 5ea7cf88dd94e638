"""The completion script of a shell."""

import os
from pathlib import PurePath
from typing import Final

import click

from chatops.cli.options import OneOf, output_options
from chatops.cli.output import Shown
from chatops.errors import UsageError

SHELLS: Final = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", required=False, type=OneOf("completion for the shell", SHELLS))
@output_options
def completion_command(shell: str | None, shown: Shown) -> None:
    """Print the completion script of your shell: bash, zsh or fish. Without a name, the one of $SHELL.

    \b
    Have your shell read it when it starts:
      eval "$(chatops completion bash)"      in ~/.bashrc
      eval "$(chatops completion zsh)"       in ~/.zshrc, after compinit
      chatops completion fish | source      in ~/.config/fish/config.fish
    """
    from chatops.cli import cli

    named = shell or PurePath(os.environ.get("SHELL", "")).name
    if named not in SHELLS:
        raise UsageError(f"Name the shell, one of {', '.join(SHELLS)}: chatops completion bash")
    script = _script(named, cli)
    shown.data({"shell": named, "script": script})
    shown.ids([named])
    shown.text(script)


def _script(shell: str, command: click.Command) -> str:
    from click.shell_completion import get_completion_class

    cls = get_completion_class(shell)
    if cls is None:
        raise UsageError(f"There is no completion for {shell}.")
    return cls(command, {}, "chatops", "_CHATOPS_COMPLETE").source()
