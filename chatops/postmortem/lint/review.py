"""Whether a post-mortem is still to be reviewed, after the day that its severity's policy sets."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chatops.postmortem.front import Front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.postmortem.lint.unfilled import Found


def overdue(
    front: Mapping[str, object], text: str, within: Mapping[str, timedelta], now: datetime
) -> "Iterator[Found]":
    """The review that is late on the day of `now`. `within` is how long after its end a document is due, by
    severity.
    """
    known = Front.of(front)
    due = _due(known, within)
    if due and not front.get("reviewed") and now.date() > due:
        # The number of days would make a new finding of it every day.
        why = "" if known.review_due else f", {known.severity}'s policy"
        yield (
            _line(text, "review_due" if known.review_due else "resolved_at"),
            "review-overdue",
            f"The review was due on {due}{why}. Hold it, and write its day into reviewed.",
        )


def _due(front: Front, within: Mapping[str, timedelta]) -> date | None:
    policy = within.get(front.severity)
    if front.review_due or not front.resolved_at or policy is None:
        return front.review_due
    try:
        return (front.resolved_at + policy).date()
    except OverflowError:
        return None


def _line(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*[\"']?{key}\b", text, re.MULTILINE)
    return len(re.findall("\r\n?|\n", text[: found.start()])) + 1 if found else 1
