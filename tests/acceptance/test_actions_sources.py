"""Action items of post-mortems that live in a wiki: filed once, compared, and nothing written there."""

from collections.abc import Iterator

import pytest

from chatops.sandbox import Fault, Sandbox
from chatops_confluence.sandbox import ConfluenceStandIn
from chatops_jira.sandbox import JiraStandIn
from tests.kit import Cli
from tests.plugins.test_confluence_source import TASKS

ACTIONS = '[actions]\ntracker = "jira"\nsources = ["wiki"]\n'


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(only=[JiraStandIn, ConfluenceStandIn]) as served:
        yield served


@pytest.fixture
def wiki(box: Sandbox) -> ConfluenceStandIn:
    found = box.standins["confluence"]
    assert isinstance(found, ConfluenceStandIn)
    return found


@pytest.fixture
def team(cli: Cli, box: Sandbox) -> Cli:
    (cli.home / "postmortems").mkdir()
    (cli.home / "postmortems" / "pm.md").write_text("# Actions\n- in a file\n")
    cli.configure(f"{ACTIONS}{box.config()}")
    return cli


def summaries(box: Sandbox) -> list[str]:
    jira = box.standins["jira"]
    assert isinstance(jira, JiraStandIn)
    return sorted(issue.fields["summary"] for issue in jira.issues)


def test_items_of_pages_are_filed_once_and_lead_back(
    team: Cli, box: Sandbox, wiki: ConfluenceStandIn
) -> None:
    page = wiki.write("Disk full", TASKS.replace("OPS-7", ""), labels=("postmortem",))
    done = team.here("actions", "sync")
    assert summaries(box) == ["Alert on a full disk, by see this", "And its cable", "in a file"]
    assert done.out.endswith("4 items in 2 documents: 3 filed.\n")
    before = page.body
    box.log.clear()
    again = team.here("actions", "sync")
    assert again.out.endswith("4 items in 2 documents: everything is in step.\n")
    reading = ("/bulkfetch", "/search/jql")
    assert [a for a in box.log.all() if a.writes and not a.path.endswith(reading)] == []
    assert page.body == before
    jira = box.standins["jira"]
    assert isinstance(jira, JiraStandIn)
    (filed,) = [issue for issue in jira.issues if issue.fields["summary"] == "And its cable"]
    assert f"/pages/{page.id}" in filed.remote_links[0].object["url"]


def test_a_wiki_that_is_down_is_said_and_the_files_are_done(
    team: Cli, box: Sandbox, wiki: ConfluenceStandIn
) -> None:
    box.faults.plan(Fault(kind="status", standin="confluence", status=400, times=None))
    done = team.here("actions", "sync", code=1)
    assert summaries(box) == ["in a file"]
    assert "wiki did not answer as it should" in done.err
    assert "1 item in 1 document: 1 filed so far.\n" in done.out


def test_a_source_that_is_no_instance_is_named_with_its_setting(team: Cli, box: Sandbox) -> None:
    team.configure(f"{ACTIONS.replace('wiki', 'wikki')}{box.config()}")
    done = team.here("actions", "sync", code=4)
    assert "actions.sources names no instance of a plugin. Did you mean 'wiki'?" in done.err
