"""Everything that docs/action-items.md shows is so."""

import re
from datetime import date
from pathlib import Path

import pytest

from chatops.actions import document, found
from chatops.actions.dates import Unclear, day
from chatops.actions.front_matter import ID_KEYS
from chatops.actions.labels import Labels

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "action-items.md").read_text("utf-8")


def between(start: str, end: str) -> str:
    return PAGE[PAGE.index(start) : PAGE.index(end, PAGE.index(start))]


def quoted(text: str) -> list[str]:
    return [" ".join(word.split()) for word in re.findall("`([^`]+)`", text)]


def test_the_dates() -> None:
    read = quoted(between("**Dates**", "Everything else is reported"))
    assert len(read) > 10
    assert {day(text) for text in read} == {date(2025, 3, 31)}
    refused = quoted(between("Everything else is reported", "`TBD`, `-`"))
    assert len(refused) > 4
    for text in refused:
        with pytest.raises(Unclear):
            day(text)
    assert {day(text) for text in quoted(between("`TBD`, `-`", "## How an item"))} == {None}


def test_the_headings() -> None:
    labels = Labels()
    named = between("such as\n", "; the whole list").removeprefix("such as\n").replace("\n", " ")
    assert [name for name in re.split(", | or ", named) if not labels.match(name)] == []
    assert labels.match("## 5. Follow-Up Actions (draft):")
    assert not labels.match("Actions taken")
    assert not labels.match("Lessons learned and actions")


def test_the_limits_and_names() -> None:
    assert f"| {document.MOST_BYTES:,} bytes of UTF-8" in PAGE
    assert f"{document.MOST_NESTED // 2} bullets deep" in PAGE
    assert f"| {found.MOST_ITEMS:,} |" in PAGE
    assert f"| {found.MOST_CHARACTERS:,} characters |" in PAGE
    assert [key for key in ID_KEYS if f"`{key}`" not in PAGE] == []
    (hook,) = re.findall(r"- id: (\S+)", PAGE)
    assert f"- id: {hook}\n" in (ROOT / ".pre-commit-hooks.yaml").read_text()
