"""The figures of incidents, against numbers computed by hand."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops import events as e
from chatops.metrics import Times
from chatops.metrics.figures import percentile
from tests.measuring import (
    CANCELLED,
    EVERY,
    HOUR,
    MONITORING,
    REOPENED,
    RESOLVED,
    START,
    history,
    measured,
    on_time,
    severity,
    words,
)


def test_times_are_from_the_declaration_and_what_is_not_known_is_counted() -> None:
    acknowledged: Any = (e.Acknowledged, {})
    total = measured(
        history(
            (4, acknowledged),
            (5, acknowledged),
            (30, MONITORING),
            (50, MONITORING),
            (60, RESOLVED),
            started_at=START - timedelta(minutes=10),
        ),
        history((6, acknowledged), (90, RESOLVED)),
        history((180, RESOLVED), (200, REOPENED), (300, RESOLVED)),
        history(),
    ).total()
    assert (total.incidents, total.open, total.false_alarms) == (4, 1, 0)
    assert total.detect == Times(mean=600, median=600, p90=600, known=1, unknown=3)
    assert total.acknowledge == Times(mean=300, median=300, p90=360, known=2, unknown=2)
    assert total.mitigate == Times(mean=140 * 60, median=90 * 60, p90=300 * 60, known=3, unknown=1)
    assert total.resolve == Times(mean=150 * 60, median=90 * 60, p90=300 * 60, known=3, unknown=1)


def test_the_90th_percentile_is_what_nine_in_ten_did_not_exceed() -> None:
    assert [percentile(range(1, most + 1), 90) for most in (1, 2, 9, 10, 11, 100)] == [1, 2, 9, 9, 10, 90]


def test_a_clock_that_was_behind_makes_no_time_negative() -> None:
    assert Times.of([timedelta(seconds=-30)]) == Times(mean=0, median=0, p90=0, known=1, unknown=0)


@given(st.lists(st.none() | st.timedeltas(timedelta(0), timedelta(days=400)), max_size=40))
def test_times_lie_between_the_shortest_and_the_longest(spans: list[timedelta | None]) -> None:
    times = Times.of(spans)
    known = [round(span.total_seconds()) for span in spans if span is not None]
    assert (times.known, times.unknown) == (len(known), len(spans) - len(known))
    if not known:
        assert (times.mean, times.median, times.p90) == (None, None, None)
        return
    assert times.mean is not None
    assert times.median is not None
    assert times.p90 in known
    assert min(known) <= times.mean <= max(known)
    assert min(known) <= times.median <= times.p90 <= max(known)
    assert sum(it > times.p90 for it in known) <= len(known) / 10


@pytest.mark.parametrize(
    ("later", "kept", "owed"),
    [
        ([(59, RESOLVED)], 0, 0),
        ([(60, RESOLVED)], 0, 0),
        ([(61, RESOLVED)], 0, 1),
        ([(60, words()), (100, RESOLVED)], 1, 1),
        ([(61, words()), (100, RESOLVED)], 1, 2),
        ([(10, words()), (20, words()), (200, words()), (230, RESOLVED)], 3, 5),
        # Said with the end, they belong to the interval that it ends; said later, they are owed to none.
        ([(50, RESOLVED), (50, words("resolved"))], 1, 1),
        ([(130, RESOLVED), (131, words("resolved"))], 0, 2),
        # From sev1 on, twice as often; what was begun at sev2 is owed no more.
        ([(50, severity("sev2", "sev1")), (85, words()), (90, RESOLVED)], 1, 2),
        ([(50, severity("sev2", "sev4")), (500, RESOLVED)], 0, 0),
        # While it is over nothing is owed.
        ([(30, RESOLVED), (600, REOPENED), (700, RESOLVED)], 0, 1),
        ([(30, CANCELLED), (600, words())], 0, 0),
    ],
)
def test_words_are_owed_in_each_interval(later: list[Any], kept: int, owed: int) -> None:
    assert on_time(*later) == (kept, owed)


def test_of_what_is_open_words_are_owed_until_now() -> None:
    assert on_time((30, words()), now=START + timedelta(minutes=80)) == (1, 1)
    assert on_time((30, words()), now=START + timedelta(minutes=220)) == (1, 4)
    assert on_time(now=START - HOUR) == (0, 0)


@given(st.lists(st.tuples(st.floats(0, 600), st.sampled_from([words(), RESOLVED, REOPENED]))))
def test_no_more_is_kept_than_is_owed(later: list[Any]) -> None:
    kept, owed = on_time(*sorted(later, key=lambda it: float(it[0])))
    assert 0 <= kept <= owed


def test_false_alarms_are_counted_apart_and_exercises_not_at_all() -> None:
    found = measured(
        history((500, words()), (600, CANCELLED), detected_by="customer", title="Down"),
        history((90, RESOLVED), detected_by="monitoring", title="Down"),
        history((30, RESOLVED), drill=True, title="Down"),
    )
    total = found.total()
    assert (total.incidents, total.false_alarms, total.repeats) == (1, 1, 0)
    assert total.resolve == Times(mean=5400, median=5400, p90=5400, known=1, unknown=0)
    assert (total.updates.kept, total.updates.owed, total.updates.share) == (0, 1, 0)
    assert (total.detected_by.monitoring, total.detected_by.customer, total.detected_by.share) == (1, 0, 1)


def test_the_share_of_monitoring_is_of_those_that_are_known() -> None:
    detectors = ("monitoring", "customer", "employee", None, "monitoring", None)
    found = measured(*(history(detected_by=detector) for detector in detectors)).total().detected_by
    assert (found.monitoring, found.customer, found.employee, found.unknown) == (2, 1, 1, 2)
    assert found.share == 0.5


def test_of_nothing_there_is_nothing() -> None:
    total = measured().total()
    assert total.incidents == total.repeats == total.resolve.known == 0
    assert total.updates.share is total.detected_by.share is total.resolve.mean is None
    for by in ("severity", "service", "month"):
        assert measured().groups(by, EVERY, lambda at: at) == []


def test_groups_are_in_an_order_that_can_be_read() -> None:
    found = measured(
        history(day=40, severity="sev9", services=("search", "checkout")),
        history(day=0, severity="sev2", services=("search",)),
        history((1, CANCELLED), day=31, severity="sev1", services=("mail",)),
        history(day=-400, severity="sev1"),
    )

    def groups(by: Any) -> list[tuple[str | None, int]]:
        return [(it.name, it.figures.incidents) for it in found.groups(by, EVERY, lambda at: at)]

    assert groups("severity") == [("sev1", 1), ("sev2", 1), ("sev9", 1)]
    assert groups("service") == [("search", 2), ("checkout", 1), ("mail", 0), (None, 1)]
    assert groups("month") == [("2025-01", 1), ("2026-03", 1), ("2026-04", 1)]


def test_months_are_those_of_the_zone() -> None:
    found = measured(history(day=30, services=("a",)))  # 1 April, at noon
    (group,) = found.groups("month", (), lambda at: at - timedelta(hours=13))
    assert group.name == "2026-03"
