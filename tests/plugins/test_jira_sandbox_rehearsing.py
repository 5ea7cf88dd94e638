"""Jira's stand-in in a dry run: it takes what refers to the real Jira, and answers only for its own."""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chatops_jira.sandbox import JiraStandIn
from tests.plugins.test_jira_sandbox_support import document, fields


@pytest.fixture
def standin() -> JiraStandIn:
    return JiraStandIn(rehearsing=True)


def ask(
    standin: JiraStandIn, method: str, path: str, body: Any = None, version: str = "3"
) -> tuple[int, Any]:
    """The answer, under any token."""
    path, _, query = path.partition("?")
    headers = [("Authorization", "Bearer real")]
    environ = EnvironBuilder(
        path=f"/rest/api/{version}/{path}", query_string=query, method=method, json=body, headers=headers
    ).get_environ()
    response = standin.respond(Request(environ))
    return response.status_code, response.get_json() if response.get_data() else None


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        (
            "PUT",
            "issue/WEB-7",
            {"fields": {"priority": {"name": "P1"}, "components": [{"name": "Moon"}]}},
            204,
        ),
        ("PUT", "issue/WEB-7?notifyUsers=false", {"fields": {"customfield_1": {"value": "x"}}}, 204),
        ("POST", "issue/WEB-7/comment", {"body": document("Hi")}, 201),
        ("PUT", "issue/WEB-7/comment/99", {"body": document("Hi")}, 200),
        ("POST", "issue/WEB-7/transitions", {"transition": {"id": "991"}}, 204),
        (
            "POST",
            "issue/WEB-7/remotelink",
            {"globalId": "a", "object": {"url": "https://x", "title": "X"}},
            201,
        ),
        ("POST", "issue/WEB-7/watchers", "5b10a2844c20165700ede21g", 204),
        ("PUT", "issue/WEB-7/properties/chatops", {"a": 1}, 201),
        ("PUT", "issue/WEB-7/assignee", {"accountId": "5b10a2844c20165700ede21g"}, 204),
        ("DELETE", "issue/WEB-7", None, 204),
        ("DELETE", "issue/WEB-7/remotelink?globalId=a", None, 204),
        (
            "POST",
            "issueLink",
            {"type": {"name": "Envies"}, "inwardIssue": {"key": "A-1"}, "outwardIssue": {"key": "B-2"}},
            201,
        ),
    ],
)
def test_the_real_jira_can_be_written_to(
    standin: JiraStandIn, method: str, path: str, body: Any, status: int
) -> None:
    assert ask(standin, method, path, body)[0] == status
    assert standin.issues == []


def test_v2_takes_text(standin: JiraStandIn) -> None:
    assert ask(standin, "POST", "issue/WEB-7/comment", {"body": "h1. Hi"}, "2")[0] == 201
    assert ask(standin, "POST", "issue", {"fields": fields(description="h1. Hi")}, "2")[0] == 201


def test_a_new_issue_is_one_that_no_jira_has(standin: JiraStandIn) -> None:
    said = {"project": {"key": "WEB"}, "issuetype": {"name": "Outage"}, "summary": "x", "customfield_1": 3}
    status, made = ask(standin, "POST", "issue", {"fields": said, "properties": [{"key": "p", "value": 1}]})
    assert (status, made["key"]) == (201, "WEB-0")
    assert ask(standin, "POST", "issue", {"fields": said})[1]["key"] == "WEB-00"
    assert made["id"] == "0"
    status, shown = ask(standin, "GET", "issue/WEB-0?properties=p")
    assert (status, shown["properties"]) == (200, {"p": 1})
    assert ask(standin, "GET", "issue/WEB-0/transitions")[0] == 200
    status, said = ask(standin, "POST", "issue/WEB-0/comment", {"body": document("Hi")})
    assert (status, said["id"]) == (201, "0")
    assert ask(standin, "GET", "issue/WEB-0/comment")[1]["total"] == 1


@pytest.mark.parametrize(
    "path",
    [
        "issue/WEB-7",
        "issue/WEB-7/comment",
        "issue/WEB-7/transitions",
        "issue/WEB-7/remotelink",
        "issue/WEB-7/properties/chatops",
        "search/jql?jql=labels%20%3D%20a",
        "search/jql?jql=project%20%3D%20WEB",
        "project/OPS",
        "project/OPS/statuses",
        "project/search",
        "priority",
        "myself",
        "serverInfo",
        "field",
        "user/search?query=dana",
        "issue/createmeta/OPS/issuetypes",
        "mypermissions?permissions=CREATE_ISSUES",
    ],
)
def test_only_the_real_one_knows_what_it_has(standin: JiraStandIn, path: str) -> None:
    assert ask(standin, "GET", path)[0] == 404


def test_the_real_one_is_asked_for_many_too(standin: JiraStandIn) -> None:
    ask(standin, "POST", "issue", {"fields": fields()})
    assert ask(standin, "POST", "issue/bulkfetch", {"issueIdsOrKeys": ["OPS-0", "OPS-7"]})[0] == 404
    assert ask(standin, "POST", "issue/bulkfetch", {"issueIdsOrKeys": ["OPS-0"]})[0] == 200


@pytest.mark.parametrize(
    ("name", "value"), [("summary", "x" * 256), ("labels", ["x y"]), ("description", "no document")]
)
def test_what_every_jira_would_refuse_is_refused(standin: JiraStandIn, name: str, value: Any) -> None:
    status, said = ask(standin, "POST", "issue", {"fields": fields(**{name: value})})
    assert (status, set(said["errors"])) == (400, {name})
