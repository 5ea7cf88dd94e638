"""What an incident's events mean to customers: what waits, what they read, and what they are owed."""

from datetime import datetime, timedelta

import pytest

from chatops import events as e
from tests.folding import CANCELLED, REOPENED, RESOLVED, Made, at, folded, said

DRAFTED: Made = (
    e.PublicUpdateDrafted,
    {"title": "Disruption", "text": "Soon.", "status": "identified"},
)


def test_a_draft_waits_and_is_public_to_nobody() -> None:
    incident = folded(DRAFTED)

    assert incident.draft is not None
    assert (incident.draft.text, incident.draft.at, incident.draft.actor) == ("Soon.", at(2), "dana")
    assert not incident.customers_know


@pytest.mark.parametrize(
    "settled", [(e.PublicUpdateApproved, {}), (e.PublicUpdateRejected, {"reason": "No"}), said()]
)
def test_a_draft_waits_no_more_once_it_is_settled(settled: Made) -> None:
    assert folded(DRAFTED, settled).draft is None


def test_a_correction_changes_the_words_that_it_names() -> None:
    incident = folded(said(1), said(2), (e.PublicUpdateCorrected, {"sequence": 1, "text": "Put right."}))

    assert [words.text for words in incident.public] == ["Put right.", "Words 2."]
    assert [words.corrected_at for words in incident.public] == [at(4), None]


@pytest.mark.parametrize(
    ("events", "owes"),
    [
        ([RESOLVED], False),
        ([said()], False),
        ([said(), RESOLVED], True),
        ([said(), CANCELLED], True),
        ([said(), RESOLVED, said(2, "resolved")], False),
        ([said(1, "resolved"), RESOLVED], False),
        ([said(), RESOLVED, REOPENED], False),
        ([said(1, "resolved"), said(2), RESOLVED], True),
    ],
)
def test_customers_who_heard_of_it_are_owed_the_end(events: list[Made], owes: bool) -> None:
    assert folded(*events).owes_the_end is owes


@pytest.mark.parametrize(
    ("events", "every", "due"),
    [
        ([], 30, at(31)),
        ([], None, None),
        ([said()], 30, at(32)),
        ([said(), said(2)], 30, at(33)),
        ([said(), (e.NoteAdded, {"text": "x"})], 30, at(32)),
        ([RESOLVED], 30, None),
        ([said(), RESOLVED], 30, at(3)),
        ([said(), RESOLVED], None, at(3)),
        ([said(), RESOLVED, said(2, "resolved")], 30, None),
    ],
)
def test_when_customers_are_owed_the_next_words(
    events: list[Made], every: int | None, due: datetime | None
) -> None:
    interval = timedelta(minutes=every) if every else None

    assert folded(*events).next_public_update(interval) == due
