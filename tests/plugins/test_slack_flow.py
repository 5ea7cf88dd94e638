"""What the channel hears of an incident, from its first update to its post-mortem."""

from datetime import timedelta

import pytest
import time_machine

from chatops.events import utcnow
from chatops.service.incidents import Changes
from tests import stage
from tests.kit import act, deliver
from tests.plugins.test_slack_support import Office, Open, body, office, open_office

__all__ = ["office", "open_office"]

LONGEST_UPDATE = 4_000


def test_the_channel_hears_of_everything_in_its_order(office: Office) -> None:
    incident = office.declare(severity="sev3")
    service = office.service
    service.acknowledge(incident.id, act("marta"))
    service.update(incident.id, Changes(message="A bad deploy", status="identified", severity="sev2"), act())
    service.note(incident.id, "Rollback began", act())
    stage.say(service, incident, "Some orders fail.")
    service.correct(incident.id, "Some payments fail.", act())
    service.resolve(incident.id, "Rolled back", act())
    service.reopen(incident.id, "It is back", act())
    service.cancel(incident.id, "Only a probe", act())
    assert set(office.deliver(incident).values()) == {"done"}
    summary, *said = office.said()
    told = ":mega: *Customers were told* (update 1, investigating, impact major) by dana"
    assert said == [
        ":eyes: *Acknowledged* by marta",
        "*Update* by dana\nSeverity: sev3 → *sev2*\nStatus: investigating → *identified*\nA bad deploy",
        ":memo: *Note* by dana\nRollback began",
        f"{told}\n*Checkout*\nSome orders fail.",
        ":mega: *Customers now read, in place of update 1* by dana\nSome payments fail.",
        ":white_check_mark: *Resolved* by dana\nRolled back",
        ":rotating_light: *Reopened* by dana\nIt is back",
        ":no_entry_sign: *Cancelled, a false alarm* by dana\nOnly a probe",
    ]
    assert "Status: *cancelled (a false alarm)*" in summary
    assert office.channel.topic.value == "sev2 | cancelled (a false alarm)"
    assert [d.state for d in office.lane(incident)] == ["done"] * 9


@pytest.mark.parametrize(
    ("changes", "methods"),
    [
        (Changes(message="Still looking"), ["chat.postMessage"]),
        (Changes(title="Search is down"), ["chat.postMessage", "chat.update"]),
        (
            Changes(status="monitoring"),
            ["chat.postMessage", "chat.update", "conversations.setTopic"],
        ),
    ],
)
def test_an_update_takes_as_few_requests_as_can_be(
    office: Office, changes: Changes, methods: list[str]
) -> None:
    incident = office.declare(severity="sev4")
    office.box.log.clear()
    office.service.update(incident.id, changes, act())
    office.deliver(incident)
    assert office.asked() == methods


def test_a_resolution_takes_as_few_requests_as_can_be(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.box.log.clear()
    office.service.resolve(incident.id, "Rolled back", act())
    office.deliver(incident)
    assert office.asked() == ["chat.postMessage", "chat.update", "conversations.setTopic"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "conversations.setTopic"])
def test_whatever_is_lost_each_message_is_there_once(office: Office, kind: str, method: str) -> None:
    incident = office.declare(severity="sev4")
    office.fail(method, kind)
    stage.update(office.service, incident, "Found it", status="identified")
    office.deliver(incident)
    assert office.again(incident) == {"slack incident_updated": "done"}
    assert len(office.said()) == 2
    assert "*identified*" in office.summary
    assert office.channel.topic.value == "sev4 | identified"


def test_a_page_of_a_proxy_is_no_answer(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.fail("chat.postMessage", "garbage")
    stage.update(office.service, incident, "Found it")
    assert office.deliver(incident) == {"slack incident_updated": "unconfirmed"}
    assert office.again(incident) == {"slack incident_updated": "done"}
    assert len(office.said()) == 2


def test_a_lost_message_is_found_among_many(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.fail("chat.postMessage")
    stage.update(office.service, incident, "Found it")
    office.deliver(incident)
    for number in range(450):
        office.workspace.post(office.channel, office.dana, f"chatter {number}")
    office.again(incident)
    assert len([text for text in office.said() if text.endswith("Found it")]) == 1
    assert len(office.calls("conversations.history")) <= 3


def test_nobody_is_called_and_no_link_is_smuggled_in(open_office: Open) -> None:
    office = open_office(cut="people|email")
    evil = "<!channel> <@U0DANA0000> <http://evil.example|Log in> @here &lt;"
    incident = office.declare(evil, severity="sev1")
    office.service.assign(incident.id, f"commander {evil}", evil, act())
    office.service.note(incident.id, evil, act(evil))
    stage.say(office.service, incident, evil)
    office.add_link(incident, "ticket", "https://example.com/a|b>c<!here>", evil)
    office.add_link(incident, "page", "javascript:alert(1)", evil)
    office.deliver(incident)
    texts = [
        *office.said(),
        *office.said(office.workspace.channel("incidents")),
        office.channel.topic.value,
        *(bookmark.title for bookmark in office.channel.bookmarks),
    ]
    ours = "<https://example.com/a%7Cb%3Ec%3C!here%3E|"
    for text in texts:
        rest = text.replace(ours, "").replace(f"<#{office.channel.id}>", "")
        assert "<" not in rest
    assert any(ours in text for text in texts)
    assert {call["link_names"] for call in map(body, office.calls("chat.postMessage"))} == {False}
    assert "&amp;lt;" in office.summary


def test_a_topic_fits_and_is_cut_between_characters(open_office: Open) -> None:
    office = open_office(cut="people|email")
    incident = office.declare(severity="sev4")
    office.service.assign(incident.id, "commander", "&" * 200, act())
    office.deliver(incident)
    topic = office.channel.topic.value
    assert len(topic) <= 250
    assert topic.endswith("&amp;…")


def test_a_long_text_comes_in_parts_in_their_order_each_once(office: Office) -> None:
    incident = office.declare(severity="sev4")
    paragraphs = [f"Paragraph {number}: " + "<word> " * 80 for number in range(20)]
    office.fail("chat.postMessage", skip=1)
    office.service.note(incident.id, "\n\n".join(paragraphs), act())
    office.deliver(incident)
    office.again(incident)
    _, *parts = office.said()
    assert len(parts) > 2
    assert max(map(len, parts)) < LONGEST_UPDATE
    whole = "\n\n".join(parts).removeprefix(":memo: *Note* by dana\n").split("\n\n")
    assert [text.split(":")[0] for text in whole] == [f"Paragraph {number}" for number in range(20)]


def test_links_come_to_the_top_of_the_channel_and_into_the_summary(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.box.log.clear()
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-7", "OPS-7")
    assert office.asked() == ["bookmarks.add", "chat.update"]
    assert office.summary.endswith("\n\n• ticket: <https://jira.example.com/OPS-7|OPS-7>")
    office.add_link(incident, "action-1", "https://jira.example.com/OPS-8", "OPS-8")
    assert [b.title for b in office.channel.bookmarks] == ["ticket: OPS-7"]
    assert "action-1: <https://jira.example.com/OPS-8|OPS-8>" in office.summary


def test_a_link_that_leads_elsewhere_now_has_one_bookmark(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-7", "OPS-7")
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-9", "OPS-9")
    (bookmark,) = office.channel.bookmarks
    assert (bookmark.title, bookmark.link) == ("ticket: OPS-9", "https://jira.example.com/OPS-9")
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-7", "OPS-7")
    (bookmark,) = office.channel.bookmarks
    assert (bookmark.title, bookmark.link) == ("ticket: OPS-7", "https://jira.example.com/OPS-7")


def test_a_bookmark_is_there_once_after_a_lost_answer(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.fail("bookmarks.add")
    office.add_link(incident, "postmortem", "https://wiki.example.com/1", "Post-mortem")
    office.again(incident)
    assert len(office.channel.bookmarks) == 1


def test_a_late_link_does_not_bring_an_old_status_back(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.fail("bookmarks.add", "status", status=503, times=None)
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-7", "OPS-7")
    office.box.faults.clear()
    stage.update(office.service, incident, status="monitoring")
    office.deliver(incident)
    office.again(incident)
    assert "Status: *monitoring*" in office.summary
    assert "OPS-7" in office.summary
    assert len(office.channel.bookmarks) == 1


def test_a_summary_that_somebody_deleted_holds_nothing_up(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.workspace.delete(office.channel, office.channel.pins[0].ts)
    stage.update(office.service, incident, "Found it", status="identified")
    assert office.deliver(incident) == {"slack incident_updated": "done"}
    assert len(office.said()) == 1


def test_an_archived_channel_says_what_to_do(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.workspace.archive(office.channel, office.dana)
    stage.update(office.service, incident, "Found it")
    assert office.deliver(incident) == {"slack incident_updated": "failed"}
    (failed,) = office.service.store.deliveries.unsettled(incident.id)
    assert "is archived" in failed.reason
    assert "Unarchive it in Slack, then run `chatops retry`" in failed.reason
    office.workspace.unarchive(office.channel, office.dana)
    office.workspace.join(office.channel, office.workspace.bot)
    assert office.again(incident) == {"slack incident_updated": "done"}


def test_a_channel_is_archived_at_the_end_where_that_is_asked_for(open_office: Open) -> None:
    office = open_office("archive = true")
    incident = office.declare(severity="sev4")
    office.service.resolve(incident.id, "Rolled back", act())
    office.service.note(incident.id, "Thanks all", act())
    ended = office.deliver(incident)
    assert ended == {"slack incident_resolved": "done", "slack note_added": "skipped"}
    assert office.channel.is_archived
    office.service.reopen(incident.id, "It is back", act())
    assert office.deliver(incident) == {"slack incident_reopened": "failed"}
    (failed,) = office.service.store.deliveries.unsettled(incident.id)
    assert "invite the app (/invite)" in failed.reason
    office.workspace.unarchive(office.channel, office.dana)
    office.workspace.join(office.channel, office.workspace.bot)
    assert office.again(incident) == {"slack incident_reopened": "done"}
    assert office.said()[-1].endswith("It is back")


@pytest.mark.parametrize("restricted", [False, True])
def test_an_archived_channel_whose_answer_was_lost_is_left_as_it_is(
    open_office: Open, *, restricted: bool
) -> None:
    office = open_office("archive = true\nwhen.restricted = true")
    incident = office.declare(severity="sev4", restricted=restricted)
    office.service.resolve(incident.id, "Rolled back", act())
    office.fail("conversations.archive")
    assert office.deliver(incident) == {"slack incident_resolved": "unconfirmed"}
    assert office.again(incident) == {"slack incident_resolved": "done"}
    assert office.channel.is_archived
    assert len(office.calls("conversations.archive")) == 1


def test_notes_and_public_words_can_be_left_out(open_office: Open) -> None:
    office = open_office("notes = false\npublic_updates = false")
    incident = office.declare(severity="sev4")
    office.service.note(incident.id, "A note", act())
    stage.say(office.service, incident, "Some orders fail.")
    assert set(office.deliver(incident).values()) == {"skipped"}
    assert len(office.said()) == 1


def test_what_comes_late_says_when_it_was(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.service.note(incident.id, "A note", act())
    with time_machine.travel(utcnow() + timedelta(minutes=10), tick=True):
        deliver(office.service, incident)
    assert "<!date^" in office.said()[-1]
    assert "UTC>" in office.said()[-1]


def test_a_link_that_comes_between_two_attempts_is_in_the_summary(office: Office) -> None:
    office.fail("/api/chat.postMessage")
    incident = office.declare()
    office.fail("/api/conversations.setTopic", "status", status=503, retry_after="600")
    assert office.again(incident)["slack incident_declared"] == "retry"
    office.add_link(incident, "ticket", "https://tracker.example.com/OPS-1")
    office.deliver(incident)
    assert office.again(incident)["slack incident_declared"] == "done"
    assert "https://tracker.example.com/OPS-1" in office.summary
