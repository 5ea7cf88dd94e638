"""Which documents `postmortem lint` looks at, and what they ask it to leave out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.actions.document import NotRead
from chatops.postmortem.lint.check import Check, Terms

CHECK = Check(Terms(), datetime(2026, 12, 1, tzinfo=UTC))
SECTIONS = "## Summary\n\nDown.\n\n## Timeline\n\n- 10:00 down\n\n## Root cause\n\nThe disk was full.\n"


def lines(text: str, rule: str) -> list[int]:
    found = CHECK.remarks(Path("pm.md"), text.encode(), named=True) or []
    return [one.line for one in found if one.rule == rule]


DOCUMENT = """\
{front}# Outage

{top}

## Summary

Words.
{above}
It was careless.

A careless one.

{beside}

## Root cause

{below}

Careless as well.

- Careless here. {inside}
- Careless there.

## Lessons learned
"""
COMMENT = "<!-- lint-ignore: blaming -->"


def made(**places: str) -> str:
    return DOCUMENT.format(
        **dict.fromkeys(("front", "top", "above", "beside", "below", "inside"), "") | places
    )


def kept(text: str) -> list[int]:
    """Which of the careless lines are found, counted from 1."""
    careless = [number for number, line in enumerate(text.split("\n"), 1) if "areless" in line]
    return [careless.index(line) + 1 for line in lines(text, "blaming")]


@pytest.mark.parametrize(
    ("place", "comment", "left"),
    [
        ("above", COMMENT, [2, 3, 4, 5]),
        ("beside", COMMENT, [1, 2]),
        ("below", "<!--LINT-IGNORE:empty-section,\tblaming-->", [1, 2]),
        ("inside", COMMENT, [1, 2, 3, 5]),
        ("top", COMMENT, []),
        ("inside", f"`{COMMENT}`", [1, 2, 3, 4, 5]),
        ("beside", f"```\n{COMMENT}\n```", [1, 2, 3, 4, 5]),
        ("above", "<!-- lint-ignore: human-cause -->", [1, 2, 3, 4, 5]),
        ("above", "<!-- later: lint-ignore: blaming -->", [1, 2, 3, 4, 5]),
    ],
)
def test_a_comment_leaves_out_what_it_stands_at(place: str, comment: str, left: list[int]) -> None:
    assert kept(made(**{place: comment})) == left


@pytest.mark.parametrize(
    "front",
    [
        f"{COMMENT}\n",
        "---\nlint_ignore: [human-cause, blaming]\n---\n",
        "---\nlint_ignore: blaming\n---\n",
    ],
)
def test_at_the_top_it_is_the_whole_document(front: str) -> None:
    text = made(front=front)
    assert kept(text) == []
    assert len(lines(text, "empty-section")) == 1


def test_a_list_and_a_table_are_left_out_whole() -> None:
    comment = "<!-- lint-ignore: blaming -->\n"
    text = f"## Impact\n\nA.\n\n{comment}\n- careless\n- stupid\n\n  careless\n\nIt was stupid.\n"
    assert lines(text, "blaming") == [12]
    text = f"## Impact\n\nA.\n\n{comment}\n| a |\n|--|\n| careless |\n| stupid |\n\nIt was stupid.\n"
    assert lines(text, "blaming") == [12]


def test_an_item_that_is_left_out_counts_for_nothing() -> None:
    items = "## Action items\n\n- Alert\n- Test <!-- lint-ignore: ownerless -->\n- Document @dana\n"
    assert lines(items, "ownerless") == [3]
    assert lines(items, "undated") == [3]
    items = "## Action items\n\n- Alert <!-- lint-ignore: ownerless -->\n- Test\n- Document\n"
    assert lines(items, "ownerless") == [4, 5]


@pytest.mark.parametrize(
    "text", ["# O\n\n<!-- lint-ignore: few-why -->\n", "---\nlint_ignore: [few-why]\n---\n# O\n"]
)
def test_a_rule_that_there_is_not_is_said(text: str) -> None:
    assert len(lines(text, "unknown-rule")) == 1
    assert lines("# O\n\n```\n<!-- lint-ignore: few-why -->\n```\n", "unknown-rule") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"# Outage\n\n{SECTIONS}"),
        ("a.md", "# Post-mortem: checkout\n\n## Summary\n\nDown.\n"),
        ("a.md", "# Incident report\n\n## Impact\n"),
        ("a.md", "---\nincident: INC-1\n---\nWords.\n"),
        ("a.md", "---\nid: 1\nseverity: sev1\n---\n# Outage\n"),
        ("a.md", "# Outage\n\n## Summary\n\n## Impact\n\n## Lessons learned\n\n## Action items\n"),
    ],
)
def test_a_post_mortem_is_known_in_a_folder(name: str, text: str) -> None:
    assert CHECK.remarks(Path(name), text.encode(), named=False) is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# About\n\nThere was an incident.\n"),
        ("a.md", "# Post-mortem process\n\n## Timeline\n\n## Action items\n"),
        ("post-mortem-template.md", f"# Incident\n\n{SECTIONS}"),
        ("a.md", "# How to write a post-mortem\n\n" + SECTIONS),
        ("README.md", "# Post-mortems\n\n- [One](one.md)\n"),
        ("a.md", "# When we hold a post-mortem\n\nAfter each incident.\n"),
        ("a.md", "---\nid: intro\n---\n# Introduction\n\n## Overview\n\n## Background\n"),
        ("a.md", "# Sprint 12\n\n## Summary\n\n## What went well\n\n## Next steps\n"),
        ("a.md", "# Library\n\n## Overview\n\n## Metrics\n\n## TODO\n\nHow incidents are kept.\n"),
        ("a.md", ""),
        ("a.md", "\0\1"),
    ],
)
def test_other_documents_are_passed_over_unless_they_are_named(name: str, text: str) -> None:
    assert CHECK.remarks(Path(name), text.encode(), named=False) is None
    if "\0" not in text:
        assert CHECK.remarks(Path(name), text.encode(), named=True) is not None


def test_what_may_be_one_and_cannot_be_read_is_said() -> None:
    with pytest.raises(NotRead):
        CHECK.remarks(Path("a.md"), b"# Post-mortem\n\xff", named=False)
    assert CHECK.remarks(Path("a.md"), b"# Notes\n\xff", named=False) is None
