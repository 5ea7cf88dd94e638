"""How a request is sent: in time, while the call may, and as often as is safe."""

import io
import socket
import threading
import time
from typing import Any

import pytest
import requests

from chatops.errors import CallOver, DeadlineExceeded, LeaseLost, RemoteError, Unavailable, Unknown
from chatops.http import Terms
from tests.kit import http
from tests.wire import Raw, resets, says


class Leased:
    """A call that is over after so many checks."""

    def __init__(self, checks: int) -> None:
        self.left = checks

    def __call__(self) -> None:
        if not self.left:
            raise LeaseLost
        self.left -= 1


def test_a_write_whose_answer_was_lost_is_sent_once() -> None:
    with Raw(resets) as remote:
        sender = http()
        with pytest.raises(Unknown, match="got no answer: Connection reset by peer"):
            sender.request("POST", remote.url, answer=dict)
        assert remote.methods == ["POST"]
        with pytest.raises(Unavailable):
            sender.request("GET", remote.url, answer=dict)
        assert remote.methods == ["POST"] + ["GET"] * 4
        sender.close()


def test_a_search_by_post_is_a_read() -> None:
    with Raw(resets, says("[1]")) as remote:
        sender = http()
        assert sender.request("POST", remote.url, json={"jql": "x"}, reads=True, answer=list) == [1]
        assert remote.methods == ["POST", "POST"]
        sender.close()


def test_a_write_that_never_connected_goes_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sent: list[Any] = []
    sender = http(record=sent.append)
    with pytest.raises(Unavailable):
        sender.request("POST", f"http://127.0.0.1:{port}", answer=dict)
    assert len(sent) == 4
    sender.close()


def test_a_file_that_was_read_is_not_sent_again_empty() -> None:
    with Raw(says("", "429 Many")) as remote:
        sender = http()
        with pytest.raises(Unavailable):
            sender.session.post(remote.url, data=io.BytesIO(b"x" * 100))
        assert len(remote.requests) == 1
        sender.close()


def test_a_remote_that_says_nothing_is_given_up_before_the_deadline() -> None:
    with Raw() as remote:
        remote.plays = [remote.hang]
        sender, began = http(0.5), time.monotonic()
        with pytest.raises(Unknown, match="timed out"):
            sender.request("POST", remote.url, answer=dict)
        assert time.monotonic() - began < 0.5
        sender.close()


def test_after_the_deadline_nothing_is_sent() -> None:
    with Raw() as remote:
        sender = http(0.001)
        threading.Event().wait(0.01)
        with pytest.raises(DeadlineExceeded):
            sender.request("POST", remote.url, answer=dict)
        assert remote.requests == []
        sender.close()


def test_where_no_time_is_left_for_another_try_none_is_made() -> None:
    with Raw(says("", "503 Down", Retry_After="1")) as remote:
        sender, began = http(1.2), time.monotonic()
        with pytest.raises(Unavailable) as down:
            sender.request("GET", remote.url, answer=dict)
        assert time.monotonic() - began < 1
        assert (down.value.retry_after, len(remote.requests)) == (1, 1)
        sender.close()


def test_a_lease_that_is_lost_between_two_requests_stops_the_second() -> None:
    with Raw() as remote:
        sender = http(check=Leased(1))
        sender.request("POST", remote.url, answer=dict)
        with pytest.raises(LeaseLost):
            sender.request("POST", remote.url, answer=dict)
        assert len(remote.requests) == 1
        sender.close()


def test_a_lease_that_is_lost_between_two_tries_stops_the_second() -> None:
    with Raw(says("", "429 Many")) as remote:
        sender = http(check=Leased(1))
        with pytest.raises(LeaseLost):
            sender.request("POST", remote.url, answer=dict)
        assert len(remote.requests) == 1
        sender.close()


def test_once_the_call_is_over_nothing_is_sent() -> None:
    with Raw() as remote:
        sender, own = http(), requests.Session()
        sender.mount(own)
        sender.session.get(remote.url)
        sender.close()
        for send in (sender.session.post, own.post):
            with pytest.raises(CallOver):
                send(remote.url)
        with pytest.raises(CallOver):
            sender.request("POST", remote.url, answer=dict)
        assert remote.methods == ["GET"]
        never = http()
        never.close()
        with pytest.raises(CallOver):
            never.request("POST", remote.url, answer=dict)


def test_what_a_call_keeps_to_is_reached_by_no_public_name() -> None:
    sender = http()
    transport = sender.session.get_adapter("https://example.com")
    public = [value for name, value in vars(transport).items() if not name.startswith("_")]
    assert not any(isinstance(value, Terms) for value in public)
    sender.close()


def test_the_pace_is_waited_for_where_it_is_short() -> None:
    waits = [0.05, 0.0, 0.01, 0.0]
    with Raw() as remote:
        sender, began = http(pace=lambda: waits.pop(0)), time.monotonic()
        sender.request("POST", remote.url, answer=dict)
        assert time.monotonic() - began > 0.05
        sender.request("POST", remote.url, answer=dict)
        assert (waits, len(remote.requests)) == ([], 2)
        sender.close()


def test_a_pace_that_is_long_is_for_later() -> None:
    with Raw() as remote:
        sender = http(10, pace=lambda: 30.0)
        with pytest.raises(Unavailable, match="only so many requests") as busy:
            sender.request("POST", remote.url, answer=dict)
        assert (busy.value.retry_after, remote.requests) == (30, [])
        sender.close()


def test_each_try_takes_its_place_in_the_pace() -> None:
    taken: list[float] = []

    def take() -> float:
        taken.append(time.monotonic())
        return 0.0

    with Raw(says("", "429 Many"), says()) as remote:
        sender = http(pace=take)
        sender.request("POST", remote.url, answer=dict)
        assert len(taken) == len(remote.requests) == 2
        sender.close()


def test_what_was_sent_is_recorded() -> None:
    sent: list[Any] = []
    with Raw(says("", "500 No")) as remote:
        sender = http(record=sent.append)
        with pytest.raises(Unknown):
            sender.request("POST", f"{remote.url}/x", params={"a": "b"}, json={"c": [1]}, answer=dict)
        (one,) = sent
        assert (one.instance, one.method, one.writes, one.status) == ("test", "POST", True, 500)
        assert (one.url, one.body) == (f"{remote.url}/x?a=b", {"c": [1]})
        with pytest.raises(RemoteError):
            sender.request("POST", remote.url, reads=True, answer=dict)
        assert not any(exchange.writes for exchange in sent[1:])
        sender.close()


def test_the_clock_of_the_remote_is_compared() -> None:
    with Raw(says(Date="Sat, 21 Nov 2099 12:00:00 GMT"), says(Date="soon"), says()) as remote:
        sender = http()
        found = [sender.clock_skew]
        for _ in range(3):
            sender.request("GET", remote.url, answer=dict)
            found.append(sender.clock_skew)
        assert [skew.days > 20_000 if skew else None for skew in found] == [None, True, True, True]
        sender.close()
