"""What a remote answers becomes a value or one of five errors, now or after another try."""

import json
import socket
import time

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from chatops.errors import Gone, Rejected, RemoteError, Unauthorized, Unavailable, Unknown
from chatops.http.bodies import words_of
from chatops.http.retry_after import date_of, seconds_of
from tests.kit import http
from tests.wire import Raw, Ticket, asked, says


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
