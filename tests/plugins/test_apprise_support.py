"""What the tests of the plugin share: real servers on loopback, and the service whose messages they get."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chatops.context import Finding
from chatops.dispatch.ask import Answer, ask_all
from chatops.dispatch.contexts import Contexts
from chatops.errors import PluginError
from chatops.incident import Incident
from chatops.service import Service
from chatops.store import Delivery
from tests import stage
from tests.kit import deliver
from tests.wire import Raw


@dataclass
class Post:
    """A service and the URLs that its only plugin instance, `post`, sends to."""

    make: Callable[[str], Service]
    monkeypatch: pytest.MonkeyPatch
    service: Service = field(init=False)

    def configure(self, *urls: str, use: str = "apprise", **settings: Any) -> None:
        """The configuration anew, each URL a secret of the environment."""
        for number, url in enumerate(urls, 1):
            self.monkeypatch.setenv(f"POST_URL_{number}", url)
        listed = ", ".join(f'{{ env = "POST_URL_{n}" }}' for n in range(1, len(urls) + 1))
        lines = [f"{name} = {msgspec.json.encode(value).decode()}" for name, value in settings.items()]
        self.service = self.make(
            "\n".join(["[plugins.post]", f'use = "{use}"', f"urls = [{listed}]", *lines])
        )

    def declare(self, title: str = "Checkout returns 500s", **said: Any) -> Incident:
        """A new incident; nothing is delivered yet."""
        return stage.declare(self.service, title, **said)

    def deliver(self, incident: Incident) -> Delivery:
        """Run what is due, and return the newest of its deliveries."""
        deliver(self.service, incident)
        return self.service.store.deliveries.of_lane(incident.id, "post")[-1]

    def again(self, incident: Incident) -> Delivery:
        """Try again at once whatever waits, and return the newest of its deliveries."""
        stage.again(self.service, incident)
        return self.service.store.deliveries.of_lane(incident.id, "post")[-1]

    def check(self) -> list[Finding]:
        """What the plugin finds wrong with its settings."""
        asked = ask_all(Contexts(self.service.store, self.service.config), ["post"], "check", seconds=10)[
            "post"
        ]
        if isinstance(asked, PluginError):
            raise asked
        assert isinstance(asked, Answer)
        found: list[Finding] = asked.value
        return found


@pytest.fixture
def a_post(make_service: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch) -> Post:
    """The service; a module takes it as `post = a_post`."""
    return Post(make_service, monkeypatch)


def posted(server: Raw) -> list[dict[str, Any]]:
    """What apprise's `json://` has posted, in its order."""
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]


def to(server: Raw, path: str = "hook", *, user: str = "", query: str = "") -> str:
    """The URL by which apprise posts JSON to the server."""
    return f"json://{user}127.0.0.1:{server.port}/{path}{query}"


@dataclass
class Mailbox:
    """A mail server that keeps what it takes, and says to each recipient what it was told to."""

    mails: list[Message] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    content: str = "250 OK"
    port: int = 0

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.content.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))
        return self.content

    def url(self, *people: str, user: str = "", query: str = "") -> str:
        """The URL by which apprise sends mail to these people."""
        whom = ",".join(people or ("ops@example.com",))
        more = f"mode=insecure&from=chatops@example.com&to={whom}{query}"
        return f"mailto://{user}127.0.0.1:{self.port}?{more}"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """The mail server, on loopback."""
    # aiosmtpd connects to the port that it was told, and so it has to know a free one.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox(port=port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()
