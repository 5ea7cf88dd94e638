"""Changes of a page's components are made one after the other, by whatever thread or process."""

import logging
import multiprocessing
import threading
from typing import Any

import pytest

from chatops import errors
from chatops.deadline import Deadline
from chatops.dispatch.components import Keeper
from chatops.service import Service
from chatops.store import Store
from tests.components import service, tell
from tests.stage import SOON, Stage, declare

__all__ = ["service"]

pytestmark = pytest.mark.any_store

LOG: Any = logging.LoggerAdapter(logging.getLogger("chatops.test"), {})


def keeper(service: Service, seconds: float = SOON) -> Keeper:
    return Keeper(store=service.store, instance="page", deadline=Deadline(seconds), log=LOG)


def test_changes_of_one_instance_are_made_one_after_the_other(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    inside, most, together = threading.Barrier(4), [0], [0]
    counting = threading.Lock()

    def work() -> None:
        inside.wait(SOON)
        with keeper(service).changing(["api"], lambda: {"api": "operational"}):
            with counting:
                together[0] += 1
                most[0] = max(most[0], together[0])
            threading.Event().wait(0.01)
            with counting:
                together[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_waiting_for_others_ends_with_the_deadline(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    with keeper(service).changing([], dict):
        with pytest.raises(errors.DeadlineExceeded), keeper(service, 0.1).changing([], dict):
            pytest.fail("two at once")
        other = Keeper(store=service.store, instance="other", deadline=Deadline(1), log=LOG)
        service.store.instances.put("other", "page", "", service.store.instances.get("page").filters)
        with other.changing([], dict) as wanted:
            assert wanted == {}
    with keeper(service, 1).changing([], dict):
        pass


def _holding(path: str, held: Any, go: Any) -> None:
    store = Store(path)
    with Keeper(store=store, instance="page", deadline=Deadline(SOON), log=LOG).changing([], dict):
        held.set()
        go.wait(SOON)
    store.close()


def test_processes_wait_for_each_other_and_for_no_dead_one(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    processes = multiprocessing.get_context("spawn")
    held, go = processes.Event(), processes.Event()
    process = processes.Process(target=_holding, args=(service.store.where, held, go))
    process.start()
    try:
        assert held.wait(60)
        with pytest.raises(errors.DeadlineExceeded), keeper(service, 0.1).changing([], dict):
            pytest.fail("two at once")
        process.kill()
        process.join()
        with keeper(service).changing([], dict):
            pass
    finally:
        process.kill()
        process.join()
