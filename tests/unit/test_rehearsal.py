"""A dry run's requests: reads go out, writes never do, and what they would bring is made up."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from chatops.deadline import Deadline
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.errors import LeaseLost, NotRehearsed, Rejected, Unknown
from chatops.http import Http, Terms
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops.values import Secret
from tests.kit import Site
from tests.wire import Raw, says

STANDIN = """
from chatops.sandbox import Refused, StandIn, answer, route

class Rooms(StandIn):
    name, root = "rooms", "/api/"

    def __init__(self, url="", *, rehearsing=False):
        super().__init__(url, rehearsing=rehearsing)
        assert rehearsing
        self.rooms = []

    @route("POST", "/api/rooms")
    def open(self, request):
        self.rooms.append(request.get_json()["name"])
        return answer({"id": f"ROOM-0{len(self.rooms)}"}, 201)

    @route("GET", "/api/rooms/<room>")
    def found(self, request, room):
        if not room.startswith("ROOM-0"):
            raise Refused(self.refusal(404))
        return answer({"id": room, "q": request.args.get("q")})

    @route("POST", "/api/refused")
    def refused(self, request):
        raise Refused(self.refusal(400, "no such field"))

    @route("POST", "/api/broken")
    def broken(self, request):
        raise KeyError("inside")
"""


@pytest.fixture
def rehearsal(site: Site) -> Rehearsal:
    site.stand_in(site.install(STANDIN), rooms="Rooms")
    return Rehearsal()


def sending(rehearsal: Rehearsal, plugin: str = "rooms", **more: Any) -> Http:
    deadline = Deadline(5)
    said: dict[str, Any] = {"instance": "main", "deadline": deadline, "check": deadline.check}
    terms = Terms(**said | more)
    return Http(lambda: rehearsal.transport(plugin, terms))


def test_a_write_is_answered_and_never_sent(rehearsal: Rehearsal) -> None:
    with Raw() as remote:
        sender = sending(rehearsal)
        made = sender.request("POST", f"{remote.url}/base/api/rooms", json={"name": "a"}, answer=dict)
        assert made == {"id": "ROOM-01"}
        (sent,) = rehearsal.sent
        assert (sent.instance, sent.method, sent.status, sent.body) == ("main", "POST", 201, {"name": "a"})
        assert sent.url == f"{remote.url}/base/api/rooms"
        assert remote.requests == []
        sender.close()


def test_what_was_made_up_is_known_to_the_calls_that_follow(rehearsal: Rehearsal) -> None:
    with Raw() as remote:
        for number in (1, 2):
            sender = sending(rehearsal)
            made = sender.request("POST", f"{remote.url}/api/rooms", json={"name": "a"}, answer=dict)
            assert made == {"id": f"ROOM-0{number}"}
            found = sender.request("GET", f"{remote.url}/api/rooms/ROOM-01", params={"q": "x y"}, answer=dict)
            assert found == {"id": "ROOM-01", "q": "x y"}
            sender.close()
        other = sending(rehearsal, instance="second")
        made = other.request("POST", f"{remote.url}/api/rooms", json={"name": "a"}, answer=dict)
        assert made == {"id": "ROOM-01"}
        other.close()
        assert remote.requests == []


def test_a_read_of_what_is_not_made_up_goes_out(rehearsal: Rehearsal) -> None:
    with Raw(says('{"id": "real"}')) as remote:
        sender = sending(rehearsal)
        for method, reads in (("GET", False), ("POST", True)):
            got = sender.request(method, f"{remote.url}/api/rooms/C1", reads=reads, answer=dict)
            assert got == {"id": "real"}
        assert remote.methods == ["GET", "POST"]
        assert rehearsal.sent == []
        sender.close()


@pytest.mark.parametrize(("plugin", "path"), [("nobody", "/api/rooms"), ("rooms", "/else")])
def test_what_nobody_can_make_up_is_not_sent_and_said(rehearsal: Rehearsal, plugin: str, path: str) -> None:
    with Raw(says('{"id": "real"}')) as remote:
        sender = sending(rehearsal, plugin)
        with pytest.raises(NotRehearsed, match="what follows depends on its answer"):
            sender.request("POST", f"{remote.url}{path}", json={"name": "a"}, answer=dict)
        assert sender.request("GET", f"{remote.url}{path}", answer=dict) == {"id": "real"}
        assert remote.methods == ["GET"]
        assert [(sent.method, sent.status) for sent in rehearsal.sent] == [("POST", None)]
        sender.close()


def test_what_the_remote_would_refuse_is_refused(
    rehearsal: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    with Raw() as remote:
        sender = sending(rehearsal)
        with pytest.raises(Rejected, match="no such field"):
            sender.request("POST", f"{remote.url}/api/refused", answer=dict)
        with pytest.raises(Unknown, match="the stand-in failed"):
            sender.request("POST", f"{remote.url}/api/broken", answer=dict)
        assert "inside" in caplog.text
        assert remote.requests == []
        sender.close()


def test_the_session_of_an_sdk_sends_nothing_either(rehearsal: Rehearsal) -> None:
    with Raw() as remote:
        sender, own = sending(rehearsal), requests.Session()
        sender.mount(own)
        with own.post(f"{remote.url}/api/rooms", json={"name": "a"}, stream=True) as response:
            assert response.json() == {"id": "ROOM-01"}
        for send in (own.put, own.patch, own.delete):
            with pytest.raises(Rejected):
                send(f"{remote.url}/api/rooms")
        assert remote.requests == []
        sender.close()


def test_secrets_are_not_shown(rehearsal: Rehearsal) -> None:
    token = Secret("test", lambda: 'to-"ken"-wörd').reveal()
    sender = sending(rehearsal)
    where = "http://127.0.0.1:9/api/rooms"
    sender.request("POST", where, params={"t": token}, json={"name": token, token: 1}, answer=dict)
    (sent,) = rehearsal.sent
    assert sent.body == {"name": "***", "***": 1}
    assert sent.url == f"{where}?t=***"
    sender.close()


def test_a_call_that_is_over_rehearses_nothing(rehearsal: Rehearsal) -> None:
    def lost() -> None:
        raise LeaseLost

    sender = sending(rehearsal, check=lost)
    with pytest.raises(LeaseLost):
        sender.request("POST", "http://127.0.0.1:9/api/rooms", json={"name": "a"}, answer=dict)
    assert rehearsal.sent == []
    sender.close()


def test_calls_at_once_share_one_memory(rehearsal: Rehearsal) -> None:
    made: list[Any] = []

    def work() -> None:
        sender = sending(rehearsal)
        made.append(sender.request("POST", "http://127.0.0.1:9/api/rooms", json={"name": "a"}, answer=dict))
        sender.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["id"] for one in made) == [f"ROOM-0{number}" for number in range(1, 9)]


ASKED = """
class Look:
    @hookimpl
    def resolve_link(self, ref, ctx):
        return [ctx.instance, list(ctx.services), list(ctx.people), len(ctx.components), list(ctx.severities)]

class Inside(Look, Plugin):
    pass

class Outside(Look, PublicPlugin):
    pass
"""


@pytest.mark.parametrize(
    ("instance", "services", "people"), [("inside", ["checkout"], ["dana"]), ("outside", [], [])]
)
def test_a_question_to_a_public_plugin_names_no_service_and_nobody(
    site: Site,
    make_service: Callable[[str], Service],
    instance: str,
    services: list[str],
    people: list[str],
) -> None:
    site.install(ASKED, inside="Inside", outside="Outside")
    service = make_service(
        "[severities.sev1]\n[services.checkout]\n[people.dana]\n[components.api]\npublic_name = 'API'\n"
        "[plugins.inside]\n[plugins.outside]\n"
    )
    found = ask(Contexts(service.store, service.config), instance, "resolve_link", ref="x")
    assert found[:4] == [instance, services, people, 1]
    assert "sev1" in found[4]
