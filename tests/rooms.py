"""Toy stand-ins in a sandbox, and a plugin's way to ask them."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from chatops.errors import RemoteError
from chatops.sandbox import Refused, Sandbox, StandIn, answer, route
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
