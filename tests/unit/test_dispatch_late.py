"""What a call does after it was given up is refused, and its answer is not kept."""

import threading

import pytest

from chatops import errors
from chatops.events import Link
from tests.kit import act, deliver
from tests.stage import SOON, Call, Linker, Stage, Teller, again, declare, lane, link, only

pytestmark = pytest.mark.any_store


def test_what_a_late_thread_still_does_is_not_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service("[plugins.teller]\n")
    given_up = threading.Event()
    refused: list[BaseException] = []
    created: list[str] = []
    done = threading.Event()

    def create(key: str) -> Link:
        created.append(key)
        return link("ticket")

    def late(call: Call) -> Link:
        assert given_up.wait(SOON)
        try:
            call.ctx.once("ticket", create=create)
        except errors.CallOver as error:
            refused.append(error)
        done.set()
        return link("late")

    stage.play("teller", late)
    incident = declare(service)
    deliver(service, incident)
    before = only(service, incident, "teller")
    given_up.set()
    assert done.wait(SOON)
    assert [type(error) for error in refused] == [errors.DeadlineExceeded]
    assert created == []
    assert only(service, incident, "teller") == before
    assert service.incident(incident.id).links == ()


def test_a_creation_that_ends_too_late_is_not_kept_as_finished(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service("[plugins.teller]\n")
    given_up, done = threading.Event(), threading.Event()
    refused: list[BaseException] = []

    def slow(key: str) -> Link:
        assert given_up.wait(SOON)
        return link("ticket")

    def late(call: Call) -> None:
        try:
            call.ctx.once("ticket", create=slow)
        except errors.CallOver as error:
            refused.append(error)
        done.set()

    stage.play("teller", late)
    incident = declare(service)
    deliver(service, incident)
    assert only(service, incident, "teller").state == "unconfirmed"
    given_up.set()
    assert done.wait(SOON)
    assert [type(error) for error in refused] == [errors.LeaseLost]
    step = service.store.steps.get(only(service, incident, "teller").event, "teller", "ticket")
    assert step
    assert (step.result, step.posted_at is None) == (None, False)


def test_a_late_answer_does_not_disturb_the_next_attempt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service("[plugins.teller]\n")
    stage.play("teller", stage.hang)
    incident = declare(service)
    deliver(service, incident)
    monkeypatch.setattr(Teller, "deadline", 5.0)

    def second(call: Call) -> Link:
        stage.over.set()
        return link("second")

    stage.play("teller", second)
    again(service, incident)
    assert [owned.link.kind for owned in service.incident(incident.id).links] == ["second"]
    assert only(service, incident, "teller").attempts == 2


def test_a_late_answer_does_not_disturb_what_still_runs(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Linker, "deadline", 0.3)
    service = stage.service("[plugins.linker]\n[plugins.teller]\n")
    given_up, returned = threading.Event(), threading.Event()

    def late(call: Call) -> Link:
        assert given_up.wait(SOON)
        returned.set()
        return link("late")

    stage.play("linker", late)
    stage.play("teller", lambda call: returned.wait(SOON) and None)
    incident = declare(service)
    for number in range(3):
        service.note(incident.id, str(number), act())
    for ended in service.engine.start(incident.id):
        if ended.instance == "linker":
            given_up.set()
    assert lane(service, incident, "teller") == ["incident_declared done", *["note_added done"] * 3]
    assert service.incident(incident.id).links == ()
