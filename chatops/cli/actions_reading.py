"""Which documents a command about action items reads, and how it shows what would change in one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from chatops.cli.options import F
from chatops.cli.output import say, warn
from chatops.errors import UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.actions.files import Taken
    from chatops.actions.labels import Labels
    from chatops.actions.model import Document
    from chatops.config import Config


class Asked(NamedTuple):
    """The files and folders that were named, the headings that items stand below, and the settings."""

    paths: tuple[Path, ...]
    labels: "Labels"
    config: "Config"


def headings_option(command: F) -> F:
    """`--heading`; the command gets `headings`, for `known_labels`."""
    return click.option(
        "--heading",
        "headings",
        multiple=True,
        is_eager=True,
        metavar="NAME",
        help="A heading or bold label of yours that action items follow, beside the usual ones.",
    )(command)


def asking(command: F) -> F:
    """PATH... and `--heading`; the command gets them in `asked`."""

    def asked(ctx: click.Context, _param: click.Parameter, paths: tuple[Path, ...]) -> None:
        ctx.params["asked"] = _asked(paths, ctx.params.pop("headings", ()))

    argument = click.argument(
        "paths",
        nargs=-1,
        metavar="[PATH]...",
        expose_value=False,
        callback=asked,
        type=click.Path(exists=True, path_type=Path),
    )
    return headings_option(argument(command))


def configured() -> "Config":
    """The configuration in force, whose faults are said and borne. No store is opened."""
    from chatops import config as configuration

    config = configuration.load(click.get_current_context().find_root().obj)
    for problem in config.problems:
        warn(str(problem))
    return config


def known_labels(config: "Config", headings: Iterable[str]) -> "Labels":
    """What action items stand below: the usual headings, those of the configuration, and these."""
    from chatops.actions.labels import Labels

    return Labels((*headings, *config.actions.headings))


def meant(paths: tuple[Path, ...], config: "Config") -> tuple[Path, ...]:
    """The files and folders that were named, else the folder that drafts are written to.

    Raises UsageError where there is no such folder.
    """
    from chatops.finding import at_home

    folder = at_home(Path(config.postmortem.dir))
    if not paths and not folder.is_dir():
        raise UsageError(
            f"There is no folder {folder} here (postmortem.dir). Name the files or folders to read."
        )
    return paths or (folder,)


def _asked(paths: tuple[Path, ...], headings: tuple[str, ...]) -> Asked:
    config = configured()
    return Asked(meant(paths, config), known_labels(config, headings), config)


def documents(asked: Asked, left: list[Path] | None = None) -> "Iterator[tuple[Taken, Document]]":
    """The documents that have items; what cannot be read is said, and noted in `left`."""
    from chatops.actions.document import NotRead, read
    from chatops.actions.files import find, take

    lines: dict[str, str] = {}
    for path in find(asked.paths):
        try:
            taken = take(path)
            document = read(path, taken.data, asked.labels)
        except NotRead as error:
            warn(one_line(str(error)))
            if left is not None:
                left.append(path)
            continue
        _warn(document, lines)
        if document.items:
            yield taken, document


def _warn(document: "Document", lines: dict[str, str]) -> None:
    for problem in document.problems:
        warn(one_line(f"{document.path}: {problem}"))
    for item in document.items:
        here = f"{document.path}:{item.line}"
        other = lines.setdefault(item.id, here) if item.id else here
        if other != here and not other.startswith(f"{document.path}:"):
            warn(one_line(f"{here}: The item has the id of {other}. Delete the copy's comment."))


def show_diff(path: Path | str, before: bytes, after: bytes) -> None:
    """Show what would change, as a unified diff."""
    import difflib

    def lines(data: bytes) -> list[str]:
        return [line.rstrip("\r") for line in data.decode().split("\n")]

    for line in difflib.unified_diff(lines(before), lines(after), f"a/{path}", f"b/{path}", lineterm=""):
        # A terminal obeys control characters.
        say("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line))
