"""`chatops postmortem lint`: findings with their lines, in the form that is asked for, and an exit code."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.kit import Cli, Done

Lint = Callable[..., Done]
DOCUMENT = """\
---
incident: INC-7
severity: sev1
resolved_at: 2020-11-20T10:00:00Z
---
# Checkout was down

## Summary

Down for an hour.

## Root cause

The engineer forgot the index.

## Lessons learned
"""
LATE = (
    "review-overdue: The review was due on 2020-11-25, sev1's policy. "
    "Hold it, and write its day into reviewed."
)
HUMAN = (
    'human-cause: "The engineer forgot" is not a cause yet. '
    "Which safeguard was missing, that people needed here?"
)
EMPTY = 'empty-section: "Lessons learned" has nothing below it. Write it, or take the heading out.'
RULES = ["review-overdue", "human-cause", "empty-section"]


@pytest.fixture
def folder(cli: Cli) -> Path:
    cli.configure("[severities.sev1]\nreview_within = '5d'\n")
    folder = cli.home / "pm"
    folder.mkdir()
    (folder / "a.md").write_text(DOCUMENT)
    (folder / "good.md").write_text("# Post-mortem\n\n## Summary\n\nDown, then up.\n")
    (folder / "README.md").write_text("# About\n\n## Lessons learned\n")
    (folder / "picture.md").write_bytes(b"\x89PNG\0# Post-mortem")
    return folder


@pytest.fixture
def lint(cli: Cli, folder: Path) -> Lint:
    return partial(cli.here, "postmortem", "lint")


def test_findings_have_their_lines_and_a_count(cli: Cli, folder: Path) -> None:
    done = cli("postmortem", "lint", "pm", code=5)
    assert done.out.splitlines() == [
        f"pm/a.md:4: {LATE}",
        f"pm/a.md:14: {HUMAN}",
        f"pm/a.md:16: {EMPTY}",
        "3 findings in 1 of 2 documents: 1 review-overdue, 1 human-cause, 1 empty-section.",
    ]
    assert done.err == ""


def test_a_document_without_findings_passes(lint: Lint) -> None:
    done = lint("pm/good.md")
    assert done.out == "1 document, no findings.\n"


def test_what_is_named_is_checked_whatever_it_is(folder: Path, lint: Lint) -> None:
    named = str(folder / "README.md")
    done = lint("pm", named, "--json", code=5).json()
    assert {one["path"] for one in done} == {"pm/a.md", named}


def test_every_form_can_be_asked_for(lint: Lint) -> None:
    def said(*args: str) -> str:
        return lint("pm", *args, code=5).out

    assert [one["rule"] for one in json.loads(said("--json"))] == RULES
    assert said("--format", "json") == said("--json")
    assert said("-q") == "pm/a.md\n"
    assert said("--format", "github").splitlines()[0] == (
        f"::warning file=pm/a.md,line=4,title=review-overdue::{LATE.removeprefix('review-overdue: ')}"
    )
    assert [one["check_name"] for one in json.loads(said("--format", "gitlab"))] == RULES
    (suite,) = ET.fromstring(said("--format", "junit"))
    assert [(case.get("classname"), case.get("name")) for case in suite] == [
        *(("pm/a.md", rule) for rule in RULES),
        ("pm/good.md", "checked"),
    ]
    (run,) = json.loads(said("--format", "sarif"))["runs"]
    assert [one["ruleId"] for one in run["results"]] == RULES
    wrong = lint("pm", "--format", "gitlap", code=2)
    assert "There is no format 'gitlap'. Did you mean 'gitlab'?" in wrong.err


def test_a_format_can_go_to_a_file(cli: Cli, folder: Path, lint: Lint) -> None:
    for args in (["--format", "junit", "--output", "out/found.xml"], ["--output", "o.xml", "--format=junit"]):
        assert lint("pm", *args, code=5).out == lint("pm", code=5).out
    assert (cli.home / "out" / "found.xml").read_text() == (cli.home / "o.xml").read_text()
    assert (
        "cannot be written: Is a directory." in lint("pm", "--format", "junit", "--output", "out", code=2).err
    )
    assert "--output is for a --format" in lint("pm", "--output", "o.xml", code=2).err
    check = ("actions", "sync", "pm", "--format", "junit", "--output", "items.xml")
    (folder / "a.md").write_text("# Actions\n- Nobody's\n")
    assert "pm/a.md:2: ownerless" in cli.here(*check, "--check", code=5).out
    assert "belong to --check" in cli.here(*check, code=2).err
    assert "ownerless" in (cli.home / "items.xml").read_text()


def test_rules_are_left_out_on_the_line_and_by_the_configuration(cli: Cli, lint: Lint) -> None:
    cli.configure("[postmortem]\nignore = ['human-cause', 'review-overdue']\n")
    done = lint("pm", "--ignore", "empty-section")
    assert done.out == "2 documents, no findings.\n"
    wrong = lint("pm", "--ignore", "empty-sections", code=2)
    assert "There is no rule 'empty-sections'. Did you mean 'empty-section'?" in wrong.err


def test_a_rule_that_there_is_not_is_a_fault_of_the_configuration(cli: Cli, lint: Lint) -> None:
    cli.configure("[postmortem]\nignore = ['few-why']\n")
    done = lint("pm", code=4)
    assert "postmortem.ignore: There is no rule 'few-why'. Did you mean 'few-whys'?" in done.err
    assert done.out == ""


def test_people_are_known_by_the_names_that_the_team_gives_them(cli: Cli, folder: Path, lint: Lint) -> None:
    (folder / "a.md").write_text("# Post-mortem\n\n## Root cause\n\nLee Chan failed to renew it.\n")
    assert "Lee Chan" not in lint("pm").out
    cli.configure("[people.lee]\nnames = ['Lee Chan']\n")
    assert '"Lee Chan failed to" is not a cause yet.' in lint("pm", code=5).out


def test_what_cannot_be_read_is_said_and_the_rest_is_checked(folder: Path, lint: Lint) -> None:
    (folder / "latin.md").write_bytes("# Post-mortem für alle\n".encode("latin-1"))
    (folder / "large.md").write_bytes(b"# Post-mortem\n" + b"x" * 2_000_000)
    (folder / "deep.md").write_text("# Post-mortem\n\n" + "> " * 1000 + "deep\n")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.md").symlink_to("nowhere.md")
    done = lint("pm", "--ignore", "review-overdue", code=1)
    assert [line.split(" ")[1] for line in done.err.splitlines()] == [
        *("pm/deep.md", "pm/gone.md", "pm/large.md", "pm/latin.md")
    ]
    assert len(done.out.splitlines()) == 3


def test_a_file_s_odd_name_and_words_do_no_harm(folder: Path, lint: Lint) -> None:
    odd = os.fsencode(folder) + b"/\x1b[31m\xff\n.md"
    Path(os.fsdecode(odd)).write_text(
        "# Post-mortem\n\n## Root cause\n\nThe \x1b[31mintern\n::error:: forgot it.\n"
    )
    for form in ("text", "json", "github", "gitlab", "junit", "sarif"):
        done = lint("pm", "--format", form, code=5)
        assert "\x1b" not in done.out
        assert not any(line.startswith("::error") for line in done.out.splitlines())


def test_a_fresh_draft_is_all_to_be_written_and_nobody_is_blamed(cli: Cli) -> None:
    cli.here("declare", "Checkout", "down", "--no-public")
    cli.here("resolve", "INC-1", "--no-public")
    cli.here("postmortem", "draft", "INC-1")
    found = cli.here("postmortem", "lint", "postmortems", "--json", code=5).json()
    assert {one["rule"] for one in found} == {"empty-section", "stats-missing"}
    (path,) = (cli.home / "postmortems").iterdir()
    lines = path.read_text().splitlines()
    empty = [lines[one["line"] - 1].lstrip("# ") for one in found if one["rule"] == "empty-section"]
    assert empty == [
        *("Executive summary", "Client impact", "Lead-up", "Fault", "Detection", "Response", "Recovery"),
        *("Recurrence", "Root cause", "Short term", "Long term", "Lessons learned", "Action items"),
    ]
    assert all("_unknown" in lines[one["line"] - 1] for one in found if one["rule"] == "stats-missing")
    path.write_text(path.read_text().replace("1. _Why did customers notice anything?_", "1. Why? The disk."))
    found = cli.here("postmortem", "lint", "postmortems", "--json", code=5).json()
    assert [lines[one["line"] - 1] for one in found if one["rule"] == "few-whys"] == ["## Root cause"]
