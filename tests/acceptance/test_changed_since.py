"""`--changed-since` of both checks: nobody's change fails for what others left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops.actions.changed import Touched
from tests.kit import Cli, Done
from tests.syncing import git

Found = Callable[[], list[str]]
#: One finding of each sort, but for an item in two lines that lacks nothing yet.
OLD = """\
---
id: old
incident: INC-7
severity: sev1
review_due: 2020-11-25
ticket: null
---
# Post-mortem: Checkout was down

## Summary

The engineer forgot the index.
It was down for an hour.

## Root cause

1. Why was it down? The disk was full.
2. Why was it full? Logs.

## Action items

- Alert on slow payments
  @dana (due 2099-03-31) [OPS-1](https://jira.example.com/browse/OPS-1)
- Nobody's

## Lessons learned

### Where we got lucky

TBD
"""
ALL = ["review-overdue", "human-cause", "few-whys", "ownerless", "undated", "unlinked", "empty-section"]


@pytest.fixture
def path(cli: Cli) -> Path:
    """A document that a branch has left main with, beside one that cannot be read."""
    folder = cli.home / "pm"
    folder.mkdir()
    path = folder / "old.md"
    path.write_text(OLD)
    (folder / "latin.md").write_bytes("# Post-mortem für alle\n".encode("latin-1"))
    git(cli.home, "init", "-q")
    git(cli.home, "add", ".")
    git(cli.home, "commit", "-qm", "before")
    git(cli.home, "checkout", "-qb", "branch")
    return path


@pytest.fixture
def lint(path: Path, cli: Cli) -> Found:
    """The rules that are said to be broken, of the folder."""

    def rules() -> list[str]:
        told = cli.here("postmortem", "lint", "pm", "--changed-since", "main", code=None)
        found = broken(told)
        assert (told.code, told.err) == (5 if found else 0, "")
        return found

    return rules


def broken(told: Done) -> list[str]:
    return [line.split(": ")[1] for line in told.out.splitlines()[:-1]]


def test_what_is_as_it_was_is_not_even_read(path: Path, lint: Found, cli: Cli) -> None:
    assert lint() == []
    told = cli.here("postmortem", "lint", "pm", code=1)
    assert "latin.md is not UTF-8" in told.err
    assert sorted(broken(told)) == sorted(ALL)
    told = cli.here("actions", "sync", "pm", "--check", "--changed-since", "main")
    assert (told.out, told.err) == ("0 documents, no findings.\n", "")
    told = cli("postmortem", "lint", "pm", "--changed-since", "mane", code=2)
    assert "git cannot say what has changed" in told.err


@pytest.mark.parametrize(
    ("was", "new", "rules"),
    [
        ("# Post-mortem: Checkout was", "# Post-mortem: Payments were", []),
        ("It was down for an hour.", "It was down for two hours.", []),
        ("forgot the index.", "forgot the right index.", ["human-cause"]),
        ("ticket: null", "ticket: OPS-7", ["review-overdue"]),
        ("## Root cause", "## Root causes", ["few-whys"]),
        ("full? Logs.", "full? The logs.", ["few-whys"]),
        ("2. Why was it full? Logs.\n", "", []),
        ("TBD", "To be written", ["empty-section"]),
        ("TBD\n", "TBD\n\n## More\n\nWords.\n", []),
        ("  @dana (due", "  (due", ["ownerless"]),
        ("- Nobody's", "- Nobody's at all", ["ownerless", "undated", "unlinked"]),
        ("- Nobody's", "- Another one @dana (due 2099-01-01) OPS-2\n- Nobody's", []),
    ],
)
def test_what_is_touched_is_said(path: Path, lint: Found, was: str, new: str, rules: list[str]) -> None:
    assert was in OLD
    path.write_text(OLD.replace(was, new))
    assert lint() == rules


def test_of_items_the_check_of_the_sync_says_the_same(path: Path, cli: Cli) -> None:
    check = ("actions", "sync", "pm", "--check", "--changed-since", "main")
    path.write_text(OLD.replace("- Nobody's", "- Nobody's\n- A new one @dana (due 2099-01-01)"))
    assert broken(cli.here(*check, code=5)) == ["unlinked"]
    path.write_text(OLD.replace("  @dana (due", "  (due"))
    assert broken(cli.here(*check, code=5)) == ["ownerless"]


def test_all_of_a_new_file_is_touched(path: Path, lint: Found) -> None:
    path.with_name("new.md").write_text(OLD.replace("id: old", "id: new"))
    assert lint() == ALL


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_document_may_be_nothing_but_its_front_matter(path: Path, lint: Found, end: str) -> None:
    text = f"---\nincident: INC-8\nreview_due: 2020-01-01\n---{end}"
    path.with_name("new.md").write_text(text)
    assert lint() == ["review-overdue"]
    path.with_name("new.md").write_text("\ufeff" + text.replace("\n", "\r\n"))
    assert lint() == ["review-overdue"]


@pytest.mark.parametrize(
    "setting",
    ["diff.relative", "diff.interHunkContext", "diff.mnemonicPrefix", "core.quotePath", "diff.context"],
)
def test_how_somebody_reads_diffs_changes_nothing(
    path: Path, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(path.parent, "config", setting, "9" if setting.endswith("ontext") else "true")
    path.write_text(OLD.replace("severity: sev1", "severity: sev2").replace("ticket: null", "ticket: x"))
    monkeypatch.chdir(path.parent)
    assert list(Touched("main").lines(path)) == [range(4, 5), range(6, 7)]


def test_a_name_is_no_pattern_for_other_names(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd, other = path.with_name("old[1].md"), path.with_name("old1.md")
    for one in (odd, other):
        one.write_text("a\nb\n")
    git(path.parent, "add", ".")
    git(path.parent, "commit", "-qm", "two more")
    odd.write_text("new\nb\n")
    other.write_text("a\nnew\n")
    monkeypatch.chdir(path.parent)
    assert list(Touched("HEAD").lines(odd)) == [range(1, 2)]
