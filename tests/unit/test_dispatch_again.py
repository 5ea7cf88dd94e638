"""When a delivery is tried again, and what a person does where it is not."""

from datetime import timedelta

import pytest

from chatops import errors
from chatops.dispatch.outcome import FIRST_RETRY, LONGEST_RETRY
from chatops.dispatch.outcome import again as next_try
from chatops.events import Link, utcnow
from chatops.service import Service
from chatops.store import Instance
from tests.kit import act, deliver
from tests.stage import Call, Stage, Teller, again, declare, lane, link, only, say, update

pytestmark = pytest.mark.any_store
HOW = "`chatops retry --recreate` makes a new one."


def paused(service: Service, name: str) -> Instance:
    return next(row for row in service.store.instances.all() if row.name == name)


BROKEN = {
    "misspelt hook": (
        "class P(Plugin):\n    @hookimpl\n    def incident_declred(self, event): pass",
        "it implements incident_declred, which is no hook. Did you mean 'incident_declared'?",
    ),
    "wrong argument": (
        "class P(Plugin):\n    @hookimpl\n    def incident_declared(self, evt): pass",
        "evt",
    ),
    "does not import": ("raise RuntimeError('no such library')", "no such library"),
    "exits on import": ("sys.exit(3)", "it called sys.exit"),
    "no plugin": ("P = 3", "P of test-plugins is not a subclass of chatops.Plugin"),
    "raises when made": (
        "class P(Plugin):\n    def __init__(self, config, instance): raise ValueError('never')",
        "it raised ValueError: never.",
    ),
    "missing setting": (
        "class S(msgspec.Struct):\n    url: str\nclass P(Plugin[S]): pass",
        "plugins.new.url: is missing",
    ),
}


@pytest.mark.parametrize("fault", [*BROKEN, "not installed"])
def test_a_plugin_that_does_not_load_fails_with_the_reason_and_goes_on_in_order_once_mended(
    stage: Stage, fault: str
) -> None:
    """On a store of several hosts it does not fail: another one may have what it needs."""
    code, reason = BROKEN.get(fault, ("", "is not installed"))
    if code:
        stage.site.install(code, new="P")
    service = stage.service("[plugins.new]\n[plugins.teller]\n")
    incident = declare(service)
    update(service, incident, "more")
    deliver(service, incident)
    failed, waiting = service.store.deliveries.of_lane(incident.id, "new")
    left = service.engine.left.get("new")
    said = str(left) if left else failed.reason
    assert (failed.state, waiting.state) == ("pending" if left else "failed", "pending")
    assert bool(left) == service.store.shared
    assert reason in said
    assert "\n" not in said
    assert stage.told("teller") == ["incident_declared", "incident_updated"]

    stage.site.install("from tests.stage import Teller", new="Teller")
    again(service, incident)
    assert stage.told("new") == ["incident_declared", "incident_updated"]
    assert lane(service, incident, "new") == ["incident_declared done", "incident_updated done"]


def test_one_that_may_have_arrived_is_asked_about_when_its_absence_can_be_believed(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")

    def lost(key: str) -> Link:
        raise errors.Unknown("no answer")

    stage.play("teller", lambda call: call.ctx.once("ticket", create=lost, settle=90.0))
    incident = declare(service)
    before = utcnow()
    deliver(service, incident)
    kept = only(service, incident, "teller")
    assert (kept.state, kept.reason) == ("unconfirmed", "no answer")
    step = service.store.steps.get(kept.event, "teller", "ticket")
    assert step
    assert step.not_before
    assert kept.due_at == step.not_before >= before + timedelta(seconds=90)


def test_a_call_that_timed_out_after_it_had_posted_is_unconfirmed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service("[plugins.teller]\n")

    def slow(key: str) -> Link:
        stage.over.wait(60)
        return link("ticket")

    stage.play("teller", lambda call: call.ctx.once("ticket", create=slow, settle=120.0))
    incident = declare(service)
    before = utcnow()
    deliver(service, incident)
    kept = only(service, incident, "teller")
    assert kept.state == "unconfirmed"
    assert "longer than its deadline" in kept.reason
    assert kept.due_at >= before + timedelta(seconds=120)


def test_a_call_that_timed_out_before_it_posted_is_simply_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service("[plugins.teller]\n")
    stage.play("teller", stage.hang)
    incident = declare(service)
    deliver(service, incident)
    kept = only(service, incident, "teller")
    assert kept.state == "retry"
    assert kept.due_at <= utcnow() + timedelta(seconds=FIRST_RETRY * 1.2)


def test_a_remote_that_is_down_pauses_its_instance_but_not_a_new_incidents_first_try(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n[plugins.other]\nuse = 'teller'\n")
    stage.fail("teller", errors.Unavailable("503", retry_after=600))
    first = declare(service, "the first")
    deliver(service, first)
    kept = service.store.deliveries.of_lane(first.id, "teller")[0]
    assert kept.due_at >= utcnow() + timedelta(seconds=590)
    assert paused(service, "teller").paused_until == kept.due_at
    assert paused(service, "other").paused_until is None

    second = declare(service, "the second")
    deliver(service, second)
    assert len(stage.of("teller")) == 2
    third = declare(service, "the third")
    stage.mend("teller")
    deliver(service, third)
    assert paused(service, "teller").paused_until is None, "a success shows that the remote is back"


def test_while_an_instance_is_paused_what_was_tried_before_waits(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    stage.fail("teller", errors.Unknown("no answer"))
    incident = declare(service)
    deliver(service, incident)
    kept = only(service, incident, "teller")
    service.store.deliveries.settle(kept, "retry", due_at=utcnow())
    later = utcnow() + timedelta(minutes=5)
    service.store.instances.pause("teller", later)
    assert deliver(service, incident) == []
    assert service.store.deliveries.next_ready() == later
    service.retry([kept])
    assert len(deliver(service, incident)) == 1, "a person's word ends the pause"


def test_the_wait_grows_and_has_an_end() -> None:
    waits = [(next_try(attempt) - utcnow()).total_seconds() for attempt in (1, 2, 3, 50)]
    assert 0.79 * FIRST_RETRY < waits[0] <= 1.2 * FIRST_RETRY
    assert 0.79 * 4 * FIRST_RETRY < waits[2] <= 1.2 * 4 * FIRST_RETRY
    assert waits[3] <= 1.2 * LONGEST_RETRY
    assert (next_try(1, 3600.0) - utcnow()).total_seconds() <= LONGEST_RETRY


def test_recreating_forgets_what_was_made_and_makes_a_new_one(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    made: list[str] = []

    def create(key: str) -> Link:
        made.append(key)
        return link("ticket", str(len(made)))

    def ticket(call: Call) -> Link | None:
        if call.hook == "incident_declared":
            made_now: Link = call.ctx.once("ticket", create=create, scope="incident")
            return made_now
        if call.ctx.link("ticket").id == "1":
            raise errors.Gone("ticket 1 was deleted")
        return None

    stage.play("teller", ticket)
    incident = declare(service)
    update(service, incident, "more")
    deliver(service, incident)
    deliver(service, incident)
    failed = service.store.deliveries.of_lane(incident.id, "teller")[1]
    assert (failed.state, failed.reason) == ("failed", f"ticket 1 was deleted. {HOW}")
    again(service, incident)
    assert made == [f"{incident.id}.teller.ticket"]

    service.retry([failed], recreate=True)
    deliver(service, incident)
    assert made == [f"{incident.id}.teller.ticket"] * 2
    assert [o.link.id for o in service.incident(incident.id).links] == ["2"]
    assert stage.told("teller")[-2:] == ["incident_declared", "incident_updated"]
    assert stage.of("teller")[-2].event.title == "Checkout returns 500s"
    assert not service.store.deliveries.unsettled(incident.id)


def test_recreating_what_customers_see_says_the_latest_words(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    stage.fail("page", errors.Gone("the public incident was deleted"))
    say(service, incident, "two")
    deliver(service, incident)
    stage.mend("page")
    failed = service.store.deliveries.unsettled(incident.id)
    service.retry(failed, recreate=True)
    deliver(service, incident)
    assert stage.of("page")[-1].event.text == "two"
    assert not service.store.deliveries.unsettled(incident.id)


def test_recreating_after_a_failed_correction_says_the_words_as_corrected(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    stage.fail("page", errors.Gone("the public incident was deleted"))
    service.correct(incident.id, "one, put right", act())
    deliver(service, incident)
    stage.mend("page")
    service.retry(service.store.deliveries.unsettled(incident.id), recreate=True)
    deliver(service, incident)
    assert (stage.told("page")[-1], stage.of("page")[-1].event.text) == ("public_update", "one, put right")
    assert not service.store.deliveries.unsettled(incident.id)


def test_a_person_may_give_up_a_delivery_while_it_runs(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")

    def skipping(call: Call) -> None:
        service.skip(only(service, incident, "teller"), "made by hand", act())

    stage.play("teller", skipping)
    incident = declare(service)
    # It was planned before the plugin was known: what it becomes is what is given up.
    deliver(service, incident)
    kept = only(service, incident, "teller")
    assert (kept.state, kept.reason) == ("skipped", "by dana: made by hand")
