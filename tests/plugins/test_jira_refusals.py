"""What Jira refuses reaches the user in its own words, with the setting to change."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import responses

from chatops import Gone, Rejected, RemoteError, Secret, Unauthorized, Unknown
from chatops.sandbox import Fault
from chatops_jira.explain import Names
from chatops_jira.remote import Remote
from chatops_jira.settings import JiraConfig, JiraField
from tests.kit import act, http, states
from tests.plugins.test_jira_support import Bench, bench
from tests.stage import declare, update

__all__ = ["bench"]
ISSUE = "https://jira.example.com/rest/api/3/issue"


def remote(**more: Any) -> Remote:
    """The way to a Jira that is `responses`."""
    said = {"url": "https://jira.example.com", "user": "bot@example.com", "project": "OPS"} | more
    token = Secret("a test", lambda: "t0ken-with-ü")
    return Remote(http(), Names("tracker", JiraConfig(token=token, **said)))


def test_a_wrong_token_is_named(bench: Bench) -> None:
    incident = declare(bench.service(token="wrong-token"))
    reason = bench.failed(incident)
    assert "Client must be authenticated" in reason
    assert "Check plugins.jira.token and plugins.jira.user" in reason
    assert "wrong-token" not in reason


def test_a_missing_permission_is_not_a_wrong_token(bench: Bench) -> None:
    incident = bench.declared()
    bench.jira.permissions.discard("EDIT_ISSUES")
    update(bench.services[-1], incident, title="Worse")
    reason = bench.failed(incident)
    assert "You do not have permission to edit issues" in reason
    assert "lacks a permission or a scope that the plugin's README lists" in reason


@responses.activate
def test_a_missing_scope_is_not_a_wrong_token() -> None:
    said = {"code": 401, "message": "Unauthorized; scope does not match"}
    responses.post(ISSUE, json=said, status=401)
    way = remote()
    with pytest.raises(Unauthorized, match=r"scope does not match.*lacks a permission or a scope"):
        _create(way)


def test_a_required_field_is_named_with_its_setting(bench: Bench) -> None:
    service = bench.service()
    bench.jira.custom_fields[1].required = True
    reason = bench.failed(declare(service))
    assert "Change reference is required" in reason
    assert "Give the field a type and a value in plugins.jira.fields.customfield_10011" in reason


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ('components = ["Nowhere"]\n', "plugins.jira.components or services.NAME.jira.component"),
        ('priority.sev2 = "Urgent"\n', "plugins.jira.priority"),
        ('fields.customfield_99 = { type = "text", value = "x" }\n', "plugins.jira.fields.customfield_99"),
    ],
)
def test_a_value_that_jira_does_not_have_is_named_with_its_setting(
    bench: Bench, more: str, setting: str
) -> None:
    assert f"Change {setting}: `chatops doctor` lists" in bench.failed(declare(bench.service(more)))


def test_a_missing_project_is_named(bench: Bench) -> None:
    service = bench.service()
    bench.jira.projects.clear()
    assert "Change plugins.jira.project" in bench.failed(declare(service))


@responses.activate
@pytest.mark.parametrize(
    ("errors", "advice"),
    [
        ({"issuetype": "Specify a valid issue type"}, "Change plugins.tracker.issue_type"),
        ({"security": "Not allowed"}, "Change plugins.tracker.security_level"),
        ({"labels": "Field 'labels' cannot be set."}, "Change plugins.tracker.labels"),
        (
            {"customfield_1": "Too long", "summary": "Bad"},
            "Change plugins.tracker.fields.customfield_1: `chatops doctor` lists what would do.",
        ),
    ],
)
def test_jiras_words_come_with_the_setting(errors: dict[str, str], advice: str) -> None:
    responses.post(ISSUE, json={"errorMessages": [], "errors": errors}, status=400)
    way = remote(fields={"customfield_1": JiraField("text", "x")})
    with pytest.raises(Rejected) as caught:
        _create(way)
    assert advice in str(caught.value)
    assert next(iter(errors.values())) in str(caught.value)


@responses.activate
def test_nothing_at_the_address_is_no_deleted_ticket() -> None:
    responses.post(ISSUE, json={"errorMessages": ["No"]}, status=404)
    with pytest.raises(Rejected, match=r"Check plugins\.tracker\.url and plugins\.tracker\.project"):
        _create(remote())


@responses.activate
@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({"body": "<html>Log in</html>", "content_type": "text/html"}, Unknown),
        ({"json": []}, Unknown),
        ({"json": {"self": "nowhere"}}, Unknown),
        ({"status": 502, "body": "<html/>", "content_type": "text/html"}, Unknown),
        ({"status": 302, "headers": {"Location": "https://login.example.com"}}, Rejected),
    ],
)
def test_an_answer_that_is_not_jiras_is_no_ticket(answer: dict[str, Any], wanted: type[RemoteError]) -> None:
    responses.post(ISSUE, **answer)
    with pytest.raises(wanted):
        _create(remote())
    assert len(responses.calls) == 1


def test_a_page_of_a_proxy_is_waited_out(bench: Bench) -> None:
    incident = declare(bench.service())
    bench.sandbox.faults.plan(Fault(kind="garbage", path="/issue$", times=1))
    (waiting,) = bench.deliver(incident)
    assert waiting.state == "unconfirmed"
    assert "proxy or a login page" in waiting.reason


@responses.activate
@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_credentials_are_the_plugins_own(deployment: str, tmp_path: Path) -> None:
    netrc = Path.home() / ".netrc"
    netrc.write_text("machine jira.example.com login somebody password else\n")
    netrc.chmod(0o600)
    cloud = deployment == "cloud"
    way = remote(deployment=deployment)
    base = f"https://jira.example.com/rest/api/{3 if cloud else 2}"
    responses.post(f"{base}/issue", json={"key": "OPS-1"}, status=201)
    responses.post(f"{base}/issue/bulkfetch", json={"issues": []})
    _create(way)
    way.read("issue/bulkfetch", {}, dict[str, Any])
    pair = base64.b64encode("bot@example.com:t0ken-with-ü".encode()).decode()
    wanted = f"Basic {pair}" if cloud else "Bearer t0ken-with-ü"
    sent = [_text(call.request.headers["Authorization"]) for call in responses.calls]
    assert sent == [wanted, wanted]


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


@responses.activate
def test_a_deleted_ticket_is_gone() -> None:
    responses.put(f"{ISSUE}/OPS-1", json={"errorMessages": ["Issue does not exist"]}, status=404)
    way = remote()
    with way.names.explaining("OPS-1"), pytest.raises(Gone):
        way.put("issue/OPS-1", {})


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ('{ type = "number", value = "many" }', "write a number, not 'many'"),
        ('{ type = "number", value = "nan" }', "write a number, not 'nan'"),
        ('{ type = "date", value = "soon" }', "write a date such as 2026-11-21, not 'soon'"),
        ('{ type = "text", value = "{{ incident.titel }}" }', "has no attribute 'titel'"),
        ('{ type = "text", value = "{{ incident.__class__.__mro__ }}" }', "cannot be rendered"),
        ('{ type = "text", value = "{% if %}" }', "is no template"),
    ],
)
def test_a_field_that_cannot_be_rendered_is_named(bench: Bench, field: str, problem: str) -> None:
    reason = bench.failed(declare(bench.service(f"fields.customfield_10011 = {field}\n")))
    assert "plugins.jira.fields.customfield_10011" in reason
    assert problem in reason
    assert bench.asked() == []


def test_a_person_without_an_account_leaves_a_field_empty(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.declared('fields.customfield_10011 = { type = "user", value = "dana" }\n')
    assert "dana has no account in Jira" in caplog.text
    assert "customfield_10011" not in json.loads(bench.asked()[0].body)["fields"]


class TestStatuses:
    """The status of the ticket, by its name."""

    def test_a_status_is_reached_and_kept(self, bench: Bench) -> None:
        incident = bench.declared('statuses = { identified = "in progress", resolved = "Done" }\n')
        service = bench.services[-1]
        update(service, incident, status="identified")
        bench.deliver(incident)
        assert bench.jira.issues[0].status.name == "In Progress"
        bench.jira.transition("OPS-1", "Done")
        bench.lines()
        service.resolve(incident.id, "", act())
        bench.deliver(incident)
        assert [line for line in bench.lines() if line.startswith("POST")] == ["POST issue/OPS-1/comment"]

    def test_a_way_is_gone_step_by_step(self, bench: Bench) -> None:
        service = bench.service('statuses.resolved = ["In Progress", "In Review"]\n', cloud=False)
        incident = declare(service)
        service.resolve(incident.id, "Done", act())
        assert set(states(bench.deliver(incident)).values()) == {"done"}
        assert bench.jira.issues[0].status.name == "In Review"

    def test_an_incident_that_is_over_closes_its_late_ticket(self, bench: Bench) -> None:
        incident = bench.declared('statuses = { monitoring = "In Review" }\n', status="monitoring")
        assert bench.jira.issues[0].status.name == "In Review"
        assert incident.open

    def test_a_false_alarm_and_a_reopening_have_their_own(self, bench: Bench) -> None:
        incident = bench.declared('statuses = { investigating = "To Do", cancelled = "Won\'t Do" }\n')
        service = bench.services[-1]
        service.cancel(incident.id, "No", act())
        bench.deliver(incident)
        assert bench.jira.issues[0].status.name == "Won't Do"
        service.reopen(incident.id, "Yes", act())
        bench.deliver(incident)
        assert bench.jira.issues[0].status.name == "To Do"

    def test_no_way_lists_what_there_is(self, bench: Bench) -> None:
        service = bench.service('statuses.identified = "In Review"\n', cloud=False)
        incident = declare(service)
        update(service, incident, status="identified")
        reason = bench.failed(incident)
        assert 'OPS-1 is "To Do"' in reason
        assert 'It offers: "Done", "In Progress", "Won\'t Do".' in reason
        assert reason.count("Change plugins.jira.statuses.identified") == 1

    def test_a_resolution_is_chosen_where_jira_asks_for_one(self, bench: Bench) -> None:
        more = 'statuses.cancelled = "Won\'t Do"\nresolutions.cancelled = "Duplicate"\n'
        service = bench.service(more, cloud=False)
        incident = declare(service)
        service.cancel(incident.id, "No", act())
        assert set(states(bench.deliver(incident)).values()) == {"done"}
        assert bench.jira.issues[0].fields["resolution"].name == "Duplicate"

    def test_a_lost_reply_moves_it_once(self, bench: Bench) -> None:
        incident = bench.declared('statuses.resolved = "Done"\n')
        service = bench.services[-1]
        service.resolve(incident.id, "Mended", act())
        bench.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path="/transitions$"))
        assert states(bench.deliver(incident)) == {"jira incident_resolved": "unconfirmed"}
        service.retry(service.store.deliveries.unsettled(incident.id))
        assert states(bench.deliver(incident)) == {"jira incident_resolved": "done"}
        posted = [a for a in bench.asked(writes=True) if a.path.endswith("/transitions")]
        assert (len(posted), len(bench.jira.issues[0].comments)) == (1, 1)


def _create(way: Remote) -> None:
    from chatops_jira.reading import Issue

    with way.names.explaining():
        way.post("issue", {"fields": {}}, Issue)
