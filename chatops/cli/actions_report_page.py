"""The report on action items as one page with charts, to be mailed or put on a wiki."""

from collections.abc import Sequence

from chatops.actions.reported import Group, Kept, Report
from chatops.cli.actions_report_words import (
    COLUMNS,
    MEANING,
    NO_OWNER,
    cells,
    counted,
    lacking,
    left_out,
    monthless,
    untouched,
)
from chatops.cli.metrics_charts import Part, bars, portions
from chatops.cli.metrics_words import NO_SERVICE, percent
from chatops.cli.page import rendered
from chatops.cli.remarks import many

_LISTED = 50


def page(found: Report, about: str, unknown: int) -> str:
    """The whole page; `about` says in words which incidents were asked for, `unknown` of how many documents
    nobody knows whether they are meant.
    """
    months = {str(group.name): (group.figures.items, group.figures.done) for group in found.months}
    return rendered(
        "actions.html",
        ("page.css", "actions.css"),
        {"percent": percent, "cells": cells, "untouched": untouched, "standing": _standing},
        about=about,
        counted=counted(found),
        total=found.total,
        columns=COLUMNS,
        notes=[note for note in (lacking(found.total), left_out(unknown)) if note],
        meaning=MEANING,
        months=bars(
            "Promised", "by the month of the incident, and as a line what is done", months, str, "done"
        ),
        monthless=monthless(found.months_unknown),
        tables=_tables(found),
        untouched=found.untouched[:_LISTED],
        more=many(len(found.untouched[_LISTED:]), "incident"),
        is_more=len(found.untouched) > _LISTED,
    )


def _tables(found: Report) -> list[tuple[str, str, Sequence[Group], int]]:
    """Each breakdown: what it is by, what stands for no name, its groups, and the items of the largest."""
    known = [("owner", NO_OWNER, found.owners)]
    if any(group.name for group in found.services):
        known.append(("service", NO_SERVICE, found.services))
    return [(by, none, groups, max(g.figures.items for g in groups)) for by, none, groups in known if groups]


def _standing(of: Kept, whole: int = 0) -> list[Part]:
    """How far items are, as parts of them, or of a larger `whole`."""
    return portions({"done": of.done, "open": of.open - of.overdue, "overdue": of.overdue}, whole)
