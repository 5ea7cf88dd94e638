"""The small remote in a dry run: it makes up what is written, and leaves to the real one what it may know."""

import subprocess
import sys
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chatops.sandbox import FakeRemote


@pytest.fixture
def remote() -> FakeRemote:
    return FakeRemote(rehearsing=True)


def ask(remote: FakeRemote, method: str, path: str, **json: Any) -> Response:
    """Answer a request that has the token of somebody's real account."""
    token = [("Authorization", "Bearer of-their-own")]
    builder = EnvironBuilder(path=f"/v1/{path}", method=method, headers=token, json=json or None)
    return remote.respond(Request(builder.get_environ()))


def test_what_it_makes_up_is_nowhere_else(remote: FakeRemote) -> None:
    made = ask(remote, "POST", "pages", text="one")
    assert made.status_code == 201
    assert (made.json or {})["id"] == "rehearsal1"
    assert ask(remote, "GET", "pages/rehearsal1").json == made.json
    assert ask(remote, "GET", "pages").json == [made.json]
    assert (ask(remote, "PATCH", "pages/rehearsal1", text="two").json or {})["text"] == "two"
    assert ask(remote, "DELETE", "pages/rehearsal1").status_code == 204


@pytest.mark.parametrize("path", ["pages", "pages/7", "pages?key=x", "pages/rehearsal7"])
def test_what_it_does_not_know_the_real_one_is_asked_for(remote: FakeRemote, path: str) -> None:
    assert ask(remote, "GET", path).status_code == 404


def test_what_the_real_one_has_can_be_changed_and_is_not_kept(remote: FakeRemote) -> None:
    changed = ask(remote, "PATCH", "pages/7", state="resolved")
    assert (changed.json or {})["id"] == "7"
    assert remote.made() == []
    assert ask(remote, "DELETE", "pages/7").status_code == 204
    assert ask(remote, "GET", "pages/7").status_code == 404


def test_stand_ins_need_no_tools_for_tests() -> None:
    code = "import sys; sys.modules['pytest'] = None; from chatops.sandbox import FakeRemote, StandIn, route"
    subprocess.run([sys.executable, "-c", code], check=True)
