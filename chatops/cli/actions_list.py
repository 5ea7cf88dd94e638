"""What was promised, by whom, and until when: actions list."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from chatops.cli.actions_about import Period, Quarter, about, is_about, today
from chatops.cli.actions_reading import Asked, asking, documents, leave
from chatops.cli.actions_shown import fields, short
from chatops.cli.options import output_options
from chatops.cli.output import Shown, table
from chatops.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatops.actions.model import Document, Item
    from chatops.actions.people import Person

#: Characters of a file's name that a row shows on a terminal.
_ROOM: Final = 24


class _Wanted(NamedTuple):
    """Which items are asked for."""

    only_open: bool
    overdue: bool
    owner: str | None
    today: date

    def has(self, item: "Item", people: "Mapping[str, Person]") -> bool:
        """Whether this is one."""
        from chatops.actions.people import is_owner
        from chatops.actions.standing import is_overdue

        if (self.only_open and item.done) or (self.overdue and not is_overdue(item, self.today)):
            return False
        return self.owner is None or is_owner(item.owner or "", self.owner, people)


@click.command("list")
@asking
@click.option("--open", "only_open", is_flag=True, help="Leave out what is done.")
@click.option("--overdue", is_flag=True, help="Only what is open, and whose day is past.")
@click.option("--owner", metavar="NAME", help="Only what this person promised: @dana, a name or an address.")
@click.option("--incident", metavar="INC", help="Only of this incident: INC-12, or its id.")
@click.option("--quarter", type=Quarter(), help="Only of incidents declared in this quarter: 2026Q3.")
@output_options
def list_command(
    asked: Asked,
    owner: str | None,
    incident: str | None,
    quarter: Period | None,
    shown: Shown,
    *,
    only_open: bool,
    overdue: bool,
) -> None:
    """List the action items of files, and of all Markdown below folders; what has none is passed over.
    Without a path, those below the folder that drafts are written to.

    They come in the order in which they stand; with --open or --overdue by due date, the longest due first.

    \b
    Examples:
      chatops actions list --overdue
      chatops actions list postmortems/ --open --owner dana
    """
    wanted = _Wanted(only_open, overdue, owner, today())
    left: list[Path] = []
    rows = [
        (document, item)
        for _, document in documents(asked, left)
        if (incident is None or is_about(document, incident))
        if (quarter is None or quarter.has(about(document).day))
        for item in document.items
        if wanted.has(item, asked.config.people)
    ]
    if only_open or overdue:
        rows.sort(key=lambda row: row[1].due or date.max)
    shown.data([fields(document, item) for document, item in rows])
    shown.ids(item.key for _, item in rows)
    if shown.form == "text" and rows:
        _tell(rows, wanted.today)
    elif sys.stdout.isatty() and not left:
        chosen = wanted[:-1] != (False, False, None) or incident or quarter
        shown.text(f"No {'such ' if chosen else ''}action items.", err=True)
    leave(asked, left)


def _tell(rows: "list[tuple[Document, Item]]", today: date) -> None:
    from chatops.actions.standing import is_overdue

    table(
        ("where", "state", "owner", "due", "ticket", "action item"),
        [
            (
                _where(document.path, item.line),
                "done" if item.done else "overdue" if is_overdue(item, today) else "open",
                one_line(item.owner or ""),
                item.due.isoformat() if item.due else "",
                one_line(item.ticket.key if item.ticket else ""),
                short(item.text),
            )
            for document, item in rows
        ],
    )


def _where(path: Path, line: int) -> str:
    """Where an item stands. A terminal has room for as much of the path as tells it from others."""
    here = Path.cwd()
    shown = one_line(str(path.relative_to(here) if path.is_relative_to(here) else path))
    if sys.stdout.isatty() and len(shown) > _ROOM:
        name = one_line(path.name)
        end = _ROOM // 2
        shown = name if len(name) <= _ROOM else f"{name[: _ROOM - end - 1]}…{name[-end:]}"
    return f"{shown}:{line}"
