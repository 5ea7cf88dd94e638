"""What a remote answers becomes one of five errors, however strange it is."""

import gzip
import json
import socket
import threading
import time
from typing import Any

import msgspec
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from chatops.errors import Gone, Rejected, RemoteError, Unauthorized, Unavailable, Unknown
from chatops.http import transport
from chatops.http.bodies import words_of
from chatops.http.retry_after import date_of, seconds_of
from tests.kit import http
from tests.wire import Play, Raw, resets, says, sends


class Ticket(msgspec.Struct):
    key: str


def asked(method: str, *plays: Play, seconds: float = 0.5, answer: Any = Ticket) -> tuple[Any, list[str]]:
    """What becomes of one request, and which requests reached the remote."""
    with Raw(*plays) as remote:
        sender = http(seconds)
        try:
            got = sender.request(method, f"{remote.url}/x", answer=answer)
        except RemoteError as error:
            got = error
        finally:
            sender.close()
        return got, remote.methods


def test_an_answer_is_read_as_its_type() -> None:
    got, methods = asked("POST", says('{"key": "OPS-1", "more": 1}'))
    assert (got, methods) == (Ticket("OPS-1"), ["POST"])
    assert asked("DELETE", says("", "204 No Content"), answer=None)[0] is None
    assert asked("POST", says("null"), answer=None)[0] is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", Rejected),
        ("401 Unauthorized", Unauthorized),
        ("403 Forbidden", Unauthorized),
        ("404 Not Found", Gone),
        ("409 Conflict", Rejected),
        ("410 Gone", Gone),
        ("422 Unprocessable Content", Rejected),
        ("500 Internal Server Error", Unknown),
        ("502 Bad Gateway", Unknown),
        ("503 Service Unavailable", Unknown),
        ("504 Gateway Timeout", Unknown),
        ("999 Denied", Unknown),
    ],
)
def test_a_refused_write_is_sent_once(status: str, kind: type[RemoteError]) -> None:
    got, methods = asked(
        "POST", says('{"errorMessages": ["No such project"], "errors": {"x": "bad"}}', status)
    )
    assert type(got) is kind
    assert f"was answered {status}: No such project; x: bad" in str(got)
    assert got.status == int(status[:3])
    assert got.answer["errors"] == {"x": "bad"}
    assert methods == ["POST"]


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_a_read_goes_again_where_the_remote_is_busy(status: str) -> None:
    got, methods = asked("GET", says("", status), says('{"key": "OPS-1"}'), seconds=5)
    assert (got, methods) == (Ticket("OPS-1"), ["GET", "GET"])


@pytest.mark.parametrize("status", ["408 Late", "420 Calm", "425 Early", "429 Many", "503 Down"])
def test_a_write_that_was_turned_away_goes_again(status: str) -> None:
    busy = says("", status, Retry_After="0")
    got, methods = asked("POST", busy, busy, says('{"key": "OPS-1"}'), seconds=5)
    assert (got, methods) == (Ticket("OPS-1"), ["POST"] * 3)


def test_a_remote_that_stays_busy_is_asked_four_times() -> None:
    got, methods = asked("POST", says("", "429 Many", Retry_After="0"), seconds=30)
    assert isinstance(got, Unavailable)
    assert len(methods) == 4


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("31536000", 31_536_000.0),
        ("-5", 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e309", None),
        ("9" * 400, None),
        ("1, 2", None),
        ("Sat, 21 Nov 2009 12:00:00 GMT", 0.0),
        ("Sat, 99 Nov 2009 12:00:00 GMT", None),
        ("Sat, 21 Nov 2009 12:00:00 +9999999999", None),
    ],
)
def test_any_retry_after_is_borne(header: str, after: float | None) -> None:
    got, methods = asked("POST", says("", "429 Many", Retry_After=header), seconds=0.3)
    assert isinstance(got, Unavailable)
    assert got.retry_after == after
    assert len(methods) <= 2


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=False)
@pytest.mark.parametrize("zone", [" GMT", "", " -0000"])
def test_a_date_to_come_is_a_span(zone: str) -> None:
    assert seconds_of(f"Sat, 21 Nov 2026 12:02:00{zone}") == 120
    assert seconds_of("Sat, 21 Nov 2026 13:02:00 +0100") == 120


@given(st.text())
def test_no_header_is_an_error(text: str) -> None:
    found = seconds_of(text)
    assert found is None or found >= 0
    date_of(text)


def test_a_year_is_not_waited_for() -> None:
    began = time.monotonic()
    got, methods = asked("GET", says("", "503 Down", Retry_After="31536000"), seconds=30)
    assert time.monotonic() - began < 5
    assert (got.retry_after, methods) == (31_536_000.0, ["GET"])


HTML = "<html><head><title>Sign in</title></head></html>"


@pytest.mark.parametrize(
    "play",
    [
        says(HTML, kind="text/html"),
        says("It works!", kind="text/plain"),
        says("{", kind="application/json"),
        says('{"key": 7}'),
        says('["OPS-1"]'),
        says(""),
        says("NaN"),
        says("[" * 100_000),
        sends(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"key":"\xff"}x'
        ),
        sends(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"key": "OPS-1"}'),
        sends(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"key": "OPS-1"}\r\n'),
        sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx"),
        sends(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
        sends(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        sends(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        sends(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
        sends(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        sends(b"HTTP/1.1 099 Low\r\n\r\n"),
        sends(b"HTTP/1.1 oops\r\n\r\n"),
        sends(b"ICY 200 OK\r\n\r\n"),
        sends(b""),
        resets,
    ],
)
def test_an_answer_that_says_nothing_may_mean_that_it_was_done(play: Play) -> None:
    got, methods = asked("POST", play)
    assert type(got) is Unknown, got
    assert "\n" not in str(got)
    assert methods == ["POST"]

    got, _ = asked("GET", play)
    assert type(got) is Unavailable, got


def test_what_is_no_json_says_where_to_look() -> None:
    got, _ = asked("POST", says(HTML, kind="text/html"))
    assert "is no JSON (text/html)" in str(got)
    assert "Check the address in the configuration." in str(got)
    assert "Sign in" not in str(got)


def test_a_page_of_html_is_not_quoted() -> None:
    got, _ = asked("POST", says(HTML, "400 Bad Request", kind="text/html; charset=utf-8"))
    assert str(got).endswith("was answered 400 Bad Request.")
    got, _ = asked("POST", says("no\tsuch\x1b[2J\nthing" + "." * 9999, "400 Bad", kind="text/plain"))
    assert "no such thing..." in str(got)
    assert len(str(got)) < 700


def test_an_error_nested_without_end_is_borne() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    got, _ = asked("POST", says(json.dumps(deep), "400 Bad"))
    assert type(got) is Rejected


def test_an_answer_that_is_not_one_is_not_left_for_the_next_request() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    late = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"key": "old"}'
    new = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"key": "new"}'
    with Raw(sends(early + late), sends(new), keep_alive=True) as remote:
        sender = http()
        with pytest.raises(Unknown, match="103 is the status of no answer"):
            sender.request("POST", remote.url, answer=Ticket)
        assert sender.request("POST", remote.url, answer=Ticket) == Ticket("new")
        sender.close()


def test_nothing_new_is_no_error() -> None:
    got, _ = asked("GET", says("", "304 Not Modified"), answer=None)
    assert got is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300, 305])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_not_followed(status: int, method: str) -> None:
    with Raw() as elsewhere:
        got, methods = asked(method, says("", f"{status} Moved", Location=f"{elsewhere.url}/y"))
        assert type(got) is Rejected
        assert f"It redirects to {elsewhere.url}/y, which is not followed." in str(got)
        assert (methods, elsewhere.requests) == ([method], [])


def test_an_answer_that_does_not_end_is_given_up_in_time() -> None:
    with Raw() as remote:

        def drip(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
            while not remote.over.wait(0.02):
                connection.sendall(b" ")

        remote.plays = [drip]
        sender, began = http(1.0), time.monotonic()
        with pytest.raises(Unknown, match="got no answer: it did not end in time"):
            sender.request("POST", remote.url, answer=Ticket)
        assert time.monotonic() - began < 1.0
        sender.close()


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 2**20)
    bomb = gzip.compress(b"[" + b" " * 50 * 2**20 + b"]")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    most: list[int] = []
    read = transport.Transport._read

    def watched(self: transport.Transport, response: Any) -> bytes:
        inner = response.raw.read1

        def read1(*said: Any, **more: Any) -> bytes:
            got: bytes = inner(*said, **more)
            most.append(len(got))
            return got

        response.raw.read1 = read1
        return read(self, response)

    monkeypatch.setattr(transport.Transport, "_read", watched)
    got, _ = asked("POST", sends(head + bomb), seconds=20)
    assert type(got) is Unknown
    assert "it is longer than 1,048,576 bytes" in str(got)
    assert sum(most) < 2 * 2**20


def test_a_compressed_answer_is_read_whole() -> None:
    body = gzip.compress(json.dumps({"key": "x" * 300_000}).encode())
    half = len(body) // 2

    def play(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body[:5])
        threading.Event().wait(0.02)
        connection.sendall(body[5:half])
        connection.sendall(body[half:])

    got, _ = asked("GET", play, seconds=5)
    assert got == Ticket("x" * 300_000)


def test_the_reason_of_an_error_is_short_and_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sender = http(0.5)
    with pytest.raises(Unavailable) as refused:
        sender.request("POST", f"http://127.0.0.1:{port}/x?q=long", answer=Ticket)
    sender.close()
    assert str(refused.value) == f"POST http://127.0.0.1:{port}/x got no answer: Connection refused"


@pytest.mark.parametrize(
    "address", ["", "example.com/x", "ftp://127.0.0.1/x", "http://", "http://127.0.0.1:x/"]
)
def test_an_address_that_is_none_is_for_a_person_to_change(address: str) -> None:
    sender = http()
    with pytest.raises(Rejected, match=r"was not sent: .*Check the address"):
        sender.request("POST", address, answer=Ticket)
    sender.close()


def test_words_are_found_in_any_shape() -> None:
    import requests

    response = requests.Response()
    response._content = json.dumps({"detail": "No", "field": ["bad", {"error": "worse"}], "n": 1}).encode()
    assert words_of(response) == "No; field: bad; field: worse"
