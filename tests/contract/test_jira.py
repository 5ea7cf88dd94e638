"""Jira's specification, against its stand-in, the plugin, and clients that we did not write.

The specification leaves fields and comments without a type, so that a plain text passes where REST v3 wants
an Atlassian Document, and it still has the search that was removed: both are asserted here. REST v2 of Data
Center has no specification of its own; what is answered there is held against what v3's says, where the two
are the same, and its rich text against being text.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import pytest
from jira import JIRA

from chatops import events as e
from chatops.sandbox import Asked, Sandbox
from chatops.service import Service
from chatops_jira.sandbox import JiraStandIn, adf
from tests.contract.specs import Spec
from tests.kit import act, deliver
from tests.plugins.test_jira_items_support import classic
from tests.plugins.test_jira_sandbox_support import Jira, document, fields, jira, old
from tests.stage import declare, say, update

__all__ = ["jira", "old"]

#: What the specification's copy was cut by, and what of Jira's other interfaces clients ask for.
UNLISTED: Final = (
    r"GET .*/issue/[^/]+/watchers",
    r"DELETE .*/issue/[^/]+/watchers",
    r"DELETE .*/issue/[^/]+",
    r"GET .*/issue/[^/]+/comment/\d+",
    r"(GET|DELETE) .*/issue/[^/]+/remotelink/\d+",
    r"GET .*/project(/search|/[^/]+/(statuses|components|securitylevel))?",
    r"GET .*/(mypermissions|status|resolution|issuetype|user/assignable/search)",
)
RICH: Final = ("description", "environment", "customfield_10010")


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec("jira_v3.json")


def is_listed(asked: Asked) -> bool:
    said = f"{asked.method} {asked.path}"
    return not any(re.fullmatch(pattern, said) for pattern in UNLISTED)


def settled(asked: Asked) -> Asked:
    """What was asked, where the specification speaks of another form of the same.

    Jira writes `+0000`, as also its own examples do, where a date-time of the specification has a colon;
    and an answer without a body is to be JSON of any kind.
    """
    answer = re.sub(rb'(T[\d:.]+)\+0000"', rb'\1+00:00"', asked.answer) or b"null"
    path = re.sub("/rest/api/(2|latest)/", "/rest/api/3/", asked.path)
    return msgspec.structs.replace(asked, path=path, answer=answer)


def check(spec: Spec, asked: Asked, *, ours: bool = True) -> None:
    """Fail where this is not as Jira has it; a client's own slips in its requests are not ours."""
    assert not re.search(r"/rest/api/\w+/search$", asked.path), "the removed search was called"
    if not is_listed(asked):
        return
    (spec.check if ours else spec.check_answer)(settled(asked))
    if asked.status is not None and asked.status < 400 and "/rest/api/3/" in asked.path:
        documents_in(asked)


def documents_in(asked: Asked) -> None:
    """Fail where a text stands in place of an Atlassian Document, or one has not its shape."""
    sent = json.loads(asked.body) if asked.body else None
    got = json.loads(asked.answer) if asked.answer else None
    for said in (sent, got):
        for rich in found_rich(said):
            assert adf.is_document(rich), rich
            assert list(adf.faults(rich)) == []


def found_rich(said: Any) -> Iterator[Any]:
    """All rich text in a body, wherever it stands."""
    if isinstance(said, list):
        for one in said:
            yield from found_rich(one)
    elif isinstance(said, dict):
        for name, value in said.items():
            if name in {*RICH, "body"} and value is not None and not is_schema(value):
                yield value
            elif name not in {"properties", "schema"}:
                yield from found_rich(value)


def is_schema(value: Any) -> bool:
    """`description` is also what a status or a priority has, and there it is a text."""
    return isinstance(value, str) and not value


class TestStandIn:
    def test_a_ticket_is_as_specified(self, jira: Jira, spec: Spec) -> None:
        jira.created({"properties": [{"key": "chatops", "value": 1}]}, description=document("Down"))
        jira.done(201, "POST", "issue/bulk", {"issueUpdates": [{"fields": fields()}, {"fields": {}}]})
        asked = {"issueIdsOrKeys": ["OPS-1", "OPS-9"], "properties": ["chatops"]}
        jira.done(200, "POST", "issue/bulkfetch", asked)
        jira.get("issue/OPS-1", expand="transitions", properties="chatops")
        jira.done(204, "PUT", "issue/OPS-1", {"fields": {"summary": "New"}})
        jira.done(200, "PUT", "issue/OPS-1", {"fields": {"summary": "Newer"}}, returnIssue="true")
        jira.done(204, "PUT", "issue/OPS-1/assignee", {"accountId": jira.standin.me.account})
        jira.get("issue/OPS-1/transitions", expand="transitions.fields")
        jira.done(204, "POST", "issue/OPS-1/transitions", {"transition": {"id": "41"}})
        said = {"body": document("Hi"), "properties": [{"key": "chatops", "value": {"a": 1}}]}
        made = jira.done(201, "POST", "issue/OPS-1/comment", said)
        jira.done(200, "PUT", f"issue/OPS-1/comment/{made['id']}", {"body": document("Ho")})
        jira.get("issue/OPS-1/comment", expand="properties", orderBy="-created")
        link = {"globalId": "g", "relationship": "r", "object": {"url": "https://x", "title": "X"}}
        jira.done(201, "POST", "issue/OPS-1/remotelink", link)
        jira.done(200, "POST", "issue/OPS-1/remotelink", link)
        jira.get("issue/OPS-1/remotelink")
        jira.get("issue/OPS-1/remotelink", globalId="g")
        jira.done(204, "DELETE", "issue/OPS-1/remotelink", globalId="g")
        jira.done(201, "PUT", "issue/OPS-1/properties/p", {"a": 1})
        jira.done(200, "PUT", "issue/OPS-1/properties/p", {"a": 2})
        jira.get("issue/OPS-1/properties")
        jira.get("issue/OPS-1/properties/p")
        jira.done(204, "POST", "issue/OPS-1/watchers", jira.standin.users[1].account)
        ends = {"inwardIssue": {"key": "OPS-1"}, "outwardIssue": {"key": "OPS-2"}}
        jira.done(201, "POST", "issueLink", {"type": {"name": "Relates"}, **ends})
        jira.get("issue/OPS-2")
        self.all_checked(jira, spec)

    def test_a_site_is_as_specified(self, jira: Jira, spec: Spec) -> None:
        jira.created()
        jira.created()
        for path in (
            "field",
            "issueLinkType",
            "myself",
            "priority",
            "priority/search",
            "project/OPS",
            "serverInfo",
        ):
            jira.get(path)
        jira.get("user/search", query="dana")
        jira.get("issue/createmeta/OPS/issuetypes", maxResults=200)
        jira.get("issue/createmeta/OPS/issuetypes/10001", maxResults=200)
        jira.get("search/jql", jql="project = OPS", fields="*all", maxResults=1)
        jira.done(200, "POST", "search/jql", {"jql": "project = OPS", "fields": ["summary"]})
        jira.done(200, "POST", "search/approximate-count", {"jql": "project = OPS"})
        self.all_checked(jira, spec)

    def test_refusals_are_as_specified(self, jira: Jira, spec: Spec) -> None:
        jira.created()
        jira.refused(400, "POST", "issue", {"fields": fields(labels=["x y"])})
        jira.standin.permissions.remove("CREATE_ISSUES")
        jira.refused(403, "POST", "issue", {"fields": fields()})
        jira.done(400, "POST", "issue/bulk", {"issueUpdates": [{"fields": fields()}]})
        jira.refused(404, "GET", "issue/OPS-9")
        jira.refused(400, "PUT", "issue/OPS-1", {"fields": {"summary": ""}})
        jira.refused(400, "POST", "issue/OPS-1/transitions", {"transition": {"id": "0"}})
        jira.refused(400, "POST", "issue/OPS-1/comment", {"body": "text"})
        jira.refused(400, "POST", "issue/OPS-1/remotelink", {"object": {"title": "X"}})
        jira.refused(404, "GET", "issue/OPS-1/properties/p")
        jira.refused(400, "GET", "search/jql", jql="order by key")
        jira.refused(404, "GET", "project/NONE")
        jira.session.auth = (jira.standin.user, "wrong")
        jira.refused(401, "POST", "issue", {"fields": fields()})
        self.all_checked(jira, spec)

    @staticmethod
    def all_checked(jira: Jira, spec: Spec) -> None:
        for asked in jira.sandbox.log.all():
            assert is_listed(asked), asked.path
            check(spec, asked)

    def test_every_operation_is_answered(self, jira: Jira, spec: Spec) -> None:
        """Nothing that the specification has, and a client may ask for, is unknown to the stand-in."""
        for path, operations in spec.document["paths"].items():
            for method in operations.keys() & {"get", "post", "put", "delete"}:
                concrete = path.removeprefix("/rest/api/3/").replace("{projectIdOrKey}", "OPS")
                response = jira.response(method.upper(), re.sub(r"\{\w+\}", "1", concrete))
                assert "URL was not found" not in response.text, (method, path)
                assert response.status_code != 405, (method, path)


def test_a_text_is_no_document(jira: Jira, spec: Spec) -> None:
    """The specification alone would let it pass."""
    jira.refused(400, "POST", "issue", {"fields": fields(description="plain")})
    (asked,) = jira.sandbox.log.all()
    spec.check_request(settled(asked))
    with pytest.raises(AssertionError):
        documents_in(asked)


def test_the_removed_search_is_not_called(jira: Jira, spec: Spec) -> None:
    jira.refused(410, "GET", "search", jql="project = OPS")
    with pytest.raises(AssertionError, match="removed search"):
        check(spec, jira.sandbox.log.all()[0])


def test_a_client_that_we_did_not_write(jira: Jira, spec: Spec) -> None:
    options: dict[str, Any] = {"rest_api_version": "3"}
    auth = (jira.standin.user, jira.standin.token)
    client = JIRA(jira.standin.url, options=options, basic_auth=auth, max_retries=0)
    said: dict[str, Any] = {"description": document("Down"), "labels": ["a"]}
    issue = client.create_issue(project="OPS", issuetype="Incident", summary="x", **said)
    body: Any = document("Hi")
    client.add_comment(issue, body)
    client.transition_issue(issue, "Done")
    client.add_watcher(issue, "dana@example.com")
    client.add_simple_link(issue.key, {"url": "https://x", "title": "X"})
    assert [found.key for found in client.search_issues("labels = a")] == ["OPS-1"]
    client._session.close()
    asked = jira.sandbox.log.all()
    assert len(asked) > 8
    for one in asked:
        check(spec, one, ours=False)


class TestPlugin:
    """Each request that the plugin sends in an incident's life, and its answer."""

    def life(self, service: Service) -> None:
        incident = declare(service, "Checkout returns 500s", severity="sev1")
        deliver(service, incident)
        update(service, incident, "It is the gateway", status="identified", severity="sev2")
        service.note(incident.id, "Rolled back", act())
        service.assign(incident.id, "commander", "dana", act())
        deliver(service, incident)
        say(service, incident, "We are investigating.")
        link = e.Link("channel", "C1", "https://chat.example.com/C1", "#inc-1")
        service.add_link(incident.id, "chat", link, act())
        service.resolve(incident.id, "It is over", act())
        deliver(service, incident)
        assert {d.state for d in service.store.deliveries.of_lane(incident.id, "jira")} == {"done"}

    def test_on_cloud(self, make_service: Callable[[str], Service], spec: Spec) -> None:
        with Sandbox(only=[JiraStandIn]) as sandbox:
            self.life(make_service(sandbox.config()))
            asked = sandbox.log.all("jira")
        assert {"POST"} <= {one.method for one in asked}
        for one in asked:
            check(spec, one)
            assert re.match("/rest/api/3/", one.path), one.path

    def test_on_data_center(self, make_service: Callable[[str], Service], spec: Spec) -> None:
        with Sandbox(only=[JiraStandIn]) as sandbox:
            self.life(make_service(classic(sandbox)))
            asked = sandbox.log.all("jira-dc")
        assert {"POST"} <= {one.method for one in asked}
        for one in asked:
            as_version_two(one)


def as_version_two(asked: Asked) -> None:
    """Fail where this is nothing that Data Center has."""
    assert re.match("/rest/api/2/", asked.path), asked.path
    assert not re.search("/search/jql$|/bulkfetch$", asked.path), asked.path
    said = json.loads(asked.body) if asked.body else None
    assert all(isinstance(rich, str) for rich in found_rich(said)), said


class TestVersionTwo:
    """Data Center's answers, which have no specification."""

    def test_rich_text_is_text(self, old: Jira) -> None:
        old.created(description="h2. Impact", environment="prod", customfield_10010="Everybody")
        old.done(201, "POST", "issue/OPS-1/comment", {"body": "h1. Hi"})
        shown = old.get("issue/OPS-1")["fields"]
        assert [shown[name] for name in RICH] == ["h2. Impact", "prod", "Everybody"]
        assert shown["comment"]["comments"][0]["body"] == "h1. Hi"

    def test_people_have_names_and_keys(self, old: Jira) -> None:
        old.created(assignee={"name": "dana"})
        person = old.get("issue/OPS-1")["fields"]["assignee"]
        assert (person["name"], person["key"], "accountId" in person) == ("dana", "JIRAUSER10001", False)

    def test_screens_come_as_values(self, old: Jira) -> None:
        kinds = old.get("issue/createmeta/OPS/issuetypes")
        assert {"values", "total", "startAt", "maxResults", "isLast"} == set(kinds)
        meta = old.get(f"issue/createmeta/OPS/issuetypes/{kinds['values'][0]['id']}")
        assert {"required", "schema", "name", "fieldId", "operations"} <= set(meta["values"][0])

    def test_it_is_no_cloud(self, old: Jira) -> None:
        said = old.get("serverInfo")
        assert (said["deploymentType"], said["versionNumbers"][0] >= 9) == ("Server", True)

    def test_an_answer_is_shaped_as_clouds(self, old: Jira, spec: Spec) -> None:
        old.created(description="Down")
        old.done(201, "POST", "issue/OPS-1/comment", {"body": "Hi"})
        old.get("issue/OPS-1", expand="transitions")
        old.get("issue/OPS-1/comment", expand="properties")
        old.get("issue/OPS-1/transitions")
        for path in ("field", "issueLinkType", "myself", "priority", "project/OPS", "serverInfo"):
            old.get(path)
        for asked in old.sandbox.log.all():
            spec.check_answer(settled(asked))
