"""Where a post-mortem names a person for a cause, or blames somebody; and what only looks so."""

import pytest

from tests.linting import lint


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
