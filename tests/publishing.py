"""A team whose incident is over, its post-mortem, and the command that publishes it."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from chatops.sandbox import Sandbox
from chatops_slack.sandbox import SlackStandIn
from chatops_statuspage.sandbox import Incident as Public
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.acceptance.helpers import service
from tests.kit import Cli, Done
from tests.unit.test_publishing_support import BODY, of_incident, written

PUBLISH = ("postmortem", "publish")
FILE = "postmortems/checkout.md"
ALONE = (*PUBLISH, FILE, "--no-store")
URL = "https://example.com/postmortems/checkout.md"
DOCUMENT_URL = '\n[actions]\ndocument_url = "https://example.com/{path}"\n'


class Team:
    """A team with one incident that is over, its post-mortem, and the stand-ins that are told."""

    def __init__(self, cli: Cli, box: Sandbox) -> None:
        self.cli = cli
        self.box = box
        cli.here("declare", "Checkout", "returns", "500s", "--severity", "sev1", "--public", "We look.")
        cli.here("resolve", "INC-1", "Rolled", "back", "--public", "It is over.")
        self.write()
        box.log.clear()

    def write(self, body: str = BODY, **keys: Any) -> None:
        with service(self.cli) as opened:
            text = of_incident(opened.numbered(1), body, public_title="Service disruption", **keys)
        written(self.cli.home / "postmortems", text)

    def publish(self, *args: str, code: int = 0) -> Done:
        return self.cli.here(*PUBLISH, *args, code=code)

    @property
    def posts(self) -> list[str]:
        """What the incident's channel was told of the post-mortem."""
        slack = cast("SlackStandIn", self.box.standins["slack"])
        (channel,) = [c for c in slack.workspace.channels.values() if c.name.startswith("inc-")]
        return [message.text for message in channel.messages if "post-mortem" in message.text]

    @property
    def public(self) -> Public:
        """The public incident."""
        (found,) = cast("StatuspageStandIn", self.box.standins["statuspage"]).incidents
        return found

    @property
    def explained(self) -> str:
        """What customers read of the post-mortem."""
        return self.public.postmortem.body if self.public.postmortem else ""

    def writes(self) -> list[str]:
        """What was written at the remotes since it was last asked for."""
        asked = [a for a in self.box.log.all() if a.method != "GET"]
        self.box.log.clear()
        return [f"{a.standin} {a.path.split('/')[-1]}" for a in asked]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(only=[SlackStandIn, StatuspageStandIn]) as served:
        yield served


@pytest.fixture
def told(flow: Cli, box: Sandbox) -> Team:
    assert flow.config
    flow.configure(flow.config.read_text() + DOCUMENT_URL)
    return Team(flow, box)
