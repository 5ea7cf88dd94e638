"""What is missing from a post-mortem: the words of a section, a figure, a why."""

import pytest

from tests.linting import lint, message


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
