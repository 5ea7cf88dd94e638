"""Times as people type them, into UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from chatops.errors import BadTime
from chatops.events import utcnow

_AGO = re.compile(r"(\d+)\s*(s|m|min|h|d)(?:\s*ago)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def parse_time(text: str) -> datetime:
    """`14:05` (today, in the user's zone), `20m` or `20m ago`, or ISO 8601, which without a zone is the
    user's. Raises BadTime.
    """
    words = text.strip()
    if ago := _AGO.fullmatch(words):
        return _checked(text, lambda: utcnow() - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]]))
    if clock := _CLOCK.fullmatch(words):
        # Without its zone, so that a time before today's change of the clock gets the offset of then.
        today = datetime.now().astimezone().replace(tzinfo=None)
        at = {"hour": int(clock[1]), "minute": int(clock[2]), "second": 0, "microsecond": 0}
        return _checked(text, lambda: today.replace(**at))  # type: ignore[arg-type]
    return _checked(text, lambda: datetime.fromisoformat(words))


def _checked(text: str, make: Any) -> datetime:
    try:
        made: datetime = make()
        return made.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadTime(text=text, problem="is not a time") from None


class Time(click.ParamType[datetime]):
    """An option that takes a time."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ARG002
        return value if isinstance(value, datetime) else parse_time(value)
