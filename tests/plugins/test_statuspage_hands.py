"""What people do on the page with their own hands is theirs."""

import pytest

from tests.kit import act
from tests.plugins.test_standin_support import ended
from tests.plugins.test_statuspage_support import CHECKOUT, SEARCH, WEBSITE, Status, a_status

status = a_status


def test_what_a_person_resolved_is_not_resolved_again(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.resolve(status.public.id, "All is well.")
    assert ended(status.say(incident, "Over.", "resolved")) == "done"
    assert status.texts == ["We are looking.", "All is well."]
    assert (status.mailed, status.component()) == (["We are looking."], "operational")


def test_what_a_person_resolved_is_not_opened_again(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.resolve(status.public.id)
    ending = ended(status.say(incident, "Found it.", "identified"))
    assert ending.startswith("failed: Somebody has resolved the public incident")
    assert "chatops retry" in ending
    assert (status.public.status, len(status.mailed)) == ("resolved", 1)
    status.page.edit(status.public.id, status="investigating", body="Too early.")
    assert ended(status.again(incident)) == "done"
    assert status.texts[-1] == status.mailed[-1] == "Found it."


def test_the_end_is_no_trouble_after_words_that_would_have_opened_it_again(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.resolve(status.public.id)
    status.say(incident, "Found it.", "identified")
    status.publish(incident, "Over.", "resolved")
    status.again(incident)
    assert not status.service.store.deliveries.unsettled(incident.id)
    assert (status.public.status, len(status.mailed)) == ("resolved", 1)


def test_what_a_person_resolved_may_be_reopened_once_we_said_that_it_was_over(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.resolve(status.public.id)
    status.say(incident, "Over.", "resolved")
    assert ended(status.say(incident, "It is back.", "investigating")) == "done"
    assert status.public.status == "investigating"


def test_what_a_person_edited_stays_until_we_change_it_ourselves(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.edit(
        status.public.id,
        name="Payments fail",
        impact_override="minor",
        metadata=status.public.metadata | {"jira": {"issue_id": "7"}},
        component_ids=[CHECKOUT, SEARCH],
    )
    status.say(incident, "Found it.", "identified")
    assert (status.public.name, status.public.impact) == ("Payments fail", "minor")
    assert status.public.metadata["jira"] == {"issue_id": "7"}
    assert {c.id for c in status.public.components} == {CHECKOUT, SEARCH}
    status.say(incident, "Soon.", "identified", title="Checkout is slow", impact="critical")
    assert (status.public.name, status.public.impact) == ("Checkout is slow", "critical")


def test_a_component_that_a_person_listed_stays_beside_those_that_we_add(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.edit(status.public.id, component_ids=[CHECKOUT, WEBSITE])
    status.change(incident, {"search": "partial_outage"})
    status.say(incident, "Search, too.", "identified")
    assert {c.id for c in status.public.components} == {CHECKOUT, SEARCH, WEBSITE}
    assert (status.component(SEARCH), status.component(WEBSITE)) == ("partial_outage", "operational")


def test_a_component_that_a_person_changed_is_left_as_it_is(
    status: Status, caplog: pytest.LogCaptureFixture
) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.page.set_component(CHECKOUT, "degraded_performance")
    status.say(incident, "Over.", "resolved")
    assert (status.component(), status.public.status) == ("degraded_performance", "resolved")
    assert "by hand" in caplog.text


def test_an_incident_of_somebody_else_is_never_touched(status: Status) -> None:
    theirs = status.page.open("Mail is slow", "investigating")
    before = str(theirs)
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Over.", "resolved")
    assert (str(theirs), len(status.page.incidents)) == (before, 2)


def test_an_incident_that_was_linked_by_hand_is_neither_touched_nor_doubled(status: Status) -> None:
    theirs = status.page.open("Checkout is down", "investigating")
    before = str(theirs)
    incident = status.declare()
    status.link(incident, theirs.shortlink)
    ending = ended(status.say(incident, "We are looking."))
    assert ending.startswith(f"failed: The public incident {theirs.id} was linked by hand")
    assert (str(theirs), len(status.page.incidents)) == (before, 1)


def test_our_own_incident_can_be_linked_again(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.link(incident, status.public.id)
    assert ended(status.say(incident, "Over.", "resolved")) == "done"
    assert status.texts == ["We are looking.", "Over."]


def test_a_correction_of_words_that_cannot_be_told_any_more_is_not_lost(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Fuond it.", "identified")
    status.say(incident, "Soon.", "identified")
    status.link(incident, status.public.id)
    status.say(incident, "Very soon.", "identified")
    status.service.correct(incident.id, "Found it.", act(), 2)
    ending = ended(status.deliver(incident))
    assert ending.startswith(f"failed: The public incident {status.public.id} was linked again")
    assert "chatops skip" in ending


def test_two_public_incidents_are_kept_apart(status: Status) -> None:
    first, second = status.declare(), status.declare()
    status.say(first, "One.")
    status.say(second, "Two.")
    status.say(first, "One is over.", "resolved")
    by_name = {public.updates[-1].body: public.status for public in status.page.incidents}
    assert by_name == {"One.": "resolved", "Two.": "investigating"}
