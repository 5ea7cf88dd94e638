"""What the tests of the plugin share: the real service, and a stand-in for its wiki."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from chatops import events as e
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.incident import Incident
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops.service.act import Pen
from chatops.service.incidents import Declaration
from chatops.tracking import SourceDocument
from chatops_confluence.sandbox import ConfluenceStandIn, Page
from tests.kit import act
from tests.plugins.test_standin_support import Standing, ended
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


class Wiki(Standing):
    """A service whose only plugin is `wiki`, and the site that it writes to."""

    instance = "wiki"

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

    def source(self) -> list[SourceDocument]:
        """The post-mortems that the wiki knows."""
        contexts = Contexts(self.service.store, self.service.config)
        found: list[SourceDocument] = ask(contexts, self.instance, "action_items_source")
        return found

    def short(self, path: str) -> str:
        """The path below the API, without ids."""
        parts = path.removeprefix("/wiki/api/v2/").removeprefix("/wiki/rest/api/").split("/")
        return "/".join("ID" if part.isdigit() else part for part in parts)


@pytest.fixture
def a_wiki(make_service: Callable[[str], Service]) -> Iterator[Wiki]:
    """The service and its wiki; a module takes it as `wiki = a_wiki`."""
    with Sandbox(only=[ConfluenceStandIn]) as sandbox:
        yield Wiki(sandbox, make_service)
