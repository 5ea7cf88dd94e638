"""How tickets are, under whatever name, and what is changed in them."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chatops import NotTracked, TrackedItem, Unauthorized, Unavailable
from chatops.sandbox import Fault
from chatops_jira.sandbox.model import Choice
from tests.plugins.test_jira_items_support import DOCUMENT, Make, Tracker, cloud, either, item, make

__all__ = ["cloud", "either", "make"]


def test_a_ticket_is_read_as_it_is(either: Tracker) -> None:
    either.pushed(item(due=date(2026, 12, 1)))
    (issue,) = either.issues
    issue.fields |= {"assignee": either.jira.users[2], "summary": "Alert on payments"}
    either.jira.transition("OPS-1", "In Progress")
    assert either.pull("OPS-1") == {
        "OPS-1": TrackedItem(
            key="OPS-1",
            url=f"{either.jira.url}/browse/OPS-1",
            title="Alert on payments",
            state="open",
            status="In Progress",
            owner="Marta Ruiz",
            person="marta",
            due=date(2026, 12, 1),
            document=DOCUMENT.url,
        )
    }


def test_a_hundred_take_one_request(cloud: Tracker) -> None:
    keys = [cloud.jira.put_issue("OPS", f"Number {number}").key for number in range(100)]
    assert list(cloud.pull(*keys)) == keys
    assert cloud.bench.lines() == ["POST issue/bulkfetch"]


def test_names_of_other_things_are_left_out(make: Make) -> None:
    tracker = make('browse_url = "https://jira.example.com"\n')
    tracker.jira.put_issue("OPS", "Here")
    ours = [
        "OPS-1",
        "ops-1",
        f"{tracker.jira.url}/browse/OPS-1",
        f"{tracker.jira.url}/browse/OPS-1?focusedId=1#comment",
        "https://jira.example.com/browse/OPS-1",
    ]
    others = ["#12", "", "OPS", "https://else.example.com/browse/OPS-1", "OPS-1 and OPS-2"]
    found = tracker.pull(*ours, *others)
    assert set(found) == set(ours)
    assert {tracked.key for tracked in found.values()} == {"OPS-1"}
    tracker.bench.lines()
    assert tracker.pull(*others) == {}
    assert tracker.bench.lines() == []


def test_a_ticket_that_was_moved_answers_to_its_old_name(either: Tracker) -> None:
    for number in range(3):
        either.jira.put_issue("OPS", f"Number {number}")
    either.jira.move("OPS-2", "PAY")
    either.jira.delete("OPS-3")
    found = either.pull("OPS-1", "OPS-2", "OPS-3", "PAY-1")
    assert isinstance(found.pop("OPS-3"), NotTracked)
    assert {name: tracked.key for name, tracked in found.items()} == {
        "OPS-1": "OPS-1",
        "OPS-2": "PAY-1",
        "PAY-1": "PAY-1",
    }


def test_a_ticket_that_is_not_there_says_so(either: Tracker) -> None:
    reason = "OPS-9 is not in Jira, or the account of plugins.jira.token may not see it"
    assert either.pull("OPS-9", "#12") == {"OPS-9": NotTracked(reason)}


def test_only_what_was_moved_is_asked_for_alone(cloud: Tracker) -> None:
    for number in range(3):
        cloud.jira.put_issue("OPS", f"Number {number}")
    cloud.jira.move("OPS-2", "PAY")
    cloud.jira.delete("OPS-3")
    cloud.pull("OPS-1", "OPS-2", "OPS-3")
    assert cloud.bench.lines() == ["POST issue/bulkfetch", "GET issue/OPS-2"]


def test_a_ticket_that_we_may_not_see_is_not_there(either: Tracker) -> None:
    issue = either.jira.put_issue("OPS", "Secret")
    (level, _) = either.jira.projects[0].levels
    level.seen = False
    issue.fields["security"] = level
    assert isinstance(either.pull("OPS-1")["OPS-1"], NotTracked)


@pytest.mark.parametrize(
    ("status", "resolution", "state"),
    [
        ("In Review", None, "open"),
        ("Done", "Done", "done"),
        ("Done", "Won't Do", "dropped"),
        ("Done", "won\N{RIGHT SINGLE QUOTATION MARK}t fix", "dropped"),
        ("Done", "Duplicate", "dropped"),
        ("Done", None, "done"),
        ("Won't Do", "Done", "dropped"),
        ("Won't Do", None, "dropped"),
    ],
)
def test_what_was_not_done_is_dropped(
    either: Tracker, status: str, resolution: str | None, state: str
) -> None:
    issue = either.jira.put_issue("OPS", "Number")
    either.jira.transition("OPS-1", status)
    issue.fields["resolution"] = Choice("1", resolution) if resolution else None
    assert either.pull("OPS-1")["OPS-1"].state == state


def test_what_counts_as_dropped_is_a_setting(make: Make) -> None:
    tracker = make('[plugins.jira.action_items]\ndropped_resolutions = ["Parked"]\n')
    issue = tracker.jira.put_issue("OPS", "Number")
    tracker.jira.transition("OPS-1", "Won't Do")
    assert tracker.pull("OPS-1")["OPS-1"].state == "done"
    issue.fields["resolution"] = Choice("1", "Parked")
    assert tracker.pull("OPS-1")["OPS-1"].state == "dropped"


def test_only_what_is_asked_for_is_changed(either: Tracker) -> None:
    either.pushed(item(owner="Dana", person="dana"))
    (issue,) = either.issues
    wanted = item(text="New words", owner="Marta", person="marta", due=date(2027, 1, 2), ticket="OPS-1")
    for change, field, value in (
        ("title", "summary", "New words"),
        ("owner", "assignee", either.jira.users[2]),
        ("due", "duedate", "2027-01-02"),
    ):
        before = dict(issue.fields)
        became = either.pushed(replace(wanted, change=(change,)))
        assert issue.fields == before | {field: value}
        assert not became.created
    assert (became.title, became.person, became.due) == ("New words", "marta", date(2027, 1, 2))
    assert became == either.pull("OPS-1")["OPS-1"]
    both = replace(wanted, owner="", person="", due=None, change=("owner", "due"))
    assert (either.pushed(both).owner, issue.fields["assignee"], issue.fields["duedate"]) == ("", None, None)


def test_nothing_is_sent_where_nothing_is_to_change(either: Tracker) -> None:
    either.jira.put_issue("OPS", "By hand")
    assert either.pushed(item(ticket="OPS-1")).title == "By hand"
    assert [a for a in either.bench.asked(writes=True) if not a.path.endswith("fetch")] == []


def test_a_ticket_leads_to_where_its_document_has_gone(either: Tracker) -> None:
    either.pushed(item())
    moved = replace(DOCUMENT, url="https://git.example.com/postmortems/renamed.md")
    became = either.pushed(item(ticket="OPS-1", document=moved, change=("document",)))
    (issue,) = either.issues
    (link,) = issue.remote_links
    assert link.object["url"] == became.document == either.pull("OPS-1")["OPS-1"].document == moved.url
    assert issue.properties["chatops"]["key"] == f"{DOCUMENT.id}:a1"


def test_a_ticket_that_people_made_is_led_back_and_stays_theirs(either: Tracker) -> None:
    issue = either.jira.put_issue("OPS", "By hand")
    either.pushed(item(ticket="OPS-1", change=("document",)))
    assert issue.properties["chatops"] == {"document": DOCUMENT.url}
    assert len(issue.remote_links) == 1
    assert either.pull("OPS-1")["OPS-1"].document == DOCUMENT.url


def test_a_link_that_is_refused_is_not_remembered(either: Tracker) -> None:
    issue = either.jira.put_issue("OPS", "By hand")
    either.jira.permissions.remove("LINK_ISSUES")
    (warning,) = either.pushed(item(ticket="OPS-1", change=("document",))).warnings
    assert warning.startswith("OPS-1 does not lead to its post-mortem: ")
    assert issue.properties == {}


def test_a_change_that_is_refused_costs_no_other(either: Tracker) -> None:
    for number in range(3):
        either.jira.put_issue("OPS", f"Number {number}")
    either.jira.off_screen.add("duedate")
    due: dict[str, Any] = {"due": date(2027, 1, 2), "change": ("title", "due")}
    answer = either.push(
        item("a", "New", ticket="OPS-1", **due),
        item("b", " ", ticket="OPS-2", change=("title",)),
        item("c", ticket="OPS-3", due=date(2027, 1, 2), change=("due",)),
        item("d", ticket="OPS-9", change=("title",)),
        item("e", ticket="#12", change=("title",)),
        item("f", owner="Lee", ticket="OPS-3", change=("owner",)),
    )
    assert (answer["a"].title, answer["a"].due) == ("New", None)
    assert answer["a"].warnings[0].startswith("Jira does not take the due date 2027-01-02: ")
    reasons = {name: became.reason for name, became in answer.items() if isinstance(became, NotTracked)}
    assert set(reasons) == {"b", "d", "e"}
    assert "You must specify a summary" in reasons["b"]
    assert "OPS-9 is not in Jira, or the account of plugins.jira.token may not see it" in reasons["d"]
    assert reasons["e"] == f"#12 is no ticket of {either.jira.url}"
    assert answer["c"].warnings
    assert answer["f"].warnings[0].startswith('Jira does not know "Lee": ')
    assert "summary" in either.issues[0].fields


def test_a_token_that_is_no_longer_good_is_named(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Number")
    either.bench.sandbox.faults.plan(Fault(kind="status", method="PUT", status=401))
    with pytest.raises(Unauthorized, match=r"Check plugins\.jira\.token"):
        either.push(item(ticket="OPS-1", change=("title",)))


def test_what_cannot_be_empty_is_left_as_it_is(either: Tracker) -> None:
    issue = either.jira.put_issue("OPS", "Number")
    either.jira.off_screen |= {"assignee", "duedate"}
    became = either.pushed(item(text="New", ticket="OPS-1", change=("title", "owner", "due")))
    assignee, due = became.warnings
    assert assignee.startswith("Jira does not take a ticket without an assignee: Field 'assignee' cannot")
    assert due.startswith("Jira does not take a ticket without a due date: Field 'duedate' cannot")
    assert issue.fields["summary"] == became.title == "New"


def test_who_may_not_edit_is_told_so_of_each(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Number")
    either.jira.permissions.remove("EDIT_ISSUES")
    reason = either.refused(item(ticket="OPS-1", change=("title",)))
    assert "You do not have permission to edit issues" in reason
    assert "lacks a permission" in reason


@pytest.mark.parametrize("body", ["7", "{}", '{"issues": 7, "key": 7}', '{"issues": [{"key": 7}]}'])
def test_an_answer_that_says_nothing_is_asked_for_again(either: Tracker, body: str) -> None:
    either.jira.put_issue("OPS", "Number")
    garbage = Fault(kind="garbage", path="/issue/", body=body, content_type="application/json")
    either.bench.sandbox.faults.plan(garbage)
    with pytest.raises(Unavailable):
        either.pull("OPS-1")
    assert set(either.pull("OPS-1")) == {"OPS-1"}


def test_a_jira_that_asks_to_wait_is_waited_for(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Number")
    either.bench.sandbox.faults.plan(Fault(kind="status", path="/issue/", status=429, retry_after="1"))
    assert set(either.pull("OPS-1")) == {"OPS-1"}
