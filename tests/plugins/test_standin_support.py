"""What the tests of plugins share that talk to a stand-in: a service with that plugin alone. No tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from chatops.context import Finding
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.engine.local import LocalEngine
from chatops.http import Exchange
from chatops.incident import Incident
from chatops.sandbox import Asked, Fault, Sandbox
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops.store import Delivery
from tests.kit import act, deliver


@dataclass
class Standing:
    """A service whose only plugin is `instance`, and the sandbox of the remote that it talks to."""

    sandbox: Sandbox
    make: Callable[[str], Service]
    service: Service = field(init=False)
    instance: ClassVar[str]
    #: Stands behind the settings of the sandbox.
    more: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.configure()

    def configure(self, old: str = "", new: str = "") -> None:
        """The service anew, with the sandbox's settings where `new` stands in place of `old`."""
        assert old in self.sandbox.config()
        self.service = self.make(self.sandbox.config().replace(old, new) + self.more)

    def deliver(self, incident: Incident) -> list[Delivery]:
        """Deliver what is due."""
        return deliver(self.service, incident)

    def rehearse(self, incident: Incident) -> list[Exchange]:
        """What would be sent, were what is due delivered now."""
        rehearsal = Rehearsal()
        engine = LocalEngine(self.service.store, self.service.config, rehearsal)
        assert {delivery.state for delivery in engine.start(incident.id)} == {"done"}
        return rehearsal.sent

    def link(self, incident: Incident, ref: str) -> None:
        """Somebody ties what this names to the incident."""
        found = self.service.resolve_link(self.instance, ref)
        self.service.add_link(incident.id, self.instance, found, act())

    def check(self) -> list[Finding]:
        """What the plugin finds wrong with its settings."""
        contexts = Contexts(self.service.store, self.service.config)
        found: list[Finding] = ask(contexts, self.instance, "check")
        return found

    def plan(self, *faults: Fault) -> None:
        """Let these happen."""
        self.sandbox.faults.plan(*faults)

    def asked(self) -> list[Asked]:
        """What was asked of the remote since it was last asked for."""
        found = self.sandbox.log.all()
        self.sandbox.log.clear()
        return found

    def requests(self) -> list[str]:
        """`["GET pages/ID", "PUT pages/ID"]`: what was asked since it was last asked for."""
        return [f"{asked.method} {self.short(asked.path)}" for asked in self.asked()]

    def short(self, path: str) -> str:
        """The path below the API, without ids."""
        raise NotImplementedError


def ended(deliveries: Sequence[Delivery]) -> str:
    """How the last of the deliveries ended: `failed: why`."""
    last = deliveries[-1]
    return f"{last.state}: {last.reason}" if last.reason else last.state
