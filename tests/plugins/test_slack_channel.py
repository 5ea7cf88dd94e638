"""The channel of an incident: its name, whose it is, and that there is only one."""

import pytest

from chatops.sandbox import Fault
from tests import stage
from tests.kit import act
from tests.plugins.test_slack_support import Office, Open, body, office, open_office

__all__ = ["office", "open_office"]


def test_a_declaration_takes_as_few_requests_as_can_be(office: Office) -> None:
    incident = office.declare(severity="sev4")
    assert office.asked() == [
        "conversations.create",
        "chat.postMessage",
        "pins.add",
        "conversations.setTopic",
    ]
    link = office.link(incident)
    assert link
    assert (link.id, link.title) == (office.channel.id, "#inc-1-checkout-returns-500s")
    assert link.url == f"{office.standin.url}/archives/{link.id}"
    assert office.channel.is_pinned(office.channel.messages[1].ts)


def test_without_a_workspace_the_link_goes_by_slack(open_office: Open) -> None:
    office = open_office(cut="workspace")
    link = office.link(office.declare())
    assert link
    assert link.url == f"https://slack.com/app_redirect?channel={office.channel.id}"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Größe: Café & Crème!", "inc-1-gro-e-cafe-creme"),
        ("\N{FIRE}\N{FIRE}\N{FIRE}", "inc-1"),
        ("サーバー", "inc-1"),
        ("---", "inc-1"),
        ("a" * 200, "inc-1-" + "a" * 74),
        ("word " * 40, ("inc-1-" + "word-" * 40)[:80].rstrip("-")),
    ],
)
def test_every_title_gives_a_name_that_slack_takes(office: Office, title: str, name: str) -> None:
    office.declare(title)
    assert office.channel.name == name
    assert office.channel.topic.value.startswith("sev2 | investigating")


def test_the_name_is_made_as_the_setting_says(open_office: Open) -> None:
    office = open_office('channel = "Ops {severity}_{number}"')
    office.declare(severity="sev3")
    assert office.channel.name == "ops-sev3_1"


def test_somebody_elses_channel_of_the_same_name_is_left_alone(office: Office) -> None:
    for name in ("inc-1-checkout", "inc-1-checkout-2"):
        office.workspace.create(name, office.dana)
    incident = office.declare("Checkout")
    link = office.link(incident)
    assert link
    assert link.title == "#inc-1-checkout-3"
    theirs = [office.workspace.channel(name) for name in ("inc-1-checkout", "inc-1-checkout-2")]
    assert [office.said(channel) for channel in theirs] == [[], []]


def test_a_long_name_leaves_room_for_its_number(office: Office) -> None:
    office.workspace.create("inc-1-" + "a" * 74, office.dana)
    link = office.link(office.declare("a" * 200))
    assert link
    assert link.title == "#inc-1-" + "a" * 72 + "-2"


def test_when_every_name_is_taken_a_person_is_told_what_to_change(open_office: Open) -> None:
    office = open_office('channel = "taken"')
    for name in ("taken", *(f"taken-{n}" for n in range(2, 21))):
        office.workspace.create(name, office.dana)
    incident = office.declare()
    (failed,) = office.lane(incident)
    assert failed.state == "failed"
    assert "The names taken to taken-20 are taken" in failed.reason
    assert "plugins.slack.channel" in failed.reason


def test_a_lost_answer_makes_no_second_channel(office: Office) -> None:
    office.fail("conversations.create")
    incident = office.declare()
    assert [d.state for d in office.lane(incident)] == ["unconfirmed"]
    assert office.again(incident) == {"slack incident_declared": "done"}
    link = office.link(incident)
    assert link
    assert (office.channel.id, len(office.calls("conversations.create"))) == (link.id, 1)


@pytest.mark.parametrize("restricted", [True, False])
def test_a_channel_of_the_other_kind_is_found_again(open_office: Open, restricted: bool) -> None:
    """While nobody knew of it, the incident was restricted, or was so no longer."""
    office = open_office("when.restricted = true")
    office.fail("conversations.create")
    incident = office.declare(restricted=restricted)
    office.service.restrict(incident.id, act(), on=not restricted)
    office.again(incident)
    assert len(office.channels) == 1
    first = office.lane(incident)[0]
    assert (first.state == "failed") == (not restricted)
    assert ("Make it private in Slack" in first.reason) == (not restricted)


def test_an_app_that_may_see_no_private_channels_has_made_none(open_office: Open) -> None:
    office = open_office("")
    office.standin.scopes -= {"groups:read", "groups:write", "groups:history"}
    office.fail("conversations.create")
    incident = office.declare()
    assert office.again(incident) == {"slack incident_declared": "done"}
    assert len(office.channels) == 1


def test_what_another_incident_has_written_in_is_not_taken_for_ours(office: Office) -> None:
    """Two stores that share an app: each has an INC-1 of the same title."""
    bot = office.workspace.bot
    theirs = office.workspace.create("inc-1-checkout", bot)
    key = {"key": "0190-of-another-store.slack.summary-C1"}
    office.workspace.post(theirs, bot, "theirs", metadata={"event_type": "chatops", "event_payload": key})
    office.fail("conversations.create", skip=1)
    incident = office.declare("Checkout")
    office.again(incident)
    link = office.link(incident)
    assert link
    assert link.title == "#inc-1-checkout-2"
    assert len(office.channels) == 2
    assert office.said(theirs) == ["theirs"]


def test_what_a_person_has_made_is_not_taken_for_ours(office: Office) -> None:
    office.workspace.create("inc-1-checkout", office.dana)
    office.fail("conversations.create", kind="drop_before")
    incident = office.declare("Checkout")
    office.again(incident)
    link = office.link(incident)
    assert link
    assert link.title == "#inc-1-checkout-2"


@pytest.mark.parametrize("method", ["chat.postMessage", "pins.add", "conversations.setTopic"])
def test_whatever_answer_is_lost_all_is_there_once(office: Office, method: str) -> None:
    office.fail(method)
    incident = office.declare(severity="sev1")
    assert office.again(incident) == {"slack incident_declared": "done"}
    assert len(office.said()) == len(office.channel.pins) == 1
    assert len(office.said(office.workspace.channel("incidents"))) == 1


def test_a_deleted_channel_is_made_anew_when_a_person_asks(office: Office) -> None:
    incident = office.declare(severity="sev4")
    first = office.channel
    del office.workspace.channels[first.id]
    stage.update(office.service, incident, "Found it")
    office.deliver(incident)
    (stopped,) = office.service.store.deliveries.unsettled(incident.id)
    assert "channel was deleted" in stopped.reason
    office.service.retry([stopped], recreate=True)
    office.deliver(incident)
    assert office.channel.id != first.id
    assert office.said()[-1].endswith("Found it")


def test_a_channel_that_is_still_there_is_not_made_anew(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.workspace.channels[office.channel.id].is_private = True
    office.workspace.leave(office.channel, office.workspace.bot)
    stage.update(office.service, incident, "Found it")
    office.deliver(incident)
    office.workspace.join(office.channel, office.workspace.bot)
    office.service.retry(office.service.store.deliveries.unsettled(incident.id), recreate=True)
    office.deliver(incident)
    assert office.said()[-1].endswith("Found it")


def test_a_channel_that_was_linked_before_is_the_one_of_an_incident_that_comes_late(
    open_office: Open,
) -> None:
    office = open_office('when.severity = ["sev1"]')
    theirs = office.workspace.create("checkout-fire", office.workspace.bot)
    incident = office.declare(severity="sev3")
    office.service.add_link(
        incident.id, "slack", office.service.resolve_link("slack", "#checkout-fire"), act()
    )
    stage.update(office.service, incident, severity="sev1")
    assert office.deliver(incident) == {"slack incident_declared": "done"}
    assert office.channel is theirs
    assert "*INC-1: Checkout returns 500s*" in office.summary


def test_the_requests_say_nothing_that_slack_would_add_to(office: Office) -> None:
    office.declare(severity="sev4")
    said = body(office.calls("chat.postMessage")[0])
    assert (said["link_names"], said["unfurl_links"], said["unfurl_media"]) == (False, False, False)
    assert office.box.log.all()[0].headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_busy_slack_is_asked_again_later_whatever_it_says_of_when(office: Office) -> None:
    fault = Fault(kind="status", status=429, retry_after="99999999999", path="conversations.create$")
    office.box.faults.plan(fault)
    incident = office.declare(severity="sev4")
    (waits,) = office.lane(incident)
    assert waits.state == "retry"
    assert office.again(incident) == {"slack incident_declared": "done"}
    assert len(office.channels) == 1
