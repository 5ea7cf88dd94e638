"""Every command, with what its `--help` says."""

import inspect
import re
import textwrap
from collections.abc import Iterator

import click

from chatops.cli import COMMANDS, cli
from docs.generate.markdown import code, definition, one_line, prose, title

Words = tuple[str, ...]


def commands() -> dict[Words, click.Command]:
    """The commands and groups of chatops itself, by the words that call them."""
    found: dict[Words, click.Command] = {}

    def walk(command: click.Command, words: Words) -> None:
        if words:
            found[words] = command
        if isinstance(command, click.Group):
            ctx = click.Context(command)
            # What plugins add is described by them.
            for name in command.list_commands(ctx) if words else COMMANDS:
                inner = command.get_command(ctx, name)
                if inner is not None:
                    walk(inner, (*words, name))

    walk(cli, ())
    return found


def page() -> str:
    """The page about all commands."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from title("Commands", "the commands' own help")
    yield "What `chatops COMMAND --help` says. Every command takes `--json`, for programs."
    yield ""
    yield from _options(cli)
    section = ""
    for words, command in commands().items():
        if len(words) == 1 and COMMANDS[words[0]].section != section:
            section = COMMANDS[words[0]].section
            yield from (f"## {section}", "")
        yield from (f"### chatops {' '.join(words)}", "")
        yield from code(_usage(command, words), "text")
        yield from _help(command)
        yield from _options(command)


def _usage(command: click.Command, words: Words) -> str:
    ctx = click.Context(command, info_name=" ".join(("chatops", *words)))
    return " ".join((ctx.command_path, *command.collect_usage_pieces(ctx)))


def _help(command: click.Command) -> Iterator[str]:
    """Its paragraphs; one whose lines are to stay as they are is code."""
    for paragraph in re.split(r"\n{2,}", inspect.cleandoc(command.help or "")):
        as_it_is, _, text = paragraph.rpartition("\b\n")
        if not as_it_is and not paragraph.startswith("\b"):
            yield from (one_line(text), "")
            continue
        head, lines = text.partition("\n")[::2] if text.partition("\n")[0].endswith(":") else ("", text)
        yield from (prose(head.strip()), "") if head else ()
        yield from code(textwrap.dedent(lines), "text")


def _options(command: click.Command) -> Iterator[str]:
    ctx = click.Context(command)
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record and record[1] and "--help" not in parameter.opts:
            yield from definition(f"`{record[0]}`", prose(record[1]))
