"""Jira's stand-in, driven by two clients that we did not write."""

from collections.abc import Iterator
from typing import Any

import pytest
from atlassian import Jira as Atlassian
from atlassian.jira import JiraCloud
from jira import JIRA, JIRAError

from tests.plugins.test_jira_sandbox_support import Jira, document, jira, old

__all__ = ["jira", "old"]

HREF = {"url": "https://example.com/1", "title": "Incident 1"}


@pytest.fixture(params=["3", "2"])
def cloud(jira: Jira, request: pytest.FixtureRequest) -> Iterator[JIRA]:
    """The `jira` library, for either version of Cloud's API."""
    client = JIRA(
        jira.standin.url,
        options={"rest_api_version": request.param},
        basic_auth=(jira.standin.user, jira.standin.token),
        max_retries=0,
    )
    yield client
    client._session.close()


@pytest.fixture
def classic(old: Jira) -> Iterator[JIRA]:
    """The `jira` library, for Data Center."""
    client = JIRA(old.standin.url, token_auth=old.standin.token, max_retries=0)
    yield client
    client._session.close()


def rich(client: JIRA, text: str) -> Any:
    """The text as this client has to send it."""
    return document(text) if client._options["rest_api_version"] == "3" else text


def data(answer: Any) -> Any:
    """An answer, of which that client says only that it may be one."""
    return answer


def ways(client: JIRA, key: str) -> dict[str, str]:
    return {way["to"]["name"]: way["id"] for way in client.transitions(key)}


def run(client: JIRA, person: str) -> None:
    """A ticket's life."""
    issue = client.create_issue(
        project="OPS", issuetype="Incident", summary="Down", description=rich(client, "Since 9"), labels=["a"]
    )
    assert (issue.key, issue.fields.status.name) == ("OPS-1", "To Do")
    client.transition_issue(issue, ways(client, "OPS-1")["In Progress"])
    comment = client.add_comment("OPS-1", rich(client, "On it"))
    assert [found.id for found in client.comments("OPS-1", expand="properties")] == [comment.id]
    link = client.add_simple_link("OPS-1", HREF)
    assert [found.object.title for found in client.remote_links("OPS-1")] == ["Incident 1"]
    client.remote_link("OPS-1", link.id).delete()
    client.add_watcher("OPS-1", person)
    assert client.watchers("OPS-1").watchCount == 2
    client.assign_issue("OPS-1", person)
    issue.update(fields={"labels": ["a", "b"], "priority": {"name": "High"}})
    client.add_issue_property("OPS-1", "chatops", {"key": "k"})
    assert client.issue_property("OPS-1", "chatops").value.key == "k"
    other = client.create_issue(project="PAY", issuetype="Bug", summary="Retries")
    client.create_issue_link("Relates", "OPS-1", other.key)
    client.transition_issue("OPS-1", ways(client, "OPS-1")["Done"])
    (found,) = client.search_issues("project = OPS AND labels = b")
    shown = found.raw["fields"]
    assert (shown["status"]["name"], shown["resolution"]["name"]) == ("Done", "Done")
    assert shown["assignee"]["displayName"] == "Dana Fox"
    assert shown["issuelinks"][0]["outwardIssue"]["key"] == other.key


def test_a_ticket_lives_on_cloud(cloud: JIRA) -> None:
    run(cloud, "dana@example.com")


def test_a_ticket_lives_on_data_center(classic: JIRA) -> None:
    run(classic, "dana")


def test_many_are_made_and_paged_on_cloud(cloud: JIRA) -> None:
    said = [{"project": "OPS", "issuetype": "Task", "summary": f"No {n}"} for n in range(7)]
    said[3]["summary"] = ""
    made = cloud.create_issues(said, prefetch=False)
    assert [one["status"] for one in made].count("Success") == 6
    assert made[3]["error"] == {"summary": "You must specify a summary of the issue."}
    assert len(cloud.enhanced_search_issues("project = OPS", maxResults=0)) == 6
    page = cloud.enhanced_search_issues("project = OPS", maxResults=4, json_result=True)
    assert isinstance(page, dict)
    assert (len(page["issues"]), page["isLast"]) == (4, False)
    assert cloud.approximate_issue_count("project = OPS") == 6


def test_a_search_is_paged_on_data_center(classic: JIRA) -> None:
    for number in range(5):
        classic.create_issue(project="OPS", issuetype="Task", summary=f"No {number}", prefetch=False)
    found = classic.search_issues("project = OPS ORDER BY key ASC", startAt=2, maxResults=2)
    assert [issue.key for issue in found] == ["OPS-3", "OPS-4"]


def test_what_a_site_has_is_listed(cloud: JIRA) -> None:
    assert [p.key for p in cloud.projects()] == ["OPS", "PAY"]
    assert [c.name for c in cloud.project_components("OPS")] == ["API", "Checkout", "Website"]
    assert "Highest" in {priority.name for priority in cloud.priorities()}
    assert "Done" in {status.name for status in cloud.statuses()}
    assert {field["id"] for field in cloud.fields()} >= {"summary", "customfield_10010"}
    assert cloud.myself()["emailAddress"] == "bot@example.com"
    assert cloud.my_permissions(projectKey="OPS", permissions="CREATE_ISSUES")["permissions"]
    assert [user.displayName for user in cloud.search_users(query="mar")] == ["Marta Ruiz"]


def test_a_screen_is_described_on_data_center(classic: JIRA) -> None:
    assert "Incident" in {kind.name for kind in classic.project_issue_types("OPS")}
    shown = {field.fieldId: field for field in classic.project_issue_fields("OPS", "10002")}
    assert (shown["summary"].required, shown["labels"].required) == (True, False)
    assert [option.value for option in shown["customfield_10012"].allowedValues] == ["SEV1", "SEV2", "SEV3"]


def test_a_refusal_is_read(cloud: JIRA) -> None:
    with pytest.raises(JIRAError, match="Priority name 'Urgent' is not valid") as error:
        cloud.create_issue(project="OPS", issuetype="Task", summary="x", priority={"name": "Urgent"})
    assert error.value.status_code == 400


@pytest.mark.filterwarnings("ignore:Unable to gather applicationlinks")
def test_a_global_id_is_linked_once(cloud: JIRA) -> None:
    cloud.create_issue(project="OPS", issuetype="Task", summary="x")
    first = cloud.add_remote_link("OPS-1", HREF, globalId="a")
    assert cloud.add_remote_link("OPS-1", HREF, globalId="a").id == first.id
    assert len(cloud.remote_links("OPS-1")) == 1


def test_another_client_agrees_on_data_center(old: Jira) -> None:
    with Atlassian(old.standin.url, token=old.standin.token) as client:
        said = {"project": {"key": "OPS"}, "issuetype": {"name": "Bug"}, "summary": "Down"}
        assert data(client.create_issue(said))["key"] == "OPS-1"
        client.issue_add_comment("OPS-1", "h1. Hi")
        assert [c["body"] for c in data(client.issue_get_comments("OPS-1"))["comments"]] == ["h1. Hi"]
        client.set_issue_status("OPS-1", "In Progress")
        assert client.get_issue_status("OPS-1") == "In Progress"
        client.create_or_update_issue_remote_links("OPS-1", "https://x", "X", global_id="g")
        client.create_or_update_issue_remote_links("OPS-1", "https://y", "Y", global_id="g")
        assert [link["object"]["title"] for link in data(client.get_issue_remote_links("OPS-1"))] == ["Y"]
        client.issue_add_watcher("OPS-1", "dana")
        assert data(client.jql("project = OPS"))["total"] == 1


def test_another_client_agrees_on_cloud(jira: Jira) -> None:
    standin = jira.standin
    with JiraCloud(standin.url, username=standin.user, password=standin.token) as client:
        jira.created(labels=["a"])
        found = data(client.enhanced_jql("labels = a", fields="summary,labels"))
        assert [issue["key"] for issue in found["issues"]] == ["OPS-1"]
