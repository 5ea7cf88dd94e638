"""A restricted incident has a ticket that few may see, or none."""

from chatops.incident import Incident
from tests.kit import act
from tests.plugins.test_jira_support import Bench, bench
from tests.stage import declare, only, update

__all__ = ["bench"]


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
