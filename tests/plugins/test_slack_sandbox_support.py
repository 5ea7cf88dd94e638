"""What the tests of Slack's stand-in share: it, served, and a client that we did not write. No tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from chatops.sandbox import Sandbox
from chatops_slack.sandbox import SlackStandIn
from chatops_slack.sandbox.state import Channel, User, Workspace

KEYED = {"event_type": "chatops", "event_payload": {"key": "0190.slack.announce"}}


@dataclass
class Slack:
    """The stand-in as a client meets it, and as a test looks into it."""

    sandbox: Sandbox
    standin: SlackStandIn
    client: WebClient

    @property
    def workspace(self) -> Workspace:
        return self.standin.workspace

    @property
    def dana(self) -> User:
        return self.workspace.user("dana")

    @property
    def incidents(self) -> Channel:
        return self.workspace.channel("#incidents")

    def created(self, name: str = "inc-1", **more: Any) -> Channel:
        """A channel that the app has made."""
        identity = self.client.conversations_create(name=name, **more)["channel"]["id"]
        return self.workspace.channel(identity)

    def posted(self, channel: Channel, text: str = "Checkout returns 500s", **more: Any) -> str:
        """The time of a message that the app has posted."""
        return str(self.client.chat_postMessage(channel=channel.id, text=text, **more)["ts"])


@contextmanager
def served() -> Iterator[Slack]:
    """The stand-in at an address."""
    with Sandbox(only=[SlackStandIn]) as sandbox:
        standin = sandbox.standins["slack"]
        assert isinstance(standin, SlackStandIn)
        yield Slack(sandbox, standin, client(sandbox, standin.token))


def client(sandbox: Sandbox, token: str, url: str = "") -> WebClient:
    """A client that never tries again by itself."""
    return WebClient(token, base_url=url or f"{sandbox.url}/slack/api/", retry_handlers=[])


def refused(call: Callable[..., Any], *args: Any, **said: Any) -> str:
    """The error's name with which Slack refuses this."""
    with pytest.raises(SlackApiError) as error:
        call(*args, **said)
    response = error.value.response
    assert (response.status_code, response["ok"]) == (200, False)
    return str(response["error"])


def texts(answer: Any) -> list[str]:
    """What the messages of an answer say."""
    return [message["text"] for message in answer["messages"]]
