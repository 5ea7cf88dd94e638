"""Which documents a command about action items reads."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from chatops.cli.options import F
from chatops.cli.output import warn
from chatops.errors import UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.actions.files import Taken
    from chatops.actions.labels import Labels
    from chatops.actions.model import Document
    from chatops.config import Config


class Asked(NamedTuple):
    """The files and folders that are meant, the headings that items stand below, and the settings; `named`
    are the files that somebody named.
    """

    paths: tuple[Path, ...]
    labels: "Labels"
    config: "Config"
    named: frozenset[Path] = frozenset()


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
    folder = kept_in(config)
    if not paths and not folder.is_dir():
        raise UsageError(
            f"There is no folder {one_line(str(folder))} here (postmortem.dir). "
            "Name the files or folders to read."
        )
    return paths or (folder,)


def check_readable(path: Path) -> None:
    """Raise UsageError where a file that is named, and is there, may not be read."""
    if not os.access(path, os.R_OK):
        raise UsageError(f"{one_line(str(path))} may not be read.")


def kept_in(config: "Config") -> Path:
    """The folder that drafts are written to, from where we stand.

    A configuration that stands above names the same folder wherever we stand below it; the one that a user
    has for all repositories names one in each.
    """
    from chatops.finding import at_home, users_own

    said = at_home(Path(config.postmortem.dir))
    if said.is_absolute() or config.path is None:
        return said
    base = config.path.parent.resolve()
    with suppress(FileNotFoundError):
        here = Path.cwd()
        if here == base or base == users_own().parent.resolve():
            return said
        if here.is_relative_to(base) or base.is_relative_to(here):
            return Path(os.path.relpath(base / said, here))
    return base / said


def _asked(paths: tuple[Path, ...], headings: tuple[str, ...]) -> Asked:
    config = configured()
    named = frozenset(path for path in paths if not path.is_dir())
    return Asked(meant(paths, config), known_labels(config, headings), config, named)


def documents(asked: Asked, left: list[Path] | None = None) -> "Iterator[tuple[Taken, Document]]":
    """The documents that have items; what cannot be read is said, and noted in `left`."""
    from chatops.actions.document import NotRead, check_text, read
    from chatops.actions.files import find, take

    lines: dict[str, str] = {}
    for path in find(asked.paths):
        try:
            taken = take(path)
            if path in asked.named:
                check_text(path, taken.data)
            document = read(path, taken.data, asked.labels)
        except NotRead as error:
            warn(one_line(str(error)))
            if left is not None:
                left.append(path)
            continue
        _warn(document, lines)
        if document.items:
            yield taken, document


def leave(asked: Asked, left: Iterable[Path]) -> None:
    """End the command where a file that somebody named could not be read."""
    if not asked.named.isdisjoint(left):
        raise SystemExit(1)


def _warn(document: "Document", lines: dict[str, str]) -> None:
    for problem in document.problems:
        warn(one_line(f"{document.path}: {problem}"))
    for item in document.items:
        here = f"{document.path}:{item.line}"
        other = lines.setdefault(item.id, here) if item.id else here
        if other != here and not other.startswith(f"{document.path}:"):
            warn(one_line(f"{here}: The item has the id of {other}. Delete the copy's comment."))
