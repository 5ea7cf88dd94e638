"""The sandbox: toy stand-ins over real HTTP, everything that can be made to go wrong, and its own address."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from chatops.errors import Gone, RemoteError, Unauthorized, Unavailable, Unknown
from chatops.sandbox import Fault, Faults, Refused, Sandbox, StandIn, answer, route
from chatops.sandbox.faults import Kind
from tests.kit import http


class Rooms(StandIn):
    """Rooms that can be opened, and found after a while."""

    name = "rooms"
    root = "/api/"

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.rooms: dict[str, float] = {}
        self.inside = 0

    def admit(self, request: Request) -> None:
        if request.headers.get("Authorization", "Bearer right") != "Bearer right":
            raise Refused(self.refusal(401, "invalid_auth"))

    @route("POST", "/api/rooms/<name>")
    def open(self, request: Request, name: str) -> Response:
        self.inside += 1
        assert self.inside == 1
        self.rooms[name] = time.monotonic()
        self.inside -= 1
        return answer({"name": name}, 201)

    @route("GET", "/api/rooms")
    def found(self, request: Request) -> Response:
        now = time.monotonic()
        return answer([name for name, since in self.rooms.items() if now - since >= self.lag()])

    @route("GET", "/api/broken")
    def broken(self, request: Request) -> Response:
        raise KeyError("a-word-of-the-inside")

    def settings(self) -> str:
        return f'[plugins.rooms]\nurl = "{self.url}"\n'

    def panels(self) -> Mapping[str, str]:
        return {"Rooms": "".join(f"<li>{name}</li>" for name in self.rooms)}


class Doors(Rooms):
    """A second one, whose panel cannot be drawn."""

    name = "doors"

    def panels(self) -> Mapping[str, str]:
        raise ValueError("a-word-of-the-inside")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[Rooms, Doors]) as made:
        yield made


@pytest.fixture
def rooms(sandbox: Sandbox) -> Rooms:
    found = sandbox.standins["rooms"]
    assert isinstance(found, Rooms)
    return found


def ask(standin: StandIn, method: str, path: str, seconds: float = 5.0, token: str = "right") -> Any:
    """The answer, or the error."""
    sender = http(seconds)
    try:
        return sender.request(
            method, f"{standin.url}/api/{path}", headers={"Authorization": f"Bearer {token}"}, answer=Any
        )
    except RemoteError as error:
        return error
    finally:
        sender.close()


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
