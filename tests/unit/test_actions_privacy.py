"""Whether few may read a document: what says so, what says otherwise, and what nobody can tell."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.actions.privacy import privacy

BODY = "\n# Post-mortem: Checkout\n\n## Actions\n\n- Fix it\n"


def front(*lines: str, body: str = BODY) -> str:
    return "\n".join(("---", "id: pm-7", *lines, "---", body))


@pytest.mark.parametrize(
    "said",
    [
        *(
            "restricted: true",
            "restricted: True",
            "restricted: yes",
            "restricted: 'yes'",
            'restricted: "true"',
        ),
        *("restricted: 1", "restricted: on", "restricted: y", "Restricted: true", "RESTRICTED: yes"),
        *('"restricted": true', "restricted : true", "restricted: true  # for now", "restricted:\n  true"),
        *("? restricted\n: true", "restricted: !!str true", "restricted: &so true", "restrict\u200bed: true"),
        *(
            "<<: {restricted: true}",
            "restricted: true\nrestricted: false",
            "restricted: false\nRestricted: yes",
        ),
        '"\\x72estricted": true',
    ],
)
def test_what_says_that_it_is_restricted_in_any_way_is(said: str) -> None:
    for text in (front(said), front("title: x", said), "\ufeff" + front(said).replace("\n", "\r\n")):
        assert privacy(text).restricted is True


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        "Restricted access was lost: see below.\n" + BODY,
        "Restricted: users of the admin panel saw errors\n" + BODY,
        "---\n\nProse between two lines.\n\n---\n" + BODY,
        "----\n" + BODY,
        "# Post-mortem\n\n## How it is hidden\n\nrestricted: true\n",
        front("title: restricted"),
        front("# restricted: true"),
        front("restrictions: none"),
        *(front(f"restricted: {no}") for no in ("false", "no", "False", "'false'", "0", "off")),
        front("Restricted: no", body="restricted: false\n"),
    ],
)
def test_what_does_not_say_so_is_everybodys(text: str) -> None:
    assert privacy(text).restricted is False


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            front("restricted: maybe"),
            3,
            "`restricted: maybe` says neither yes nor no: write `restricted: true`",
        ),
        (front("restricted:"), 3, "without a value"),
        (front("restricted: ~"), 3, "neither yes nor no"),
        (front("restricted: null"), 3, "neither yes nor no"),
        (front("title: x", "restricted: [true]"), 4, "neither yes nor no"),
        (front("restricted: {for: few}"), 3, "neither yes nor no"),
        (front("restricted: 2"), 3, "neither yes nor no"),
        (front("restricted: false", "Restricted: ture"), 4, "neither yes nor no"),
        (front("about:", "  restricted: true"), 4, "is not at the top of the front matter"),
        (front("about: |", "  restricted: true"), 4, "is not at the top of the front matter"),
        (front("title: [x", "restricted: true"), 4, "the front matter cannot be read ("),
        (front("title: it: broke"), 3, "the front matter cannot be read ("),
        (front("day: 2026-99-99"), 1, "the front matter cannot be read ("),
        ("---\nid: pm-7\nrestricted: true\n" + BODY, 1, "has no end"),
        ("---\nrestricted: true\n" + "x: y\n" * 20_000 + "---\n" + BODY, 1, "has no end"),
        ("\n\n" + front("restricted: true"), 3, "delete what is above it"),
        ("\ufeff\ufeff" + front("restricted: true"), 1, "delete what is above it"),
        (" \n" + front("id: 3"), 2, "delete what is above it"),
        ("+++\nrestricted = true\n+++\n" + BODY, 1, "between +++ is not read"),
        ("\n+++\ntitle = 'x'\n+++\n" + BODY, 2, "between +++ is not read"),
        ("--- yaml\nrestricted: true\n---\n" + BODY, 1, "begins with --- alone on its line"),
        ("---\x85restricted: true\x85---\n" + BODY, 1, "begins with --- alone on its line"),
        ("id: pm-7\nrestricted: true\n---\n" + BODY, 2, "is not at the top"),
        ('{\n"restricted": true\n}\n' + BODY, 2, "is not at the top"),
        ("<!--\nrestricted: yes\n-->\n" + BODY, 2, "is not at the top"),
        ("# Post-mortem\n\n- **Restricted:** yes\n\n## Actions\n", 3, "is not at the top"),
        ("---\nrestricted true\n---\n" + BODY, 2, "is not at the top"),
        ("---\n- restricted: true\n---\n" + BODY, 2, "is not at the top"),
        ("---\nid: pm-7\n...\nrestricted: true\n---\n" + BODY, 4, "is not at the top"),
        (front("x: y", body="restricted: true\n" + BODY), 5, "is not at the top"),
    ],
)
def test_what_cannot_be_told_says_where_and_what_to_write(text: str, line: int, words: str) -> None:
    found = privacy(text)
    assert (found.restricted, found.line) == (None, line)
    assert words in found.problem


@given(
    st.lists(
        st.sampled_from(("a: b", "- c", "  d: e", "# f", "", "g", "h: [", "'i: j", "---", "...")), max_size=6
    ),
    st.sampled_from(
        ("restricted: true", "Restricted: yes", "  restricted: 'true'", "restricted: ", "restricted = 1")
    ),
    st.sampled_from(("---", "+++", "\n---", "--- x", "")),
    st.sampled_from(("---", "...", "+++", "", "----")),
    st.sampled_from(("\n", "\r\n", "\r")),
)
def test_nothing_in_the_front_matter_hides_the_key(
    more: list[str], said: str, opening: str, closing: str, end: str
) -> None:
    """However the lines around it are broken: what is written above the first heading is never overlooked."""
    for at in range(len(more) + 1):
        lines = [opening, *more[:at], said, *more[at:], closing, "", "Words."]
        assert not privacy(end.join(lines)).open


@given(st.text(string.printable + "\ufeff\x85é", max_size=200))
def test_whatever_stands_there_it_is_told_or_said(text: str) -> None:
    found = privacy(text)
    assert (found.restricted is None) == bool(found.problem)
