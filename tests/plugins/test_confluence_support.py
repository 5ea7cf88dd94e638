"""What the tests of the plugin share: the real service, and a stand-in for its wiki."""

from collections.abc import Callable, Iterator, Sequence
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
from chatops.sandbox import Asked, Fault, Sandbox
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops.service.act import Pen
from chatops.service.incidents import Declaration
from chatops.store import Delivery
from chatops.tracking import SourceDocument
from chatops_confluence.sandbox import ConfluenceStandIn, Page
from tests.kit import act, deliver
from tests.stage import again, update

TITLE = "INC-1 Checkout returns 500s"
FILE = "https://git.example.com/ops/postmortems/blob/main/inc-1.md"
WORDS = """\
# Post-mortem: Checkout returns 500s

## Executive summary

A disk was full, and 30 orders were lost.

## Action items

- [ ] Watch the disk <!-- action:01ab -->
"""


@dataclass
class Wiki:
    """A service whose only plugin is `wiki`, and the site that it writes to."""

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
    def site(self) -> ConfluenceStandIn:
        """The stand-in."""
        return cast("ConfluenceStandIn", self.sandbox.standins["confluence"])

    @property
    def pages(self) -> list[Page]:
        """Every page but the one that was there at first."""
        return self.site.pages[1:]

    @property
    def page(self) -> Page:
        """The only page."""
        (found,) = self.pages
        return found

    def declare(self, title: str = "Checkout returns 500s", **said: Any) -> Incident:
        """A new incident."""
        return self.service.declare(Declaration(title=title, **said), act(), anew=True).incident

    def rename(self, incident: Incident, title: str) -> None:
        """The incident gets another title."""
        update(self.service, incident, title=title)

    def record(
        self, incident: Incident, document: str = WORDS, *, force: bool = False, url: str = FILE
    ) -> None:
        """The post-mortem is published; nothing is delivered yet."""

        def writing(pen: Pen) -> None:
            pen.add(e.PostmortemPublished(**pen.stamp(), document=document, url=url, overwrite=force))

        self.service.write(incident.id, act(), writing)

    def publish(self, incident: Incident, document: str = WORDS, **more: Any) -> str:
        """Publish the post-mortem, deliver it, and say how that ended: `failed: why`."""
        self.record(incident, document, **more)
        return ended(self.deliver(incident))

    def deliver(self, incident: Incident) -> list[Delivery]:
        """Deliver what is due."""
        return deliver(self.service, incident)

    def again(self, incident: Incident) -> str:
        """Try again at once whatever waits, and say how that ended."""
        return ended(again(self.service, incident))

    def skip(self, incident: Incident) -> None:
        """`chatops skip`."""
        for waiting in self.service.store.deliveries.unsettled(incident.id):
            self.service.skip(waiting, "done by hand", act())

    def recreate(self, incident: Incident) -> str:
        """`chatops retry --recreate`."""
        waiting = self.service.store.deliveries.unsettled(incident.id)
        self.service.retry(waiting, recreate=True)
        return ended(self.deliver(incident))

    def rehearse(self, incident: Incident) -> list[Exchange]:
        """What would be sent, were what is due delivered now."""
        rehearsal = Rehearsal()
        engine = LocalEngine(self.service.store, self.service.config, rehearsal)
        assert {delivery.state for delivery in engine.start(incident.id)} == {"done"}
        return rehearsal.sent

    def link(self, incident: Incident, ref: str) -> None:
        """Somebody ties what this names to the incident."""
        self.service.add_link(incident.id, "wiki", self.service.resolve_link("wiki", ref), act())

    def source(self) -> list[SourceDocument]:
        """The post-mortems that the wiki knows."""
        return cast("list[SourceDocument]", self._ask("action_items_source"))

    def check(self) -> list[Finding]:
        """What the plugin finds wrong with its settings."""
        return cast("list[Finding]", self._ask("check"))

    def _ask(self, question: str) -> object:
        return ask(Contexts(self.service.store, self.service.config), "wiki", question)

    def plan(self, *faults: Fault) -> None:
        """Let these happen."""
        self.sandbox.faults.plan(*faults)

    def asked(self) -> list[Asked]:
        """What was asked of the site since it was last asked for."""
        found = self.sandbox.log.all()
        self.sandbox.log.clear()
        return found

    def requests(self) -> list[str]:
        """`["GET pages/ID", "PUT pages/ID"]`: what was asked since it was last asked for."""
        return [f"{asked.method} {short(asked.path)}" for asked in self.asked()]


@pytest.fixture
def a_wiki(make_service: Callable[[str], Service]) -> Iterator[Wiki]:
    """The service and its wiki; a module takes it as `wiki = a_wiki`."""
    with Sandbox(only=[ConfluenceStandIn]) as sandbox:
        yield Wiki(sandbox, make_service)


def short(path: str) -> str:
    """The path below the API, without ids."""
    parts = path.removeprefix("/wiki/api/v2/").removeprefix("/wiki/rest/api/").split("/")
    return "/".join("ID" if part.isdigit() else part for part in parts)


def ended(deliveries: Sequence[Delivery]) -> str:
    """How the last of the deliveries ended: `failed: why`."""
    last = deliveries[-1]
    return f"{last.state}: {last.reason}" if last.reason else last.state
