"""Metrics in words and tables, for people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from chatops.cli.output import folded, local, say, table
from chatops.metrics import Breakdown, Figures, Group, Measured, Repeat, Times

#: Which times there are, in the order in which they end.
TIMES: Final = ("detect", "acknowledge", "mitigate", "resolve")
#: Stands for the name of a group without one.
NO_SERVICE: Final = "no service"
SAID: Final = 10


def period(since: datetime | None, until: datetime | None) -> str:
    """Which incidents are meant, in words."""
    parts = [f"since {local(since)}" if since else "", f"before {local(until)}" if until else ""]
    return " and ".join(part for part in parts if part)


def took(seconds: int | None) -> str:
    """A length of time, as short as a column is."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours:02}h"
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}m {rest:02}s" if minutes else f"{rest}s"


def percent(share: float | None) -> str:
    """A share, in whole percents; only what is all is 100, and only what is nothing is 0."""
    if share is None:
        return "-"
    return f"{min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)}%"


def counted(figures: Figures) -> str:
    """How many incidents, in words."""
    plural = "incident" if figures.incidents == 1 else "incidents"
    alarms = "false alarm" if figures.false_alarms == 1 else "false alarms"
    facts = [f"{figures.incidents} {plural}"]
    facts += [f"{figures.open} still open"] if figures.open else []
    facts += [f"{figures.false_alarms} {alarms}"] if figures.false_alarms else []
    return ", ".join(facts)


def again(repeat: Repeat) -> str:
    """What happened again, in words."""
    about = f" ({', '.join(repeat.services)})" if repeat.services else ""
    return f"{repeat.title}{about}: {', '.join(repeat.incidents)}"


def tell(found: Measured, groups: Sequence[Group], by: Breakdown | None, about: str) -> None:
    """Say the figures, of each group where there are some."""
    total = found.total()
    if not found.cases:
        say(f"No incident was declared {about}." if about else "No incident yet.")
        return
    say(counted(total) + (f", declared {about}" if about else ""))
    say()
    if by:
        _groups([*groups, Group(name="all", figures=total)], by)
    else:
        _total(total)
    if found.repeats:
        say("\nHappened again within 90 days:")
        for repeat in found.repeats[:SAID]:
            say(folded("  ", again(repeat)))
        if len(found.repeats) > SAID:
            say(f"  and {len(found.repeats) - SAID} more: chatops metrics --json")


def _total(total: Figures) -> None:
    columns = ("time to", "median", "mean", "90%", "known of")
    rows = []
    for name in TIMES:
        times: Times = getattr(total, name)
        of = f"{times.known} of {times.known + times.unknown}"
        rows.append((name, took(times.median), took(times.mean), took(times.p90), of))
    table(columns, rows, labelled=True)
    updates, found = total.updates, total.detected_by
    known = found.monitoring + found.customer + found.employee
    say()
    for label, share, part, whole in (
        ("public updates on time", updates.share, updates.kept, updates.owed),
        ("detected by monitoring", found.share, found.monitoring, known),
    ):
        say(folded(f"{label}  ", f"{percent(share)} ({part} of {whole})" if whole else "not known"))
    say(folded("repeats                 ", str(total.repeats)))


def _groups(groups: Sequence[Group], by: Breakdown) -> None:
    columns = (by, "incidents", *TIMES, "on time", "monitoring", "repeats", "false alarms")
    table(columns, [cells(group) for group in groups], labelled=True)
    say(
        folded(
            "",
            "Times are medians. On time: public updates. Monitoring: what it detected. For means and 90th "
            "percentiles: --json, --csv or --html.",
        )
    )


def cells(group: Group) -> tuple[str, ...]:
    """A group as the cells of a row."""
    of = group.figures
    return (
        NO_SERVICE if group.name is None else group.name,
        str(of.incidents),
        *(took(getattr(of, name).median) for name in TIMES),
        percent(of.updates.share),
        percent(of.detected_by.share),
        str(of.repeats),
        str(of.false_alarms),
    )
