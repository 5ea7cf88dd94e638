"""What `chatops.testing` gives to authors: fixtures, events, and a remote that remembers."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from chatops import Acknowledged, Declared, Event, Incident, PublicUpdate, events, public
from chatops import config as configuration
from chatops.errors import UnknownName
from chatops.sandbox import Fault, Sandbox
from chatops.service import Service
from chatops.store import Store
from chatops.testing import Cli, FakeRemote, Playing, Sample, Site, event

if TYPE_CHECKING:
    import time_machine

PUBLIC = (public.PublicUpdate, public.PublicCorrection, public.PublicPostmortem)
TOKEN = {"Authorization": f"Bearer {FakeRemote.token}"}


@pytest.mark.parametrize(
    "kind", [*(k for k in Event.__subclasses__() if k.__module__ == "chatops.events"), *PUBLIC]
)
def test_an_event_of_every_kind_can_be_made(kind: type[Event]) -> None:
    assert isinstance(event(kind), kind)


def test_an_event_says_what_matters() -> None:
    made = event(Declared, title="Search is down", severity="sev1")
    assert (made.title, made.severity, made.at) == (
        "Search is down",
        "sev1",
        datetime(2026, 3, 2, 14, 5, tzinfo=UTC),
    )
    assert event(PublicUpdate, text="We are looking.").text == "We are looking."
    with pytest.raises(TypeError, match="Acknowledged has no title; it has: id, incident, seq"):
        event(Acknowledged, title="x")


def test_an_incident_is_there_and_nobody_was_told(chatops_incident: Incident, chatops_store: Store) -> None:
    assert chatops_store.log.incident(chatops_incident.id) == chatops_incident
    assert chatops_store.deliveries.of_incident(chatops_incident.id) == []


def test_time_stands_still_until_it_is_moved(chatops_time: "time_machine.Traveller") -> None:
    before = events.utcnow()
    assert (before.hour, before.minute) == (14, 5)
    chatops_time.shift(timedelta(minutes=10))
    assert events.utcnow() - before == timedelta(minutes=10)


def test_the_sandbox_has_every_stand_in_that_is_installed(chatops_sandbox: Sandbox) -> None:
    assert {"jira", "slack", "statuspage"} <= chatops_sandbox.standins.keys()
    assert requests.get(chatops_sandbox.url, timeout=10).ok


def test_the_command_has_a_home_of_its_own(chatops_cli: Cli, chatops_site: Site) -> None:
    chatops_site.install("class Pager(Plugin): ...", pager="Pager")
    chatops_cli.configure("[plugins.pager]\n")
    rows = chatops_cli.here("plugins", "list", "--json").json()
    assert {row["instance"]: row["state"] for row in rows if row["instance"]} == {"pager": "enabled"}


class TestPlaying:
    @pytest.fixture
    def playing(self, chatops_store: Store) -> Playing:
        nobody = configuration.Config({**configuration.DEFAULTS, "plugins": {}}, None, [])
        return Playing(Service(chatops_store, nobody), Sample())

    def test_what_has_to_happen_first_does(self, playing: Playing) -> None:
        playing.happen("public_correction")
        assert [update.text for update in playing.incident.public] == [f"{Sample().public_text} Again."]

    def test_who_was_told_that_it_is_over_hears_of_a_false_alarm_all_the_same(self, playing: Playing) -> None:
        for hook in ("incident_resolved", "incident_cancelled"):
            playing.happen(hook)
        assert playing.incident.state == "cancelled"

    def test_customers_are_told_as_often_as_it_happens(self, playing: Playing) -> None:
        for _ in range(3):
            playing.happen("public_update")
        first = Sample().public_text
        assert [u.text for u in playing.incident.public] == [first, f"{first} (2)", f"{first} (3)"]

    def test_what_is_misspelled_is_answered_with_the_nearest(self, playing: Playing) -> None:
        with pytest.raises(UnknownName, match="Did you mean 'incident_declared'"):
            playing.happen("incident_delcared")


class TestRemote:
    @pytest.fixture
    def ask(self) -> Any:
        with Sandbox(only=[FakeRemote]) as box:
            self.box = box

            def asking(method: str, path: str, **more: Any) -> requests.Response:
                said: dict[str, Any] = {"headers": TOKEN, "timeout": 10} | more
                return requests.request(method, f"{box.url}/remote/{path}", **said)

            yield asking

    def test_what_is_posted_is_there(self, ask: Any) -> None:
        made = ask("POST", "pages", json={"text": "one", "key": "k"})
        assert made.status_code == 201
        assert made.json() == {"text": "one", "key": "k", "id": "1", "url": f"{self.box.url}/remote/pages/1"}
        assert ask("GET", "pages/1").json() == made.json()

    def test_a_search_finds_what_the_query_says(self, ask: Any) -> None:
        for key in ("a", "b", "a"):
            ask("POST", "pages", json={"key": key})
        assert [one["id"] for one in ask("GET", "pages", params={"key": "a"}).json()] == ["1", "3"]
        assert len(ask("GET", "pages").json()) == 3
        assert ask("GET", "others").json() == []

    def test_a_search_may_lag_and_an_object_is_known_at_once(self, ask: Any) -> None:
        self.box.faults.plan(Fault(kind="lag", seconds=60, times=None))
        ask("POST", "pages", json={"key": "a"})
        assert ask("GET", "pages").json() == []
        assert ask("GET", "pages/1").ok

    def test_an_object_is_changed_replaced_and_dropped(self, ask: Any) -> None:
        ask("POST", "pages", json={"a": 1, "b": 2})
        assert ask("PATCH", "pages/1", json={"b": 3}).json()["a"] == 1
        assert "a" not in ask("PUT", "pages/1", json={"b": 4}).json()
        assert ask("DELETE", "pages/1").status_code == 204
        assert self.box.standins["remote"].made() == []

    def test_its_panel_shows_what_is_there_and_runs_none_of_it(self, ask: Any) -> None:
        remote = self.box.standins["remote"]
        assert remote.panels() == {}
        ask("POST", "pages", json={"text": "<script>alert(1)</script>"})
        (panel,) = remote.panels().values()
        assert "<h4>pages/1</h4>" in panel
        assert "&lt;script&gt;" in panel
        assert "<script>" not in panel

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "pages/7", 404), ("PATCH", "pages/7", 404), ("DELETE", "pages/7", 404)],
    )
    def test_what_is_not_there_is_not_found(self, ask: Any, method: str, path: str, status: int) -> None:
        assert ask(method, path, json={}).status_code == status

    def test_who_has_no_token_is_refused(self, ask: Any) -> None:
        assert ask("POST", "pages", json={}, headers={}).status_code == 401
        assert self.box.standins["remote"].made() == []

    def test_the_token_may_be_the_password_of_basic_authentication(self, ask: Any) -> None:
        assert ask("GET", "pages", headers={}, auth=("bot", FakeRemote.token)).ok
        assert ask("GET", "pages", headers={}, auth=("bot", "another")).status_code == 401

    @pytest.mark.parametrize("body", [b"", b"[]", b"no json", b'"text"'])
    def test_what_is_no_object_is_refused(self, ask: Any, body: bytes) -> None:
        assert ask("POST", "pages", data=body).status_code == 400
