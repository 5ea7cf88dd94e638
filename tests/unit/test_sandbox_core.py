"""The sandbox: toy stand-ins over real HTTP, its own address, and how it ends."""

import json
import socket
import threading
import time
from typing import Any

import pytest
import requests

from chatops.errors import Gone, Unauthorized, Unavailable
from chatops.sandbox import Fault, Sandbox
from tests.rooms import Rooms, ask, rooms, sandbox

__all__ = ["rooms", "sandbox"]


def plan(sandbox: Sandbox, data: Any, code: int = 201) -> Any:
    """What the sandbox answers to a plan of faults over HTTP."""
    response = requests.post(f"{sandbox.url}/-/faults", data=json.dumps(data), timeout=5)
    assert response.status_code == code, response.text
    return response.json()


def test_it_answers_as_the_remote_does(sandbox: Sandbox, rooms: Rooms) -> None:
    assert ask(rooms, "POST", "rooms/a") == {"name": "a"}
    assert ask(rooms, "GET", "rooms") == ["a"]
    assert type(ask(rooms, "GET", "nothing")) is Gone
    assert "405" in str(ask(rooms, "DELETE", "rooms/a"))
    wrong = ask(rooms, "GET", "rooms", token="wrong")
    assert type(wrong) is Unauthorized
    assert "invalid_auth" in str(wrong)
    assert sandbox.config() == "\n".join(s.settings() for s in sandbox.standins.values())


def test_it_remembers_what_was_asked(sandbox: Sandbox, rooms: Rooms) -> None:
    ask(rooms, "POST", "rooms/a?x=y")
    (asked,) = sandbox.log.all("rooms")
    assert (asked.method, asked.path, asked.query, asked.status) == ("POST", "/api/rooms/a", "x=y", 201)
    assert asked.writes
    assert json.loads(asked.answer) == {"name": "a"}
    assert sandbox.log.all("doors") == []
    over = requests.get(f"{sandbox.url}/-/requests?standin=rooms", timeout=5).json()
    assert [one["path"] for one in over] == ["/api/rooms/a"]
    latest = requests.get(f"{sandbox.url}/-/requests?latest=1", timeout=5).json()
    assert latest["count"] >= len(over)
    (line,) = latest["latest"]
    assert (line["standin"], "body" in line) == ("rooms", False)
    assert requests.delete(f"{sandbox.url}/-/requests", timeout=5).json() == []
    assert sandbox.log.all() == []


def test_what_a_stand_in_does_wrong_is_in_its_log_alone(
    rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = ask(rooms, "GET", "broken", seconds=0.4)
    assert (type(wrong), wrong.status) == (Unavailable, 500)
    assert "a-word-of-the-inside" not in str(wrong)
    assert "a-word-of-the-inside" in caplog.text
    assert ask(rooms, "GET", "rooms") == []


def test_requests_are_answered_one_at_a_time(rooms: Rooms) -> None:
    got: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(ask(rooms, "POST", f"rooms/{n}"))) for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["name"] for one in got) == sorted(map(str, range(12)))


class TestControl:
    def test_faults_are_planned_listed_and_cleared(self, sandbox: Sandbox, rooms: Rooms) -> None:
        planned = plan(sandbox, [{"kind": "status", "status": 401}, {"kind": "drop_after"}])
        assert [fault["kind"] for fault in planned] == ["status", "drop_after"]
        assert type(ask(rooms, "POST", "rooms/a")) is Unauthorized
        assert [f["kind"] for f in requests.get(f"{sandbox.url}/-/faults", timeout=5).json()] == [
            "drop_after"
        ]
        assert requests.delete(f"{sandbox.url}/-/faults", timeout=5).json() == []
        assert ask(rooms, "POST", "rooms/a") == {"name": "a"}

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"kind": "explode"}, "explode"),
            ({"kind": "status", "path": "("}, "no pattern"),
            ({"kind": "status", "times": 0}, "times is 1 or more"),
            ({"kind": "status", "often": 2}, "often"),
            ([{"kind": "status"}, {"kind": "status", "standin": "room"}], "no stand-in 'room'"),
            ("status", "Expected"),
            (None, "Expected"),
        ],
    )
    def test_bad_input_is_answered_in_words_and_plans_nothing(
        self, sandbox: Sandbox, data: Any, words: str
    ) -> None:
        assert words in plan(sandbox, data, 400)["error"]
        assert sandbox.faults.planned == []

    def test_what_is_not_there_is_said(self, sandbox: Sandbox) -> None:
        response = requests.get(f"{sandbox.url}/else", timeout=5)
        assert (response.status_code, "/rooms/" in response.json()["valid"]) == (404, True)
        assert requests.post(f"{sandbox.url}/-/faults", data=b"\xff{", timeout=5).status_code == 400

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ({}, 200),
            ({"Host": "localhost:{port}"}, 200),
            ({"Origin": "http://127.0.0.1:{port}"}, 200),
            ({"Host": "example.com"}, 403),
            ({"Host": "127.0.0.1.example.com:{port}"}, 403),
            ({"Host": "[::1"}, 403),
            ({"Origin": "https://example.com"}, 403),
            ({"Origin": "http://localhost:1"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": "http://[::1"}, 403),
        ],
    )
    def test_only_this_machine_and_our_own_page_are_answered(
        self, sandbox: Sandbox, headers: dict[str, str], code: int
    ) -> None:
        port = sandbox.url.rpartition(":")[2]
        said = {name: value.replace("{port}", port) for name, value in headers.items()}
        assert requests.get(f"{sandbox.url}/-/faults", headers=said, timeout=5).status_code == code
        assert requests.delete(f"{sandbox.url}/-/faults", headers=said, timeout=5).status_code == code

    def test_panels_are_drawn_and_one_that_fails_hides_no_other(
        self, sandbox: Sandbox, rooms: Rooms, caplog: pytest.LogCaptureFixture
    ) -> None:
        ask(rooms, "POST", "rooms/a")
        panels = requests.get(f"{sandbox.url}/-/panels", timeout=5).json()
        assert {panel["standin"]: panel["html"] for panel in panels}["rooms"] == "<li>a</li>"
        assert "cannot be drawn" in {panel["standin"]: panel["html"] for panel in panels}["doors"]
        assert "a-word-of-the-inside" not in json.dumps(panels)
        assert requests.get(sandbox.url, timeout=5).headers["Content-Type"].startswith("text/html")


def test_what_was_cut_says_nothing_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(only=[Rooms]) as sandbox:
        sandbox.faults.plan(Fault(kind="drop_before", times=None))
        ask(sandbox.standins["rooms"], "POST", "rooms/a")
        ended = [t for t in threading.enumerate() if "process_request_thread" in t.name]
    for thread in ended:
        thread.join(5)
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_an_error_in_words(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"cannot listen on 127.0.0.1:{port}: another program listens there"
        ):
            Sandbox(port, only=[Rooms])
    assert capfd.readouterr() == ("", "")


def test_a_stand_in_that_cannot_be_made_leaves_no_port_taken() -> None:
    class Broken(Rooms):
        @classmethod
        def served(cls, url: str) -> Any:
            raise ValueError(url)

    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1") as wrong:
        Sandbox(only=[Broken])
    port = int(str(wrong.value).rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_closing_waits_for_nobody_who_waits() -> None:
    got: list[Any] = []
    with Sandbox(only=[Rooms]) as sandbox:
        rooms = sandbox.standins["rooms"]
        sandbox.faults.plan(Fault(kind="wait", seconds=3600))
        thread = threading.Thread(target=lambda: got.append(ask(rooms, "POST", "rooms/a", seconds=30)))
        thread.start()
        while sandbox.faults.planned:
            time.sleep(0.001)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    thread.join(10)
    assert len(got) == 1


def test_once_it_is_closed_nobody_is_answered() -> None:
    with requests.Session() as session:
        with Sandbox(only=[Rooms]) as sandbox:
            url = f"{sandbox.standins['rooms'].url}/api/rooms"
            assert session.get(url, timeout=5).json() == []
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=5)
