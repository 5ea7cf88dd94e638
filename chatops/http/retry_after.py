"""The dates and spans in a remote's headers, as they should be written, and as they should not."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from chatops.events import utcnow


def seconds_of(header: str | None) -> float | None:
    """The seconds that a `Retry-After` (RFC 9110, section 10.2.3) asks to wait, never below zero; None
    where it says nothing sensible.
    """
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        then = date_of(header)
        return max(0.0, (then - utcnow()).total_seconds()) if then else None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def date_of(header: str | None) -> datetime | None:
    """The time that a header such as `Date` names, UTC where it names no zone; None where it is none."""
    try:
        then = parsedate_to_datetime(header or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)
