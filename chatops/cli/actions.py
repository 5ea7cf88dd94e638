"""Action items of post-mortems: actions list, stamp."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatops.cli import Suggesting
from chatops.cli.options import F, output_options
from chatops.cli.output import Shown, say, table, warn
from chatops.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.actions.files import Taken
    from chatops.actions.labels import Labels
    from chatops.actions.model import Document, Item

#: Characters of an item that its row shows.
_SHOWN = 80


@click.group(cls=Suggesting)
def actions_command() -> None:
    """Read the action items of Markdown post-mortems, and give each an id."""


def _paths_and_headings(command: F) -> F:
    paths = click.argument(
        "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
    )
    headings = click.option(
        "--heading",
        "headings",
        multiple=True,
        metavar="NAME",
        help="A heading or bold label of yours that action items follow, beside the usual ones.",
    )
    return paths(headings(command))


@actions_command.command("list")
@_paths_and_headings
@click.option("--open", "only_open", is_flag=True, help="Leave out what is done.")
@output_options
def list_command(paths: tuple[Path, ...], headings: tuple[str, ...], only_open: bool, shown: Shown) -> None:
    """List the action items of files, and of all Markdown below folders; what has none is passed over.

    \b
    Example:
      chatops actions list postmortems/ --open
    """
    from chatops.actions.labels import Labels

    documents = [document for _, document in _read(paths, Labels(headings))]
    rows = [
        (document, item) for document in documents for item in document.items if not (only_open and item.done)
    ]
    shown.data([_fields(d, item) for d, item in rows])
    shown.ids(item.key for _, item in rows)
    if shown.form == "text" and rows:
        table(
            ("where", "state", "owner", "due", "ticket", "action item"),
            [
                (
                    one_line(f"{d.path}:{i.line}"),
                    "done" if i.done else "open",
                    one_line(i.owner or ""),
                    i.due.isoformat() if i.due else "",
                    one_line(i.ticket.key if i.ticket else ""),
                    _short(i.text),
                )
                for d, i in rows
            ],
        )


@actions_command.command("stamp")
@_paths_and_headings
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff; write nothing.")
@output_options
def stamp_command(paths: tuple[Path, ...], headings: tuple[str, ...], dry_run: bool, shown: Shown) -> None:
    """Give each new action item an id, in a comment that no reader sees, so that it is known again when its
    words change. The exit code is 1 where a file could not be read or written.

    \b
    Example, as a pre-commit hook runs it:
      chatops actions stamp postmortems/2025-03-18-checkout.md
    """
    from chatops.actions.document import NotRead
    from chatops.actions.files import replace
    from chatops.actions.labels import Labels
    from chatops.actions.stamp import stamped

    labels, answer = Labels(headings), []
    left: list[Path] = []
    for taken, document in _read(paths, labels, left):
        made = stamped(document, taken.data, labels)
        for problem in made.problems:
            warn(one_line(f"{document.path}: {problem}"))
        try:
            if made.items and not dry_run:
                replace(taken, made.data)
        except NotRead as error:
            warn(one_line(str(error)))
            left.append(document.path)
            continue
        answer += [_fields(made.document, item) for item in made.items]
        if dry_run and made.items and shown.form == "text":
            _show_diff(document.path, taken.data, made.data)
        elif made.items:
            items = "1 item" if len(made.items) == 1 else f"{len(made.items)} items"
            shown.text(one_line(f"{document.path}: {items} stamped."))
            for item in made.items:
                shown.text(f"  line {item.line}: {_short(item.text)}")
    shown.data(answer)
    shown.ids(str(item["id"]) for item in answer)
    if left:
        raise SystemExit(1)


def _read(
    paths: tuple[Path, ...], labels: "Labels", left: list[Path] | None = None
) -> "Iterator[tuple[Taken, Document]]":
    """The documents that have items; what cannot be read is said, and noted in `left`."""
    from chatops.actions.document import NotRead, read
    from chatops.actions.files import find, take

    lines: dict[str, str] = {}
    for path in find(paths):
        try:
            taken = take(path)
            document = read(path, taken.data, labels)
        except NotRead as error:
            warn(one_line(str(error)))
            if left is not None:
                left.append(path)
            continue
        for problem in document.problems:
            warn(one_line(f"{path}: {problem}"))
        for item in document.items:
            here = f"{path}:{item.line}"
            other = lines.setdefault(item.id or here, here)
            if other != here and not other.startswith(f"{path}:"):
                warn(one_line(f"{here}: The item has the id of {other}. Delete the copy's comment."))
        if document.items:
            yield taken, document


def _fields(document: "Document", item: "Item") -> dict[str, object]:
    # A name that is not UTF-8 cannot stand in JSON as it is.
    path = os.fsencode(document.path).decode(errors="backslashreplace")
    own = {name: getattr(item, name) for name in item.__struct_fields__}
    del own["stamped_line"], own["cells"]
    return {"path": path, "document": document.id, **own}


def _short(text: str) -> str:
    shown = one_line(text)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _show_diff(path: Path, before: bytes, after: bytes) -> None:
    import difflib

    old, new = (data.decode().split("\n") for data in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""):
        say(line.rstrip("\r"))
