"""The ticket: what it says, that there is only one, and that it follows the incident."""

import json
from typing import Any

import pytest

from chatops import Link
from chatops.incident import Incident
from chatops.sandbox import Fault
from chatops_jira.find import quoted
from tests.kit import act, states
from tests.plugins.test_jira_support import Bench, bench, texts
from tests.stage import again, declare, only, say, update

__all__ = ["bench"]

DETAILED = """
labels = ["incident", "oncall"]
components = ["API"]
priority = { sev1 = "Highest", sev2 = "High" }
[services.checkout]
jira.component = "Checkout"
jira.labels = ["payments", "oncall"]
[services.website]
jira.component = "Website"
"""


def test_a_ticket_takes_one_request(bench: Bench) -> None:
    incident = bench.declared(
        DETAILED, "Checkout \"returns\"\n500s AND project = 'X'", services=("checkout",)
    )
    assert bench.lines() == ["POST issue"]
    (issue,) = bench.jira.issues
    assert issue.fields["summary"] == f"{incident.name} Checkout \"returns\" 500s AND project = 'X'"
    assert [c.name for c in issue.fields["components"]] == ["API", "Checkout"]
    assert issue.fields["priority"].name == "High"
    unique, *others = issue.fields["labels"]
    assert (unique[:8], others) == ("chatops-", ["incident", "oncall", "payments"])
    assert issue.properties["chatops"]["key"] == f"{incident.id}.jira.ticket"
    link = bench.services[-1].incident(incident.id).link("jira", "ticket")
    assert link == Link(
        "ticket",
        "OPS-1",
        f"{bench.jira.url}/browse/OPS-1",
        "OPS-1",
        {"components": ["Checkout"], "labels": ["payments", "oncall"]},
    )


def test_the_description_is_a_document(bench: Bench) -> None:
    bench.declared(title="Hostile [~accountid:1] *text* {html}")
    description = bench.body("/issue")["fields"]["description"]
    assert (description["type"], description["version"]) == ("doc", 1)
    heading, facts, _ = description["content"]
    assert heading == {
        "type": "paragraph",
        "content": [
            {
                "type": "text",
                "text": "INC-1: Hostile [~accountid:1] *text* {html}",
                "marks": [{"type": "strong"}],
            }
        ],
    }
    assert facts["type"] == "bulletList"
    assert {item["type"] for item in facts["content"]} == {"listItem"}
    assert "Severity: sev2" in texts(facts)


@pytest.mark.parametrize("lag", [0.0, 60.0])
@pytest.mark.parametrize("cloud", [True, False])
def test_a_lost_reply_makes_no_second_ticket(bench: Bench, *, lag: float, cloud: bool) -> None:
    service = bench.service(cloud=cloud)
    for number in range(3):
        bench.jira.put_issue("OPS", f"Something else {number}")
    incident = declare(service)
    bench.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path="/issue$"))
    bench.sandbox.faults.plan(Fault(kind="lag", seconds=lag))
    assert states(bench.deliver(incident)) == {"jira incident_declared": "unconfirmed"}
    assert states(again(service, incident)) == {"jira incident_declared": "done"}
    assert len(bench.jira.issues) == 4
    link = service.incident(incident.id).link("jira", "ticket")
    assert link is not None
    assert link.id == "OPS-4"


def test_a_copy_of_the_ticket_is_not_taken_for_it(bench: Bench) -> None:
    service = bench.service()
    incident = declare(service)
    bench.sandbox.faults.plan(Fault(kind="drop_after", method="POST", path="/issue$"))
    bench.deliver(incident)
    ours = bench.jira.issue("OPS-1")
    copied = bench.jira.put_issue("OPS", "Clone")
    copied.fields["labels"] = list(ours.fields["labels"])
    copied.note()
    bench.jira.delete("OPS-1")
    assert states(again(service, incident)) == {"jira incident_declared": "unconfirmed"}
    assert [issue.key for issue in bench.jira.issues] == ["OPS-2"]


def test_a_ticket_that_did_not_arrive_is_made_once_that_is_sure(bench: Bench) -> None:
    service = bench.service('settle = "1s"\n')
    incident = declare(service)
    bench.sandbox.faults.plan(Fault(kind="drop_before", method="POST", path="/issue$"))
    assert states(bench.deliver(incident)) == {"jira incident_declared": "unconfirmed"}
    assert states(again(service, incident)) == {"jira incident_declared": "unconfirmed"}
    assert bench.jira.issues == []


def test_nothing_ends_the_quotes_of_a_query() -> None:
    assert quoted('a" OR project = "X\\') == '"a\\" OR project = \\"X\\\\"'


def test_only_the_search_that_is_still_there_is_asked(bench: Bench) -> None:
    test_a_lost_reply_makes_no_second_ticket(bench, lag=60.0, cloud=True)
    searches = {a.path.rpartition("/rest/")[2] for a in bench.asked() if "search" in a.path}
    assert searches == {"api/3/search/jql"}


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


def test_a_deleted_ticket_is_gone_until_it_is_made_anew(bench: Bench) -> None:
    incident = bench.declared()
    service = bench.services[-1]
    bench.jira.delete("OPS-1")
    service.note(incident.id, "A note", act())
    reason = bench.failed(incident)
    assert "OPS-1 is no longer in Jira" in reason
    assert "chatops retry --recreate" in reason
    service.retry(service.store.deliveries.unsettled(incident.id), recreate=True)
    assert set(states(bench.deliver(incident)).values()) == {"done"}
    (issue,) = bench.jira.issues
    assert (issue.key, len(issue.comments)) == ("OPS-2", 1)


def test_a_ticket_that_was_moved_goes_on(bench: Bench) -> None:
    incident = bench.declared('statuses.resolved = "Done"\n')
    service = bench.services[-1]
    bench.jira.move("OPS-1", "PAY")
    update(service, incident, "Still at it", severity="sev3")
    service.resolve(incident.id, "Mended", act())
    assert set(states(bench.deliver(incident)).values()) == {"done"}
    (issue,) = bench.jira.issues
    assert (issue.status.name, len(issue.comments)) == ("Done", 2)
    link = service.incident(incident.id).link("jira", "ticket")
    assert link is not None
    assert link.id == "PAY-1"


def test_data_center_is_sent_markup_and_a_bearer_token(bench: Bench) -> None:
    service = bench.service(cloud=False)
    incident = declare(service, "Hostile {html} [~admin] !x.png!")
    service.note(incident.id, "h1. Big\n{code}\nhttps://example.com/a_b", act())
    assert set(states(bench.deliver(incident)).values()) == {"done"}
    assert {a.headers["Authorization"] for a in bench.asked()} == {f"Bearer {bench.jira.token}"}
    assert {a.path.split("/rest/api/")[1][0] for a in bench.asked()} == {"2"}
    description = bench.body("/issue")["fields"]["description"]
    assert description.startswith("*INC-1: Hostile \\{html\\} \\[\\~admin\\] \\!x.png\\!*")
    words = bench.body("/comment")["body"]
    assert "h1&#46; Big\n\\{code\\}\n[https://example.com/a_b]" in words


def test_a_restricted_incident_gets_a_level_or_no_ticket(bench: Bench) -> None:
    more = 'security_level = "Responders"\n[plugins.jira.when]\nrestricted = true\n'
    incident = bench.declared(more, restricted=True)
    service = bench.services[-1]
    issue = bench.jira.issues[0]
    assert issue.fields["security"].name == "Responders"
    service.restrict(incident.id, act(), on=False)
    bench.deliver(incident)
    assert issue.fields.get("security") is None
    service.restrict(incident.id, act(), on=True)
    bench.deliver(incident)
    assert issue.fields["security"].name == "Responders"


def test_without_a_level_nothing_of_a_restricted_incident_is_sent(bench: Bench) -> None:
    service = bench.service("[plugins.jira.when]\nrestricted = true\n")
    incident = declare(service, restricted=True)
    service.note(incident.id, "Secret", act())
    bench.deliver(incident)
    assert bench.lines() == []
    assert "plugins.jira.security_level" in only_reason(bench, incident)
    service.restrict(incident.id, act(), on=False)
    bench.deliver(incident)
    assert len(bench.jira.issues) == 1


def only_reason(bench: Bench, incident: Incident) -> str:
    lane = bench.services[-1].store.deliveries.of_lane(incident.id, "jira")
    assert {d.state for d in lane} == {"skipped"}
    return lane[0].reason


def test_a_ticket_that_cannot_be_hidden_stops_the_lane(bench: Bench) -> None:
    incident = bench.declared("[plugins.jira.when]\nrestricted = true\n")
    service = bench.services[-1]
    service.restrict(incident.id, act(), on=True)
    service.note(incident.id, "Secret", act())
    bench.lines()
    reason = bench.failed(incident)
    assert "plugins.jira.security_level is not set" in reason
    failed = next(d for d in service.store.deliveries.unsettled(incident.id) if d.state == "failed")
    service.skip(failed, "hidden by hand", act())
    bench.deliver(incident)
    assert bench.lines() == []
    assert only(service, declare(service), "jira").state != "failed"


def test_a_restriction_that_was_taken_back_hides_nothing(bench: Bench) -> None:
    """Before Jira could be told of it."""
    incident = bench.declared("[plugins.jira.when]\nrestricted = true\n")
    service = bench.services[-1]
    service.restrict(incident.id, act(), on=True)
    service.restrict(incident.id, act(), on=False)
    update(service, incident, "All may know")
    ended = bench.deliver(incident)
    assert [d.state for d in ended] == ["skipped", "skipped", "done"]
    assert ended[0].reason == "by now the incident is no longer restricted"


def test_a_restriction_that_came_back_shows_nothing(bench: Bench) -> None:
    more = 'security_level = "Responders"\n[plugins.jira.when]\nrestricted = true\n'
    incident = bench.declared(more, restricted=True)
    service = bench.services[-1]
    service.restrict(incident.id, act(), on=False)
    service.restrict(incident.id, act(), on=True)
    bench.lines()
    ended = bench.deliver(incident)
    assert [(d.state, d.reason) for d in ended] == [
        ("skipped", "by now the incident is again restricted"),
        ("done", ""),
    ]


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
