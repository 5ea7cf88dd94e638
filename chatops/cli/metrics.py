"""How well incidents went: a table, JSON, CSV, or a page."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatops.cli.metrics_words import counted, period, tell
from chatops.cli.options import OneOf, open_service, output_options
from chatops.cli.output import Shown, here, say
from chatops.cli.times import Time
from chatops.errors import UsageError
from chatops.metrics import BREAKDOWNS, Breakdown, Group, Measured

if TYPE_CHECKING:
    from chatops.service import Service


@click.command()
@click.option("--since", type=Time(), help="Declared since: 2026-11-01, 90d, 14:05.")
@click.option("--until", type=Time(), help="Declared before.")
@click.option("--by", type=OneOf("breakdown", BREAKDOWNS), help="For each severity, service or month.")
@click.option("--csv", is_flag=True, help="Print CSV, a row for each group.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with charts.")
@output_options
def metrics_command(
    since: datetime | None,
    until: datetime | None,
    by: Breakdown | None,
    html: Path | None,
    shown: Shown,
    *,
    csv: bool,
) -> None:
    """Show how well incidents went: how many, how long they took, what customers were told in time, what
    happened again. Exercises are left out, and false alarms are counted apart.

    \b
    Examples:
      chatops metrics --since 90d
      chatops metrics --by month --csv > incidents.csv
      chatops metrics --since 2026-01-01 --html metrics.html
    """
    from chatops.service.metrics import measured

    if (shown.form != "text") + csv + bool(html) > 1:
        raise UsageError("Choose one of --json, --quiet, --csv and --html.")
    service = open_service()
    found = measured(service, since, until)
    groups = _grouped(service, found, by) if by else []
    shown.ids(case.incident.name for case in found.cases)
    shown.data(
        {
            "since": since,
            "until": until,
            "by": by,
            "total": found.total(),
            "groups": groups,
            "repeats": found.repeats,
        }
    )
    if csv:
        from chatops.cli.metrics_csv import rows

        say(rows(groups if by else [_whole(found)]))
    elif html:
        _write(html, service, found, by, period(since, until))
    elif shown.form == "text":
        tell(found, groups, by, period(since, until))


def _grouped(service: "Service", found: Measured, by: "Breakdown") -> list[Group]:
    """The figures of each group, its months in the user's zone."""
    return found.groups(by, service.config.severities, here)


def _whole(found: Measured) -> Group:
    return Group(name="all", figures=found.total())


def _write(file: Path, service: "Service", found: Measured, by: Breakdown | None, about: str) -> None:
    from chatops.cli.metrics_page import page
    from chatops.cli.page import save

    months = _grouped(service, found, "month")
    breakdowns = {name: _grouped(service, found, name) for name in ([by] if by else BREAKDOWNS)}
    save(page(found, months, breakdowns, about), file, counted(found.total()))
