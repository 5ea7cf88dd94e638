"""What a remote answers that is no answer, ends too late or never, or is far too long."""

import gzip
import json
import socket
import threading
import time
from typing import Any

import pytest

from chatops.errors import Rejected, Unavailable, Unknown
from chatops.http import transport
from tests.kit import http
from tests.wire import Play, Raw, Ticket, asked, resets, says, sends

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
