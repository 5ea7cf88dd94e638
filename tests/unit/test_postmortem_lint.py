"""The rules of `postmortem lint`: what each finds, and above all what it passes over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chatops.actions.document import NotRead
from chatops.actions.labels import Labels
from chatops.postmortem.lint.check import Check, Terms
from chatops.postmortem.lint.rules import RULES

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
#: What is no part of a test, so that each looks at one rule.
PROMISES = frozenset({"ownerless", "undated", "unlinked"})


def lint(text: str, rule: str = "", name: str = "pm.md", **terms: Any) -> list[int]:
    """The lines of what this rule finds in a document."""
    found = Check(Terms(**terms), NOW).remarks(Path(name), text.encode(), named=True)
    assert found is not None
    return [one.line for one in found if one.rule == rule]


def message(text: str, rule: str, **terms: Any) -> str:
    """The words of the only finding of this rule."""
    found = Check(Terms(**terms), NOW).remarks(Path("pm.md"), text.encode(), named=True) or []
    (only,) = [one.message for one in found if one.rule == rule]
    return only


@pytest.mark.parametrize(
    "below",
    [
        "",
        "\n\n-\n\n",
        "TBD",
        "*To be written.*\n",
        "TODO: ask Lee",
        "...",
        "???",
        "<!-- what we learnt -->",
        "[Describe what was learnt]",
        "_What did we learn?_",
        "*Describe what went well, and why.*",
        "**What went well**\n\n**What went badly**",
        "- Good:\n- Bad:\n",
        "| What | Why |\n|---|---|\n| | |",
    ],
)
def test_a_known_section_without_words_is_empty(below: str) -> None:
    assert lint(f"# Outage\n\n## Lessons learned\n\n{below}\n\n## Notes\n", "empty-section") == [3]


@pytest.mark.parametrize(
    "below",
    [
        "None.",
        "N/A",
        "No customers noticed.",
        "- one",
        "*No harm was done.*",
        "*When the disk filled, everything stopped.*",
        "`exit 1`",
        "```\nlog\n```",
        "> They said so.",
        "![graph](graph.png)",
        "| What | Why |\n|---|---|\n| Disk | full |",
        "<details>Long story</details>",
        "### In short\n\nIt was the disk.",
        "**Nobody noticed.**",
    ],
)
def test_a_section_with_an_answer_is_not(below: str) -> None:
    assert lint(f"## Lessons learned\n\n{below}\n", "empty-section") == []


def test_what_is_missing_is_said_where_it_belongs() -> None:
    text = (
        "## Analysis\n\n### Detection\n\n### Response\n\nOK.\n\n## Mine\n\n## Timeline\n\nAll times in UTC.\n"
    )
    assert lint(text, "empty-section") == [3, 11]
    assert lint("## Analysis\n\n### Detection\n\n### Response\n", "empty-section") == [3, 5]
    assert lint("## Analysis\n\n### Our own\n", "empty-section") == [1]


def test_a_hint_in_italics_is_one_in_our_own_documents() -> None:
    own = "---\nid: 1\nincident: INC-1\n---\n## Fault\n\n_What did not work as it should._\n"
    assert lint(own, "empty-section") == [5]
    assert message(own, "empty-section").startswith('"Fault" says only "What did not work as it should."')
    assert lint("## Fault\n\n_The disk was full._\n", "empty-section") == []


@pytest.mark.parametrize(
    "row",
    [
        "- Time to detect: ?",
        "- Time to detect:",
        "- **Time to detect:** TBD",
        "* Time to detect: XXX",
        "Time to detect: _unknown: fill in_",
        "| | |\n|--|--|\n| Time to detect | _unknown: fill in_ |",
        "| | |\n|--|--|\n| Time to detect | |",
        "| | a | b |\n|--|--|--|\n| Time to detect | 1 | ? |",
    ],
)
def test_a_figure_that_is_not_filled_in_is_missing(row: str) -> None:
    text = f"## Stats\n\n{row}\n"
    assert lint(text, "stats-missing") == [len(text.splitlines())]
    assert lint(text, "empty-section") == []


@pytest.mark.parametrize(
    "row",
    [
        "- Time to detect: N/A",
        "- Time to detect: 0 minutes",
        "- Time to detect: unknown, the logs are gone",
        "- Affected users:\n  - EU: 12\n",
        "| | |\n|--|--|\n| Time to detect | 4 min |",
        "| | a | note |\n|--|--|--|\n| Time to detect | 1 | |",
        "| | a | note |\n|--|--|--|\n| Time to detect | 1 | - |",
        "See the dashboard.",
    ],
)
def test_a_figure_that_is_known_or_cannot_be_is_not(row: str) -> None:
    assert lint(f"## Stats\n\n{row}\n", "stats-missing") == []


def test_a_figure_is_called_by_its_row_or_else_its_column() -> None:
    wide = (
        "## Stats\n\n| What | Value | How |\n|--|--|--|\n| Affected users | _unknown: fill in_ | counted |\n"
    )
    assert message(wide, "stats-missing").startswith(
        '"Affected users" is not filled in ("unknown: fill in").'
    )
    across = "## Stats\n\n| Users | Time to detect |\n|--|--|\n| ? | 5 min |\n"
    assert message(across, "stats-missing").startswith('"Users" is not filled in.')


def test_customers_who_were_told_nothing_need_no_words() -> None:
    own = "---\nid: 1\nincident: INC-1\n{more}---\n## For customers\n\n_What happened._\n"
    assert lint(own.format(more=""), "empty-section") == []
    assert lint(own.format(more="public_title: Checkout\n"), "empty-section") == [6]


def test_two_rows_of_one_paragraph_have_their_own_lines() -> None:
    assert lint("## Stats\n\nFirst: 1 min\nSecond: ?\nThird: ?\n", "stats-missing") == [4, 5]


@pytest.mark.parametrize(
    "whys",
    [
        "1. Why did it fail? The disk was full.\n2. Why was it? Logs.\n",
        "- Why was it down? The disk.\n  - Why? Logs.\n",
        "Why was it down? The disk.\nWhy? Logs.\n",
        "### Why was it down?\n\nThe disk.\n",
        "1. **Why was it down?** The disk.\n2. **Why was that?** [Answer]\n",
    ],
)
def test_fewer_than_three_whys_are_few(whys: str) -> None:
    assert lint(f"## Root cause\n\n{whys}", "few-whys") == [1]


@pytest.mark.parametrize(
    "text",
    [
        "## Root cause\n\nThe disk was full, as nothing deletes logs.\n",
        "## Root cause\n\n1. The disk was full.\n2. Nobody was paged.\n",
        "## Root cause\n\n1. Why? A\n2. Why? B\n3. And why was that? C\n",
        "## Root cause\n\n1. Why 1: A\n2. Why 2: B\n3. Why 3: C\n",
        "## Contributing factors\n\n- Why it was slow is not known.\n",
        "## Five whys\n\n1. A\n2. B\n3. C\n",
        "## Root cause\n\n> Why? Because.\n",
        "## Root cause analysis\n\n### Five whys\n\n- A\n- B\n- C\n",
    ],
)
def test_three_whys_or_plain_words_are_enough(text: str) -> None:
    assert lint(text, "few-whys") == []


def test_where_whys_are_promised_bullets_are_counted() -> None:
    assert lint("## Root cause\n\n### Five whys\n\n1. A\n2. B\n", "few-whys") == [3]
    ours = "---\nid: 1\nincident: INC-1\n---\n## Root cause\n\n"
    assert lint(f"{ours}1. The disk was full.\n2. _Why was that?_\n", "few-whys") == [5]
    # Where none was written, it is the section that is empty.
    assert lint(f"{ours}1. _Why?_\n2. _Why was that?_\n", "few-whys") == []
    assert lint(f"{ours}1. _Why?_\n2. _Why was that?_\n", "empty-section") == [5]


@pytest.mark.parametrize(
    "said",
    [
        "Human error.",
        "- Human error in not knowing where the logs are.",
        "The engineer forgot to renew the certificate.",
        "An on-call engineer accidentally dropped the table.",
        "@dana did not check the plan.",
        "Dana Okafor ran the wrong command.",
        "It was caused by a developer who was new.",
        "A typo by one of our engineers: the developer's mistake.",
        "Somebody pushed to the wrong branch.",
        "| When | What |\n|--|--|\n| 10:00 | the DBA mistakenly deleted it |",
        "Operator error.",
    ],
)
def test_a_person_is_no_cause(said: str) -> None:
    text = f"## Root cause\n\n{said}\n"
    assert lint(text, "human-cause", people=("dana", "Dana Okafor")) == [len(text.splitlines())]


@pytest.mark.parametrize(
    "said",
    [
        "The pod failed to start, and the node forgot its lease.",
        "Nothing prevents human error here.",
        "The form is prone to human error.",
        "This was not a human error.",
        '"Human error" is what the first report said.',
        "> Human error.",
        "`human error`",
        "```\nthe engineer forgot\n```",
        "The Prometheus operator failed to reconcile.",
        "A user mistyped the address.",
        "We failed to verify it in the sandbox.",
        "The engineer's laptop failed to boot.",
        "It was caused by an engineer's laptop.",
        "The developer console failed to load.",
        "The engineers found it and rolled back.",
        "The engineer was not told.",
        "Engineering failed to scale.",
    ],
)
def test_machines_and_quotations_are_no_people(said: str) -> None:
    assert lint(f"## Root cause\n\n{said}\n", "human-cause") == []


def test_only_where_causes_are_told() -> None:
    said = "Human error.\n"
    assert lint(f"## Timeline\n\n{said}", "human-cause") == []
    assert lint(f"## Action items\n\n- {said}", "human-cause") == []
    assert lint(f"# Outage\n\n{said}", "human-cause") == []
    assert lint("## Timeline\n\n- 10:00 the engineer forgot the flag\n", "human-cause") == []
    assert lint("# Outage\n\n## Summary\n\nDown, due to human error.\n", "human-cause") == [5]
    assert lint("## Root cause\n\n### The disk\n\nHuman error.\n", "human-cause") == [5]


def test_care_is_no_safeguard() -> None:
    assert lint("## Lessons learned\n\n- Be more careful.\n", "human-cause") == [3]
    assert lint("## Lessons learned\n\n- Carefully chosen limits helped.\n", "human-cause") == []


@pytest.mark.parametrize(
    "said",
    [
        "It was careless.",
        "Sheer negligence.",
        "A stupid mistake.",
        "They should have known.",
        "The platform team should have tested this.",
        "It was the fault of the platform team.",
        "The developers are to blame.",
        "The outage was their fault.",
    ],
)
def test_blame_is_found_anywhere(said: str) -> None:
    assert lint(f"# Outage\n\n## Impact\n\n{said}\n", "blaming") == [5]


@pytest.mark.parametrize(
    "said",
    [
        "The effect was negligible.",
        "It was the fault of the disk, a fault in the network, a default.",
        "We should have tested this.",
        "The alert should have fired.",
        "Nobody was careless.",
        '"Careless", a customer wrote.',
        "The index was messed up.",
        "Lazy loading made it slow.",
        "git blame shows it.",
    ],
)
def test_things_may_be_blamed(said: str) -> None:
    assert lint(f"## Impact\n\n{said}\n", "blaming") == []


def test_each_line_is_said_once() -> None:
    text = "## Root cause\n\nIt was careless and stupid,\nsloppy and reckless.\n"
    assert lint(text, "blaming") == [3, 4]


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
