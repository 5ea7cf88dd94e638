"""Jira's stand-in: search, and the index that knows less than there is."""

from typing import Any

import pytest

from chatops.sandbox import Fault
from tests.plugins.test_jira_sandbox_support import Jira, document, jira, old

__all__ = ["jira", "old"]


def keys(jira: Jira, jql: str, **more: Any) -> list[str]:
    """The keys of what a search finds."""
    path = "search/jql" if jira.standin.cloud else "search"
    return [issue["key"] for issue in jira.get(path, jql=jql, fields="summary", **more)["issues"]]


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("project = OPS", ["OPS-2", "OPS-1"]),
        ("project = OPS ORDER BY key ASC", ["OPS-1", "OPS-2"]),
        ("project in (OPS, PAY) order by created desc", ["PAY-1", "OPS-2", "OPS-1"]),
        ('project = "OPS" AND labels = "chatops-1"', ["OPS-1"]),
        ("labels = Chatops-1", []),
        ("labels in (chatops-1, chatops-2) ORDER BY key", ["OPS-1", "OPS-2"]),
        ("project = OPS and labels != chatops-1", ["OPS-2"]),
        ("NOT labels = chatops-1 AND (project = PAY OR key = OPS-2) ORDER BY key ASC", ["OPS-2", "PAY-1"]),
        ("key = ops-2", ["OPS-2"]),
        ("issuekey in (OPS-1, OPS-2) ORDER BY key ASC", ["OPS-1", "OPS-2"]),
        ('text ~ "checkout slow"', ["OPS-2"]),
        ('summary ~ "Checkout" AND project = OPS ORDER BY key ASC', ["OPS-1", "OPS-2"]),
        ('description ~ "gateway"', ["PAY-1"]),
        ('status = "In Progress"', ["OPS-2"]),
        ("statusCategory != Done AND project = PAY", ["PAY-1"]),
        ("project = OPS AND created >= -1h AND created > '2020-01-01 00:00' AND key = OPS-1", ["OPS-1"]),
        ("project = OPS AND created < -1h", []),
    ],
)
def test_a_query_finds(jira: Jira, jql: str, found: list[str]) -> None:
    jira.created(labels=["chatops-1"])
    jira.created(labels=["chatops-2"], summary="Slow checkout")
    jira.created(project={"key": "PAY"}, description=document("The gateway is down"), summary="Gateway")
    jira.standin.transition("OPS-2", "In Progress")
    assert keys(jira, jql) == found


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("", "Unbounded JQL queries are not allowed here."),
        ("order by created", "Unbounded JQL queries are not allowed here."),
        ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
        ("key = OPS-9", "An issue with key 'OPS-9' does not exist for field 'key'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("labels ~ a", "The operator '~' is not supported by the 'labels' field."),
        ("text = a", "The operator '=' is not supported by the 'text' field."),
        ("project = OPS AND", "Error in the JQL Query"),
        ("project = (OPS", "Error in the JQL Query"),
        ("project OPS", "Error in the JQL Query"),
        ("project = OPS labels = a", "Error in the JQL Query"),
        ("created > soon", "Date value 'soon' is invalid."),
        ("project = OPS ORDER BY colour", "Not able to sort using field 'colour'."),
    ],
)
def test_a_bad_query_is_refused(jira: Jira, jql: str, words: str) -> None:
    assert jira.refused(400, "GET", "search/jql", jql=jql).startswith(words)


def test_quotes_hold_a_text_together(jira: Jira) -> None:
    jira.created(labels=['a"b'])
    assert keys(jira, 'labels = "a\\"b"') == ["OPS-1"]


def test_pages_follow_a_token(jira: Jira) -> None:
    for _ in range(5):
        jira.created()
    found, token = [], ""
    for _ in range(3):
        page = {"nextPageToken": token} if token else {}
        said = jira.done(200, "POST", "search/jql", {"jql": "project = OPS", "maxResults": 2, **page})
        found += [issue["id"] for issue in said["issues"]]
        token = said.get("nextPageToken", "")
        assert said["isLast"] is not bool(token)
    assert len(set(found)) == 5
    jira.refused(400, "POST", "search/jql", {"jql": "project = OPS", "nextPageToken": "!"})
    jira.refused(400, "POST", "search/jql", {"jql": "project = OPS", "maxResults": 5001})


def test_a_search_says_the_id_alone_unless_asked(jira: Jira) -> None:
    issue = jira.created({"properties": [{"key": "p", "value": 1}]})
    assert jira.get("search/jql", jql="project = OPS")["issues"] == [{"id": issue.id}]
    (found,) = jira.get("search/jql", jql="project = OPS", fields="summary", properties="p")["issues"]
    assert (found["key"], found["properties"], set(found["fields"])) == ("OPS-1", {"p": 1}, {"summary"})


def test_what_is_younger_than_the_lag_is_not_found(jira: Jira) -> None:
    issue = jira.created(labels=["new"])
    jira.sandbox.faults.plan(Fault(kind="lag", seconds=3600))
    assert keys(jira, "labels = new") == []
    assert jira.done(200, "POST", "search/approximate-count", {"jql": "labels = new"}) == {"count": 0}
    assert jira.get("issue/OPS-1")["key"] == "OPS-1"
    assert keys(jira, "labels = new", reconcileIssues=issue.id) == ["OPS-1"]
    jira.sandbox.faults.clear()
    assert keys(jira, "labels = new") == ["OPS-1"]


def test_the_index_has_what_an_issue_was(jira: Jira) -> None:
    issue = jira.created(labels=["old"])
    jira.done(204, "PUT", "issue/OPS-1", {"fields": {"labels": ["new"]}})
    # As if there were an hour between the two.
    at, known = issue.known[0]
    issue.known[0] = (at.replace(year=2020), known)
    jira.sandbox.faults.plan(Fault(kind="lag", seconds=3600))
    assert (keys(jira, "labels = old"), keys(jira, "labels = new")) == (["OPS-1"], [])


@pytest.mark.parametrize("version", ["2", "3", "latest"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_removed_search_is_gone_from_cloud(jira: Jira, version: str, method: str) -> None:
    jira.version = version
    body = {"jql": "project = OPS"} if method == "POST" else None
    words = jira.refused(410, method, "search", body, jql="project = OPS")
    assert words.startswith("The requested API has been removed.")


def test_data_center_has_the_old_one_alone(old: Jira) -> None:
    for _ in range(3):
        old.created()
    said = old.get("search", jql="project = OPS ORDER BY key ASC", startAt=1, maxResults=1)
    assert [issue["key"] for issue in said["issues"]] == ["OPS-2"]
    assert (said["startAt"], said["maxResults"], said["total"]) == (1, 1, 3)
    assert old.done(200, "POST", "search", {"jql": ""})["total"] == 3
    old.refused(404, "GET", "search/jql", jql="project = OPS")
    assert old.response("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["OPS-1"]}).status_code == 405


def test_nobody_finds_what_they_may_not_see(jira: Jira) -> None:
    jira.created()
    jira.standin.permissions.remove("BROWSE_PROJECTS")
    assert keys(jira, "labels = x OR key = OPS-1") == []
