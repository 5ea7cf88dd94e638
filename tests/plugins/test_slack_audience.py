"""Who hears of an incident's channel, who is brought into it, and who must not see it."""

from chatops.service.incidents import Changes
from tests import stage
from tests.kit import act
from tests.plugins.test_slack_support import Office, Open, office, open_office

__all__ = ["office", "open_office"]


def test_the_announcement_is_there_once_after_a_lost_answer(office: Office) -> None:
    office.fail("chat.postMessage", skip=1)
    incident = office.declare("Checkout <!here>", severity="sev1")
    assert office.again(incident) == {"slack incident_declared": "done"}
    (said,) = office.said(office.workspace.channel("incidents"))
    assert "sev1 INC-1: Checkout &lt;!here&gt;" in said
    assert f"<#{office.channel.id}>" in said


def test_a_severity_that_rises_is_announced_and_only_once(open_office: Open) -> None:
    office = open_office(cut="announce.sev3")
    incident = office.declare(severity="sev3")
    incidents = office.workspace.channel("incidents")
    assert office.said(incidents) == []
    for severity in ("sev1", "sev2", "sev1"):
        stage.update(office.service, incident, severity=severity)
        office.deliver(incident)
    assert len(office.said(incidents)) == 1


def test_people_are_invited_by_address_and_by_id(open_office: Open) -> None:
    office = open_office('invite = ["dana", "marta"]', tables='[people.marta.slack]\nid = "U0MARTA000"')
    office.declare(severity="sev4")
    assert office.workspace.user("dana").id in office.channel.members
    assert office.workspace.user("marta").id in office.channel.members
    assert len(office.calls("users.lookupByEmail")) == len(office.calls("conversations.invite")) == 1


def test_who_cannot_be_found_keeps_nobody_out_and_is_named(open_office: Open) -> None:
    office = open_office(
        'invite = ["dana", "ghost", "nobody"]', tables='[people.ghost]\nemail = "ghost@example.com"'
    )
    incident = office.declare(severity="sev4")
    assert [d.state for d in office.lane(incident)] == ["done"]
    assert office.dana.id in office.channel.members
    trouble = office.said()[-1]
    assert "ghost@example.com: set people.ghost.slack.id" in trouble
    assert "no table people.nobody" in trouble


def test_a_wrong_id_keeps_nobody_out_and_is_told(open_office: Open) -> None:
    office = open_office('invite = ["lee", "marta"]', tables='[people.marta.slack]\nid = "U0NOBODY00"')
    office.declare(severity="sev4")
    assert office.workspace.user("lee").id in office.channel.members
    assert "user_not_found" in office.said()[-1]
    assert "already_in_channel" not in office.said()[-1]


def test_one_who_is_in_already_keeps_nobody_out(open_office: Open) -> None:
    office = open_office('invite = ["dana"]')
    incident = office.declare(severity="sev4")
    office.service.assign(incident.id, "incident commander", "dana", act())
    office.service.assign(incident.id, "communications lead", "marta", act())
    assert set(office.deliver(incident).values()) == {"done"}
    assert office.workspace.user("marta").id in office.channel.members
    assert office.channel.topic.value == "sev4 | investigating | commander: dana"
    assert "communications lead: marta" in office.summary
    assert len(office.said()) == 1


def test_an_announcement_that_is_refused_holds_nothing_up(open_office: Open) -> None:
    office = open_office('announce.sev4 = ["#nowhere", "#incidents"]')
    incident = office.declare(severity="sev4")
    assert [d.state for d in office.lane(incident)] == ["done"]
    assert "#nowhere (plugins.slack.announce.sev4)" in office.said()[-1]
    assert len(office.said(office.workspace.channel("incidents"))) == 1


def test_a_restricted_incident_has_a_private_channel_and_is_announced_nowhere(open_office: Open) -> None:
    office = open_office(tables="[plugins.slack.when]\nrestricted = true")
    office.fail("conversations.create")
    incident = office.declare("Keys leaked", severity="sev1", restricted=True)
    office.again(incident)
    assert office.channel.is_private
    assert office.said(office.workspace.channel("incidents")) == []
    stage.update(office.service, incident, "Rotated")
    assert office.deliver(incident) == {"slack incident_updated": "done"}
    assert office.calls("conversations.info") == []


def test_a_public_channel_hears_no_more_once_the_incident_is_restricted(open_office: Open) -> None:
    office = open_office(tables="[plugins.slack.when]\nrestricted = true")
    incident = office.declare("Keys leaked", severity="sev4")
    office.service.restrict(incident.id, act())
    office.service.update(incident.id, Changes(message="It was the intern's key"), act())
    office.deliver(incident)
    waiting = office.lane(incident)[1:]
    assert [d.state for d in waiting] == ["failed", "pending"]
    assert "Make it private in Slack" in waiting[0].reason
    assert len(office.said()) == 1
    office.channel.is_private = True
    office.again(incident)
    assert [d.state for d in office.lane(incident)] == ["done"] * 3
    assert len(office.said()) == 3


def test_a_drill_is_marked_as_an_exercise(office: Office) -> None:
    office.declare(severity="sev1", drill=True)
    assert "EXERCISE" in office.summary
    assert office.channel.topic.value.startswith("EXERCISE ")
    assert "EXERCISE" in office.said(office.workspace.channel("incidents"))[0]
