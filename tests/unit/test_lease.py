"""Who runs a lane: one at a time, the dead at no time."""

import os
from datetime import timedelta

import pytest
import time_machine

from chatops.dispatch.lease import Owner, lease
from chatops.errors import LeaseLost, StoreError
from chatops.events import utcnow
from chatops.service import Service
from chatops.store import Delivery
from tests.kit import deliver, raw
from tests.stage import Call, Stage, declare, link, only

pytestmark = pytest.mark.any_store


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.teller]\n")


@pytest.fixture
def delivery(service: Service) -> Delivery:
    return only(service, declare(service), "teller")


def test_a_living_owner_is_respected(service: Service, delivery: Delivery) -> None:
    with Owner(service.store) as one, Owner(service.store) as two:
        held = lease(service.store, delivery, one, 60)
        assert held
        assert not two.is_dead(one.token)
        assert lease(service.store, delivery, two, 60) is None
        assert lease(service.store, delivery, one, 60) is None, "not even by the same process"
        held.check()


def test_another_lane_is_free(service: Service, delivery: Delivery) -> None:
    other = only(service, declare(service, "another"), "teller")
    with Owner(service.store) as one, Owner(service.store) as two:
        assert lease(service.store, delivery, one, 60)
        assert lease(service.store, other, two, 60)


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_finds_out(
    service: Service, delivery: Delivery
) -> None:
    with Owner(service.store) as one, Owner(service.store) as two:
        late = lease(service.store, delivery, one, 60)
        assert late
        with time_machine.travel(utcnow() + timedelta(seconds=61), tick=True):
            held = lease(service.store, delivery, two, 60)
        assert held
        held.check()
        with pytest.raises(LeaseLost):
            late.check()
        assert not service.store.deliveries.release(delivery, late.epoch), "nor may it let the other's go"
        held.check()


def test_the_number_of_a_lease_never_comes_back(service: Service, delivery: Delivery) -> None:
    epochs = []
    with Owner(service.store) as owner:
        for _ in range(3):
            held = lease(service.store, delivery, owner, 60)
            assert held
            epochs.append(held.epoch)
            assert service.store.deliveries.release(delivery, held.epoch)
            with pytest.raises(LeaseLost):
                held.check()
    assert epochs == sorted(set(epochs))


def test_an_owner_that_ended_is_dead_and_leaves_nothing_behind(service: Service, delivery: Delivery) -> None:
    folder = service.store.beside("owners")
    with Owner(service.store) as one:
        assert lease(service.store, delivery, one, 3600)
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []
    with Owner(service.store) as two:
        assert two.is_dead(one.token)
        assert lease(service.store, delivery, two, 60)


def test_an_owner_whose_lock_is_gone_is_dead_and_its_file_is_swept(
    service: Service, delivery: Delivery
) -> None:
    killed = Owner(service.store)
    assert lease(service.store, delivery, killed, 3600)
    os.close(killed._held)
    with Owner(service.store) as two:
        assert lease(service.store, delivery, two, 60)
        assert [path.name for path in service.store.beside("owners").iterdir()] == [two._path.name]


def test_an_owner_on_another_host_is_only_known_by_its_lease(service: Service, delivery: Delivery) -> None:
    with Owner(service.store) as here:
        there = f"elsewhere/{here.token.split('/')[1]}"
        assert not here.is_dead(there)
        assert service.store.deliveries.lease(delivery, there, 60, None) is not None
        assert lease(service.store, delivery, here, 60) is None


def test_of_two_that_find_a_dead_owner_one_takes_over(service: Service, delivery: Delivery) -> None:
    with Owner(service.store) as dead:
        assert lease(service.store, delivery, dead, 3600)
    store = service.store.deliveries
    assert store.lease(delivery, "one", 60, dead.token) is not None
    assert store.lease(delivery, "two", 60, dead.token) is None


def test_what_is_recorded_needs_the_lease(stage: Stage, service: Service) -> None:
    incident = declare(service)

    def robbed(call: Call) -> object:
        with raw(service.store) as connection:
            connection.execute("UPDATE lanes SET owner = 'another', epoch = epoch + 1")
        return link("ticket")

    stage.play("teller", robbed)
    assert deliver(service, incident) == []
    kept = only(service, incident, "teller")
    assert (kept.state, kept.attempts) == ("pending", 0)
    assert service.incident(incident.id).links == ()


@pytest.mark.parametrize("learnt", [True, False])
def test_a_delivery_that_ended_meanwhile_is_not_made_again(
    stage: Stage, service: Service, learnt: bool
) -> None:
    if learnt:
        deliver(service, declare(service, "learnt"))
    incident = declare(service)
    delivery = only(service, incident, "teller")
    stale = service.store.deliveries.get(delivery.id)
    assert stale
    deliver(service, incident)
    calls = len(stage.calls)
    service.store.deliveries.ready = lambda *about: [stale]  # type: ignore[method-assign]
    assert deliver(service, incident) == []
    assert len(stage.calls) == calls


def test_an_owner_that_cannot_be_marked_is_an_error_of_the_store(service: Service) -> None:
    service.store.beside("owners").write_text("in the way")
    with pytest.raises(StoreError, match="owners cannot be used"):
        Owner(service.store)
