"""Jira's stand-in: what it does not take, and the words in which it says so."""

from typing import Any

import pytest
import requests

from chatops.sandbox import Fault
from chatops_jira.sandbox.model import CustomField, SecurityLevel
from tests.plugins.test_jira_sandbox_support import Jira, document, fields, jira, old

__all__ = ["jira", "old"]

ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


class TestCredentials:
    def test_cloud_wants_user_and_token(self, jira: Jira) -> None:
        jira.session.auth = (jira.standin.user, "wrong")
        assert "must be authenticated" in jira.refused(401, "GET", "myself")
        jira.session.auth = ("else@example.com", jira.standin.token)
        assert "must be authenticated" in jira.refused(401, "GET", "issue/OPS-1")
        jira.session.auth = None
        jira.session.headers["Authorization"] = f"Bearer {jira.standin.token}"
        jira.refused(401, "GET", "myself")

    def test_data_center_wants_the_token(self, old: Jira) -> None:
        assert old.get("myself")["name"] == "bot"
        old.standin.token = "renewed"
        old.refused(401, "GET", "myself")

    def test_anybody_may_ask_what_it_is(self, jira: Jira) -> None:
        jira.session.auth = None
        assert jira.get("serverInfo")["deploymentType"] == "Cloud"

    def test_data_center_has_no_v3(self, old: Jira) -> None:
        old.version = "3"
        old.refused(404, "GET", "myself")


class TestPermissions:
    @pytest.mark.parametrize(
        ("permission", "status", "method", "path", "body"),
        [
            ("BROWSE_PROJECTS", 404, "GET", "issue/OPS-1", None),
            ("CREATE_ISSUES", 403, "POST", "issue", {"fields": fields()}),
            ("EDIT_ISSUES", 403, "PUT", "issue/OPS-1", {"fields": {"summary": "New"}}),
            ("EDIT_ISSUES", 403, "PUT", "issue/OPS-1/properties/chatops", {"a": 1}),
            ("ADD_COMMENTS", 400, "POST", "issue/OPS-1/comment", {"body": document("Hi")}),
            ("TRANSITION_ISSUES", 400, "POST", "issue/OPS-1/transitions", {"transition": {"id": "41"}}),
            (
                "LINK_ISSUES",
                403,
                "POST",
                "issue/OPS-1/remotelink",
                {"object": {"url": "https://x", "title": "X"}},
            ),
            ("ASSIGN_ISSUES", 403, "PUT", "issue/OPS-1/assignee", {"accountId": None}),
            ("DELETE_ISSUES", 403, "DELETE", "issue/OPS-1", None),
        ],
    )
    def test_each_is_needed(
        self, jira: Jira, permission: str, status: int, method: str, path: str, body: Any
    ) -> None:
        jira.created()
        jira.standin.permissions.add(permission)
        jira.standin.permissions.remove(permission)
        jira.refused(status, method, path, body)
        jira.standin.permissions.add(permission)
        assert jira.response(method, path, body).ok

    def test_who_may_not_move_an_issue_is_offered_no_way(self, jira: Jira) -> None:
        jira.created()
        jira.standin.permissions.remove("TRANSITION_ISSUES")
        assert jira.get("issue/OPS-1/transitions")["transitions"] == []

    def test_a_security_level_can_hide_an_issue(self, jira: Jira) -> None:
        jira.standin.projects[0].levels.append(SecurityLevel("10209", "Board", seen=False))
        jira.done(201, "POST", "issue", {"fields": fields(security={"name": "Board"})})
        jira.refused(404, "GET", "issue/OPS-1")
        jira.standin.permissions.remove("SET_ISSUE_SECURITY")
        errors = jira.refused(400, "POST", "issue", {"fields": fields(security={"name": "Staff"})})
        assert "not on the appropriate screen" in errors["security"]

    def test_it_says_what_one_may(self, jira: Jira) -> None:
        jira.standin.permissions.remove("CREATE_ISSUES")
        said = jira.get("mypermissions", permissions="CREATE_ISSUES,EDIT_ISSUES", projectKey="OPS")
        assert {k: v["havePermission"] for k, v in said["permissions"].items()} == {
            "CREATE_ISSUES": False,
            "EDIT_ISSUES": True,
        }
        jira.refused(400, "GET", "mypermissions")


class TestFields:
    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("project", {"key": "NONE"}, "Specify a valid project ID or key"),
            ("issuetype", {"name": "Wish"}, "Specify a valid issue type"),
            ("summary", "", "You must specify a summary of the issue."),
            ("summary", "two\nlines", "The summary is invalid because it contains newline characters."),
            ("summary", "x" * 256, "Summary can't exceed 255 characters."),
            ("priority", {"name": "Urgent"}, "Priority name 'Urgent' is not valid"),
            ("components", [{"name": "Moon"}], "Component name 'Moon' is not valid"),
            ("security", {"id": "1"}, "Security level id '1' is not valid"),
            ("labels", ["on call"], "The label 'on call' contains spaces which is invalid."),
            ("labels", "oncall", "Operation value must be an Array of strings"),
            ("assignee", {"accountId": "nobody"}, "User 'nobody' does not exist."),
            ("duedate", "tomorrow", "Error parsing date string. Must be in the format yyyy-MM-dd."),
            ("description", "plain", ADF),
            ("environment", "plain", ADF),
            ("customfield_10010", "plain", ADF),
            ("customfield_10011", document("x"), "Operation value must be a string"),
            ("customfield_10012", {"value": "SEV9"}, "Option name 'SEV9' is not valid"),
            ("customfield_10013", "12", "Operation value must be a number"),
        ],
    )
    def test_a_bad_value_is_refused(self, jira: Jira, name: str, value: Any, words: str) -> None:
        assert jira.refused(400, "POST", "issue", {"fields": fields(**{name: value})}) == {name: words}
        assert jira.standin.issues == []

    def test_good_ones_are_taken(self, jira: Jira) -> None:
        issue = jira.created(
            description=document("Down"),
            components=[{"name": "API"}, {"id": "10101"}],
            security={"name": "Staff"},
            assignee={"accountId": jira.standin.users[1].account},
            customfield_10010=document("Everybody"),
            customfield_10012={"value": "SEV1"},
            customfield_10013=12,
        )
        shown = jira.get(f"issue/{issue.key}")["fields"]
        assert [c["name"] for c in shown["components"]] == ["API", "Checkout"]
        assert (shown["customfield_10012"]["value"], shown["customfield_10013"]) == ("SEV1", 12)
        assert shown["customfield_10010"] == document("Everybody")
        assert shown["assignee"]["displayName"] == "Dana Fox"

    def test_an_unknown_field_is_on_no_screen(self, jira: Jira) -> None:
        errors = jira.refused(400, "POST", "issue", {"fields": fields(customfield_1=1, status={"id": "1"})})
        assert set(errors) == {"customfield_1", "status"}
        assert errors["status"].startswith("Field 'status' cannot be set.")

    def test_a_field_can_be_taken_from_the_screens(self, jira: Jira) -> None:
        jira.standin.off_screen.add("duedate")
        said = jira.refused(400, "POST", "issue", {"fields": fields(duedate="2026-12-01")})
        assert said["duedate"].startswith("Field 'duedate' cannot be set.")
        screen = jira.get("issue/createmeta/OPS/issuetypes/10001", maxResults=200)["fields"]
        assert "duedate" not in {field["fieldId"] for field in screen}

    def test_all_that_is_required_is_asked_for_at_once(self, jira: Jira) -> None:
        jira.standin.required_fields.add("components")
        jira.standin.custom_fields.append(CustomField("customfield_10099", "Team", required=True))
        said = fields()
        del said["summary"]
        assert jira.refused(400, "POST", "issue", {"fields": said}) == {
            "components": "Components is required.",
            "customfield_10099": "Team is required.",
            "summary": "You must specify a summary of the issue.",
        }
        kinds = jira.get("issue/createmeta/OPS/issuetypes")["issueTypes"]
        meta = jira.get(f"issue/createmeta/OPS/issuetypes/{kinds[0]['id']}")["fields"]
        assert {f["fieldId"] for f in meta if f["required"]} == {
            "summary", "issuetype", "project", "components", "customfield_10099",
        }  # fmt: skip

    def test_v2_wants_text(self, jira: Jira) -> None:
        jira.version = "2"
        errors = jira.refused(400, "POST", "issue", {"fields": fields(description=document("x"))})
        assert errors == {"description": "Operation value must be a string"}

    def test_a_long_text_is_refused(self, jira: Jira, old: Jira) -> None:
        long = "x" * 32_768
        new = jira.refused(400, "POST", "issue", {"fields": fields(description=document(long))})
        assert new == {"description": "CONTENT_LIMIT_EXCEEDED"}
        errors = old.refused(400, "POST", "issue", {"fields": fields(description=long)})
        assert "exceeds the allowed limit of 32,767 characters" in errors["description"]


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": "bare"}],
        [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
        [{"type": "paragraph", "content": [{"type": "paragraph"}]}],
        [{"type": "heading", "content": []}],
        [{"type": "heading", "attrs": {"level": 7}, "content": []}],
        [{"type": "bulletList", "content": []}],
        [{"type": "bulletList", "content": [{"type": "paragraph"}]}],
        [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "link"}]}]}],
        [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "blink"}]}]}],
        [{"type": "panel", "attrs": {"panelType": "pink"}, "content": [{"type": "paragraph"}]}],
        [{"type": "marquee"}],
    ],
)
def test_a_document_has_a_shape(jira: Jira, content: list[Any]) -> None:
    said = {"type": "doc", "version": 1, "content": content}
    assert jira.refused(400, "POST", "issue", {"fields": fields(description=said)}) == "INVALID_INPUT"
    jira.created()
    assert jira.refused(400, "POST", "issue/OPS-1/comment", {"body": said}) == "INVALID_INPUT"


def test_a_document_is_of_the_first_version(jira: Jira) -> None:
    said = document("x") | {"version": 2}
    assert jira.refused(400, "POST", "issue", {"fields": fields(description=said)}) == "INVALID_INPUT"


@pytest.mark.parametrize("body", ["plain", {"type": "paragraph"}, ["x"]])
def test_a_comment_is_a_document(jira: Jira, body: Any) -> None:
    jira.created()
    errors = jira.refused(400, "POST", "issue/OPS-1/comment", {"body": body})
    assert errors == {"comment": "Comment body is not valid!"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "issue", []),
        ("POST", "issue", {"fields": []}),
        ("PUT", "issue/OPS-1", {"update": {"labels": ["a"]}}),
        ("POST", "issue/OPS-1/transitions", {"transition": "41"}),
        ("POST", "issue/OPS-1/remotelink", {"object": "x"}),
        ("POST", "issueLink", {"type": "Relates"}),
        ("POST", "search/jql", {"jql": ["project = OPS"]}),
        ("POST", "issue/bulk", {"issueUpdates": [1]}),
    ],
)
def test_a_body_of_another_shape_is_refused(jira: Jira, method: str, path: str, body: Any) -> None:
    jira.created()
    assert jira.response(method, path, body).status_code == 400


def test_what_is_no_json_is_refused(jira: Jira) -> None:
    url = f"{jira.standin.url}/rest/api/3/issue"
    assert jira.session.post(url, data="fields=1", timeout=10).status_code == 415
    headers = {"Content-Type": "application/json"}
    broken = jira.session.post(url, data="{", headers=headers, timeout=10)
    assert (broken.status_code, "error parsing JSON" in broken.text) == (400, True)


def test_properties_have_limits(jira: Jira) -> None:
    jira.created()
    jira.refused(400, "PUT", f"issue/OPS-1/properties/{'k' * 256}", 1)
    jira.refused(400, "PUT", "issue/OPS-1/properties/k", "x" * 32_768)
    jira.done(201, "PUT", "issue/OPS-1/properties/k", "x" * 32_766)


def test_faults_are_in_jiras_words(jira: Jira) -> None:
    jira.sandbox.faults.plan(Fault(kind="status", status=429, retry_after="7", standin="jira"))
    response = jira.response("GET", "myself")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert set(response.json()) == {"errorMessages", "errors"}
    jira.refused(404, "GET", "no/such/thing")


def test_a_lost_reply_leaves_the_issue(jira: Jira) -> None:
    jira.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path="/issue$"))
    with pytest.raises(requests.ConnectionError):
        jira.created()
    assert [issue.key for issue in jira.standin.issues] == ["OPS-1"]
