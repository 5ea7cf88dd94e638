"""Durations are what was written."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.values import Duration


class TestDuration:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("90s", 90), ("30m", 1800), ("4h", 14400), ("2d", 172_800), ("1h30m", 5400), ("0d1s", 1)],
    )
    def test_is_what_was_written(self, text: str, seconds: int) -> None:
        assert Duration.parse(text) == timedelta(seconds=seconds)
        assert type(Duration.parse(text)) is Duration

    @pytest.mark.parametrize(
        "wrong",
        [
            "",
            "0s",
            "0h0m",
            "30",
            "m",
            "30 m",
            "-30m",
            "1.5h",
            "30M",
            "30m ",
            "half an hour",
            30,
            None,
            True,
            ["1h"],
        ],
    )
    def test_of_anything_else_is_refused(self, wrong: object) -> None:
        with pytest.raises(ValueError, match='is not a duration; write "90s"'):
            Duration.parse(wrong)

    @pytest.mark.parametrize("long", ["3651d", "999999999999d", "999999999999d" * 9])
    def test_longer_than_any_incident_is_refused(self, long: str) -> None:
        with pytest.raises(ValueError, match="is longer than ten years"):
            Duration.parse(long)

    @settings(max_examples=200)
    @given(st.integers(1, 3650 * 86400))
    def test_reads_as_it_is_written(self, seconds: int) -> None:
        duration = Duration(seconds=seconds)

        assert Duration.parse(str(duration)) == duration

    @settings(max_examples=200)
    @given(st.text() | st.from_regex(r"\A(\d{1,20}[smhd]){1,4}\Z"))
    def test_of_any_text_is_right_or_refused(self, text: str) -> None:
        try:
            duration = Duration.parse(text)
        except ValueError:
            return
        assert timedelta() < duration <= timedelta(days=3650)
