"""The rules of `postmortem lint` for items, reviews and front matter, and what holds for every rule."""

from datetime import timedelta
from pathlib import Path

import pytest

from chatops.actions.document import NotRead
from chatops.actions.labels import Labels
from chatops.postmortem.lint.check import Check, Terms
from chatops.postmortem.lint.rules import RULES
from tests.linting import NOW, lint, message

#: What is no part of a test, so that each looks at one rule.
PROMISES = frozenset({"ownerless", "undated", "unlinked"})


ITEMS = "## Action items\n\n- [ ] Alert (@dana, due 2026-12-24) OPS-1\n"


def test_promises_are_complete_or_said() -> None:
    assert [lint(ITEMS, rule) for rule in sorted(PROMISES)] == [[], [], []]
    one = f"{ITEMS}- [ ] Write it down\n"
    assert [lint(one, rule) for rule in sorted(PROMISES)] == [[4], [4], [4]]
    assert message(one, "ownerless") == '"Write it down" has no owner. Add: @name, or Owner: Name.'


def test_what_no_item_has_is_said_once() -> None:
    text = "## Action items\n\n- Alert\n- Document\n- Test\n"
    assert [lint(text, rule) for rule in sorted(PROMISES)] == [[3], [3], [3]]
    assert message(text, "undated").startswith("None of the 3 action items has a due date.")


@pytest.mark.parametrize(
    "item",
    [
        "- [x] Alert",
        "- ~~Alert~~",
        "- Alert (done)",
        "- We've advised the teams",
        "- The role has been documented",
    ],
)
def test_what_is_done_needs_nothing(item: str) -> None:
    assert [lint(f"## Action items\n\n{item}\n", rule) for rule in sorted(PROMISES)] == [[], [], []]


@pytest.mark.parametrize("item", ["- We need an alert", "- Ask what has been documented, and where"])
def test_what_is_to_be_done_does(item: str) -> None:
    assert lint(f"## Action items\n\n{item}\n", "ownerless") == [3]


def test_a_date_that_cannot_be_read_says_so() -> None:
    text = "## Action items\n\n- Alert (due 03/04/2026)\n"
    assert message(text, "undated").startswith("The due date '03/04/2026' may be March 4 or April 3")


def test_headings_of_the_team_are_known() -> None:
    text = "## What we will change\n\n- Alert\n"
    assert lint(text, "ownerless") == []
    assert lint(text, "ownerless", labels=Labels(["What we will change"])) == [3]


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("review_due: 2026-11-30", [2]),
        ("review_due: '2026-11-30'\nreviewed: null", [2]),
        ("title: t\nreview_due: 2026-11-30", [3]),
        ("review_due: 2026-12-01", []),
        ("review_due: 2026-11-30\nreviewed: 2026-11-29", []),
        ("review_due: soon", []),
        ("severity: sev1\nresolved_at: 2026-11-20T10:00:00Z", [3]),
        ("severity: sev1\nresolved_at: 2026-11-27T10:00:00Z", []),
        ("severity: sev9\nresolved_at: 2026-11-20T10:00:00Z", []),
        ("severity: sev1\nresolved_at: null", []),
        ("severity: sev1\nresolved_at: 2026-11-20T10:00:00Z\nreview_due: 2026-12-24", []),
        ("severity: sev1\nresolved_at: 9999-12-31T10:00:00Z", []),
    ],
)
def test_a_review_is_due_when_the_document_or_the_policy_says(front: str, line: list[int]) -> None:
    within = {"sev1": timedelta(days=5)}
    assert lint(f"---\n{front}\n---\n# Outage\n", "review-overdue", review_within=within) == line


def test_a_late_review_is_the_same_finding_every_day() -> None:
    text = "---\nreview_due: 2026-11-30\n---\n"
    said = message(text, "review-overdue")
    later = Check(Terms(), NOW + timedelta(days=9)).remarks(Path("pm.md"), text.encode(), named=True) or []
    assert [one.message for one in later] == [said]
    assert "2026-11-30" in said


def test_front_matter_that_hides_who_may_read_it_is_said() -> None:
    assert lint("---\na: b\nc: [\n---\n# Outage\n", "front-matter") == [3]
    assert lint("---\nrestricted: maybe\n---\n# Outage\n", "front-matter") == [2]
    assert lint("---\nrestricted: true\n# Outage\n", "front-matter") == [1]
    assert lint("---\nrestricted: yes\n---\n# Outage\n", "front-matter") == []


def test_rules_can_be_left_out() -> None:
    text = "## Lessons learned\n\n## Root cause\n\nHuman error.\n"
    assert lint(text, "empty-section", ignore=frozenset({"empty-section"})) == []
    assert lint(text, "human-cause", ignore=frozenset({"empty-section"})) == [5]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_change_no_line(ends: str, before: str) -> None:
    text = "---\ntitle: t\n---\n# Outage\n\n## Stats\n\n- a: ?\n\n## Cause\n\nIt was down,\nhuman error.\n"
    text = before + text.replace("\n", ends)
    assert lint(text, "stats-missing") == [8]
    assert lint(text, "human-cause") == [13]


def test_links_and_references_are_read_as_their_words() -> None:
    text = "## Root cause\n\n[Human error][1] and [the plan](x).\n\n[1]: https://example.com/human%20error\n"
    assert lint(text, "human-cause") == [3]


@pytest.mark.parametrize(
    "data", [b"# Post-mortem\n\xff", b"\xff", b"\0\1", b"# Post-mortem\n" + b"> " * 200 + b"a"]
)
def test_what_cannot_be_read_is_said(data: bytes) -> None:
    with pytest.raises(NotRead, match=r"pm\.md"):
        Check(Terms(), NOW).remarks(Path("pm.md"), data, named=True)


@pytest.mark.parametrize("said", [b"# Incident \xe9t\xe9\n", b"# Actions\n- caf\xe9\n", b"# Cause\n\xff"])
def test_what_may_be_a_post_mortem_and_is_no_text_is_not_passed_over(said: bytes) -> None:
    with pytest.raises(NotRead, match=r"is not UTF-8 \(line"):
        Check(Terms(), NOW).remarks(Path("pm.md"), said, named=False)
    assert Check(Terms(), NOW).remarks(Path("pm.md"), b"# Men\xfc\n", named=False) is None


def test_every_rule_says_why() -> None:
    assert all(why.endswith(".") and len(why) < 100 for why in RULES.values())
