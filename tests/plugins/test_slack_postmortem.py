"""The post-mortem in the channel: one message that says where it can be read, whoever publishes it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from chatops import Link
from chatops.events import utcnow
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.publishing import Paper, Publication, publish
from chatops.service.publishing_storeless import Job, past
from tests import stage
from tests.kit import act, deliver, states
from tests.plugins.test_slack_support import Office, Open, office, open_office
from tests.unit.test_publishing_support import of_incident

__all__ = ["office", "open_office"]

WIKI, FILE = "https://wiki.example.com/12", "https://git.example.com/a.md"
TOLD = ":books: *The post-mortem of INC-1 is published*"


def told(office: Office) -> list[str]:
    return [text for text in office.said() if ":books:" in text]


def put(office: Office, incident: Incident, document: str = "a", url: str = "") -> dict[str, str]:
    """Publish it from the store."""
    publish(office.service, incident.id, Publication(document=document, url=url), act())
    return states(deliver(office.service, incident))


@pytest.fixture
def job(office: Office, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Publishes as a job does that has only a checkout."""

    def run(incident: Incident, url: str = "") -> dict[str, str]:
        path = office.service.config.path
        text = of_incident(office.service.incident(incident.id))
        paper = Paper.of(tmp_path / "a.md", text.encode())
        with Service.storeless(path) as service:
            before = past(paper, service.config, act("ci"))
            return states(Job(service, before, Publication(document=text, url=url)).run(act("ci")))

    return run


def test_the_channel_is_told_where_it_is(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.service.resolve(incident.id, "", act())
    office.deliver(incident)
    assert put(office, incident, url=FILE) == {"slack postmortem_published": "done"}
    assert told(office) == [f"{TOLD}: <{FILE}|read it>"]


def test_a_new_version_changes_the_message_and_makes_none(office: Office) -> None:
    incident = office.declare(severity="sev4")
    put(office, incident, "a", FILE)
    put(office, incident, "b", f"{FILE}?v=2")
    assert told(office) == [f"{TOLD}: <{FILE}?v=2|read it>"]


def test_a_page_that_another_plugin_makes_is_told_of_where_the_file_has_no_address(office: Office) -> None:
    incident = office.declare(severity="sev4")
    put(office, incident)
    assert told(office) == [TOLD]
    office.add_link(incident, "postmortem", WIKI)
    assert told(office) == [f"{TOLD}: <{WIKI}|read it>"]
    office.add_link(incident, "ticket", "https://jira.example.com/OPS-7")
    office.add_link(incident, "postmortem", f"{WIKI}/b")
    assert told(office) == [f"{TOLD}: <{WIKI}/b|read it>"]


def test_a_page_that_is_there_first_is_told_of_once(office: Office) -> None:
    incident = office.declare(severity="sev4")
    office.add_link(incident, "postmortem", WIKI)
    put(office, incident)
    assert told(office) == [f"{TOLD}: <{WIKI}|read it>"]


def test_the_files_own_address_stays_whatever_else_is_linked(office: Office) -> None:
    incident = office.declare(severity="sev4")
    put(office, incident, url=FILE)
    office.add_link(incident, "postmortem", WIKI)
    assert told(office) == [f"{TOLD}: <{FILE}|read it>"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_whatever_is_lost_it_is_there_once(office: Office, kind: str) -> None:
    incident = office.declare(severity="sev4")
    office.fail("chat.postMessage", kind)
    put(office, incident, url=FILE)
    office.again(incident)
    assert told(office) == [f"{TOLD}: <{FILE}|read it>"]


def test_a_job_without_a_store_and_a_person_with_one_make_one_message(
    office: Office, job: Callable[..., dict[str, str]]
) -> None:
    incident = office.declare(severity="sev4")
    assert job(incident, FILE) == {"slack postmortem_published": "done"}
    office.box.log.clear()
    job(incident, FILE)
    put(office, incident, url=FILE)
    assert told(office) == [f"{TOLD}: <{FILE}|read it>"]
    assert set(office.asked()) == {"conversations.history"}
    job(incident, f"{FILE}?v=2")
    assert told(office) == [f"{TOLD}: <{FILE}?v=2|read it>"]


def test_what_a_job_has_posted_is_edited_when_a_page_comes_to_be_known(
    office: Office, job: Callable[..., dict[str, str]]
) -> None:
    incident = office.declare(severity="sev4")
    job(incident)
    put(office, incident)
    office.add_link(incident, "postmortem", WIKI)
    assert told(office) == [f"{TOLD}: <{WIKI}|read it>"]


def test_a_job_finds_what_an_earlier_one_has_posted_days_ago(
    office: Office, job: Callable[..., dict[str, str]]
) -> None:
    incident = office.declare(severity="sev4")
    job(incident, FILE)
    with time_machine.travel(utcnow() + timedelta(days=3), tick=True):
        job(incident, FILE)
    assert len(told(office)) == 1


def test_a_job_leaves_the_rest_of_the_channel_as_it_is(
    office: Office, job: Callable[..., dict[str, str]]
) -> None:
    incident = office.declare(severity="sev1")
    before, topic = office.said(), office.channel.topic.value
    job(incident, FILE)
    assert office.said()[:-1] == before
    assert office.channel.topic.value == topic
    assert len(office.channels) == 1


def test_a_document_without_a_channel_is_skipped_in_words(
    office: Office, job: Callable[..., dict[str, str]]
) -> None:
    undelivered = stage.declare(office.service)
    assert job(undelivered) == {"slack postmortem_published": "skipped"}
    assert office.channels == []


def test_a_restricted_one_is_not_told_of_in_a_public_channel(open_office: Open) -> None:
    office = open_office("when.restricted = true")
    incident = office.declare(severity="sev4")
    office.service.restrict(incident.id, act())
    office.deliver(incident)
    office.service.retry(office.service.store.deliveries.unsettled(incident.id))
    put(office, incident, url=FILE)
    assert told(office) == []


def test_what_no_browser_should_open_is_not_linked(office: Office) -> None:
    incident = office.declare(severity="sev4")
    put(office, incident, url="javascript:alert(1)")
    assert told(office) == [f"{TOLD}: read it"]
    office.service.add_link(incident.id, "x", Link("postmortem", "1", "file:///etc/passwd"), act())
    office.deliver(incident)
    assert told(office) == [f"{TOLD}: read it"]


def test_nothing_of_the_document_is_sent(office: Office, job: Callable[..., dict[str, str]]) -> None:
    incident = office.declare(severity="sev4")
    office.box.log.clear()
    put(office, incident, "internal-words", FILE)
    job(incident, FILE)
    assert all("internal" not in str(asked.body) for asked in office.box.log.all())
