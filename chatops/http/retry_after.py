"""`Retry-After`, as remotes write it (RFC 9110, section 10.2.3), and as they should not."""

import math
from datetime import UTC
from email.utils import parsedate_to_datetime

from chatops.events import utcnow


def seconds_of(header: str | None) -> float | None:
    """The seconds that the header asks to wait, never below zero; None where it says nothing sensible."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        return _until(header)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - utcnow()).total_seconds())
