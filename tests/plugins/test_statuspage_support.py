"""What the tests of the plugin share: the real service, and a stand-in for its page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from chatops import events as e
from chatops.context import Finding
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.engine.local import LocalEngine
from chatops.http import Exchange
from chatops.incident import Incident
from chatops.registry import Registry
from chatops.sandbox import Asked, Fault, Sandbox
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops.service.act import Pen
from chatops.service.incidents import Declaration
from chatops.service.words import Wording
from chatops.store import Delivery
from chatops_statuspage import Statuspage
from chatops_statuspage.sandbox import Incident as Public
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.kit import act, deliver
from tests.stage import again, update

CHECKOUT, SEARCH, WEBSITE = "q2x0v9m1wxjl", "b13yz5g2cw10", "8kbf7d35c070"
ITEMS = "/v1/pages/4lzycl8t1x0c/incidents"


@dataclass
class Status:
    """A service whose only plugin is `status`, and the page that it tells."""

    sandbox: Sandbox
    make: Callable[[str], Service]
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        self.configure()

    def configure(self, old: str = "", new: str = "") -> None:
        """The service anew, with the sandbox's settings where `new` stands in place of `old`."""
        assert old in self.sandbox.config()
        self.service = self.make(self.sandbox.config().replace(old, new) if old else self.sandbox.config())

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

    def link(self, incident: Incident, ref: str) -> None:
        """Somebody ties what this names to the incident."""
        self.service.add_link(incident.id, "status", self.service.resolve_link("status", ref), act())

    def check(self) -> list[Finding]:
        """What the plugin finds wrong with its settings."""
        contexts = Contexts(self.service.store, self.service.config)
        found: list[Finding] = ask(contexts, "status", "check")
        return found

    def plugin(self) -> Statuspage:
        """The plugin, as it is loaded."""
        return cast("Statuspage", Registry(self.service.config).load("status").plugin)

    def deliver(self, incident: Incident) -> list[Delivery]:
        """Deliver what is due."""
        return deliver(self.service, incident)

    def rehearse(self, incident: Incident) -> list[Exchange]:
        """What would be sent, were what is due delivered now."""
        rehearsal = Rehearsal()
        engine = LocalEngine(self.service.store, self.service.config, rehearsal)
        assert {delivery.state for delivery in engine.start(incident.id)} == {"done"}
        return rehearsal.sent

    def again(self, incident: Incident) -> list[Delivery]:
        """Try again at once whatever waits."""
        return again(self.service, incident)

    def plan(self, *faults: Fault) -> None:
        """Let these happen."""
        self.sandbox.faults.plan(*faults)

    def asked(self) -> list[Asked]:
        """What was asked of the page since it was last asked for."""
        found = self.sandbox.log.all()
        self.sandbox.log.clear()
        return found

    def requests(self) -> list[str]:
        """`["GET components", "POST incidents"]`: what was asked since it was last asked for."""
        return [f"{asked.method} {short(asked.path)}" for asked in self.asked()]


@pytest.fixture
def a_status(make_service: Callable[[str], Service]) -> Iterator[Status]:
    """The service and its page; a module takes it as `status = a_status`."""
    with Sandbox(only=[StatuspageStandIn]) as sandbox:
        yield Status(sandbox, make_service)


def incident_now(service: Service, incident: Incident) -> Incident:
    """The incident as the store has it."""
    return service.incident(incident.id)


def short(path: str) -> str:
    """The path below the page, without ids."""
    parts = path.split("/")[4:]
    return "/".join("ID" if len(part) == len(CHECKOUT) and part.isalnum() else part for part in parts)


def ended(deliveries: Sequence[Delivery]) -> str:
    """How the last of the deliveries ended: `failed: why`."""
    last = deliveries[-1]
    return f"{last.state}: {last.reason}" if last.reason else last.state
