"""The post-mortem of a public incident: its section for customers, a draft unless told otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatops.incident import Incident
from chatops.sandbox import Fault
from chatops.service import Service
from chatops.service.publishing import Paper, Publication
from chatops.service.publishing_storeless import Job, past
from tests.kit import act, states
from tests.plugins.test_statuspage_support import Status, a_status
from tests.unit.test_publishing_support import of_incident

__all__ = ["a_status"]

READ, WRITE, SHOW = (
    f"{method} incidents/ID/{path}"
    for method, path in (("GET", "postmortem"), ("PUT", "postmortem"), ("PUT", "postmortem/publish"))
)
ASK = "GET incidents/ID"


@pytest.fixture
def status(a_status: Status) -> Status:
    return a_status


@pytest.fixture
def over(status: Status) -> Incident:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Over.", "resolved")
    status.asked()
    return status.service.incident(incident.id)


def job(status: Status, incident: Incident, text: str = "A disk was full.", **keys: Any) -> dict[str, str]:
    """Publish it as a job does that has only a checkout."""
    said = of_incident(incident, f"internal\n\n## For customers\n\n{text}\n", **{"public_title": "X"} | keys)
    paper = Paper.of(Path("a.md"), said.encode())
    with Service.storeless(status.service.config.path) as service:
        published = Publication(document=said, public_section=paper.for_customers)
        return states(Job(service, past(paper, service.config, act("ci")), published).run(act("ci")))


def test_what_is_so_already_is_not_written_again(status: Status, over: Incident) -> None:
    status.postmortem(over, "A disk was full.")
    assert status.requests() == [READ, WRITE, SHOW]
    status.postmortem(over, "A disk was full.")
    assert status.requests() == [READ]
    status.postmortem(over, "Two disks were full.")
    assert status.requests() == [READ, WRITE, SHOW]
    assert status.public.postmortem
    assert status.public.postmortem.body == "Two disks were full."


def test_a_draft_is_said_to_be_one_and_stays_one(
    status: Status, over: Incident, caplog: pytest.LogCaptureFixture
) -> None:
    status.configure("publish_postmortem = true", "")
    status.postmortem(over, "A disk was full.")
    status.postmortem(over, "A disk was full.")
    assert status.requests() == [READ, WRITE, READ]
    assert status.public.postmortem
    assert (status.public.postmortem.draft, status.public.postmortem.body) == ("A disk was full.", "")
    assert "is a draft: publish it there, or set plugins.status.publish_postmortem = true" in caplog.text


def test_one_that_a_person_has_published_is_no_draft(
    status: Status, over: Incident, caplog: pytest.LogCaptureFixture
) -> None:
    status.postmortem(over, "A disk was full.")
    status.configure("publish_postmortem = true", "")
    status.postmortem(over, "A disk was full.")
    assert "is a draft" not in caplog.text
    status.postmortem(over, "Two disks were full.")
    assert "is a draft" in caplog.text
    assert status.public.postmortem
    assert status.public.postmortem.body == "A disk was full."


@pytest.mark.parametrize("path", ["postmortem$", "postmortem/publish$"])
@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_whatever_is_lost_it_is_published_in_the_end(
    status: Status, over: Incident, path: str, kind: Any
) -> None:
    mailed = status.mailed
    status.plan(Fault(kind=kind, method="PUT", path=path))
    status.postmortem(over, "A disk was full.")
    status.again(over)
    assert status.public.postmortem
    assert status.public.postmortem.body == "A disk was full."
    assert status.mailed == mailed


def test_a_job_without_a_store_knows_the_public_incident_by_its_id(status: Status, over: Incident) -> None:
    assert job(status, over) == {"status public_postmortem": "done"}
    assert status.requests() == [ASK, READ, WRITE, SHOW]
    assert status.public.postmortem
    assert status.public.postmortem.body == "A disk was full."
    job(status, over)
    assert status.requests() == [ASK, READ]


def test_a_public_incident_that_is_not_ours_is_left_to_whoever_opened_it(
    status: Status, over: Incident
) -> None:
    """Also where the document says that it is."""
    other = status.declare()
    links = [{"instance": "status", "kind": "page", "id": status.public.id}]
    assert job(status, other, links=links) == {"status public_postmortem": "skipped"}
    assert status.requests() == [ASK]
    for none in ([], [{"instance": "status", "kind": "page", "id": "../../pages"}]):
        assert job(status, over, links=none) == {"status public_postmortem": "skipped"}
    assert (status.requests(), status.public.postmortem) == ([], None)


def test_a_public_incident_that_is_gone_says_so(status: Status, over: Incident) -> None:
    status.page.delete(status.public.id)
    assert job(status, over) == {"status public_postmortem": "failed"}


def test_nothing_but_the_section_is_sent(status: Status, over: Incident) -> None:
    job(status, over, title="internal", severity="internal")
    sent = status.asked()
    bodies = [json.loads(asked.body) for asked in sent if asked.method == "PUT"]
    assert bodies == [
        {"postmortem": {"body_draft": "A disk was full."}},
        {"postmortem": {"notify_subscribers": False, "notify_twitter": False}},
    ]
    assert all("internal" not in f"{asked.path}{asked.query}{asked.headers}{asked.body!r}" for asked in sent)
