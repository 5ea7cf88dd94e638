"""Due dates: what can be read one way only is read, all else is reported."""

import re
from datetime import date

import pytest

from chatops.actions.dates import ANY, Unclear, day

MARCH = date(2025, 3, 1)
READ = {
    **dict.fromkeys(("2025-03-01", "2025-3-1", "2025/03/01", "2025.03.01", "20250301"), MARCH),
    **dict.fromkeys(("2025-03-01T10:00Z", "2025-03-01 10:00", "2025-03-01T10:00:00.5+01:00"), MARCH),
    **dict.fromkeys(
        ("1 March 2025", "1st March 2025", "1st of March, 2025", "01-Mar-2025", "1 mar. 2025"), MARCH
    ),
    **dict.fromkeys(("March 1, 2025", "March 1st 2025", "Mar 1 2025", "MAR. 1, 2025"), MARCH),
    **dict.fromkeys(("Sat, 1 March 2025", "Saturday 1 Mar 2025", "Saturday, March 1, 2025"), MARCH),
    **dict.fromkeys(("1.3.2025", "01.03.2025", "1. 3. 2025"), MARCH),
    **dict.fromkeys(("25/03/2025", "03/25/2025", "25-03-2025"), date(2025, 3, 25)),
    "04/04/2025": date(2025, 4, 4),
    "Sept 3, 2025": date(2025, 9, 3),
    "29 February 2024": date(2024, 2, 29),
}
UNSAID = ("", "-", "\N{EN DASH}", "TBD", "tbc", "N/A", "None", "?", "to be decided", "  ")
UNCLEAR = {
    "03/04/2025": "may be March 4 or April 3",
    "3-4-2025": "may be March 4 or April 3",
    "25/03/25": "is no date",
    "1 March": "is no date",
    "March 2025": "is no date",
    "next sprint": "is no date",
    "Q3 2025": "is no date",
    "2025-W10": "is no date",
    "Apr\u0130l 1, 2025": "is no date",
    "2025-02-30": "does not exist",
    "29 February 2025": "does not exist",
    "13/13/2025": "does not exist",
    "0/3/2025": "does not exist",
    "0000-01-01": "does not exist",
}


@pytest.mark.parametrize(("said", "meant"), READ.items())
def test_a_spelling_that_is_read(said: str, meant: date) -> None:
    assert day(said) == meant
    assert said == "20250301" or re.fullmatch(ANY, said, re.IGNORECASE)


@pytest.mark.parametrize("said", UNSAID)
def test_a_date_that_nobody_has_said_yet(said: str) -> None:
    assert day(said) is None


@pytest.mark.parametrize(("said", "why"), UNCLEAR.items())
def test_a_spelling_that_is_not_guessed(said: str, why: str) -> None:
    with pytest.raises(Unclear, match=re.escape(why)):
        day(said)
