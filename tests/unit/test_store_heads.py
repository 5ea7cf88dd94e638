"""Which deliveries may run, and that finding them reads no more than it must."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chatops.events import utcnow
from chatops.service import Service
from chatops.settings import When
from chatops.store import Delivery, Store
from chatops.store.queries import queries
from chatops.store.rows import DeliveryState
from tests.kit import raw
from tests.stage import declare, update

pytestmark = pytest.mark.any_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Service:
    return make_service("")


@pytest.fixture
def store(service: Service) -> Store:
    service.store.instances.put("it", "jira", "here", When())
    return service.store


@pytest.fixture
def plan(service: Service, store: Store) -> Callable[..., Delivery]:
    """Plans a delivery to the instance."""

    def planned(incident: UUID, position: int, hook: str = "incident_updated") -> Delivery:
        event = store.log.events(incident)[position - 1]
        store.deliveries.join(incident, "it")
        store.deliveries.add(event=event.id, incident=incident, instance="it", hook=hook, position=position)
        return store.deliveries.recent(1)[0]

    return planned


@pytest.fixture
def incident(service: Service, store: Store) -> UUID:
    """An incident of three events, of which nobody is told."""
    store.instances.disable("it")
    made = declare(service)
    update(service, made, "two")
    update(service, made, "three")
    store.instances.put("it", "jira", "here", When())
    return made.id


def ready(store: Store, at: datetime | None = None) -> list[int]:
    return [d.id for d in store.deliveries.ready(at or utcnow())]


Plan = Callable[..., Delivery]


def test_the_first_of_a_lane_is_at_its_head(store: Store, incident: UUID, plan: Plan) -> None:
    second, third = plan(incident, 2), plan(incident, 3)
    assert ready(store) == [second.id]
    first = plan(incident, 1)
    assert ready(store) == [first.id], "by position, not by the order of writing"
    for delivery, following in ((first, second), (second, third)):
        store.deliveries.settle(delivery, "done")
        assert ready(store) == [following.id]
    store.deliveries.settle(third, "skipped")
    assert ready(store) == []
    assert store.deliveries.next_ready() is None


def test_two_for_one_event_run_in_the_order_of_writing(store: Store, incident: UUID, plan: Plan) -> None:
    first, second = plan(incident, 1, "incident_declared"), plan(incident, 1, "event_recorded")
    assert ready(store) == [first.id]
    store.deliveries.settle(first, "done")
    assert ready(store) == [second.id]


def test_what_failed_stops_its_lane(store: Store, incident: UUID, plan: Plan) -> None:
    first, _ = plan(incident, 1), plan(incident, 2)
    store.deliveries.settle(first, "failed", "no such project")
    assert ready(store, utcnow() + timedelta(days=365)) == []
    assert store.deliveries.next_ready() is None
    store.deliveries.settle(first, "retry", due_at=utcnow())
    assert ready(store) == [first.id]


@pytest.mark.parametrize("state", ["retry", "unconfirmed"])
def test_what_is_due_later_holds_its_lane_until_then(
    store: Store, incident: UUID, plan: Plan, state: DeliveryState
) -> None:
    first, _ = plan(incident, 1), plan(incident, 2)
    due = utcnow() + timedelta(minutes=5)
    store.deliveries.settle(first, state, due_at=due, tried=True)
    assert ready(store) == []
    assert store.deliveries.next_ready() == due
    assert ready(store, due) == [first.id]


def test_links_are_outside_the_lane(store: Store, incident: UUID, plan: Plan) -> None:
    first, links, third = plan(incident, 1), plan(incident, 2, "links_changed"), plan(incident, 3)
    assert ready(store) == [first.id, links.id]
    store.deliveries.settle(first, "failed")
    assert ready(store) == [links.id]
    store.deliveries.settle(first, "done")
    store.deliveries.settle(links, "failed")
    assert ready(store) == [third.id]


def test_newer_links_take_the_place_of_older_ones(store: Store, incident: UUID, plan: Plan) -> None:
    old = plan(incident, 1, "links_changed")
    new = plan(incident, 2, "links_changed")
    assert ready(store) == [new.id]
    superseded = store.deliveries.get(old.id)
    assert superseded
    assert (superseded.state, superseded.settled_at is None) == ("superseded", False)


def test_a_pause_holds_back_what_was_tried_but_no_first_try(
    service: Service, store: Store, incident: UUID, plan: Plan
) -> None:
    tried = plan(incident, 1)
    store.deliveries.settle(tried, "retry", due_at=utcnow(), tried=True)
    later = utcnow() + timedelta(minutes=5)
    store.instances.pause("it", later)
    assert ready(store) == []
    assert store.deliveries.next_ready() == later
    fresh = store.deliveries.of_incident(declare(service, "another").id)
    assert ready(store) == [d.id for d in fresh]
    store.instances.pause("it", None)
    assert ready(store) == [tried.id, *(d.id for d in fresh)]


def test_what_has_ended_stays_as_it_is(store: Store, incident: UUID, plan: Plan) -> None:
    delivery = plan(incident, 1)
    store.deliveries.settle(delivery, "skipped", "by dana: enough")
    store.deliveries.settle(delivery, "done", tried=True)
    kept = store.deliveries.get(delivery.id)
    assert kept
    assert (kept.state, kept.reason, kept.attempts) == ("skipped", "by dana: enough", 0)


def test_what_is_planned_twice_is_there_once(store: Store, incident: UUID, plan: Plan) -> None:
    first = plan(incident, 1)
    store.deliveries.settle(first, "done")
    assert plan(incident, 1).state == "done"
    assert len(store.deliveries.of_incident(incident)) == 1


def test_each_list_has_its_own(service: Service, store: Store, incident: UUID, plan: Plan) -> None:
    first, second = plan(incident, 1), plan(incident, 2)
    other = store.deliveries.of_incident(declare(service, "another").id)
    store.deliveries.settle(first, "done")
    assert [d.id for d in store.deliveries.unsettled()] == [second.id, *(d.id for d in other)]
    assert [d.id for d in store.deliveries.unsettled(incident)] == [second.id]
    assert [d.id for d in store.deliveries.unsettled(most=1)] == [second.id]
    assert [d.id for d in store.deliveries.recent(2)] == [other[-1].id, second.id]
    assert [d.id for d in store.deliveries.of_lane(incident, "it")] == [first.id, second.id]
    assert store.deliveries.get(10_000) is None


BIG = re.compile(r"^SCAN (incidents|events|deliveries|lanes|steps|d|e)$")


@pytest.mark.sqlite_only(reason="the plan is told in SQLite's words")
@pytest.mark.parametrize(
    ("area", "name"),
    [(area, name) for area in ("log", "deliveries", "steps") for name in queries(area) if name != "recent"],
)
def test_no_statement_reads_a_whole_table(store: Store, area: str, name: str) -> None:
    text = queries(area)[name]
    unknown = dict.fromkeys(re.findall(r":(\w+)", text))
    with raw(store) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", unknown)]
    assert not [step for step in steps if BIG.match(step)], steps


@pytest.mark.sqlite_only(reason="the plan is told in SQLite's words")
@pytest.mark.parametrize(
    ("area", "name", "index"),
    [
        ("deliveries", "ready", "deliveries_unsettled"),
        ("deliveries", "next_ready", "deliveries_unsettled"),
        ("deliveries", "unsettled", "deliveries_unsettled"),
        ("log", "listed", "incidents_listed"),
        ("log", "open_since", "incidents_open"),
        ("log", "public", "incidents_public"),
        ("log", "publicly_open", "incidents_public"),
        ("log", "open_with_key", "incidents_open_key"),
    ],
)
def test_what_runs_often_reads_only_what_matters(store: Store, area: str, name: str, index: str) -> None:
    text = queries(area)[name]
    unknown = dict.fromkeys(re.findall(r":(\w+)", text))
    with raw(store) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", unknown)]
    [outermost, *_] = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
    assert f"INDEX {index}" in outermost
    if name == "listed":
        assert not [step for step in plan if "TEMP B-TREE" in step], "it would sort all before it shows 50"
