"""Action items are filed: what their tickets say, and in how few requests."""

import html
import re
import threading
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chatops.sandbox import Fault
from chatops.sandbox.rehearsal import Rehearsal
from chatops_jira.sandbox.model import Issue
from tests.plugins.test_jira_items_support import DOCUMENT, Make, Tracker, cloud, either, item, make
from tests.plugins.test_jira_support import texts

__all__ = ["cloud", "either", "make"]

HOSTILE = [
    "<script>alert(1)</script> & <b>bold</b>",
    "{code}rm -rf /{code} {{ incident.title }} {% raw %} {panel}",
    "*bold* _it_ [~admin] [x|javascript:alert(1)] !x.png! ||a||",
    '{"type": "doc", "version": 1, "content": [{"type": "mention"}]}',
    "h1. Not a heading\n* not a point\nbq. not a quote",
    "a\\b ^c^ ~d~ -e- +f+ ??g?? @dana #1",
]


def said(issue: Issue) -> str:
    """All words of the description, as people read them."""
    held = issue.fields["description"]
    if isinstance(held, dict):
        return texts(held)
    # A backslash before a sign, and an entity, stand for the sign: no other markup is left then.
    assert not re.search(r"(?<!\\)[{}!]|(?<!\\)\[~", held), held
    return html.unescape(re.sub(r"\\(?=[^a-zA-Z0-9\s])", "", held))


def marks(node: Any) -> list[Any]:
    """The marks of every text."""
    if isinstance(node, dict):
        return [*node.get("marks", []), *marks(node.get("content", []))]
    return [mark for child in node for mark in marks(child)]


def test_a_ticket_says_what_was_promised(either: Tracker) -> None:
    wanted = item(owner="Dana F.", person="dana", due=date(2026, 12, 1), notes=("As in INC-7.", "Ask ops."))
    became = either.pushed(wanted)
    (issue,) = either.issues
    assert (became.key, became.url) == ("OPS-1", f"{either.jira.url}/browse/OPS-1")
    assert (became.title, became.state, became.created) == ("Alert on failed payments", "open", True)
    assert (became.person, became.due, became.warnings) == ("dana", date(2026, 12, 1), ())
    assert became.document == DOCUMENT.url
    fields = issue.fields
    assert (fields["summary"], fields["duedate"]) == ("Alert on failed payments", "2026-12-01")
    assert (issue.type.name, fields["assignee"].name) == ("Task", "dana")
    unique, *others = fields["labels"]
    assert (re.fullmatch("chatops-item-[0-9a-f]{16}", unique) is not None, others) == (True, ["postmortem"])
    words = said(issue)
    for text in (wanted.text, "As in INC-7.", "Ask ops.", "Dana F.", DOCUMENT.title, "INC-12"):
        assert text in words
    assert DOCUMENT.url in str(fields["description"])
    (link,) = issue.remote_links
    assert (link.object["url"], link.object["title"]) == (DOCUMENT.url, DOCUMENT.title)
    assert re.fullmatch("chatops-postmortem-[0-9a-f]{16}", link.global_id or "")


def test_the_key_is_in_the_request_that_creates(either: Tracker) -> None:
    either.pushed(item())
    (body,) = either.sent("/issue/bulk")
    ((ours,),) = [update["properties"] for update in body["issueUpdates"]]
    assert ours == {"key": "chatops", "value": {"key": f"{DOCUMENT.id}:a1", "document": DOCUMENT.url}}


def test_fifty_items_take_few_requests(cloud: Tracker) -> None:
    for number in range(3):
        cloud.jira.put_issue("OPS", f"Something else {number}")
    names = [f"i{number}" for number in range(50)]
    answer = cloud.push(*(item(name, f"Do {name}") for name in names))
    assert [answer[name].key for name in names] == [f"OPS-{number}" for number in range(4, 54)]
    assert [answer[name].title for name in names] == [f"Do {name}" for name in names]
    lines = cloud.bench.lines()
    assert lines[:5] == [
        "GET search/jql",
        "GET search/jql",
        "POST issue/bulkfetch",
        "POST issue/bulk",
        "POST issue/bulkfetch",
    ]
    links = [f"POST issue/{answer[name].key}/remotelink" for name in names]
    assert sorted(lines[5:]) == sorted(links)


def test_more_than_one_request_takes(cloud: Tracker) -> None:
    answer = cloud.push(*(item(f"i{number}", f"Do {number}") for number in range(120)))
    assert len({became.key for became in answer.values()}) == len(cloud.issues) == 120
    assert [len(body["issueUpdates"]) for body in cloud.sent("/issue/bulk")] == [50, 50, 20]


def test_a_long_item_is_cut_in_its_title_alone(either: Tracker) -> None:
    text = " ".join(f"word{number}" for number in range(700))
    became = either.pushed(item(text=text))
    (issue,) = either.issues
    assert len(text) > 5000
    assert issue.fields["summary"] == became.title
    assert 200 < len(became.title) <= 255
    assert re.search(r" word\d+…$", became.title)
    assert text.startswith(became.title.removesuffix("…") + " ")
    assert text in said(issue)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_arrives_as_text(either: Tracker, text: str) -> None:
    document = replace(DOCUMENT, title=text, incident=text)
    either.pushed(item(text=text, notes=(text,), owner=text, document=document))
    (issue,) = either.issues
    one_line = " ".join(text.split())
    assert issue.fields["summary"] == issue.remote_links[0].object["title"] == one_line
    words = said(issue)
    assert words.count(text) >= 2, words
    assert words.count(one_line) >= 3, words
    if either.jira.cloud:
        hrefs = {mark["attrs"]["href"] for mark in marks(issue.fields["description"]) if "attrs" in mark}
        assert hrefs == {DOCUMENT.url}


def test_an_address_that_a_browser_would_run_leads_nowhere(either: Tracker) -> None:
    became = either.pushed(item(document=replace(DOCUMENT, url="javascript:alert(1)")))
    (issue,) = either.issues
    assert (issue.remote_links, became.document) == ([], "")
    assert "javascript" not in str(issue.fields["description"])


def test_a_document_that_has_no_address_is_not_linked(either: Tracker) -> None:
    assert either.pushed(item(document=replace(DOCUMENT, url=""))).warnings == ()
    assert either.issues[0].remote_links == []


def test_a_ticket_is_related_to_that_of_the_incident(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Checkout is down")
    address = f"{either.jira.url}/browse/OPS-1"
    for name, ticket in {
        "a": "OPS-1",
        "b": address,
        "c": "#12",
        "d": "https://else.example.com/OPS-1",
    }.items():
        assert either.pushed(item(name, document=replace(DOCUMENT, ticket=ticket))).warnings == ()
    ids = {issue.id: issue.key for issue in either.issues}
    links = [(link.type.name, ids[link.inward], ids[link.outward]) for link in either.jira.issue_links]
    assert links == [("Relates", "OPS-2", "OPS-1"), ("Relates", "OPS-3", "OPS-1")]


def test_a_link_that_is_refused_is_warned_of(either: Tracker) -> None:
    either.jira.put_issue("OPS", "Checkout is down")
    either.jira.permissions.remove("LINK_ISSUES")
    became = either.pushed(item(document=replace(DOCUMENT, ticket="OPS-1")))
    assert became.created
    incident, document = became.warnings
    assert incident.startswith("OPS-2 was not linked with OPS-1: ")
    assert document.startswith("OPS-2 does not lead to its post-mortem: ")
    assert "No Link Issue Permission" in document
    assert "lacks a permission" in document


def test_the_incidents_ticket_may_be_gone(either: Tracker) -> None:
    became = either.pushed(item(document=replace(DOCUMENT, ticket="OPS-99")))
    (warning,) = became.warnings
    assert warning.startswith("OPS-1 was not linked with OPS-99: ")
    assert either.issues[0].remote_links


def test_settings_say_where_and_as_what(make: Make) -> None:
    table = '[plugins.jira.action_items]\nproject = "PAY"\nissue_type = "Story"\nlabels = ["learn", "q4"]\n'
    tracker = make(table)
    assert tracker.pushed(item()).key == "PAY-1"
    (issue,) = tracker.issues
    assert (issue.type.name, issue.fields["labels"][1:]) == ("Story", ["learn", "q4"])


def test_links_are_sent_side_by_side(cloud: Tracker) -> None:
    """Each of eight is answered only once all have been asked."""
    everybody, respond = threading.Barrier(8), cloud.jira.respond

    def together(request: Any) -> Any:
        if request.path.endswith("/remotelink"):
            everybody.wait(10)
        return respond(request)

    cloud.jira.respond = together  # type: ignore[method-assign]
    assert len(cloud.push(*(item(f"i{number}") for number in range(8)))) == 8


def test_a_dry_run_files_nothing(cloud: Tracker) -> None:
    cloud.jira.put_issue("OPS", "Something else")
    rehearsal = Rehearsal()
    answer = cloud.push(item(), item("a2"), rehearsal=rehearsal)
    assert all(became.created for became in answer.values())
    assert [issue.key for issue in cloud.issues] == ["OPS-1"]
    sent = [exchange.url.rpartition("/rest/api/3/")[2] for exchange in rehearsal.sent]
    assert sent[0] == "issue/bulk"
    assert sorted(sent[1:]) == ["issue/OPS-0/remotelink", "issue/OPS-00/remotelink"]


def test_a_jira_that_asks_to_wait_is_waited_for(either: Tracker) -> None:
    either.bench.sandbox.faults.plan(
        Fault(kind="status", path="/issue/bulk$", status=429, retry_after="1"),
        Fault(kind="status", path="/remotelink$", status=429),
    )
    assert either.pushed(item()).key == "OPS-1"
    assert [len(either.issues), len(either.issues[0].remote_links)] == [1, 1]
