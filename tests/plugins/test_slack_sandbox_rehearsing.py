"""Slack's stand-in in a dry run: it takes what refers to the real workspace, and answers only for its own."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chatops.engine.local import LocalEngine
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops_slack.sandbox import SlackStandIn
from chatops_slack.sandbox.state import DRY
from tests.plugins.test_slack_sandbox_support import served
from tests.stage import declare

REAL = "C024BE91L"


@pytest.fixture
def standin() -> SlackStandIn:
    return SlackStandIn(rehearsing=True)


def write(standin: SlackStandIn, method: str, **said: Any) -> Any:
    """The answer to a write, under any token, which has to be taken."""
    headers = [("Authorization", "Bearer xoxb-real")]
    environ = EnvironBuilder(path=f"/api/{method}", method="POST", json=said, headers=headers).get_environ()
    response = standin.respond(Request(environ))
    answer = response.get_json()
    assert (response.status_code, answer["ok"]) == (200, True), answer
    return answer


def read(standin: SlackStandIn, method: str, **said: str) -> Any:
    """The answer to a read; None where the remote has to be asked."""
    headers = [("Authorization", "Bearer xoxb-real")]
    environ = EnvironBuilder(path=f"/api/{method}", query_string=said, headers=headers).get_environ()
    response = standin.respond(Request(environ))
    return response.get_json() if response.status_code < 400 else None


def test_the_real_workspace_can_be_written_to(standin: SlackStandIn) -> None:
    write(standin, "conversations.setTopic", channel=REAL, topic="SEV1")
    write(standin, "conversations.invite", channel=REAL, users="U024BE7LH,U024BE7LI")
    write(standin, "conversations.join", channel=REAL)
    write(standin, "conversations.rename", channel=REAL, name="inc-1")
    assert (
        write(standin, "chat.postMessage", channel=REAL, text="x", thread_ts="1700000000.000001")["channel"]
        == REAL
    )
    write(standin, "chat.postMessage", channel="#incidents", text="x")
    write(standin, "chat.update", channel=REAL, ts="1700000000.000001", text="x")
    write(standin, "pins.add", channel=REAL, timestamp="1700000000.000002")
    write(standin, "pins.remove", channel=REAL, timestamp="1700000000.000003")
    write(standin, "bookmarks.edit", channel_id=REAL, bookmark_id="Bk024BE7LH", title="x")
    write(standin, "bookmarks.remove", channel_id=REAL, bookmark_id="Bk024BE7LI")
    write(standin, "chat.delete", channel=REAL, ts="1700000000.000004")
    write(standin, "conversations.archive", channel=REAL)
    write(standin, "conversations.unarchive", channel="C024BE91M")


def test_what_it_makes_up_no_workspace_has(standin: SlackStandIn) -> None:
    channel = write(standin, "conversations.create", name="inc-1")["channel"]["id"]
    message = write(standin, "chat.postMessage", channel=channel, text="x")
    assert channel.startswith(DRY)
    assert message["ts"].startswith("0000000000.")
    assert write(standin, "chat.postMessage", channel=REAL, text="x")["ts"] > message["ts"]


def test_it_answers_reads_of_what_it_has_made_up(standin: SlackStandIn) -> None:
    channel = write(standin, "conversations.create", name="inc-1")["channel"]["id"]
    ts = write(standin, "chat.postMessage", channel=channel, text="x")["ts"]
    assert read(standin, "conversations.info", channel=channel)["channel"]["name"] == "inc-1"
    assert read(standin, "conversations.history", channel=channel)["messages"][0]["text"] == "x"
    assert read(standin, "bookmarks.list", channel_id=channel)["bookmarks"] == []
    real = write(standin, "chat.postMessage", channel=REAL, text="x")["ts"]
    for place, time in ((channel, ts), (REAL, real)):
        assert read(standin, "chat.getPermalink", channel=place, message_ts=time)["permalink"]


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("auth.test", {}),
        ("team.info", {}),
        ("users.lookupByEmail", {"email": "dana@example.com"}),
        ("conversations.list", {}),
        ("conversations.info", {"channel": REAL}),
        ("conversations.history", {"channel": REAL}),
        ("conversations.replies", {"channel": REAL, "ts": "1700000000.000001"}),
        ("pins.list", {"channel": REAL}),
        ("bookmarks.list", {"channel_id": REAL}),
        ("a.method.of.tomorrow", {}),
    ],
)
def test_other_reads_go_to_the_real_workspace(
    standin: SlackStandIn, method: str, said: dict[str, str]
) -> None:
    write(standin, "chat.postMessage", channel=REAL, text="x")
    assert read(standin, method, **said) is None


def test_a_write_that_it_does_not_know_is_refused(standin: SlackStandIn) -> None:
    with pytest.raises(AssertionError, match=r"(?s)unknown_method.*\(200, False\)"):
        write(standin, "a.method.of.tomorrow")


def test_a_dry_run_of_the_plugin_writes_nothing(make_service: Callable[[str], Service]) -> None:
    with served() as slack:
        service = make_service(slack.sandbox.config())
        incident = declare(service, severity="sev1")
        rehearsal = Rehearsal()
        engine = LocalEngine(service.store, service.config, rehearsal)
        assert [delivery.state for delivery in engine.start(incident.id)] == ["done"]
        methods = [exchange.url.rpartition("/")[2] for exchange in rehearsal.sent]
        assert {"conversations.create", "chat.postMessage", "conversations.setTopic"} <= set(methods)
        assert [asked for asked in slack.sandbox.log.all() if asked.writes] == []
        assert set(slack.workspace.channels) == {slack.incidents.id, slack.workspace.channel("general").id}


def test_rules_hold_in_a_dry_run_too(standin: SlackStandIn) -> None:
    with pytest.raises(AssertionError, match="invalid_name_specials"):
        write(standin, "conversations.create", name="INC 1")
    with pytest.raises(AssertionError, match="no_text"):
        write(standin, "chat.postMessage", channel=REAL)
