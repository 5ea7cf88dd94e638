"""Metrics as one page without scripts, which loads nothing: to be read, mailed or printed."""

from collections.abc import Mapping, Sequence

from chatops.cli.metrics_charts import Chart, bars, parts
from chatops.cli.metrics_words import TIMES, cells, counted, percent, took
from chatops.cli.page import rendered
from chatops.metrics import Breakdown, Group, Measured

_LISTED = 50
_BOTH = "median, and as a line the 90th percentile"
_COLUMNS = (
    "Incidents",
    *(name.title() for name in TIMES),
    "On time",
    "Monitoring",
    "Repeats",
    "False alarms",
)


def page(
    found: Measured, months: Sequence[Group], breakdowns: Mapping[Breakdown, Sequence[Group]], about: str
) -> str:
    """The whole page; `about` says in words which incidents were asked for."""
    return rendered(
        "metrics.html",
        ("page.css",),
        {"took": took, "percent": percent, "cells": cells},
        about=about,
        counted=counted(found.total()),
        total=found.total(),
        times=TIMES,
        columns=_COLUMNS,
        charts=_charts(months),
        detected=parts(found.total().detected_by),
        breakdowns=breakdowns,
        repeats=found.repeats[:_LISTED],
        more=len(found.repeats[_LISTED:]),
    )


def _charts(months: Sequence[Group]) -> list[Chart]:
    """What changed from month to month, as far as it is known."""
    every = {str(month.name): month.figures for month in months}
    counts = {month: (of.incidents, None) for month, of in every.items()}
    taken_on = {month: (of.acknowledge.median, of.acknowledge.p90) for month, of in every.items()}
    over = {month: (of.resolve.median, of.resolve.p90) for month, of in every.items()}
    drawn = [
        bars("Incidents", "declared in each month", counts, str),
        bars("Time to acknowledge", _BOTH, taken_on, took),
        bars("Time to resolve", _BOTH, over, took),
    ]
    return [chart for chart in drawn if chart.known]
