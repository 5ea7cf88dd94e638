"""What Jira refuses of an action item costs that one alone, and says what to change."""

import json
import re
from datetime import date
from typing import Any

import pytest
from werkzeug.wrappers import Response

from chatops import NotTracked, Rejected, Unauthorized, Unavailable, Unknown
from chatops.sandbox import Fault
from chatops_jira.sandbox.model import CustomField
from tests.plugins.test_jira_items_support import Make, Tracker, cloud, either, item, make
from tests.plugins.test_jira_support import CLOUD

__all__ = ["cloud", "either", "make"]
DUE = date(2026, 12, 1)


def refuse_bulk(tracker: Tracker, body: str) -> None:
    """Let each request that creates many be refused in these words."""
    respond = tracker.jira.respond

    def refusing(request: Any) -> Response:
        if request.path.endswith("/bulk"):
            return Response(body, 400, mimetype="application/json")
        return respond(request)

    tracker.jira.respond = refusing  # type: ignore[method-assign]


def test_an_owner_whom_nobody_knows_is_named(either: Tracker) -> None:
    became = either.pushed(item(owner="Lee Chan"))
    key = "account_id" if either.jira.cloud else "username"
    advice = f"add it to people.NAME.names, and set people.NAME.jira.{key}"
    assert became.warnings == (f'Jira does not know "Lee Chan": {advice}',)
    assert (became.owner, became.person, either.issues[0].fields.get("assignee")) == ("", "", None)


def test_an_owner_without_an_account_is_named(either: Tracker) -> None:
    became = either.pushed(item(owner="Lee Chan", person="lee"))
    key = "account_id" if either.jira.cloud else "username"
    assert became.warnings == (f'Jira does not know "Lee Chan": set people.lee.jira.{key}',)


def test_nobody_is_nothing_to_warn_of(either: Tracker) -> None:
    assert either.pushed(item()).warnings == ()


def test_an_assignee_who_left_is_left_out(either: Tracker) -> None:
    either.jira.users[1].active = False
    became = either.pushed(item(owner="Dana", person="dana", due=DUE))
    (warning,) = became.warnings
    assert warning.startswith('Jira does not take "Dana" as assignee: User ')
    assert warning.endswith(f"Check people.dana.jira.{'account_id' if either.jira.cloud else 'username'}")
    (issue,) = either.issues
    assert (issue.fields.get("assignee"), issue.fields["duedate"]) == (None, "2026-12-01")
    assert (became.key, became.owner, became.due) == ("OPS-1", "", DUE)


def test_fields_that_no_screen_has_are_left_out(either: Tracker) -> None:
    either.jira.off_screen |= {"assignee", "duedate"}
    became = either.pushed(item(owner="Dana", person="dana", due=DUE))
    assignee, due = became.warnings
    assert "Field 'assignee' cannot be set" in assignee
    assert due.startswith("Jira does not take the due date 2026-12-01: Field 'duedate' cannot be set")
    assert "plugins.jira.action_items.issue_type" in due
    assert (became.due, len(either.issues)) == (None, 1)


@pytest.mark.parametrize("more", [{}, {"owner": "Dana", "person": "dana"}])
def test_an_assignee_that_jira_requires_cannot_be_left_out(either: Tracker, more: dict[str, Any]) -> None:
    either.jira.required_fields.add("assignee")
    either.jira.users[1].active = False
    assert "Assignee is required." in either.refused(item(**more))
    assert len(either.sent("/issue/bulk")) == 1 + bool(more)


def test_more_than_a_field_that_is_refused_cannot_be_left_out(cloud: Tracker) -> None:
    words = {"errorMessages": ["You cannot do this."], "errors": {"assignee": "Nobody."}}
    refusal = {"issues": [], "errors": [{"failedElementNumber": 0, "elementErrors": words}]}
    refuse_bulk(cloud, json.dumps(refusal))
    reason = cloud.refused(item(owner="Dana", person="dana"))
    assert "You cannot do this. Nobody." in reason
    assert len(cloud.sent("/issue/bulk")) == 1


def test_one_that_is_refused_costs_no_other(either: Tracker) -> None:
    answer = either.push(item("a", "First"), item("b", " "), item("c", "Third", owner="Dana", person="dana"))
    assert (answer["a"].title, answer["c"].title) == ("First", "Third")
    assert isinstance(answer["b"], NotTracked)
    assert "You must specify a summary of the issue." in answer["b"].reason
    assert [issue.fields["summary"] for issue in either.issues] == ["First", "Third"]


def test_the_setting_of_a_wrong_type_is_named(make: Make) -> None:
    tracker = make('[plugins.jira.action_items]\nissue_type = "Epos"\n')
    reason = tracker.refused(item())
    assert [a.path.rpartition("/")[2] for a in tracker.bench.asked(writes=True)][1:] == ["bulk"]
    assert "Specify a valid issue type" in reason
    assert "Change plugins.jira.action_items.issue_type" in reason


def test_the_setting_of_a_wrong_project_is_named(make: Make) -> None:
    tracker = make('[plugins.jira.action_items]\nproject = "NONE"\n')
    with pytest.raises(Rejected, match=r"Check plugins\.jira\.action_items\.project"):
        tracker.push(item())


def test_a_field_that_is_required_is_named(either: Tracker) -> None:
    either.jira.custom_fields.append(CustomField("customfield_10099", "Team", required=True))
    reason = either.refused(item(owner="Dana", person="dana"))
    assert "Team is required." in reason
    assert "Let Jira create tickets of this type without it" in reason
    assert len(either.sent("/issue/bulk")) == 1


@pytest.mark.parametrize("status", [404, 405])
def test_a_jira_that_creates_one_at_a_time(either: Tracker, status: int) -> None:
    either.jira.users[1].active = False
    either.bench.sandbox.faults.plan(Fault(kind="status", path="/issue/bulk$", status=status, times=None))
    answer = either.push(item("a"), item("b", " "), item("c", owner="Dana", person="dana"))
    assert {answer["a"].key, answer["c"].key} == {"OPS-1", "OPS-2"}
    assert "You must specify a summary" in answer["b"].reason
    assert "as assignee" in answer["c"].warnings[0]


def test_wrong_credentials_are_named(make: Make) -> None:
    tracker = make(token="wrong")
    named = r"Check plugins\.jira\.token and plugins\.jira\.user\."
    with pytest.raises(Unauthorized, match=named):
        tracker.push(item())
    with pytest.raises(Unauthorized, match=named):
        tracker.pull("OPS-1")


def test_credentials_that_are_not_there_are_named(make: Make) -> None:
    tracker = make()
    table = CLOUD.format(url=tracker.jira.url, user="bot@example.com", token="")
    table = re.sub("token = .*", 'token = { command = ["false"] }', table)
    nowhere = Tracker(tracker.bench, tracker.bench.make(table))
    with pytest.raises(Unauthorized, match=r"plugins\.jira\.token: .*false"):
        nowhere.push(item())
    assert tracker.bench.asked() == []


def test_who_may_not_create_is_named(either: Tracker) -> None:
    either.jira.permissions.remove("CREATE_ISSUES")
    with pytest.raises(Unauthorized, match=r"account of plugins\.jira\.token .*lacks a permission"):
        either.push(item("a"), item("b"))


@pytest.mark.parametrize("path", ["/issue/bulk$", "/remotelink$"])
def test_an_answer_that_is_lost_is_nobodys_guess(either: Tracker, path: str) -> None:
    either.bench.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path=path))
    with pytest.raises(Unknown):
        either.push(item())


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"issues": 7}',
        '{"issues": [], "errors": []}',
        '{"issues": [{"key": "OPS-1"}, {"key": "OPS-2"}]}',
    ],
)
def test_an_answer_that_says_nothing_is_nobodys_guess(either: Tracker, body: str) -> None:
    garbage = Fault(kind="garbage", path="/issue/bulk$", body=body, content_type="application/json")
    either.bench.sandbox.faults.plan(garbage)
    with pytest.raises(Unknown):
        either.push(item())
    assert (either.pushed(item()).key, len(either.issues)) == ("OPS-1", 1)


@pytest.mark.parametrize("body", ['{"errors": ["x"]}', '{"errors": {"summary": "no"}}', "7", ""])
def test_a_refusal_of_all_at_once_is_no_refusal_of_each(cloud: Tracker, body: str) -> None:
    refuse_bulk(cloud, body)
    assert cloud.pushed(item()).key == "OPS-1"


def test_a_jira_that_is_away_is_asked_again_later(either: Tracker) -> None:
    either.bench.sandbox.faults.plan(Fault(kind="status", status=503, times=None, path="search"))
    with pytest.raises(Unavailable):
        either.push(item(), seconds=2.0)
    assert either.issues == []
