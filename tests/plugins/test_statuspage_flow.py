"""From the first words to the post-mortem, and how few requests that takes."""

from datetime import UTC, datetime

import pytest

from chatops.sandbox import Fault
from chatops.service.incidents import Declaration
from tests.kit import act, states
from tests.plugins.test_standin_support import ended
from tests.plugins.test_statuspage_support import CHECKOUT, SEARCH, Status, a_status

status = a_status


def test_an_incident_is_one_public_incident_from_the_first_words_to_the_last(status: Status) -> None:
    incident = status.declare(services=("checkout",))
    status.say(incident, "We are looking.")
    public = status.public
    assert (public.name, public.status, public.impact) == (
        "Checkout: service disruption",
        "investigating",
        "major",
    )
    assert (status.component(), [c.id for c in public.components]) == ("major_outage", [CHECKOUT])
    status.say(incident, "Found it.", "identified")
    assert (public.status, status.texts) == ("identified", ["We are looking.", "Found it."])
    status.say(incident, "It is over.", "resolved")
    assert (public.status, status.component()) == ("resolved", "operational")
    assert status.mailed == status.texts == ["We are looking.", "Found it.", "It is over."]
    assert public.metadata == {"chatops": {"incident": str(incident.id), "seq": 3}}


def test_the_link_leads_to_the_public_incident(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    (owned,) = status.service.incident(incident.id).links
    assert (owned.link.kind, owned.link.id, owned.link.url, owned.link.title) == (
        "page",
        status.public.id,
        status.public.shortlink,
        "Service disruption",
    )


def test_each_update_is_one_read_and_one_write(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    assert status.requests() == ["GET components", "POST incidents"]
    status.say(incident, "Found it.", "identified")
    assert status.requests() == ["GET incidents/ID", "PATCH incidents/ID"]
    status.say(incident, "Over.", "resolved")
    assert status.requests() == ["GET incidents/ID", "PATCH incidents/ID"]


def test_without_components_the_first_words_are_one_request(status: Status) -> None:
    incident = status.service.declare(Declaration(title="Slow"), act(), anew=True).incident
    status.say(incident, "We are looking.")
    assert status.requests() == ["POST incidents"]


def test_a_component_that_joins_later_is_listed_beside_the_others(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.change(incident, {"search": "partial_outage"})
    status.say(incident, "Search, too.", "identified")
    assert {c.id for c in status.public.components} == {SEARCH, CHECKOUT}
    assert (status.component(), status.component(SEARCH)) == ("major_outage", "partial_outage")
    status.say(incident, "Over.", "resolved")
    assert (status.component(), status.component(SEARCH)) == ("operational", "operational")


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_incidents_on_one_component_the_last_one_puts_it_back(status: Status, first: int) -> None:
    both = [status.declare(status="partial_outage"), status.declare(status="major_outage")]
    for incident in both:
        status.say(incident, "We are looking.")
    assert status.component() == "major_outage"
    status.say(both[first], "This is over.", "resolved")
    assert status.component() == ("major_outage" if first == 0 else "partial_outage")
    status.say(both[1 - first], "That is over.", "resolved")
    assert status.component() == "operational"


@pytest.mark.parametrize("setting", ["", "notify = false"])
def test_subscribers_are_mailed_where_the_settings_and_the_words_want_it(
    status: Status, setting: str
) -> None:
    status.configure('use = "statuspage"', f'use = "statuspage"\n{setting}')
    incident = status.declare()
    status.say(incident, "Quietly.", notify=False)
    status.say(incident, "Aloud.", "identified")
    assert status.mailed == ([] if setting else ["Aloud."])
    assert [words.deliver_notifications for words in status.public.updates] == [not setting, False]


def test_an_exercise_says_so_and_mails_nobody(status: Status) -> None:
    status.configure('use = "statuspage"', 'use = "statuspage"\nwhen.drills = true')
    incident = status.declare(drill=True)
    status.say(incident, "We are looking.")
    assert (status.public.name, status.mailed) == ("Exercise: Service disruption", [])


def test_words_that_are_shown_with_another_time_get_it(status: Status) -> None:
    incident = status.service.declare(Declaration(title="Slow"), act(), anew=True).incident
    then = datetime(2019, 2, 20, 12, 30, tzinfo=UTC)
    status.say(incident, "It was slow.", displayed_at=then)
    (words,) = status.public.updates
    assert (words.display_at, len(status.mailed)) == (then, 1)
    assert status.requests() == ["POST incidents", "PATCH incidents/ID/incident_updates/ID"]


def test_a_correction_overwrites_the_words_it_is_about_and_mails_nobody(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Chekout is down.", "identified")
    status.say(incident, "Soon.", "identified")
    mailed, _ = status.mailed, status.requests()
    status.service.correct(incident.id, "Checkout is down.", act(), 2)
    status.deliver(incident)
    assert status.texts == ["We are looking.", "Checkout is down.", "Soon."]
    assert status.mailed == mailed
    assert status.requests() == ["PATCH incidents/ID/incident_updates/ID"]


@pytest.mark.parametrize("publish", ["true", "false"])
def test_a_post_mortem_is_a_draft_unless_it_is_to_be_published(status: Status, publish: str) -> None:
    status.configure("publish_postmortem = true", f"publish_postmortem = {publish}")
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Over.", "resolved")
    mailed = status.mailed
    status.postmortem(incident, "A disk was full.")
    after = status.public.postmortem
    assert after
    assert (after.draft, after.body) == ("A disk was full.", "A disk was full." if publish == "true" else "")
    assert status.mailed == mailed


def test_what_was_never_said_here_gets_neither_correction_nor_post_mortem(status: Status) -> None:
    status.configure('use = "statuspage"', 'use = "statuspage"\nwhen.severity = ["sev1"]')
    incident = status.declare(severity="sev2")
    status.say(incident, "We are looking.")
    status.service.correct(incident.id, "We look.", act(), 1)
    status.postmortem(incident, "A disk was full.")
    assert status.requests() == []


def test_a_public_incident_that_is_gone_is_made_anew_on_request(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    old = status.public
    status.page.delete(old.id)
    assert "chatops retry --recreate" in ended(status.say(incident, "Found it.", "identified"))
    waiting = status.service.store.deliveries.unsettled(incident.id)
    status.service.retry(waiting, recreate=True)
    assert set(states(status.deliver(incident)).values()) == {"done"}
    assert (status.public.id != old.id, status.texts) == (True, ["Found it."])
    status.say(incident, "Over.", "resolved")
    assert (status.public.status, status.component()) == ("resolved", "operational")


def test_what_is_still_there_is_not_made_anew(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.plan(Fault(kind="status", status=400, method="PATCH"))
    assert ended(status.say(incident, "Found it.", "identified")).startswith("failed")
    waiting = status.service.store.deliveries.unsettled(incident.id)
    status.service.retry(waiting, recreate=True)
    assert ended(status.deliver(incident)) == "done"
    assert status.mailed == status.texts == ["We are looking.", "Found it."]


def test_a_reopened_incident_opens_its_public_incident_again(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.say(incident, "Over.", "resolved")
    assert ended(status.say(incident, "Not over.", "investigating")) == "done"
    assert (status.public.status, status.component()) == ("investigating", "major_outage")
    assert status.texts == ["We are looking.", "Over.", "Not over."]
