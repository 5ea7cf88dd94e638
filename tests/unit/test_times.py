"""A time means what the person who typed it would say it means."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import click
import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatops.cli.output import local
from chatops.cli.times import Time, parse_time
from chatops.errors import BadTime

# Written out, so that they need no database of zones.
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
NEW_YORK = "EST5EDT,M3.2.0,M11.1.0"
ST_JOHNS = "NST3:30NDT,M3.2.0,M11.1.0"
AUCKLAND = "NZST-12NZDT,M9.5.0,M4.1.0/3"
KOLKATA = "IST-5:30"
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NOW = datetime(2026, 7, 21, 12, 30, 15, 250_000, tzinfo=UTC)


@contextmanager
def zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.fixture
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), zone("UTC"):
        yield


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90s", 90),
        ("20m", 1200),
        ("20m ago", 1200),
        ("20 min ago", 1200),
        (" 4h ", 14400),
        ("2d ago", 172_800),
        ("0m", 0),
    ],
)
def test_so_long_ago(at_noon: None, typed: str, seconds: int) -> None:
    assert parse_time(typed) == NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("place", "typed", "expected"),
    [
        ("UTC", "14:05", "2026-07-21T14:05"),
        ("UTC", "9:05", "2026-07-21T09:05"),
        (BERLIN, "14:05", "2026-07-21T12:05"),
        (NEW_YORK, "00:00", "2026-07-21T04:00"),
        (KOLKATA, "05:45", "2026-07-21T00:15"),
        (AUCKLAND, "00:10", "2026-07-21T12:10"),
    ],
)
def test_a_clock_time_is_today_in_the_users_zone(place: str, typed: str, expected: str) -> None:
    with time_machine.travel(NOW, tick=False), zone(place):
        assert parse_time(typed) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "at", "expected"),
    [
        ("UTC", "2026-07-21T00:00Z", "00:00"),
        ("UTC", "2026-07-21T23:59Z", "23:59"),
        ("UTC", "2026-07-22T00:00Z", "2026-07-22 00:00"),
        (AUCKLAND, "2026-07-21T12:00Z", "00:00"),
        (AUCKLAND, "2026-07-21T11:59Z", "2026-07-21 23:59"),
    ],
)
def test_a_time_of_another_day_is_shown_with_its_day(place: str, at: str, expected: str) -> None:
    with time_machine.travel(NOW, tick=False), zone(place):
        assert local(datetime.fromisoformat(at)) == expected


@pytest.mark.parametrize(
    ("now", "typed", "expected"),
    [
        ("2026-03-29T10:00+00:00", "01:30", "2026-03-29T00:30"),  # before the clock went forward
        ("2026-03-29T10:00+00:00", "03:30", "2026-03-29T01:30"),
        ("2026-10-25T10:00+00:00", "01:30", "2026-10-24T23:30"),  # before it went back
        ("2026-10-25T10:00+00:00", "10:30", "2026-10-25T09:30"),
    ],
)
def test_a_clock_time_keeps_the_offset_of_its_own_hour(now: str, typed: str, expected: str) -> None:
    with time_machine.travel(datetime.fromisoformat(now), tick=False), zone(BERLIN):
        assert parse_time(typed) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-21T14:05Z", "2026-11-21T14:05"),
        ("2026-11-21T14:05:06.5+02:00", "2026-11-21T12:05:06.5"),
        ("2026-11-21 14:05-0500", "2026-11-21T19:05"),
        ("2026-07-21T14:05", "2026-07-21T12:05"),
        ("2026-01-21 14:05", "2026-01-21T13:05"),
        ("2026-07-21", "2026-07-20T22:00"),
    ],
)
def test_iso_8601_without_a_zone_is_in_the_users(typed: str, expected: str) -> None:
    with zone(BERLIN):
        assert parse_time(typed) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "25:00",
        "12:60",
        "14.05",
        "-5m",
        "5 weeks",
        "2026-13-01",
        "2026-02-30T10:00",
        "99999999999999999999d",
        "9" * 5000 + "s",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
        "14:05\x1b[31m",
    ],
)
def test_what_is_no_time_says_how_to_write_one(typed: str) -> None:
    with pytest.raises(BadTime, match=r"is not a time\. Write a time as 14:05") as caught:
        parse_time(typed)

    assert "\x1b" not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=30)
    | st.from_regex(r"\A\d{1,25} ?(s|m|min|h|d)( ago)?\Z")
    | st.from_regex(r"\A\d{1,2}:\d{2}\Z")
    | st.datetimes().map(datetime.isoformat)
    | st.datetimes(timezones=OFFSETS).map(datetime.isoformat),
    st.sampled_from(["UTC", KOLKATA, ST_JOHNS]),
)
@example("٣m", "UTC")
@example("0001-01-01", KOLKATA)
@example("9999-12-31T23:59", ST_JOHNS)
def test_anything_is_a_time_in_utc_or_a_bad_time(typed: str, place: str) -> None:
    with zone(place):
        try:
            made = parse_time(typed)
        except BadTime:
            return
    assert made.tzinfo is UTC


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=OFFSETS))  # noqa: DTZ001
def test_a_whole_time_means_itself(moment: datetime) -> None:
    assert parse_time(moment.isoformat()) == moment


def test_an_option_takes_a_time(at_noon: None) -> None:
    @click.command()
    @click.option("--at", type=Time(), default=NOW)
    def show(at: datetime) -> None:
        click.echo(at.isoformat())

    run: Callable[[list[str]], str] = lambda words: CliRunner().invoke(show, words).output  # noqa: E731

    assert run(["--at", "30m ago"]) == "2026-07-21T12:00:15.250000+00:00\n"
    assert run([]) == "2026-07-21T12:30:15.250000+00:00\n"
