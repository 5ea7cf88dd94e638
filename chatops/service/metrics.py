"""How well incidents went, by what the store keeps and the configuration promises."""

from datetime import datetime

from chatops.errors import UsageError
from chatops.events import utcnow
from chatops.metrics import Measured, measure
from chatops.metrics.repeats import WITHIN
from chatops.service.service import Service

#: More than any store has: a figure is of all incidents.
ALL = 2**31 - 1


def measured(service: Service, since: datetime | None = None, until: datetime | None = None) -> Measured:
    """The incidents declared since then, and before `until`, measured; None stands for no end.

    Raises UsageError where nothing can lie between the two, StoreError.
    """
    if since and until and since >= until:
        raise UsageError("--since has to be before --until.")
    log = service.store.log
    start = _before(since)
    known = log.listed(since=start, drill=False, most=ALL)
    return measure(
        [incident for incident in known if until is None or incident.declared_at < until],
        log.turns(start),
        service.update_every,
        since=since,
        now=utcnow(),
    )


def _before(since: datetime | None) -> datetime | None:
    """From when on something may be repeated."""
    try:
        return since and since - WITHIN
    except OverflowError:
        return None
