"""No action item is filed twice: not again, not after a lost reply, not by two jobs at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from msgspec.structs import replace
from werkzeug.wrappers import Request

from chatops import TrackedItem, Unavailable, Unknown
from chatops.sandbox import Fault
from chatops_jira.sandbox import JiraStandIn
from chatops_jira.sandbox.bodies import Update
from chatops_jira.sandbox.model import Issue
from tests.plugins.test_jira_items_support import DOCUMENT, Tracker, cloud, either, item, make
from tests.plugins.test_jira_support import texts

__all__ = ["cloud", "either", "make"]


def open_keys(tracker: Tracker) -> list[str]:
    return [issue.key for issue in tracker.issues if issue.status.category != "done"]


def before_bulk(jira: JiraStandIn, action: Callable[[], object]) -> None:
    """Let this happen before each request that creates many."""
    respond = jira.respond

    def held(request: Any) -> Any:
        if request.method == "POST" and request.path.endswith("/issue/bulk"):
            action()
        return respond(request)

    jira.respond = held  # type: ignore[method-assign]


def twin(jira: JiraStandIn, name: str) -> Issue:
    """Another job has filed this item."""
    issue = jira.put_issue("OPS", f"Filed by another job: {name}")
    issue.properties["chatops"] = {"key": f"{DOCUMENT.id}:{name}", "document": DOCUMENT.url}
    return issue


@pytest.mark.parametrize("lag", [0.0, 60.0])
def test_the_same_again_changes_nothing(either: Tracker, lag: float) -> None:
    either.bench.sandbox.faults.plan(Fault(kind="lag", seconds=lag))
    items = [item(f"i{number}", f"Do {number}") for number in range(12)]
    first = either.push(*items)
    either.bench.sandbox.log.clear()
    second = either.push(*items)
    assert {name: became.key for name, became in second.items()} == {n: b.key for n, b in first.items()}
    assert not any(became.created for became in second.values())
    writes = [a.path for a in either.bench.asked(writes=True) if not a.path.endswith("/bulkfetch")]
    assert writes == []
    assert len(either.issues) == 12


def test_what_is_found_by_its_label_takes_one_search(cloud: Tracker) -> None:
    items = [item(f"i{number}", document=replace(DOCUMENT, url="")) for number in range(50)]
    cloud.push(*items)
    cloud.bench.lines()
    cloud.push(*items)
    assert cloud.bench.lines() == ["GET search/jql"]


@pytest.mark.parametrize("lag", [0.0, 60.0])
def test_a_lost_reply_files_nothing_twice(either: Tracker, lag: float) -> None:
    for number in range(3):
        either.jira.put_issue("OPS", f"Something else {number}")
    either.bench.sandbox.faults.plan(
        Fault(kind="lag", seconds=lag), Fault(kind="drop_after", method="POST", path="/issue/bulk$")
    )
    items = [item(f"i{number}", f"Do {number}") for number in range(50)]
    with pytest.raises(Unknown):
        either.push(*items)
    answer = either.push(*items, item("new", "Do more"))
    assert [answer[f"i{number}"].key for number in range(50)] == [f"OPS-{n}" for n in range(4, 54)]
    assert (answer["new"].key, answer["new"].created, len(either.issues)) == ("OPS-54", True, 54)
    # The links that were never sent, since the call ended before.
    assert all(len(issue.remote_links) == 1 for issue in either.issues[3:])


def test_a_ticket_whose_link_was_lost_gets_it(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Checkout is down")
    wanted = item(document=replace(DOCUMENT, ticket="OPS-1"))
    either.bench.sandbox.faults.plan(Fault(kind="drop_before", method="POST", path="/issueLink$"))
    with pytest.raises(Unknown):
        either.push(wanted)
    assert either.pushed(wanted).key == "OPS-2"
    assert (len(either.jira.issue_links), len(either.issues[1].remote_links)) == (1, 1)


def test_a_link_that_leads_elsewhere_is_put_right(either: Tracker) -> None:
    either.pushed(item())
    moved = replace(DOCUMENT, url="https://git.example.com/postmortems/renamed.md")
    either.pushed(item(document=moved))
    (link,) = either.issues[0].remote_links
    assert link.object["url"] == moved.url
    assert either.pull("OPS-1")["OPS-1"].document == moved.url
    either.bench.sandbox.log.clear()
    either.pushed(item(document=replace(moved, title="Anew")))
    assert [a.path.rpartition("/")[2] for a in either.bench.asked(writes=True)][-1:] == ["remotelink"]
    (link,) = either.issues[0].remote_links
    assert link.object["title"] == "Anew"


def test_where_the_document_is_is_remembered(either: Tracker) -> None:
    either.pushed(item())
    either.issues[0].properties["chatops"] |= {"document": "https://git.example.com/before.md"}
    assert either.pushed(item()).document == DOCUMENT.url
    assert either.pull("OPS-1")["OPS-1"].document == DOCUMENT.url


def test_a_copy_is_not_taken_for_the_ticket(either: Tracker) -> None:
    either.pushed(item())
    copied = either.jira.put_issue("OPS", "Clone of OPS-1")
    copied.fields["labels"] = list(either.issues[0].fields["labels"])
    copied.note()
    assert either.pushed(item()).key == "OPS-1"
    either.jira.delete("OPS-1")
    assert either.pushed(item()).key == "OPS-3"


def test_the_ticket_is_found_among_many_copies(either: Tracker) -> None:
    either.pushed(item())
    for number in range(130):
        copied = either.jira.put_issue("OPS", f"Clone {number} of OPS-1")
        copied.fields["labels"] = list(either.issues[0].fields["labels"])
        copied.note()
    assert (either.pushed(item()).key, len(either.issues)) == ("OPS-1", 131)


def test_a_ticket_that_was_moved_is_the_items_still(either: Tracker) -> None:
    either.pushed(item())
    either.jira.move("OPS-1", "PAY")
    became = either.pushed(item())
    assert (became.key, became.created, len(either.issues)) == ("PAY-1", False, 1)


def test_of_two_jobs_at_once_one_ticket_remains(either: Tracker) -> None:
    both = threading.Barrier(2)
    before_bulk(either.jira, lambda: both.wait(10))
    items = [item(f"i{number}", f"Do {number}") for number in range(5)]
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: either.push(*items), range(2))
    assert {n: became.key for n, became in one.items()} == {n: became.key for n, became in other.items()}
    assert len(either.issues) == 10
    assert open_keys(either) == sorted(became.key for became in one.values())
    assert sorted([one["i0"].created, other["i0"].created]) == [False, True]
    assert all(became.warnings == () for became in [*one.values(), *other.values()])


def test_the_other_ticket_says_which_one_is_kept(either: Tracker) -> None:
    before_bulk(either.jira, lambda: twin(either.jira, "b"))
    answer = either.push(item("a"), item("b"))
    assert (answer["a"].key, answer["a"].created) == ("OPS-2", True)
    assert (answer["b"].key, answer["b"].created) == ("OPS-1", False)
    closed = either.jira.issue("OPS-3")
    assert (closed.status.name, open_keys(either)) == ("Won't Do", ["OPS-1", "OPS-2"])
    expected = "Won't Do" if either.jira.cloud else "Duplicate"
    assert closed.fields["resolution"].name == expected
    (link,) = either.jira.issue_links
    ids = {issue.id: issue.key for issue in either.issues}
    assert (link.type.name, ids[link.inward], ids[link.outward]) == ("Duplicate", "OPS-3", "OPS-1")
    (comment,) = closed.comments
    words = comment.body if isinstance(comment.body, str) else texts(comment.body)
    assert "OPS-1 is kept" in words
    assert comment.properties["sd.public.comment"] == {"internal": True}
    assert either.jira.issue("OPS-1").remote_links


def test_the_other_ticket_is_open_where_it_cannot_be_closed(either: Tracker) -> None:
    before_bulk(either.jira, lambda: twin(either.jira, "a1"))
    either.jira.permissions.remove("TRANSITION_ISSUES")
    became = either.pushed(item())
    (warning,) = became.warnings
    assert warning.startswith(
        "OPS-2 is a duplicate of OPS-1 and could not be closed: its workflow has no way"
    )
    assert became.key == "OPS-1"


def test_a_refusal_to_close_it_is_warned_of(either: Tracker) -> None:
    before_bulk(either.jira, lambda: twin(either.jira, "a1"))
    either.bench.sandbox.faults.plan(Fault(kind="status", method="POST", path="/transitions$", status=403))
    became = either.pushed(item())
    (warning,) = became.warnings
    assert warning.startswith("OPS-2 is a duplicate of OPS-1 and could not be closed: ")
    assert (became.key, open_keys(either)) == ("OPS-1", ["OPS-1", "OPS-2"])


def test_a_jira_without_such_links_and_comments_closes_it_all_the_same(either: Tracker) -> None:
    before_bulk(either.jira, lambda: twin(either.jira, "a1"))
    either.jira.link_types.clear()
    either.jira.permissions.remove("ADD_COMMENTS")
    assert either.pushed(item()).warnings == ()
    assert open_keys(either) == ["OPS-1"]


def test_a_ticket_of_a_higher_number_is_left_to_its_job(either: Tracker) -> None:
    """Whoever has filed that one sees ours, and closes its own."""
    create = either.jira._create

    def between(said: Update, request: Request) -> dict[str, Any]:
        made = create(said, request)
        if len(either.issues) == 1:
            twin(either.jira, "a")
        return made

    either.jira._create = between  # type: ignore[method-assign]
    answer = either.push(item("a"), item("b"))
    assert {name: became.key for name, became in answer.items()} == {"a": "OPS-1", "b": "OPS-3"}
    assert open_keys(either) == ["OPS-1", "OPS-2", "OPS-3"]


def test_what_a_killed_job_left_open_is_closed_by_the_next(either: Tracker) -> None:
    either.pushed(item())
    other = twin(either.jira, "a1")
    other.fields["labels"] = list(either.issues[0].fields["labels"])
    other.note()
    became = either.pushed(item())
    assert (became.key, became.warnings, open_keys(either)) == ("OPS-1", (), ["OPS-1"])
    either.bench.sandbox.log.clear()
    either.pushed(item())
    assert [a.path for a in either.bench.asked(writes=True) if not a.path.endswith("fetch")] == []


def test_the_search_may_know_a_newer_ticket_and_not_ours(either: Tracker) -> None:
    for number in range(20):
        either.jira.put_issue("OPS", f"Something else {number}")
    either.pushed(item())
    either.issues[-1].known.clear()
    either.jira.put_issue("OPS", "Newer")
    assert (either.pushed(item()).key, len(either.issues)) == ("OPS-21", 22)


def test_many_tickets_that_the_search_does_not_know_are_read(either: Tracker) -> None:
    either.bench.sandbox.faults.plan(Fault(kind="lag", seconds=60.0))
    for number in range(130):
        either.jira.put_issue("OPS", f"Something else {number}")
    assert either.pushed(item()).key == "OPS-131"
    became = either.pushed(item())
    assert isinstance(became, TrackedItem)
    assert (became.key, len(either.issues)) == ("OPS-131", 131)


@pytest.mark.parametrize("body", ["{}", "7", '{"issues": [{"key": "x"}], "key": "x"}'])
@pytest.mark.parametrize("path", ["/search", "/issue/[^/]*$"])
def test_an_answer_that_says_nothing_does_not_say_that_there_is_none(
    either: Tracker, path: str, body: str
) -> None:
    either.bench.sandbox.faults.plan(Fault(kind="lag", seconds=60.0))
    either.pushed(item())
    garbage = Fault(kind="garbage", path=path, body=body, content_type="application/json")
    either.bench.sandbox.faults.plan(garbage)
    with pytest.raises(Unavailable):
        either.push(item())
    assert len(either.issues) == 1
