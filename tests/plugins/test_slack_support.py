"""What the tests of the Slack plugin share: a service that talks to the stand-in. No tests."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from chatops import Link
from chatops.events import utcnow
from chatops.incident import Incident
from chatops.sandbox import Asked, Fault, Sandbox
from chatops.service import Service
from chatops.store import Delivery
from chatops_slack.sandbox import SlackStandIn
from chatops_slack.sandbox.state import Channel, User, Workspace
from tests import stage
from tests.kit import act, deliver, states

TABLE = "[plugins.slack]\n"


@dataclass
class Office:
    """A workspace, and the service whose incidents have their channels in it."""

    box: Sandbox
    service: Service

    @property
    def standin(self) -> SlackStandIn:
        found = self.box.standins["slack"]
        assert isinstance(found, SlackStandIn)
        return found

    @property
    def workspace(self) -> Workspace:
        return self.standin.workspace

    @property
    def dana(self) -> User:
        return self.workspace.user("dana")

    @property
    def channels(self) -> list[Channel]:
        """The channels that were made since the beginning."""
        return [c for c in self.workspace.channels.values() if c.name not in {"general", "incidents"}]

    @property
    def channel(self) -> Channel:
        """The only one of them."""
        (found,) = self.channels
        return found

    @property
    def summary(self) -> str:
        return self.said()[0]

    def said(self, channel: Channel | None = None) -> list[str]:
        """The texts of the app in a channel, without the workspace's own notes."""
        return [m.text for m in (channel or self.channel).messages if not m.subtype]

    def declare(self, title: str = "Checkout returns 500s", **said: Any) -> Incident:
        """A new incident, delivered."""
        incident = stage.declare(self.service, title, **said)
        self.deliver(incident)
        return incident

    def deliver(self, incident: Incident) -> dict[str, str]:
        """Run what is due, and return how it ended."""
        return states(deliver(self.service, incident))

    def again(self, incident: Incident) -> dict[str, str]:
        """Run what waits or failed, a minute later, once nothing can be under way any more."""
        with time_machine.travel(utcnow() + timedelta(minutes=1), tick=True):
            self.service.retry(self.service.store.deliveries.unsettled(incident.id))
            return states(deliver(self.service, incident))

    def lane(self, incident: Incident) -> list[Delivery]:
        return self.service.store.deliveries.of_lane(incident.id, "slack")

    def link(self, incident: Incident) -> Link | None:
        return self.service.incident(incident.id).link("slack", "channel")

    def add_link(self, incident: Incident, kind: str, url: str, title: str = "") -> None:
        """Another instance's link, delivered."""
        self.service.add_link(incident.id, "tracker", Link(kind, title or kind, url, title), act())
        self.deliver(incident)

    def fail(self, path: str, kind: Any = "drop_after", **more: Any) -> None:
        """Let the next request to the method go wrong."""
        self.box.faults.plan(Fault(kind=kind, path=f"{path}$", **more))

    def asked(self) -> list[str]:
        """The methods that were called, in their order."""
        return [asked.path.removeprefix("/api/") for asked in self.box.log.all()]

    def calls(self, method: str) -> list[Asked]:
        return [asked for asked in self.box.log.all() if asked.path == f"/api/{method}"]


Open = Callable[..., Office]


@pytest.fixture
def open_office(make_service: Callable[[str], Service]) -> Iterator[Open]:
    """Opens an office whose `[plugins.slack]` has `more` besides the stand-in's own lines, and no line that
    `cut` matches.
    """
    with Sandbox(only=[SlackStandIn]) as box:

        def opened(more: str = "", *, cut: str = "", tables: str = "") -> Office:
            lines = [line for line in box.config().splitlines() if not cut or not re.search(cut, line)]
            toml = "\n".join(lines)
            toml = f"{toml}\n".replace(TABLE, f"{TABLE}{more}\n")
            return Office(box, make_service(f"{toml}{tables}"))

        yield opened


@pytest.fixture
def office(open_office: Open) -> Office:
    """An office as the stand-in's own lines have it."""
    return open_office()


def body(asked: Asked) -> dict[str, Any]:
    found = json.loads(asked.body)
    assert isinstance(found, dict)
    return found
