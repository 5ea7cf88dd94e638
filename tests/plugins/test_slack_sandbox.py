"""Slack's stand-in: who may ask, for what, and in which form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from slack_sdk.errors import SlackApiError

from chatops.config import load
from chatops.sandbox import Fault
from chatops_slack import Slack as SlackPlugin
from chatops_slack.sandbox import SlackStandIn
from chatops_slack.settings import SlackConfig
from tests.plugins.test_slack_sandbox_support import Slack, client, refused, served, texts


@pytest.fixture
def slack() -> Iterator[Slack]:
    with served() as slack:
        yield slack


def test_the_token_says_who_asks(slack: Slack) -> None:
    known = slack.client.auth_test()
    assert (known["user"], known["team"], known["url"]) == (
        "chatops",
        "Sandbox",
        f"{slack.sandbox.url}/slack/",
    )
    assert known["user_id"] == slack.workspace.bot.id


@pytest.mark.parametrize(("token", "error"), [("xoxb-of-another", "invalid_auth"), ("", "not_authed")])
def test_a_wrong_token_is_refused_with_200(slack: Slack, token: str, error: str) -> None:
    assert refused(client(slack.sandbox, token).auth_test) == error


def test_every_answer_tells_the_scopes_of_the_token(slack: Slack) -> None:
    slack.standin.scopes = {"chat:write", "pins:write"}
    assert slack.client.auth_test().headers["x-oauth-scopes"] == "chat:write,pins:write"


@pytest.mark.parametrize(
    ("method", "scope", "said"),
    [
        ("conversations.create", "channels:manage", {"name": "inc-1"}),
        ("conversations.create", "groups:write", {"name": "inc-1", "is_private": True}),
        ("conversations.list", "channels:read", {}),
        ("conversations.history", "channels:history", {"channel": "#"}),
        ("conversations.join", "channels:join", {"channel": "#"}),
        ("chat.postMessage", "chat:write", {"channel": "#", "text": "x"}),
        ("pins.add", "pins:write", {"channel": "#", "timestamp": "1.1"}),
        ("pins.list", "pins:read", {"channel": "#"}),
        ("bookmarks.add", "bookmarks:write", {"channel_id": "#", "title": "x", "type": "link"}),
        ("bookmarks.list", "bookmarks:read", {"channel_id": "#"}),
        ("users.lookupByEmail", "users:read.email", {"email": "dana@example.com"}),
        ("users.info", "users:read", {"user": "U1"}),
        ("team.info", "team:read", {}),
    ],
)
def test_each_method_needs_its_scope(slack: Slack, method: str, scope: str, said: dict[str, Any]) -> None:
    said = {key: slack.incidents.id if value == "#" else value for key, value in said.items()}
    slack.standin.scopes -= {scope}
    if scope.endswith((":read", ":history")):
        slack.standin.scopes -= {scope.replace("channels", "groups")}
    with pytest.raises(SlackApiError) as error:
        slack.client.api_call(method, params=said)
    assert error.value.response["error"] == "missing_scope"
    assert scope in error.value.response["needed"]
    assert scope not in error.value.response["provided"].split(",")


def test_an_address_is_only_told_to_who_may_know_it(slack: Slack) -> None:
    assert slack.client.users_info(user=slack.dana.id)["user"]["profile"]["email"] == "dana@example.com"
    slack.standin.scopes -= {"users:read.email"}
    assert "email" not in slack.client.users_info(user=slack.dana.id)["user"]["profile"]


def test_people_are_found_by_their_address(slack: Slack) -> None:
    assert slack.client.users_lookupByEmail(email="Marta@Example.com")["user"]["name"] == "marta"
    assert refused(slack.client.users_lookupByEmail, email="nobody@example.com") == "users_not_found"
    slack.dana.is_deleted = True
    assert refused(slack.client.users_lookupByEmail, email="dana@example.com") == "users_not_found"


def test_people_are_listed_page_by_page(slack: Slack) -> None:
    first = slack.client.users_list(limit=3)
    second = slack.client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [user["name"] for user in first["members"] + second["members"]] == [
        "chatops",
        "dana",
        "marta",
        "lee",
    ]
    assert second["response_metadata"]["next_cursor"] == ""
    assert refused(slack.client.users_list, cursor="nonsense") == "invalid_cursor"
    assert refused(slack.client.users_list, limit=5000) == "invalid_limit"


def test_a_method_that_there_is_not(slack: Slack) -> None:
    assert refused(slack.client.api_call, "conversations.explode") == "unknown_method"


def test_arguments_come_as_json_as_a_form_or_in_the_address(slack: Slack) -> None:
    url = f"{slack.sandbox.url}/slack/api/chat.postMessage"
    said = {"channel": slack.incidents.id, "text": "x"}
    headers = {"Authorization": f"Bearer {slack.standin.token}"}
    requests.post(url, json=said | {"text": "as JSON"}, headers=headers, timeout=5)
    requests.post(url, data=said | {"text": "as a form", "token": slack.standin.token}, timeout=5)
    requests.get(url, params=said | {"text": "in the address"}, headers=headers, timeout=5)
    form = said | {"text": "with blocks", "blocks": json.dumps([{"type": "divider"}])}
    requests.post(url, data=form, headers=headers, timeout=5)
    assert [m.text for m in slack.incidents.messages] == [
        "as JSON",
        "as a form",
        "in the address",
        "with blocks",
    ]
    assert slack.incidents.messages[-1].blocks == [{"type": "divider"}]


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
def test_json_that_is_none(slack: Slack, body: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {slack.standin.token}", "Content-Type": "application/json"}
    url = f"{slack.sandbox.url}/slack/api/chat.postMessage"
    assert requests.post(url, data=body, headers=headers, timeout=5).json() == {"ok": False, "error": error}


def test_a_method_that_reads_takes_no_json(slack: Slack) -> None:
    email = {"email": "dana@example.com"}
    assert refused(slack.client.api_call, "users.lookupByEmail", json=email) == "users_not_found"


@pytest.mark.parametrize(
    ("status", "error"), [(401, "invalid_auth"), (403, "missing_scope"), (404, "channel_not_found")]
)
def test_what_others_say_by_the_status_is_said_with_200(slack: Slack, status: int, error: str) -> None:
    slack.sandbox.faults.plan(Fault(kind="status", status=status))
    assert refused(slack.client.auth_test) == error


@pytest.mark.parametrize(
    ("fault", "status", "error", "wait"),
    [
        (Fault(kind="status", status=429), 429, "ratelimited", "1"),
        (Fault(kind="status", status=429, retry_after="30"), 429, "ratelimited", "30"),
        (Fault(kind="status", status=503), 503, "internal_error", None),
    ],
)
def test_too_fast_and_broken_have_a_status(
    slack: Slack, fault: Fault, status: int, error: str, wait: str | None
) -> None:
    slack.sandbox.faults.plan(fault)
    headers = {"Authorization": f"Bearer {slack.standin.token}"}
    answer = requests.get(f"{slack.sandbox.url}/slack/api/auth.test", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("Retry-After") == wait


def test_a_lost_reply_leaves_the_message(slack: Slack) -> None:
    slack.sandbox.faults.plan(Fault(kind="drop_after", path="chat.postMessage"))
    with pytest.raises(OSError, match=r"."):
        slack.client.chat_postMessage(channel="#incidents", text="posted, and nobody heard")
    assert texts(slack.client.conversations_history(channel=slack.incidents.id)) == [
        "posted, and nobody heard"
    ]


def test_its_settings_are_those_of_the_plugin(slack: Slack, tmp_path: Path) -> None:
    file = tmp_path / "chatops.toml"
    file.write_text(slack.sandbox.config())
    config = load(file)
    settings = config.plugin_settings("slack", SlackPlugin).config
    assert isinstance(settings, SlackConfig)
    assert config.problems == []
    assert client(slack.sandbox, settings.token.reveal(), settings.url + "/").auth_test()["ok"]
    announced = {name for names in settings.announce.values() for name in names}
    assert announced <= {f"#{channel.name}" for channel in slack.workspace.channels.values()}
    for person in config.people.values():
        assert slack.client.users_lookupByEmail(email=person.email)["ok"]


def test_a_stand_in_of_its_own_address(slack: Slack) -> None:
    other = SlackStandIn("http://127.0.0.1:1/slack")
    assert set(other.workspace.channels).isdisjoint(slack.workspace.channels)
