"""The jobs of docs/ci that look at a proposed change, and the weekly one that reports, run as they stand."""

from xml.etree import ElementTree as ET

import pytest

from tests.ci_place import DOCUMENT, Place, place
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


@pytest.fixture
def busy(place: Place) -> Place:
    """Beside the post-mortem there is one that has been wanting for years."""
    place.push("The old one", {"old.md": OTHERS, "README.md": "# How we write these\n"})
    return place


def test_an_innocent_change_passes_whatever_others_owe(busy: Place) -> None:
    new = DOCUMENT.replace("0001", "0002").replace("abcdefghjkmn", "bbcdefghjkmn")
    busy.change("A new one", {"new.md": new})
    busy.run("check", 0, JIRA_TOKEN="")
    assert busy.desk.sandbox.log.all() == []


def test_a_guilty_one_fails_with_the_line(busy: Place) -> None:
    busy.change("Wanting", {"one.md": GUILTY})
    told = busy.run("check", 5, JIRA_TOKEN="")
    assert "Somebody should look at it" in told.out
    assert "old.md" not in told.out
    where = (
        "file=postmortems/one.md,line=11" if busy.service == "github" else "postmortems/one.md:11: ownerless"
    )
    assert where in told.out


def test_a_document_that_a_reviewer_would_send_back_fails(busy: Place) -> None:
    busy.change("Blame", {"new.md": OTHERS.replace("(due 2020-01-01)", "@dana (due 2099-01-01)")})
    told = busy.run("check", 123, JIRA_TOKEN="")
    assert "human-cause" in told.out


def test_a_change_of_other_files_passes(busy: Place) -> None:
    busy.change("Not a document", {"notes.txt": "x"})
    busy.run("check", 0, JIRA_TOKEN="")


def test_a_change_of_the_folders_own_readme_passes(busy: Place) -> None:
    busy.change("Not a post-mortem", {"README.md": "# How we write these\n\n## When\n\n## How\n\nWell.\n"})
    busy.run("check", 0, JIRA_TOKEN="")


def test_a_document_that_is_deleted_passes(busy: Place) -> None:
    (busy.people / "postmortems" / "old.md").unlink()
    busy.change("Away", {"notes.txt": "x"})
    busy.run("check", 0, JIRA_TOKEN="")


@pytest.mark.parametrize("place", ["gitlab", "bitbucket"], indirect=True)
@pytest.mark.parametrize("guilty", [True, False])
def test_the_reports_are_what_the_service_reads(busy: Place, guilty: bool) -> None:
    busy.change("A change", {"one.md": GUILTY} if guilty else {"notes.txt": "x"})
    busy.run("check", 5 if guilty else 0, JIRA_TOKEN="")
    reports = [ET.parse(path) for path in (busy.top / "job-1").glob("**/*.xml")]
    assert any(report.find(".//failure") is not None for report in reports) == guilty
    if busy.service == "bitbucket":
        assert (busy.top / "job-1" / "test-reports" / "items.xml").exists()


def test_the_weekly_report_needs_no_secret(busy: Place) -> None:
    told = busy.run("report", JIRA_TOKEN="")
    folder = busy.top / "job-1"
    assert "<html" in (folder / "action-items.html").read_text()
    if busy.service == "github":
        assert "\n| dana | 1 |" in (folder / "summary.md").read_text()
    else:
        assert "dana" in told.out
    assert busy.desk.sandbox.log.all() == []
