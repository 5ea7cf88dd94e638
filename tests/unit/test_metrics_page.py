"""Where the bars of the page's charts are, and how lengths and shares are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.cli.metrics_charts import HEIGHT, MOST_MONTHS, bars, parts
from chatops.cli.metrics_words import percent, took
from chatops.metrics import Detection

MONTHS = st.builds("{:04}-{:02}".format, st.integers(1, 9999), st.integers(1, 12))
VALUES = st.none() | st.integers(0, 10**9)


def test_a_month_without_incidents_has_its_place() -> None:
    chart = bars("Incidents", "", {"2025-11": (4, None), "2026-02": (2, 3)}, str)
    assert [bar.label for bar in chart.bars] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [bar.height for bar in chart.bars] == [HEIGHT, 0, 0, HEIGHT / 2]
    assert [bar.mark for bar in chart.bars] == [None, None, None, HEIGHT * 0.75]
    assert chart.bars[1].says == "2025-12: none"
    assert chart.bars[3].says == "2026-02: 2, 90th percentile 3"
    assert (chart.most, chart.known, chart.earlier) == ("4", True, False)


def test_the_last_two_years_are_drawn() -> None:
    chart = bars("Incidents", "", {"1999-01": (9, None), "2026-02": (2, None)}, str)
    assert (chart.bars[0].label, chart.bars[-1].label) == ("2024-03", "2026-02")
    assert (len(chart.bars), chart.most, chart.earlier) == (MOST_MONTHS, "2", True)
    assert sum(bar.labelled for bar in chart.bars) == 5


def test_of_nothing_there_is_no_chart() -> None:
    assert not bars("Incidents", "", {}, str).known
    assert not bars("Incidents", "", {"2026-02": (None, None)}, str).known
    assert parts(Detection.of([])) == []


@given(st.dictionaries(MONTHS, st.tuples(VALUES, VALUES), min_size=1))
def test_every_bar_is_on_the_chart(months: dict[str, tuple[int | None, int | None]]) -> None:
    chart = bars("Incidents", "", months, str)
    assert 1 <= len(chart.bars) <= MOST_MONTHS
    assert chart.bars[-1].label == max(months)
    for bar in chart.bars:
        assert 0 <= bar.x < bar.x + bar.width <= 100
        assert all(0 <= height <= HEIGHT for height in (bar.height, bar.mark or 0))


@given(st.lists(st.sampled_from(["monitoring", "customer", "employee", None])))
def test_parts_make_a_whole(detectors: list[None]) -> None:
    found = parts(Detection.of(detectors))
    assert sum(part.number for part in found) == len(detectors)
    if found:
        assert sum(part.width for part in found) == pytest.approx(100, abs=0.1)


def test_lengths_are_written_in_two_units() -> None:
    seconds = (None, 0, 59, 60, 3599, 3600, 86399, 86400, 90000 * 100)
    shown = ["-", "0s", "59s", "1m 00s", "59m 59s", "1h 00m", "23h 59m", "1d 00h", "104d 04h"]
    assert list(map(took, seconds)) == shown


def test_only_all_is_100_percent_and_only_nothing_is_0() -> None:
    assert [percent(share) for share in (None, 0, 0.001, 0.5, 0.999, 1)] == [
        "-",
        "0%",
        "1%",
        "50%",
        "99%",
        "100%",
    ]
