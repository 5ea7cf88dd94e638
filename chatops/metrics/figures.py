"""The figures themselves. A time is in whole seconds, a share is between 0 and 1; None: there is none."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil
from statistics import fmean, median

import msgspec

from chatops.events import DetectedBy


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, over the incidents of which it is known; of how many it is not."""

    mean: int | None
    median: int | None
    p90: int | None
    known: int
    unknown: int

    @classmethod
    def of(cls, spans: Iterable[timedelta | None]) -> "Times":
        """The times of these spans, of which None is unknown. Clocks that disagree make none negative."""
        every = list(spans)
        known = sorted(max(0.0, span.total_seconds()) for span in every if span is not None)
        return cls(
            mean=round(fmean(known)) if known else None,
            median=round(median(known)) if known else None,
            p90=round(percentile(known, 90)) if known else None,
            known=len(known),
            unknown=len(every) - len(known),
        )


class Updates(msgspec.Struct, frozen=True, kw_only=True):
    """In how many intervals customers were owed words, and in how many of those they got them."""

    owed: int
    kept: int
    share: float | None

    @classmethod
    def of(cls, owed: int, kept: int) -> "Updates":
        """With the share that follows from it."""
        return cls(owed=owed, kept=kept, share=share(kept, owed))


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """Who noticed first, and monitoring's share of those of which it is known."""

    monitoring: int
    customer: int
    employee: int
    unknown: int
    share: float | None

    @classmethod
    def of(cls, detectors: Iterable[DetectedBy | None]) -> "Detection":
        """Counted, with the share that follows from it."""
        found = Counter(detectors)
        unknown = found.pop(None, 0)
        return cls(
            monitoring=found["monitoring"],
            customer=found["customer"],
            employee=found["employee"],
            unknown=unknown,
            share=share(found["monitoring"], found.total()),
        )


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of some incidents. False alarms are counted apart, and are in no other figure."""

    incidents: int
    open: int
    false_alarms: int
    detect: Times
    acknowledge: Times
    mitigate: Times
    resolve: Times
    updates: Updates
    detected_by: Detection
    repeats: int


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one severity, service or month; the name is None for incidents without a service."""

    name: str | None
    figures: Figures


def percentile(known: Sequence[float], percent: int) -> float:
    """The smallest of the sorted values that `percent` of them do not exceed (nearest rank)."""
    return known[max(0, ceil(len(known) * percent / 100) - 1)]


def share(part: int, whole: int) -> float | None:
    """The part of the whole, to four digits; None of nothing."""
    return round(part / whole, 4) if whole else None
