"""What the tests of the plugin share: the real service, and a stand-in for its page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest

from chatops import events as e
from chatops.incident import Incident
from chatops.registry import Registry
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops.service.act import Pen
from chatops.service.incidents import Declaration
from chatops.service.words import Wording
from chatops.store import Delivery
from chatops_statuspage import Statuspage
from chatops_statuspage.sandbox import Incident as Public
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.kit import act
from tests.plugins.test_standin_support import Standing
from tests.stage import again, update

CHECKOUT, SEARCH, WEBSITE = "q2x0v9m1wxjl", "b13yz5g2cw10", "8kbf7d35c070"
ITEMS = "/v1/pages/4lzycl8t1x0c/incidents"


class Status(Standing):
    """A service whose only plugin is `status`, and the page that it tells."""

    instance = "status"

    @property
    def page(self) -> StatuspageStandIn:
        """The stand-in."""
        return cast("StatuspageStandIn", self.sandbox.standins["statuspage"])

    @property
    def public(self) -> Public:
        """The only public incident."""
        (found,) = self.page.incidents
        return found

    @property
    def texts(self) -> list[str]:
        """The words of the only public incident, the oldest first."""
        return [words.body for words in reversed(self.public.updates)]

    @property
    def mailed(self) -> list[str]:
        """The texts that the first of the subscribers was mailed."""
        return [mail.text for mail in self.page.mails if mail.to == "ada@customer.example"]

    def component(self, identity: str = CHECKOUT) -> str:
        """What the page says of the component."""
        found = self.page.component(identity)
        assert found
        return found.status

    def declare(self, *components: str, status: e.ComponentStatus = "major_outage", **said: Any) -> Incident:
        """A new incident that affects these components; customers know nothing of it."""
        affected = dict.fromkeys(components or ("checkout-api",), status)
        declaration = Declaration(title="Checkout returns 500s", components=affected, **said)
        return self.service.declare(declaration, act(), anew=True).incident

    def say(
        self,
        incident: Incident,
        text: str,
        status: e.Status = "investigating",
        **more: Any,
    ) -> list[Delivery]:
        """Tell customers, and deliver it."""
        self.publish(incident, text, status, **more)
        return self.deliver(incident)

    def publish(
        self, incident: Incident, text: str, status: e.Status = "investigating", **more: Any
    ) -> Incident:
        """Tell customers; nothing is delivered yet."""
        words = self.service.compose(incident_now(self.service, incident), text, status=status)
        fields = {name: getattr(words, name) for name in words.__struct_fields__}
        return self.service.publish(
            incident.id, Wording(**fields | {"impact": "major"} | more), act()
        ).incident

    def change(self, incident: Incident, components: Mapping[str, e.ComponentStatus]) -> None:
        """The responders learn how components are."""
        update(self.service, incident, components=components)

    def postmortem(self, incident: Incident, text: str) -> None:
        """Publish a post-mortem with these words to customers, and deliver it."""

        def writing(pen: Pen) -> None:
            pen.add(e.PostmortemPublished(**pen.stamp(), document="why.md", public_section=text))

        self.service.write(incident.id, act(), writing)
        self.deliver(incident)

    def plugin(self) -> Statuspage:
        """The plugin, as it is loaded."""
        return cast("Statuspage", Registry(self.service.config).load("status").plugin)

    def again(self, incident: Incident) -> list[Delivery]:
        """Try again at once whatever waits."""
        return again(self.service, incident)

    def short(self, path: str) -> str:
        """The path below the page, without ids."""
        parts = path.split("/")[4:]
        return "/".join("ID" if len(part) == len(CHECKOUT) and part.isalnum() else part for part in parts)


@pytest.fixture
def a_status(make_service: Callable[[str], Service]) -> Iterator[Status]:
    """The service and its page; a module takes it as `status = a_status`."""
    with Sandbox(only=[StatuspageStandIn]) as sandbox:
        yield Status(sandbox, make_service)


def incident_now(service: Service, incident: Incident) -> Incident:
    """The incident as the store has it."""
    return service.incident(incident.id)
