"""`links_changed`: the newest links, one wave deep, beside the lane and never together with it."""

import threading

import pytest

from chatops import errors
from chatops import events as e
from chatops.service import Service
from tests.kit import act, deliver
from tests.stage import SOON, Call, Stage, declare, lane, link, update

pytestmark = pytest.mark.any_store

TWO = "[plugins.one]\nuse = 'linker'\n[plugins.two]\nuse = 'linker'\n"


def learnt(stage: Stage, toml: str) -> Service:
    """The service, whose plugins were loaded once."""
    service = stage.service(toml)
    deliver(service, declare(service, "an earlier incident"))
    stage.calls.clear()
    return service


def links_of(service: Service, number: int) -> list[str]:
    events = service.store.log.events(service.numbered(number).id)
    return [f"{event.instance} {event.link.kind}" for event in events if isinstance(event, e.LinkAdded)]


def test_others_hear_of_a_link_and_its_owner_does_not(stage: Stage) -> None:
    service = learnt(stage, TWO)
    stage.play("one", lambda call: link("ticket"))
    incident = declare(service)
    deliver(service, incident)
    assert stage.told("one") == ["incident_declared"]
    assert stage.told("two") == ["incident_declared", "links_changed"]
    told = stage.of("two")[-1]
    assert told.event.link == link("ticket")
    assert [(owned.instance, owned.link.kind) for owned in told.ctx.links] == [("one", "ticket")]
    assert told.ctx.link("ticket") is None


def test_what_a_plugin_remembers_with_its_link_wakes_nobody(stage: Stage) -> None:
    service = learnt(stage, TWO)
    told = iter(range(1000))
    stage.play("one", lambda call: link("page", data={"told": next(told)}))
    incident = declare(service)
    deliver(service, incident)
    stage.calls.clear()
    deliver(service, update(service, incident, "worse"))
    assert service.numbered(2).links[0].link.data == {"told": 1}
    assert stage.told("two") == ["incident_updated"]
    stage.play("one", lambda call: link("page", "elsewhere"))
    deliver(service, update(service, service.numbered(2), "moved"))
    assert stage.told("two") == ["incident_updated", "incident_updated", "links_changed"]


def test_a_link_of_a_person_wakes_all_but_the_instance_that_it_is_of(stage: Stage) -> None:
    service = learnt(stage, TWO)
    incident = declare(service)
    deliver(service, incident)
    service.add_link(incident.id, "one", link("ticket"), act())
    deliver(service, incident)
    assert stage.told("one") == ["incident_declared"]
    assert stage.told("two") == ["incident_declared", "links_changed"]


def test_two_that_answer_links_with_links_come_to_an_end(stage: Stage) -> None:
    service = learnt(stage, TWO)
    made = iter(range(1000))
    stage.play("one", lambda call: link("page", str(next(made))))
    stage.play("two", lambda call: link("page", str(next(made))))
    incident = declare(service)
    deliver(service, incident)
    for name in ("one", "two"):
        assert 1 <= stage.told(name).count("links_changed") <= 2
    assert not service.store.deliveries.unsettled(incident.id)
    assert len(links_of(service, incident.number)) == len(stage.calls)


def test_a_link_that_did_not_change_is_no_event(stage: Stage) -> None:
    service = learnt(stage, TWO)
    stage.play("one", lambda call: link("ticket"))
    incident = declare(service)
    update(service, incident, "more")
    update(service, incident, "and more")
    deliver(service, incident)
    assert stage.told("one") == ["incident_declared", "incident_updated", "incident_updated"]
    assert links_of(service, incident.number) == ["one ticket"]


def test_a_changed_link_of_the_same_kind_replaces_the_old_one(stage: Stage) -> None:
    service = learnt(stage, TWO)
    incident = declare(service)
    stage.play("one", lambda call: [link("ticket", "1"), link("board")])
    deliver(service, incident)
    stage.play("one", lambda call: link("ticket", "2"))
    update(service, incident, "more")
    deliver(service, incident)
    assert links_of(service, incident.number) == ["one ticket", "one board", "one ticket"]
    links = service.incident(incident.id).links
    assert {(owned.link.kind, owned.link.id) for owned in links} == {("ticket", "2"), ("board", "1")}


def test_several_links_are_one_delivery_with_the_newest(stage: Stage) -> None:
    service = learnt(stage, TWO)
    incident = declare(service)
    for number in range(3):
        service.add_link(incident.id, "someone", link("ticket", str(number)), act())
    assert lane(service, incident, "one") == [
        "incident_declared pending",
        "links_changed superseded",
        "links_changed superseded",
        "links_changed pending",
    ]
    deliver(service, incident)
    told = [call.event.link.id for call in stage.of("one") if call.hook == "links_changed"]
    assert told == ["2"]


def test_it_does_not_wait_for_a_lane_that_failed(stage: Stage) -> None:
    service = learnt(stage, TWO)

    def only_links(call: Call) -> None:
        if call.hook != "links_changed":
            raise errors.Rejected("no such project")

    stage.play("one", only_links)
    incident = declare(service)
    service.add_link(incident.id, "someone", link("ticket"), act())
    deliver(service, incident)
    assert lane(service, incident, "one") == ["incident_declared failed", "links_changed done"]


def test_its_failure_does_not_stop_the_lane(stage: Stage) -> None:
    service = learnt(stage, TWO)

    def all_but_links(call: Call) -> None:
        if call.hook == "links_changed":
            raise errors.Rejected("not today")

    stage.play("one", all_but_links)
    incident = declare(service)
    service.add_link(incident.id, "someone", link("ticket"), act())
    update(service, incident, "more")
    deliver(service, incident)
    assert lane(service, incident, "one") == [
        "incident_declared done",
        "links_changed failed",
        "incident_updated done",
    ]


def test_it_never_runs_together_with_its_lane(stage: Stage) -> None:
    service = learnt(stage, TWO)
    incident = declare(service)
    begun, go = threading.Event(), threading.Event()

    def first(call: Call) -> None:
        if call.hook == "incident_declared":
            begun.set()
            assert go.wait(SOON)

    stage.play("one", first)
    run = service.engine.start(incident.id)
    assert begun.wait(SOON)
    service.add_link(incident.id, "someone", link("ticket"), act())
    # Another process finds it due, and the lane taken.
    assert [d for d in deliver(service, incident) if d.instance == "one"] == []
    assert stage.told("one") == ["incident_declared"]
    go.set()
    list(run)
    assert stage.told("one") == ["incident_declared", "links_changed"]


@pytest.mark.parametrize("answer", [None, "unchanged"])
def test_one_that_hears_of_every_event_does_not_answer_itself_for_ever(
    stage: Stage, answer: str | None
) -> None:
    service = stage.service("[plugins.auditor]\n")
    made = iter(range(1000))
    stage.play("auditor", lambda call: link("row", answer or str(next(made))))
    incident = declare(service)
    deliver(service, incident)
    assert set(stage.told("auditor")) == {"event_recorded"}
    assert len(stage.calls) == 2, "the declaration, and the link that answered it"
    assert not service.store.deliveries.unsettled(incident.id)
