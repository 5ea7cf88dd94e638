"""The ticket: what it says, that there is only one, and what becomes of it when it is moved or deleted."""

import pytest

from chatops import Link
from chatops.sandbox import Fault
from chatops_jira.find import quoted
from tests.kit import act, states
from tests.plugins.test_jira_support import DETAILED, Bench, bench, texts
from tests.stage import again, declare, update

__all__ = ["bench"]


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
