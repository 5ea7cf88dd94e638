"""A remote's rate is kept by all processes of a store together."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from chatops.service import Service
from chatops.service.incidents import Declaration
from chatops.store import Store
from chatops.values import Duration, Pace
from tests.kit import Site, act, deliver
from tests.wire import Raw

pytestmark = pytest.mark.any_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TWO = Pace(2, Duration.parse("60s"))


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    made = Store(where)
    yield made
    made.close()


def test_so_many_requests_pass_in_each_span(store: Store) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert store.requests.take("status", TWO) == 0
        clock.shift(10)
        assert store.requests.take("status", TWO) == 0
        clock.shift(10)
        assert store.requests.take("status", TWO) == 40
        assert store.requests.take("other", TWO) == 0
        clock.shift(40)
        assert store.requests.take("status", TWO) == 0
        assert store.requests.take("status", TWO) == 10


@pytest.mark.parametrize("back", [timedelta(seconds=30), timedelta(hours=1), timedelta(days=365)])
def test_a_clock_that_is_set_back_stops_nobody_for_long(store: Store, back: timedelta) -> None:
    with time_machine.travel(NOON, tick=False):
        store.requests.take("status", TWO)
        store.requests.take("status", TWO)
    waited = 0.0
    with time_machine.travel(NOON - back, tick=False) as clock:
        while wait := store.requests.take("status", TWO):
            assert wait <= 60
            waited += wait
            clock.shift(wait)
    assert waited <= 120


def _ask(path: str, begin: Any, times: Any) -> None:
    store, pace = Store(path), Pace(3, Duration.parse("1s"))
    begin.wait(60)
    for _ in range(5):
        while wait := store.requests.take("status", pace):
            time.sleep(wait)
        times.put(time.time())
    store.close()


@pytest.mark.slow
def test_two_processes_keep_to_it_together(store: Store) -> None:
    processes = multiprocessing.get_context("spawn")
    begin, times = processes.Event(), processes.Queue()
    both = [processes.Process(target=_ask, args=(store.where, begin, times)) for _ in range(2)]
    for process in both:
        process.start()
    begin.set()
    taken = sorted(times.get(timeout=60) for _ in range(10))
    for process in both:
        process.join()
    times.close()
    times.join_thread()
    # What was taken is told a little later than it was taken, so that spans seem a little shorter.
    assert all(fourth - first > 0.8 for first, fourth in zip(taken, taken[3:], strict=False)), taken


PLUGIN = """
class Config(msgspec.Struct):
    url: str
    per: str

class Paced(Plugin[Config]):
    deadline = 4.0
    own_transport = False

    @property
    def pace(self):
        return Pace(2, Duration.parse(self.config.per))

    @hookimpl
    def incident_declared(self, event, ctx):
        for number in range(3):
            ctx.http.request("POST", f"{self.config.url}/{number}", answer=dict)
"""


@pytest.mark.parametrize(("per", "state", "sent"), [("1s", "done", 3), ("60s", "retry", 2)])
def test_a_short_wait_is_in_the_call_and_a_long_one_is_for_later(
    site: Site, make_service: Callable[[str], Service], per: str, state: str, sent: int
) -> None:
    site.install(PLUGIN, paced="Paced")
    with Raw() as remote:
        service = make_service(f'[plugins.paced]\nurl = "{remote.url}"\nper = "{per}"\n')
        incident = service.declare(Declaration(title="x"), act()).incident
        (ended,) = deliver(service, incident)
        assert (ended.state, len(remote.requests)) == (state, sent)
        if state == "retry":
            assert "only so many requests at a time" in ended.reason
            assert timedelta(seconds=40) < ended.due_at - ended.changed_at <= timedelta(seconds=60)
