"""Templates of one's own: what they can use, and what is said of those that cannot be used."""

import re
from pathlib import Path

import pytest

from chatops import events as e
from chatops.postmortem.template import BadTemplate, render, variables
from tests.postmortems import INCIDENT, again, facts, new

DOCS = Path(__file__).parents[2] / "docs" / "postmortems.md"
TOLD = (
    e.PublicUpdatePublished,
    {"sequence": 1, "title": "Payments", "text": "It *fails*.", "status": "investigating", "impact": "major"},
)


def template(folder: Path, text: str) -> Path:
    path = folder / "ours.md.j2"
    path.write_text(text)
    return path


def example() -> str:
    """The template that the documentation shows."""
    (found,) = re.findall(r"```jinja\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    return str(found)


def test_the_documented_template_is_one(tmp_path: Path) -> None:
    item = e.ActionItem("abcdefghjkmn", "Alert on it", "dana")
    found = facts(TOLD, (e.ActionItemAdded, {"item": item}), title="Checkout | is *down*")
    path = template(tmp_path, example())
    made = new(found, path)
    text = made.data.decode()
    assert made.left == ()
    assert f"id: {INCIDENT}\n" in text
    assert "\nteam: payments\n" in text
    assert "# INC-12: Checkout \\| is \\*down\\*" in text
    assert "| Time to acknowledge | 3 min |" in text
    assert "- 2026-11-21 11:53 UTC: It \\*fails\\*." in text
    assert "(@dana) <!-- action:abcdefghjkmn -->" in text
    later = facts(TOLD, (e.ActionItemAdded, {"item": item}), (e.Resolved, {}), title="Checkout | is *down*")
    parts = render(path, later).parts
    assert parts == ("stats", "timeline", "action-items")
    assert "timeline (1 new event)" in again(text, later).refreshed


def test_the_documentation_names_what_there_is() -> None:
    drafting = DOCS.read_text("utf-8").partition("\n## Checking")[0]
    listed = re.findall(r"^\| `(\w+)", drafting, re.MULTILINE)
    assert set(listed) == set(variables(facts(), []))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ declared_at }}", "2026-11-21 11:52 UTC"),
        ("{{ started_at }}", "_unknown: fill in_"),
        ("{{ services | join(' and ') }}", "checkout"),
        ("{{ '*' }}{{ '*bold*' | markdown }}", "\\**bold*"),
        ("{% if drill %}x{% endif %}{{ state }}", "open"),
    ],
)
def test_what_is_written_arrives_as_text(tmp_path: Path, text: str, said: str) -> None:
    assert render(template(tmp_path, text), facts()).text == said


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a\n{{ owner }}", 2, "'owner' is undefined"),
        ("a\n\n{% if %}", 3, "Expected an expression"),
        ("{{ computed('stat') }}", 1, "computed() knows 'stats', 'timeline', 'action-items', not 'stat'"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ title.__class__.__mro__ }}", 1, "unsafe"),
        ("{% include 'gone.md' %}", 1, "'gone.md' not found"),
        ("{% for x in range(9999999) %}{% endfor %}", 1, "Range too big"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = template(tmp_path, text)
    with pytest.raises(BadTemplate) as caught:
        render(path, facts())
    assert str(caught.value).startswith(f"The template {path}, line {line}: ")
    assert problem in str(caught.value)
    assert "What it can use: id, incident, title" in str(caught.value)


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "ours.md.j2"
    path.write_bytes(b"caf\xe9")
    with pytest.raises(BadTemplate, match="utf-8"):
        render(path, facts())
