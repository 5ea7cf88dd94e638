"""A lane: one incident at one instance. Its order, and what is done with a backlog."""

import threading
from datetime import timedelta

import pytest
import time_machine

from chatops import errors
from chatops.events import Link, utcnow
from tests.kit import act, deliver, states
from tests.stage import SOON, Call, Linker, Stage, again, declare, lane, say, update

pytestmark = pytest.mark.any_store

DOWN = errors.Unavailable("the remote is down")


def test_a_lane_runs_in_the_order_of_its_events(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    incident = declare(service)
    update(service, incident, "found it", status="identified")
    service.note(incident.id, "rolled back", act())
    service.resolve(incident.id, "over", act())
    deliver(service, incident)
    assert stage.told("teller") == [
        "incident_declared",
        "incident_updated",
        "note_added",
        "incident_resolved",
    ]
    assert [call.ctx.incident.version for call in stage.of("teller")] == [1, 2, 3, 4]


def test_calls_of_one_lane_never_overlap_and_lanes_do(stage: Stage) -> None:
    service = stage.service("[plugins.one]\nuse = 'teller'\n[plugins.two]\nuse = 'teller'\n")
    incident = declare(service)
    update(service, incident, "more")
    both = threading.Barrier(2, timeout=SOON)
    running: list[str] = []
    alone: list[bool] = []

    def meeting(call: Call) -> None:
        alone.append(call.instance not in running)
        running.append(call.instance)
        both.wait()
        running.remove(call.instance)

    stage.play("one", meeting)
    stage.play("two", meeting)
    assert {d.state for d in deliver(service, incident)} == {"done"}
    assert alone == [True] * 4


def test_a_failed_delivery_stops_its_lane_and_no_other(stage: Stage) -> None:
    service = stage.service("[plugins.one]\nuse = 'teller'\n[plugins.two]\nuse = 'teller'\n")
    stage.fail("one", errors.Rejected("no such project"))
    incident = declare(service)
    update(service, incident, "more")
    deliver(service, incident)
    assert lane(service, incident, "one") == ["incident_declared failed", "any pending"]
    assert lane(service, incident, "two") == ["incident_declared done", "incident_updated done"]

    stage.mend("one")
    again(service, incident)
    assert stage.told("one") == ["incident_declared", "incident_declared", "incident_updated"]
    assert lane(service, incident, "one") == ["incident_declared done", "incident_updated done"]


def test_a_skipped_delivery_lets_the_later_ones_go_and_stays_on_record(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    stage.fail("teller", errors.Rejected("no such project"))
    incident = declare(service)
    update(service, incident, "more", severity="sev1")
    deliver(service, incident)
    stage.mend("teller")
    failed, _ = service.store.deliveries.of_lane(incident.id, "teller")
    service.skip(failed, "made by hand", act("lee"))
    deliver(service, incident)
    assert lane(service, incident, "teller") == ["incident_declared skipped", "incident_updated done"]
    assert stage.of("teller")[-1].ctx.incident.severity == "sev1"
    skipped = service.store.deliveries.get(failed.id)
    assert skipped
    assert skipped.reason == "by lee: made by hand"
    with pytest.raises(errors.UsageError, match="is skipped already"):
        service.skip(skipped, "again", act())


def test_one_that_catches_up_on_all_gets_each_in_order(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    stage.fail("teller", DOWN)
    incident = declare(service)
    deliver(service, incident)
    update(service, incident, "one")
    service.resolve(incident.id, "over", act())
    stage.mend("teller")
    again(service, incident)
    assert stage.told("teller")[1:] == ["incident_declared", "incident_updated", "incident_resolved"]


def test_customers_get_the_latest_words_and_no_older_ones(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    stage.fail("page", DOWN)
    incident = declare(service)
    for text in ("one", "two", "three"):
        say(service, incident, text)
        deliver(service, incident)
    # The first was tried; the others superseded it before it was due again.
    assert lane(service, incident, "page")[1:] == ["public_update pending", "public_update pending"]
    stage.mend("page")
    stage.calls.clear()
    again(service, incident)
    assert [call.event.text for call in stage.of("page")] == ["three"]
    assert lane(service, incident, "page") == [
        "public_update superseded",
        "public_update superseded",
        "public_update done",
    ]


def test_so_they_do_where_the_plugin_was_never_loaded(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    for text in ("one", "two", "three"):
        say(service, incident, text)
    service.note(incident.id, "It is the database", act())
    deliver(service, incident)
    assert [call.event.text for call in stage.of("page")] == ["three"]
    told = [row for row in lane(service, incident, "page") if row.startswith("public_update")]
    assert told == ["public_update superseded", "public_update superseded", "public_update done"]


def test_words_that_replace_mailed_ones_are_mailed(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    stage.fail("page", errors.Unavailable("down"))
    say(service, incident, "one")
    deliver(service, incident)
    for text in ("two", "three"):
        quiet = service.compose(service.incident(incident.id), text, notify=False)
        service.publish(incident.id, quiet, act())
        if text == "two":
            stage.mend("page")
            again(service, incident)
    deliver(service, incident)
    told = [(call.event.text, call.event.notify) for call in stage.of("page")]
    assert told[-2:] == [("two", True), ("three", False)]


def test_a_correction_of_words_that_were_never_said_is_superseded(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    stage.fail("page", DOWN)
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    say(service, incident, "two")
    say(service, incident, "three")
    service.correct(incident.id, "two, better", act(), sequence=2)
    stage.mend("page")
    stage.calls.clear()
    again(service, incident)
    assert stage.told("page") == ["public_update"]
    assert lane(service, incident, "page") == [
        "public_update superseded",
        "public_update superseded",
        "public_update done",
        "public_correction superseded",
    ]


def test_a_correction_of_words_that_may_have_arrived_is_delivered(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    stage.fail("page", errors.Unknown("the answer was lost"))
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    say(service, incident, "two")
    service.correct(incident.id, "one, better", act(), sequence=1)
    stage.mend("page")
    stage.calls.clear()
    again(service, incident)
    assert stage.told("page") == ["public_update", "public_correction"]


def test_newer_words_wait_for_as_long_as_older_ones_may_still_arrive(stage: Stage) -> None:
    """Else the older ones could be the last that customers read."""
    service = stage.service("[plugins.page]\n")
    incident = declare(service)

    def lost(call: Call) -> object:
        def create(key: str) -> Link:
            raise errors.Unknown("the answer was lost")

        return call.ctx.once("words", create=create, settle=60)

    stage.play("page", lost)
    say(service, incident, "one")
    deliver(service, incident)
    say(service, incident, "two")
    stage.calls.clear()
    again(service, incident)
    assert stage.calls == []
    assert lane(service, incident, "page")[0] == "public_update unconfirmed"
    with time_machine.travel(utcnow() + timedelta(minutes=5)):
        stage.mend("page")
        again(service, incident)
    assert [call.event.text for call in stage.of("page")] == ["two"]
    assert lane(service, incident, "page") == ["public_update superseded", "public_update done"]


def test_a_correction_of_words_that_were_said_is_delivered(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    service.correct(incident.id, "one, better", act())
    deliver(service, incident)
    assert [(call.hook, call.event.text) for call in stage.of("page")] == [
        ("public_update", "one"),
        ("public_correction", "one, better"),
    ]


def test_words_that_wait_are_delivered_as_they_were_put_right(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    stage.fail("page", DOWN)
    incident = declare(service)
    say(service, incident, "wrong")
    deliver(service, incident)
    service.correct(incident.id, "right", act())
    stage.mend("page")
    stage.calls.clear()
    again(service, incident)
    assert {call.event.text for call in stage.of("page")} == {"right"}
    assert stage.told("page")[0] == "public_update"
    assert [u.text for u in stage.of("page")[0].ctx.incident.updates] == ["right"]


def test_no_page_goes_out_once_the_incident_is_over(stage: Stage) -> None:
    service = stage.service("[plugins.pager]\n")
    incident = declare(service)
    update(service, incident, "more")
    service.resolve(incident.id, "", act())
    deliver(service, incident)
    assert stage.told("pager") == []
    assert {d.state for d in service.store.deliveries.of_incident(incident.id)} == {"skipped"}
    reasons = {d.reason for d in service.store.deliveries.of_incident(incident.id)}
    assert reasons == {"the incident was over before this could be delivered"}


@pytest.mark.parametrize("ends", ["incident_resolved", "incident_cancelled"])
def test_a_page_that_was_begun_is_ended(stage: Stage, ends: str) -> None:
    service = stage.service("[plugins.pager]\n")
    incident = declare(service)
    deliver(service, incident)
    service.note(incident.id, "dropped", act())
    if ends == "incident_resolved":
        service.resolve(incident.id, "", act())
    else:
        service.cancel(incident.id, "a test", act())
    deliver(service, incident)
    assert stage.told("pager") == ["incident_declared", ends]
    assert lane(service, incident, "pager")[1] == "note_added skipped"


def test_a_page_that_may_have_arrived_is_not_sent_again_but_ended(stage: Stage) -> None:
    service = stage.service("[plugins.pager]\n")
    stage.fail("pager", errors.Unknown("no answer"))
    incident = declare(service)
    deliver(service, incident)
    service.resolve(incident.id, "", act())
    stage.mend("pager")
    again(service, incident)
    assert stage.told("pager") == ["incident_declared", "incident_resolved"]


def test_a_hook_that_is_no_longer_there_is_skipped(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    service = stage.service("[plugins.linker]\n")
    incident = declare(service)
    deliver(service, incident)
    update(service, incident, "more")
    monkeypatch.delattr(Linker, "incident_updated")
    (ended,) = deliver(service, incident)
    assert states([ended]) == {"linker incident_updated": "skipped"}
    assert "does not listen" in ended.reason
