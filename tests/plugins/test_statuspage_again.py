"""Lost replies, a remote that turns us away, and somebody else's page in its place: nothing is said twice."""

from datetime import timedelta

import pytest
import time_machine

from chatops.events import utcnow
from chatops.sandbox import Fault
from chatops.values import Duration, Pace
from tests.kit import act, deliver
from tests.plugins.test_standin_support import ended
from tests.plugins.test_statuspage_support import SEARCH, Status, a_status

status = a_status
POST = Fault(kind="drop_after", method="POST", path="/incidents$")
PATCH = Fault(kind="drop_after", method="PATCH", path="/incidents/[^/]+$")


def later() -> "time_machine.travel":
    """When everything that was sent has surely arrived, or never will."""
    return time_machine.travel(utcnow() + timedelta(minutes=2), tick=True)


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
def test_a_lost_answer_to_the_first_words_makes_no_second_incident(status: Status, kind: str) -> None:
    status.plan(Fault(kind=kind, method="POST", path="/incidents$"))  # type: ignore[arg-type]
    incident = status.declare()
    assert ended(status.say(incident, "We are looking.")).startswith("unconfirmed")
    assert ended(status.again(incident)) == "done"
    assert status.texts == status.mailed == ["We are looking."]
    assert (status.component(), len(status.page.incidents)) == ("major_outage", 1)
    status.say(incident, "Over.", "resolved")
    assert (status.public.status, status.component()) == ("resolved", "operational")


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
def test_a_lost_answer_to_later_words_says_them_once(status: Status, kind: str) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.plan(Fault(kind=kind, method="PATCH"))  # type: ignore[arg-type]
    assert ended(status.say(incident, "Over.", "resolved")).startswith("unconfirmed")
    status.requests()
    assert ended(status.again(incident)) == "done"
    assert status.requests() == ["GET incidents/ID"]
    assert status.texts == status.mailed == ["We are looking.", "Over."]
    assert (status.component(), status.again(incident)) == ("operational", [])
    status.service.correct(incident.id, "It is over.", act(), 2)
    status.deliver(incident)
    assert status.texts == ["We are looking.", "It is over."]


@pytest.mark.parametrize("fault", [POST, PATCH])
def test_words_that_never_arrived_are_said_once_that_is_sure(status: Status, fault: Fault) -> None:
    incident = status.declare()
    if fault is PATCH:
        status.say(incident, "We are looking.")
    lost = Fault(kind="drop_before", method=fault.method, path=fault.path)
    status.plan(lost)
    assert ended(status.say(incident, "Found it.", "identified")).startswith("unconfirmed")
    assert ended(status.again(incident)).startswith("unconfirmed")
    with later():
        assert ended(status.again(incident)) == "done"
    assert status.texts[-1:] == status.mailed[-1:] == ["Found it."]
    assert len(status.texts) == len(status.mailed)


def test_a_list_that_lags_makes_no_second_incident(status: Status) -> None:
    status.plan(POST, Fault(kind="lag", seconds=30, times=None))
    incident = status.declare()
    status.say(incident, "We are looking.")
    assert ended(status.again(incident)).startswith("unconfirmed")
    assert len(status.page.incidents) == 1
    status.sandbox.faults.clear()
    assert ended(status.again(incident)) == "done"
    assert status.mailed == ["We are looking."]


def test_later_words_after_a_lost_creation_are_added_to_it(status: Status) -> None:
    status.plan(POST)
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.publish(incident, "Over.", "resolved")
    status.again(incident)
    assert status.texts == status.mailed == ["We are looking.", "Over."]
    assert (status.public.status, status.component()) == ("resolved", "operational")


def test_words_that_others_replaced_and_that_arrived_nevertheless_have_their_id(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.plan(PATCH)
    status.say(incident, "Fuond it.", "identified")
    status.publish(incident, "Soon.", "identified")
    # Until they surely cannot arrive any more, the newer words wait.
    with later():
        status.again(incident)
    link = status.service.incident(incident.id).link("status", "page")
    assert link
    ids = [words.id for words in reversed(status.public.updates)]
    assert link.data["updates"] == dict(zip("123", ids, strict=True))


def test_a_lost_creation_is_found_among_the_resolved_beyond_the_first_page(status: Status) -> None:
    status.plan(POST)
    incident = status.declare()
    status.say(incident, "It was slow.", "resolved")
    for number in range(120):
        status.page.open(f"Other {number}", "resolved")
    status.requests()
    assert ended(status.again(incident)) == "done"
    assert status.requests() == ["GET incidents/unresolved", "GET incidents", "GET incidents"]
    assert len(status.page.incidents) == 121


def test_a_component_that_the_words_did_not_carry_is_set_by_itself(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.plan(PATCH)
    status.change(incident, {"search": "partial_outage"})
    status.say(incident, "Search, too.", "identified")
    found = status.page.component(SEARCH)
    assert found
    found.become("operational")
    assert ended(status.again(incident)) == "done"
    assert status.component(SEARCH) == "partial_outage"
    assert status.texts == ["We are looking.", "Search, too."]


@pytest.mark.parametrize("refused", [420, 429])
def test_a_remote_that_turns_us_away_is_asked_again_and_told_once(status: Status, refused: int) -> None:
    status.plan(Fault(kind="status", status=refused, method="POST", retry_after="0"))
    incident = status.declare()
    assert ended(status.say(incident, "We are looking.")) == "done"
    status.plan(Fault(kind="status", status=refused, method="PATCH", retry_after="120"))
    (delivery,) = status.say(incident, "Found it.", "identified")
    assert (delivery.state, delivery.due_at > utcnow() + timedelta(seconds=100)) == ("retry", True)
    with time_machine.travel(utcnow() + timedelta(minutes=3), tick=True):
        assert ended(deliver(status.service, incident)) == "done"
    assert status.mailed == ["We are looking.", "Found it."]


def test_the_pace_is_kept_so_that_the_remote_need_not_refuse(status: Status) -> None:
    status.configure('pace = { requests = 1000, per = "1s" }', 'pace = { requests = 2, per = "60s" }')
    status.page.rate = 2
    incident = status.declare()
    assert ended(status.say(incident, "We are looking.")) == "done"
    ending = ended(status.say(incident, "Found it.", "identified"))
    assert ending.startswith("retry")
    assert "takes only so many requests at a time" in ending
    assert status.requests() == ["GET components", "POST incidents"]


def test_the_pace_is_what_statuspage_allows_where_nothing_else_is_set(status: Status) -> None:
    status.configure('pace = { requests = 1000, per = "1s" }', "")
    assert status.plugin().pace == Pace(60, Duration(seconds=60))


def test_a_page_of_html_is_no_answer(status: Status) -> None:
    """What a proxy or a login page says in place of the remote."""
    status.plan(Fault(kind="garbage", method="GET", times=None))
    incident = status.declare()
    ending = ended(status.say(incident, "We are looking."))
    assert ending.startswith("retry")
    assert "proxy or a login page" in ending
    status.sandbox.faults.clear()
    assert ended(status.again(incident)) == "done"
    assert status.mailed == ["We are looking."]


@pytest.mark.parametrize("state", [500, 502, 503])
def test_a_remote_that_fails_loses_no_words(status: Status, state: int) -> None:
    incident = status.declare()
    status.plan(Fault(kind="status", status=state, method="POST"))
    status.say(incident, "We are looking.")
    with later():
        assert ended(status.again(incident)) == "done"
    assert status.mailed == ["We are looking."]


def test_a_second_service_on_the_store_says_nothing_twice(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    status.configure()
    assert (status.again(incident), status.mailed) == ([], ["We are looking."])
