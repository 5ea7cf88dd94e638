"""How promises are kept: actions report."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatops.actions.address import readable
from chatops.actions.reported import Case, Promise, report
from chatops.cli.actions_about import Period, Quarter, about, period, today
from chatops.cli.actions_reading import Asked, asking, documents, leave
from chatops.cli.options import output_options
from chatops.cli.output import Shown, say
from chatops.cli.times import Time
from chatops.errors import UsageError

if TYPE_CHECKING:
    from chatops.actions.model import Document
    from chatops.config import Config


@click.command("report")
@asking
@click.option("--quarter", type=Quarter(), help="Of incidents declared in this quarter: 2026Q3.")
@click.option("--since", type=Time(), help="Of incidents declared since: 2026-11-01, 90d.")
@click.option("--until", type=Time(), help="Of incidents declared before.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a wiki or a ticket.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with charts.")
@output_options
def report_command(
    asked: Asked,
    quarter: Period | None,
    since: datetime | None,
    until: datetime | None,
    html: Path | None,
    shown: Shown,
    *,
    markdown: bool,
) -> None:
    """Show how promises are kept: what is done, open and overdue, by owner and by service, how old it is, and
    where nothing was done yet. Without a path, of the folder that drafts are written to.

    \b
    Examples:
      chatops actions report --quarter 2026Q3
      chatops actions report postmortems/ --html report.html
    """
    if (shown.form != "text") + markdown + bool(html) > 1:
        raise UsageError("Choose one of --json, --quiet, --markdown and --html.")
    wanted = period(since, until, quarter)
    left: list[Path] = []
    every = [_case(document, asked.config) for _, document in documents(asked, left)]
    cases = [case for case in every if wanted.has(case.about.day)]
    unknown = sum(case.about.day is None for case in every) if wanted else 0
    found = report(cases, today())
    shown.ids(promise.key for case in cases for promise in case.promises)
    shown.data({"since": wanted.first, "until": wanted.end, "day_unknown": unknown, "report": found})
    if markdown:
        from chatops.cli.actions_report_markdown import markdown as written

        say(written(found, str(wanted), unknown))
    elif html:
        from chatops.cli.actions_report_page import page
        from chatops.cli.actions_report_words import counted
        from chatops.cli.page import save

        save(page(found, str(wanted), unknown), html, counted(found))
    elif shown.form == "text":
        from chatops.cli.actions_report_words import tell

        tell(found, str(wanted), unknown)
    leave(asked, left)


def _case(document: "Document", config: "Config") -> Case:
    return Case(about(document), readable(document.path), tuple(_promises(document, config)))


def _promises(document: "Document", config: "Config") -> Iterator[Promise]:
    from chatops.actions.people import owners
    from chatops.actions.standing import lacks

    now = today()
    for item in document.items:
        yield Promise(
            key=item.key,
            owners=owners(item.owner or "", config.people),
            due=item.due,
            done=item.done,
            lacks=lacks(item, now),
        )
