"""The front matter of a post-mortem: read from anybody's, written in one way, edited key by key."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chatops.actions.front_matter import front_matter
from chatops.postmortem.front import Front, FrontLink, read_front
from chatops.postmortem.front_edit import with_front

AT = datetime(2026, 11, 21, 11, 52, tzinfo=UTC)
FRONT = Front(
    id="01938a3e-0000-7000-8000-000000000001",
    incident="INC-12",
    title="Checkout: returns #500s",
    severity="sev1",
    services=("checkout", "search"),
    declared_at=AT,
    mitigated_at=AT,
    resolved_at=AT,
    ticket="OPS-7",
    links=(FrontLink("tracker", "ticket", "OPS-7", "https://example.com/OPS-7", "Checkout"),),
    review_due=date(2026, 11, 26),
)
WRITTEN = """\
---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
title: 'Checkout: returns #500s'
severity: sev1
services: [checkout, search]
detected_by: null
started_at: null
declared_at: 2026-11-21T11:52:00Z
acknowledged_at: null
mitigated_at: 2026-11-21T11:52:00Z
resolved_at: 2026-11-21T11:52:00Z
ticket: OPS-7
links:
- {instance: tracker, kind: ticket, id: OPS-7, url: 'https://example.com/OPS-7', title: Checkout}
review_due: 2026-11-26
reviewed: null
---

# Checkout
"""


def test_it_is_written_in_one_way_and_read_again() -> None:
    assert with_front("# Checkout\n", FRONT, "\n").text == WRITTEN
    assert read_front(WRITTEN) == FRONT
    assert read_front("\ufeff" + WRITTEN.replace("\n", "\r\n")) == FRONT


@pytest.mark.parametrize(
    "text",
    ["", "# Checkout", "---\nno: [yaml\n---\n", "---\n- a list\n---\n", "---\nid: 1", "***\nid: 1\n***\n"],
)
def test_a_document_without_readable_front_matter_has_an_empty_one(text: str) -> None:
    assert read_front(text) == Front()


def test_what_a_key_cannot_hold_counts_as_none() -> None:
    keys = {
        "title": ["a"],
        "services": "checkout",
        "detected_by": "luck",
        "restricted": "maybe",
        "started_at": "soon",
        "declared_at": "2026-11-21T12:52:00+01:00",
        "acknowledged_at": datetime(2026, 11, 21, 11, 55),  # noqa: DTZ001
        "links": [1, {"instance": "tracker", "id": 7}],
        "review_due": AT,
        "reviewed": "2026-11-28",
        "team": "payments",
    }
    assert Front.of(keys) == Front(
        services=("checkout",),
        declared_at=AT,
        acknowledged_at=datetime(2026, 11, 21, 11, 55, tzinfo=UTC),
        links=(FrontLink("tracker", id="7"),),
        review_due=date(2026, 11, 21),
        reviewed=date(2026, 11, 28),
        other={"team": "payments"},
    )


def test_only_what_has_changed_is_written() -> None:
    mine = WRITTEN.replace("severity: sev1", "# ours\nseverity:   sev1  # really\nteam: [a,   b]")
    mine = mine.replace("\n", "\r\n")
    assert with_front(mine, FRONT, "\r\n") == (mine, (), ())
    edited = with_front(mine, replace(FRONT, severity="sev2", title="New"), "\r\n")
    assert edited.changed == ("title", "severity")
    expected = mine.replace("severity:   sev1 ", "severity: sev2 ").replace(
        "'Checkout: returns #500s'", "New"
    )
    assert edited.text == expected


def test_what_people_filled_in_stays() -> None:
    mine = WRITTEN.replace("detected_by: null", "detected_by: customer")
    mine = mine.replace("reviewed: null", "reviewed: 2026-11-28\nteam: payments")
    mine = mine.replace("started_at: null", "started_at: 2026-11-21T11:40:00Z")
    assert with_front(mine, FRONT, "\n") == (mine, (), ())
    # What is known is better than what was guessed.
    edited = with_front(mine, replace(FRONT, detected_by="monitoring"), "\n")
    assert edited.text == mine.replace("detected_by: customer", "detected_by: monitoring")


def test_a_policy_that_is_not_known_here_takes_no_day_away() -> None:
    assert with_front(WRITTEN, replace(FRONT, review_due=None, ticket=None), "\n") == (WRITTEN, (), ())


def test_an_incident_that_was_reopened_has_no_end() -> None:
    edited = with_front(WRITTEN, replace(FRONT, resolved_at=None, mitigated_at=None), "\n")
    assert edited.changed == ("mitigated_at", "resolved_at")
    assert read_front(edited.text).resolved_at is None


def test_nothing_that_was_restricted_is_let_out_in_silence() -> None:
    mine = WRITTEN.replace("severity:", "restricted: true\nseverity:")
    edited = with_front(mine, FRONT, "\n")
    assert edited.text == mine
    assert edited.left == ("restricted (the incident is not; delete the line yourself)",)


def test_missing_keys_are_put_in_their_order() -> None:
    mine = "---\nid: 1\n# ours\nteam: a\n---\n# Checkout"
    edited = with_front(mine, FRONT, "\n").text
    assert list(front_matter(edited).keys) == [*FRONT.keys(), "team"]
    assert edited.endswith("reviewed: null\n# ours\nteam: a\n---\n# Checkout")


@pytest.mark.parametrize(
    "mine",
    [
        "---\n{id: 1, title: a}\n---\n",
        "---\nfirst: &a\n  x: 1\nseverity: &b sev3\nother: *b\n---\n",
        "---\nlinks:\n- a\n# between\n- b\n---\n",
        "---\nno: [yaml\n---\n",
    ],
)
def test_what_cannot_be_edited_safely_is_left(mine: str) -> None:
    edited = with_front(mine, FRONT, "\n")
    assert edited.text == mine
    assert edited.left == ("front matter (it is written in a way that cannot be edited safely)",)


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30).map(str.strip)


@given(TEXT, TEXT, TEXT, st.sampled_from(["\n", "\r\n"]))
def test_any_words_come_back(title: str, ticket: str, url: str, newline: str) -> None:
    front = replace(
        FRONT, title=title, ticket=ticket or None, links=(FrontLink("a", "page", ticket, url, title),)
    )
    written = with_front("# Checkout", front, newline).text
    assert read_front(written) == front
    assert with_front(written, front, newline) == (written, (), ())
