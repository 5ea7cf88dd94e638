"""Which incident a document is about, when that was, and which of them are asked for."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from chatops.actions import dates
from chatops.actions.reported import About
from chatops.cli.options import number
from chatops.cli.output import here
from chatops.errors import UsageError
from chatops.events import utcnow

if TYPE_CHECKING:
    from chatops.actions.model import Document

_QUARTER: Final = re.compile(
    r"(?P<year>\d{4})[- ]?Q(?P<n>[1-4])|Q(?P<m>[1-4])[- ]?(?P<late>\d{4})", re.IGNORECASE
)
_IN_NAME: Final = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


class Period(NamedTuple):
    """The days from `first` until before `end`; None is no end."""

    first: date | None = None
    end: date | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.end is not None

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it; one that is not known lies only in the period of all days."""
        if day is None:
            return not self
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    def __str__(self) -> str:
        parts = [f"since {self.first}" if self.first else "", f"before {self.end}" if self.end else ""]
        return " and ".join(part for part in parts if part)


class Quarter(click.ParamType[Period]):
    """An option that takes a quarter of a year, as `2026Q3`."""

    name = "quarter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:  # noqa: ARG002
        if isinstance(value, Period):
            return value
        found = _QUARTER.fullmatch(str(value).strip())
        year, n = (int(found["year"] or found["late"]), int(found["n"] or found["m"])) if found else (0, 0)
        # The last quarter of the last year that there is has no end.
        if not 0 < year < date.max.year:
            raise UsageError(f"{value!r} is no quarter. Write it as 2026Q3.")
        end = date(year + 1, 1, 1) if n == 4 else date(year, 3 * n + 1, 1)  # noqa: PLR2004
        return Period(date(year, 3 * n - 2, 1), end)


def period(since: datetime | None, until: datetime | None, quarter: Period | None) -> Period:
    """The days that were asked for, in the user's zone. Raises UsageError where they are asked for twice."""
    if quarter and (since or until):
        raise UsageError("Say --quarter, or --since and --until.")
    return quarter or Period(since and here(since).date(), until and here(until).date())


def today() -> date:
    """The day that it is where the user is."""
    return here(utcnow()).date()


def about(document: "Document") -> About:
    """What a document is about, by its front matter, its heading and its file's name."""
    from chatops.postmortem.front import Front

    front, restricted = Front.of(document.front), not document.privacy.open
    return About(
        incident=front.incident,
        id=front.id,
        title="" if restricted else document.title or document.path.stem,
        services=front.services,
        day=_day(document, front.declared_at or front.started_at or front.resolved_at),
        restricted=restricted,
    )


def is_about(document: "Document", wanted: str) -> bool:
    """Whether a document is of the incident with this number or id."""
    found = about(document)
    same = number(wanted)
    if same is not None and number(found.incident) == same:
        return True
    return wanted.casefold() in {found.incident.casefold(), (document.id or "").casefold()} - {""}


def _day(document: "Document", time: datetime | None) -> date | None:
    if time:
        return here(time).date()
    named = _IN_NAME.search(document.path.name)
    said = (
        document.front.get("declared_at"),
        document.front.get("date"),
        named and "-".join(named.group(1, 3, 4)),
    )
    for one in said:
        with suppress(dates.Unclear):
            if one and (day := dates.day(str(one)[:40])):
                return day
    return None
