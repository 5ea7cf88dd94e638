"""What a sandbox can be made to do wrong, when, and how often."""

import threading
from typing import Any

import pytest

from chatops.errors import Unauthorized, Unknown
from chatops.sandbox import Fault, Faults, Sandbox
from chatops.sandbox.faults import Kind
from tests.rooms import Rooms, ask, rooms, sandbox

__all__ = ["rooms", "sandbox"]


def test_a_status_is_refused_in_the_remotes_way(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(Fault(kind="status", status=503))
    assert type(ask(rooms, "POST", "rooms/a")) is Unknown
    sandbox.faults.plan(Fault(kind="status", status=429, retry_after="120"))
    busy = ask(rooms, "POST", "rooms/a")
    assert (busy.retry_after, busy.status, rooms.rooms) == (120, 429, {})
    assert [asked.fault for asked in sandbox.log.all()] == ["status", "status"]
    assert ask(rooms, "POST", "rooms/a") == {"name": "a"}


def test_a_token_expires_until_it_is_renewed(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(Fault(kind="status", status=401, times=None, standin="rooms"))
    assert [type(ask(rooms, "POST", "rooms/a")) for _ in range(3)] == [Unauthorized] * 3
    assert ask(sandbox.standins["doors"], "GET", "rooms") == []
    sandbox.faults.clear()
    assert ask(rooms, "POST", "rooms/a") == {"name": "a"}


@pytest.mark.parametrize(("kind", "done"), [("drop_before", {}), ("drop_after", {"a": 1})])
def test_a_dropped_connection_is_reset(
    sandbox: Sandbox, rooms: Rooms, kind: Kind, done: dict[str, int]
) -> None:
    sandbox.faults.plan(Fault(kind=kind))
    lost = ask(rooms, "POST", "rooms/a")
    assert type(lost) is Unknown
    assert "Connection reset by peer" in str(lost)
    assert rooms.rooms.keys() == done.keys()
    (asked,) = sandbox.log.all()
    assert (asked.status, asked.fault) == (None, kind)


def test_a_drop_harms_no_other_connection(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(Fault(kind="drop_before", method="POST", times=None))
    wrong: list[bool] = []

    def work() -> None:
        for _ in range(10):
            wrong.append(type(ask(rooms, "POST", "rooms/a")) is not Unknown)
            wrong.append(ask(rooms, "GET", "rooms") != [])

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(wrong)


def test_a_wait_is_longer_than_the_caller_has(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(Fault(kind="wait", seconds=60))
    late = ask(rooms, "POST", "rooms/a", seconds=0.3)
    assert (type(late), rooms.rooms) == (Unknown, {})
    sandbox.faults.plan(Fault(kind="wait", seconds=0.01))
    assert ask(rooms, "POST", "rooms/b") == {"name": "b"}


def test_garbage_is_answered_after_the_work(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(
        Fault(kind="garbage"), Fault(kind="garbage", body='{"x', content_type="application/json")
    )
    assert "is no JSON (text/html" in str(ask(rooms, "POST", "rooms/a"))
    assert type(ask(rooms, "POST", "rooms/b")) is Unknown
    assert list(rooms.rooms) == ["a", "b"]


def test_an_index_lags(sandbox: Sandbox, rooms: Rooms) -> None:
    sandbox.faults.plan(Fault(kind="lag", seconds=60, standin="rooms"))
    ask(rooms, "POST", "rooms/a")
    assert ask(rooms, "GET", "rooms") == []
    assert sandbox.standins["doors"].lag() == 0
    sandbox.faults.clear()
    assert ask(rooms, "GET", "rooms") == ["a"]


class TestPlan:
    def take(self, faults: Faults, *asked: str) -> list[int | None]:
        """The status of the fault that each request meets."""
        met = [faults.take(*one.split(" ", 2)) for one in asked]
        return [fault.status if fault else None for fault in met]

    def test_faults_happen_in_their_order_and_are_spent(self) -> None:
        faults = Faults()
        faults.plan(Fault(kind="status", status=500), Fault(kind="status", status=501, times=2))
        assert self.take(faults, *["a GET /"] * 4) == [500, 501, 501, None]
        assert faults.planned == []

    def test_some_pass_before(self) -> None:
        faults = Faults()
        faults.plan(Fault(kind="status", status=500, skip=2))
        assert self.take(faults, *["a GET /"] * 4) == [None, None, 500, None]

    def test_equal_ones_each_happen(self) -> None:
        faults = Faults()
        fault = Fault(kind="status", status=500)
        faults.plan(fault, fault)
        assert self.take(faults, *["a GET /"] * 3) == [500, 500, None]
        faults.plan(fault)
        assert self.take(faults, "a GET /") == [500]

    def test_only_what_is_meant_is_hit(self) -> None:
        faults = Faults()
        faults.plan(
            Fault(kind="status", status=500, standin="a", method="post", path=r"/x/\d+$"),
            Fault(kind="lag", seconds=3),
        )
        assert self.take(faults, "b POST /x/1", "a GET /x/1", "a POST /x/y", "a POST /x/12") == [
            None,
            None,
            None,
            500,
        ]
        assert faults.lag("b") == 3

    def test_threads_share_them_out(self) -> None:
        faults, met = Faults(), list[Any]()
        faults.plan(Fault(kind="status", times=50))
        threads = [
            threading.Thread(target=lambda: met.extend(faults.take("a", "GET", "/") for _ in range(50)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(fault is not None for fault in met) == 50

    @pytest.mark.parametrize(
        "wrong",
        [
            {"times": 0},
            {"skip": -1},
            {"seconds": -1},
            {"seconds": 1e12},
            {"seconds": float("nan")},
            {"status": 99},
            {"path": "("},
            {"retry_after": "1\r\nX: y"},
        ],
    )
    def test_what_makes_no_sense_is_refused_at_once(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError):
            Fault(kind="status", **wrong)
