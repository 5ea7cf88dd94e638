"""Action items of post-mortems: actions list, stamp, add, sync, report."""

import sys
from typing import TYPE_CHECKING

import click

from chatops.cli import Suggesting
from chatops.cli.actions_add import add_command
from chatops.cli.actions_diff import show_diff
from chatops.cli.actions_list import list_command
from chatops.cli.actions_reading import Asked, asking, documents
from chatops.cli.actions_report import report_command
from chatops.cli.actions_shown import fields, short
from chatops.cli.actions_sync import sync_command
from chatops.cli.options import output_options
from chatops.cli.output import Shown, warn
from chatops.text import one_line

if TYPE_CHECKING:
    from pathlib import Path


@click.group(cls=Suggesting)
def actions_command() -> None:
    """Keep the action items of post-mortems: read and add them, keep their tickets in step, report."""


@click.command("stamp")
@asking
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff; write nothing.")
@output_options
def stamp_command(asked: Asked, dry_run: bool, shown: Shown) -> None:
    """Give each new action item an id, in a comment that no reader sees, so that it is known again when its
    words change. The exit code is 1 where a file could not be read or written.

    \b
    Example, as a pre-commit hook runs it:
      chatops actions stamp postmortems/2025-03-18-checkout.md
    """
    from chatops.actions.document import NotRead
    from chatops.actions.files import replace
    from chatops.actions.stamp import stamped

    answer = []
    left: list[Path] = []
    for taken, document in documents(asked, left):
        made = stamped(document, taken.data, asked.labels)
        for problem in made.problems:
            warn(one_line(f"{document.path}: {problem}"))
        try:
            if made.items and not dry_run:
                replace(taken, made.data)
        except NotRead as error:
            warn(one_line(str(error)))
            left.append(document.path)
            continue
        answer += [fields(made.document, item) for item in made.items]
        if dry_run and made.items and shown.form == "text":
            show_diff(document.path, taken.data, made.data)
        elif made.items:
            items = "1 item" if len(made.items) == 1 else f"{len(made.items)} items"
            shown.text(one_line(f"{document.path}: {items} stamped."))
            for item in made.items:
                shown.text(f"  line {item.line}: {short(item.text)}")
    shown.data(answer)
    shown.ids(str(item["id"]) for item in answer)
    if not answer and not left and sys.stdout.isatty():
        shown.text("No action item needs an id.", err=True)
    if left:
        raise SystemExit(1)


for command in (list_command, stamp_command, add_command, sync_command, report_command):
    actions_command.add_command(command)
