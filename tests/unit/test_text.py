"""Words survive as they were typed, except for what would harm whoever reads them."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatops.errors import BadText
from chatops.text import TEXT_LIMIT, TITLE_LIMIT, clean_text, clean_title, one_line

#: With what breaks terminals, pages and encodings more often than in plain text.
ODD = st.text(st.characters(codec=None) | st.sampled_from("\x1b[]0m\x07\r\n\t\u202e\u2066\u200b\u0301 "))

FAMILY = "👩‍👩‍👧‍👦"
HARMLESS = [
    "Checkout returns 500s",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} ${x} #{y}",
    "100%s of %(name)s fail {services} {} {0}",
    "'; DROP TABLE incidents; --",
    f"{FAMILY} and 🏳️‍🌈 and 🇩🇪",
    "توقف الدفع عن العمل",
    "התשלום נכשל \u200fsev1\u200e",
    "결제 오류 — naïve café",
    "CO₂ at ½ of ① in the ﬁne print²",
    r"C:\temp\new & <b>",
]


@pytest.mark.parametrize("words", HARMLESS)
@pytest.mark.parametrize("clean", [clean_title, lambda text: clean_text(text, "note"), one_line])
def test_harmless_words_stay_as_they_are(clean: Callable[[str], str], words: str) -> None:
    assert clean(words) == words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hcleared", "cleared"),
        ("\x1b]0;pwned\x07title", "title"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07 and null\x00 and delete\x7f", "bell and null and delete"),
        ("half \x1b", "half"),
        ("over\u202eride\u202c", "override"),
        ("iso\u2066late\u2069 em\u202abed\u202c", "isolate embed"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("  spaced \t out  ", "spaced out"),
        ("first\nsecond\r\nthird\rfourth\u2028fifth", "first second third fourth fifth"),
        ("cafe\u0301", "café"),
    ],
)
def test_a_title_is_one_clean_line(typed: str, kept: str) -> None:
    assert clean_title(typed) == kept
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\ntwo\r\nthree\rfour", "one\ntwo\nthree\nfour"),
        ("\n\n  - a\n\t- b\n\n", "- a\n\t- b"),
        ("\x1b[31mred\x1b[0m\n\x00next", "red\nnext"),
        ("cafe\u0301\n\u202etxt", "café\ntxt"),
    ],
)
def test_a_text_keeps_its_lines_and_tabs(typed: str, kept: str) -> None:
    assert clean_text(typed, "note") == kept


@settings(max_examples=150, deadline=None)
@given(ODD)
@example("\x1b\x1b[31m[31mnested")
@example("\x1b]0;never ended")
def test_nothing_that_steers_a_screen_gets_through(typed: str) -> None:
    line = one_line(typed)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", line)
    assert unicodedata.is_normalized("NFC", line)
    assert line.encode().decode() == line
    assert one_line(line) == line


@settings(max_examples=100, deadline=None)
@given(ODD)
def test_a_text_that_was_cleaned_is_clean(typed: str) -> None:
    try:
        kept = clean_text(typed, "note")
    except BadText:
        return
    assert clean_text(kept, "note") == kept
    assert clean_title(kept[:TITLE_LIMIT]) == one_line(kept[:TITLE_LIMIT])
    assert {c for c in kept if unicodedata.category(c) in {"Cc", "Cs"}} <= {"\n", "\t"}


@pytest.mark.parametrize(
    "nothing", ["", "   ", "\n\t\r\n", "\x00\x1b", "\x1b[0m", "\u202e", "\u200b\u200d \ufeff"]
)
def test_words_that_nobody_can_see_are_refused(nothing: str) -> None:
    with pytest.raises(BadText, match=r"^The title is empty\.$"):
        clean_title(nothing)
    with pytest.raises(BadText, match=r"^The reason is empty\.$"):
        clean_text(nothing, "reason")


def test_a_title_that_is_too_long_is_refused_and_not_cut() -> None:
    assert clean_title("x" * TITLE_LIMIT) == "x" * TITLE_LIMIT
    with pytest.raises(BadText, match=r"^The public title has 10,000 characters; at most 250 fit\.$"):
        clean_title("x" * 10_000, "public title")


def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    assert clean_text("x" * TEXT_LIMIT, "note") == "x" * TEXT_LIMIT
    with pytest.raises(BadText, match=r"^The note has 20,001 characters; at most 20,000 fit\.$"):
        clean_text("x" * (TEXT_LIMIT + 1), "note")


def test_what_is_cleaned_away_does_not_count() -> None:
    assert clean_title("x" * TITLE_LIMIT + "\x00" * 50 + " " * 50) == "x" * TITLE_LIMIT
