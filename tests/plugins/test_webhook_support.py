"""What the tests of the plugin share: the real service, and a stand-in for its receiver. No tests."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from chatops import events as e
from chatops.context import Finding
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.incident import Incident
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops.service.act import Pen
from chatops.store import Delivery
from chatops_webhook.sandbox import Received, WebhookPublicStandIn, WebhookStandIn
from tests.kit import act
from tests.plugins.test_standin_support import Standing, ended
from tests.stage import declare, say

SECRET = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vZi0zMi1ieXRl"
TOKEN = "sandbox-webhook-token"


class Hooked(Standing):
    """A configuration with `webhook` and `webhook_public`, and the receivers that they post to."""

    instance = "webhook"

    @property
    def receiver(self) -> WebhookStandIn:
        """The stand-in that `webhook` posts to."""
        return cast("WebhookStandIn", self.sandbox.standins["webhook"])

    @property
    def url(self) -> str:
        """Where `webhook` posts to."""
        return f"{self.receiver.url}/events"

    def set(self, toml: str, instance: str = "webhook") -> None:
        """The service anew, with these settings in the table of the instance."""
        table = f"[plugins.{instance}]\n"
        self.configure(table, f"{table}{toml}\n")

    def received(self, instance: str = "webhook") -> list[Received]:
        """What the instance has posted."""
        return cast("WebhookStandIn", self.sandbox.standins[instance]).received

    def last(self, instance: str = "webhook") -> Any:
        """The JSON of the newest message."""
        return self.received(instance)[-1].data

    def declared(self, title: str = "Checkout returns 500s", **said: Any) -> Any:
        """The JSON of a declaration that was delivered."""
        self.deliver(declare(self.service, title, **said))
        return self.last()

    def ended(self, title: str = "Checkout returns 500s") -> str:
        """How the delivery of a new declaration ended."""
        return ended(self.deliver(declare(self.service, title)))

    def told(self, incident: Incident, text: str = "We are looking.", **more: Any) -> list[Delivery]:
        """Tell customers, and deliver it."""
        say(self.service, incident, text, **more)
        return self.deliver(incident)

    def publish(self, incident: Incident, document: str, section: str = "") -> list[Delivery]:
        """Publish a post-mortem, and deliver it."""

        def writing(pen: Pen) -> None:
            pen.add(e.PostmortemPublished(**pen.stamp(), document=document, public_section=section))

        self.service.write(incident.id, act(), writing)
        return self.deliver(incident)

    def check_of(self, instance: str) -> list[Finding]:
        """What the instance finds wrong with its settings."""
        found: list[Finding] = ask(Contexts(self.service.store, self.service.config), instance, "check")
        return found

    def short(self, path: str) -> str:
        return path


@pytest.fixture
def a_webhook(make_service: Callable[[str], Service]) -> Iterator[Hooked]:
    """The service and its receiver; a module takes it as `webhook = a_webhook`."""
    with Sandbox(only=[WebhookStandIn, WebhookPublicStandIn]) as sandbox:
        yield Hooked(sandbox, make_service)
