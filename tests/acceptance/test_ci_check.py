"""The jobs of docs/ci that look at a proposed change, and the weekly one that reports, run as they stand."""

from xml.etree import ElementTree as ET

import pytest

from tests.ci_place import DOCUMENT, Place, of_all, place
from tests.syncing import desk

__all__ = ["desk", "place"]

#: What a change has nothing to do with: an item that is late and nobody's, and a person as the cause.
OTHERS = """---
id: others
incident: INC-3
---
# Post-mortem: The old one

## Root cause

Human error.

## Action items

- Late (due 2020-01-01)
"""
GUILTY = DOCUMENT + "- [ ] Somebody should look at it\n"
BLAME = OTHERS.replace("(due 2020-01-01)", "@dana (due 2099-01-01)")


@pytest.fixture
def busy(place: Place) -> Place:
    """Beside the post-mortem there is one that has been wanting for years."""
    place.push("The old one", {"old.md": OTHERS, "README.md": "# How we write these\n"})
    return place


def failures(place: Place) -> list[str | None]:
    """What the reports that the service reads say, each of which must be there."""
    names = {"github": (), "gitlab": ("items", "documents"), "bitbucket": ("items", "documents")}
    folder = place.top / "job-1" / ("test-reports" if place.service == "bitbucket" else "")
    reports = [ET.parse(folder / f"{name}.xml") for name in names[place.service]]
    return [case.get("name") for report in reports for case in report.iter("testcase") if len(case)]


def test_an_innocent_change_passes_whatever_others_owe(busy: Place) -> None:
    new = DOCUMENT.replace("0001", "0002").replace("abcdefghjkmn", "bbcdefghjkmn")
    better = OTHERS.replace("The old one\n", "The old one\n\n## Lessons learned\n\nSwitch it off first.\n")
    guide = "# How we write these\n\n## When\n\n## How\n\nWell.\n"
    busy.change("A new one", {"new.md": new, "old.md": better, "README.md": guide})
    told = busy.run("check", 0, JIRA_TOKEN="")
    assert "2 documents, no findings." in told.out
    assert failures(busy) == []
    assert busy.desk.sandbox.log.all() == []


@of_all
def test_a_guilty_one_fails_with_the_lines_that_it_wrote(busy: Place) -> None:
    busy.change("Wanting", {"one.md": GUILTY, "new.md": BLAME})
    told = busy.run("check", 5, JIRA_TOKEN="")
    assert "Somebody should look at it" in told.out
    assert "old.md" not in told.out
    if busy.service == "github":
        assert "file=postmortems/one.md,line=11,title=ownerless" in told.out
        assert "file=postmortems/new.md,line=9,title=human-cause" in told.out
    else:
        assert "postmortems/one.md:11: ownerless" in told.out
        assert "postmortems/new.md:9: human-cause" in told.out
        assert failures(busy) == ["ownerless", "undated", "human-cause"]


@pytest.mark.parametrize("guilty", ["one.md", "new.md"])
def test_either_of_both_checks_fails_the_job(busy: Place, guilty: str) -> None:
    busy.change("Wanting", {guilty: {"one.md": GUILTY, "new.md": BLAME}[guilty]})
    busy.run("check", 5, JIRA_TOKEN="")


def test_a_change_of_other_files_and_a_document_that_is_deleted_pass(busy: Place) -> None:
    (busy.people / "postmortems" / "old.md").unlink()
    busy.change("Away", {"notes.txt": "x"})
    told = busy.run("check", 0, JIRA_TOKEN="")
    assert told.out.count("0 documents, no findings.") == 2
    assert failures(busy) == []


@of_all
def test_the_weekly_report_needs_no_secret(busy: Place) -> None:
    told = busy.run("report", JIRA_TOKEN="")
    folder = busy.top / "job-1"
    assert "<html" in (folder / "action-items.html").read_text()
    if busy.service == "github":
        assert "\n| dana | 1 |" in (folder / "summary.md").read_text()
    else:
        assert "dana" in told.out
    assert busy.desk.sandbox.log.all() == []
