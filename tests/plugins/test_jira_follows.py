"""The ticket follows the incident: fields, comments, links and who watches it."""

import json
from typing import Any

import pytest

from chatops import Link
from chatops.incident import Incident
from chatops.sandbox import Fault
from tests.kit import act, states
from tests.plugins.test_jira_support import DETAILED, Bench, bench, texts
from tests.stage import again, declare, say, update

__all__ = ["bench"]


def test_an_update_changes_fields_and_adds_its_words(bench: Bench) -> None:
    incident = bench.declared(DETAILED, services=("checkout",))
    issue = bench.jira.issues[0]
    issue.fields["labels"].append("by-hand")
    service = bench.services[-1]
    update(
        service,
        incident,
        "It is worse",
        severity="sev1",
        title="All is down",
        services=("website",),
    )
    bench.lines()
    assert states(bench.deliver(incident)) == {"jira incident_updated": "done"}
    assert bench.lines() == ["POST issue/OPS-1/comment", "PUT issue/OPS-1"]
    assert issue.fields["summary"] == "INC-1 All is down"
    assert issue.fields["priority"].name == "Highest"
    assert [c.name for c in issue.fields["components"]] == ["API", "Website"]
    assert issue.fields["labels"][1:] == ["incident", "oncall", "by-hand"]
    (comment,) = issue.comments
    assert "Update by dana" in texts(comment.body)
    assert "It is worse" in texts(comment.body)
    assert comment.properties["sd.public.comment"] == {"internal": True}
    link = service.incident(incident.id).link("jira", "ticket")
    assert link is not None
    assert link.data == {"components": ["Website"], "labels": []}


def test_a_lost_reply_makes_no_second_comment(bench: Bench) -> None:
    incident = bench.declared()
    service = bench.services[-1]
    for number in range(120):
        bench.jira.comment("OPS-1", _document(f"Talk {number}"))
    service.note(incident.id, "Look at the load balancer", act())
    bench.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path="/comment$"))
    assert states(bench.deliver(incident)) == {"jira note_added": "unconfirmed"}
    for number in range(120):
        bench.jira.comment("OPS-1", _document(f"More {number}"))
    assert states(again(service, incident)) == {"jira note_added": "done"}
    said = [texts(c.body) for c in bench.jira.issues[0].comments]
    assert len([text for text in said if "load balancer" in text]) == 1


def _document(text: str) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [_text(text)]}]}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def test_every_kind_of_word_is_a_comment_where_it_is_wanted(bench: Bench) -> None:
    incident = _whole_life(bench, "")
    heads = [texts(c.body).split(" by ")[0] for c in bench.jira.issues[0].comments]
    assert heads == [
        "Acknowledged",
        "Note",
        "dana is commander: assigned",
        'Customers were told "Checkout" (investigating)',
        "Cancelled as a false alarm",
        "Reopened",
        "Resolved",
    ]
    assert incident.open


def test_words_that_are_not_wanted_stay_away(bench: Bench) -> None:
    _whole_life(bench, 'comments = ["public"]\n')
    heads = [texts(c.body).split(" by ")[0] for c in bench.jira.issues[0].comments]
    assert heads == ['Customers were told "Checkout" (investigating)']


def _whole_life(bench: Bench, more: str) -> Incident:
    incident = bench.declared(more)
    service, key = bench.services[-1], incident.id
    service.acknowledge(key, act())
    service.note(key, "A note", act())
    service.assign(key, "commander", "dana", act())
    say(service, incident, "We are looking into it")
    service.cancel(key, "Nothing was wrong", act())
    service.reopen(key, "It was", act())
    service.resolve(key, "Mended", act())
    assert set(states(bench.deliver(incident)).values()) == {"done"}
    return incident


def test_links_are_shown_once_and_again_when_they_change(bench: Bench) -> None:
    incident = bench.declared()
    service = bench.services[-1]
    bench.lines()
    for instance, url in (("chat", "https://example.com/1"), ("page", "https://example.com/p")):
        service.add_link(incident.id, instance, Link("channel", "C1", url, "#inc-1"), act())
        bench.deliver(incident)
    assert bench.lines() == ["POST issue/OPS-1/remotelink"] * 2
    service.add_link(incident.id, "chat", Link("channel", "C1", "https://example.com/2", "#inc-1"), act())
    bench.deliver(incident)
    assert bench.lines() == ["POST issue/OPS-1/remotelink"]
    shown, _ = bench.jira.issues[0].remote_links
    assert shown.object["url"] == "https://example.com/2"
    service.add_link(incident.id, "chat", Link("channel", "C1", "https://example.com/1", "#inc-1"), act())
    bench.deliver(incident)
    assert bench.lines() == ["POST issue/OPS-1/remotelink"]
    shown, _ = bench.jira.issues[0].remote_links
    assert shown.object["url"] == "https://example.com/1"
    assert shown.global_id == f"chatops-{incident.id}-chat-channel"


def test_links_that_are_known_already_are_in_the_new_ticket(bench: Bench) -> None:
    service = bench.service()
    incident = declare(service)
    service.add_link(incident.id, "chat", Link("channel", "C1", "https://chat.example.com/1", "#inc"), act())
    bench.deliver(incident)
    (issue,) = bench.jira.issues
    assert "chat: #inc" in texts(issue.fields["description"])
    assert len(issue.remote_links) == 1


def test_people_who_take_a_role_watch_the_ticket(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    account = bench.jira.users[1].account
    people = (
        f'[people.dana]\njira.account_id = "{account}"\n[people.marta]\njira.account_id = "712020:gone"\n'
    )
    incident = bench.declared(people)
    service = bench.services[-1]
    for person in ("dana", "marta"):
        service.assign(incident.id, "commander", person, act())
    assert set(states(bench.deliver(incident)).values()) == {"done"}
    assert "dana" in {w.name for w in bench.jira.issues[0].watchers}
    assert "marta does not watch the ticket" in caplog.text


def test_fields_are_rendered_typed_and_kept_up_to_date(bench: Bench) -> None:
    incident = bench.declared(
        """
        fields.customfield_10010 = { type = "textarea", value = "{{ incident.title }}" }
        fields.customfield_10012 = { type = "option", value = "{{ incident.severity | upper }}" }
        fields.customfield_10013 = { type = "number", value = "{{ 3 * 14 }}" }
        fields.customfield_10014 = { type = "list", value = ["a", "{{ incident.name }}"] }
        fields.customfield_10011 = { type = "text", value = "{{ incident.roles.get('commander', '') }}" }
        """
    )
    sent = bench.body("/issue")["fields"]
    assert sent["customfield_10010"]["content"][0]["content"] == [
        {"type": "text", "text": "Checkout is down"}
    ]
    assert sent["customfield_10012"] == {"value": "SEV2"}
    assert sent["customfield_10013"] == 42
    assert sent["customfield_10014"] == ["a", "INC-1"]
    assert "customfield_10011" not in sent
    bench.lines()
    service = bench.services[-1]
    update(service, incident, severity="sev1")
    service.assign(incident.id, "commander", "dana", act())
    bench.deliver(incident)
    edits = [json.loads(a.body)["fields"] for a in bench.asked() if a.method == "PUT"]
    assert edits == [{"customfield_10012": {"value": "SEV1"}}, {"customfield_10011": "dana"}]
