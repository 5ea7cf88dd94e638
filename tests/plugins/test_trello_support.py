"""What the tests of the plugin share: the real questions to it, and a stand-in for its board."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pytest

from chatops.dispatch.ask import Answer, ask_all
from chatops.dispatch.contexts import Contexts
from chatops.errors import PluginError
from chatops.sandbox import Sandbox
from chatops.sandbox.rehearsal import Rehearsal
from chatops.service import Service
from chatops.tracking import ItemDocument, NotTracked, TrackedItem, WantedItem
from chatops_trello.sandbox import Card, TrelloStandIn
from tests.plugins.test_standin_support import Standing

DANA, LEE = "5abbe4b7ddc1b351ef96141a", "5abbe4b7ddc1b351ef96141b"
PEOPLE = f"""
[people.dana]
trello.member_id = "{DANA}"

[people.lee]
trello.member_id = "{LEE}"

[people.marta]
"""
URL = "https://git.example/pm/blob/main/2026-11-21 checkout_(1).md".replace(" ", "%20")
DOCUMENT = ItemDocument(
    id="01938a3e-0000-7000-8000-000000000001",
    title="Checkout returns 500s",
    url=URL,
    incident="INC-12",
    ticket="OPS-7",
)
DAY = date(2026, 12, 1)


def wanted(text: str = "Alert on disk space", **more: Any) -> WantedItem:
    """An item that nobody has filed."""
    return WantedItem(**{"key": f"text:{text}", "text": text, "document": DOCUMENT, **more})


@dataclass
class Trello(Standing):
    """A configuration whose only plugin is `trello`, and the board that it keeps cards on."""

    instance = "trello"
    more = PEOPLE
    #: How long a question may take.
    seconds: float = 5.0

    @property
    def board(self) -> TrelloStandIn:
        """The stand-in."""
        return cast("TrelloStandIn", self.sandbox.standins["trello"])

    @property
    def card(self) -> Card:
        """The only card."""
        (found,) = self.board.cards
        return found

    def ask(self, question: str, rehearsal: Rehearsal | None = None, **arguments: Any) -> Any:
        """What the plugin answers; raises why it does not."""
        contexts = Contexts(self.service.store, self.service.config)
        asked = ask_all(
            contexts, [self.instance], question, seconds=self.seconds, rehearsal=rehearsal, **arguments
        )
        found = asked[self.instance]
        if isinstance(found, PluginError):
            raise found.__cause__ or found
        assert isinstance(found, Answer)
        return found.value

    def push(self, *items: WantedItem) -> dict[str, TrackedItem | NotTracked]:
        """What became of these items."""
        found: dict[str, TrackedItem | NotTracked] = self.ask("action_items_push", items=items)
        assert set(found) == {item.key for item in items}
        return found

    def push_one(self, item: WantedItem) -> TrackedItem:
        """The card of this item."""
        found = self.push(item)[item.key]
        assert isinstance(found, TrackedItem), found
        return found

    def refused(self, item: WantedItem) -> str:
        """Why this item has no card."""
        found = self.push(item)[item.key]
        assert isinstance(found, NotTracked), found
        return found.reason

    def pull(self, *tickets: str) -> dict[str, TrackedItem | NotTracked]:
        """How these tickets are."""
        found: dict[str, TrackedItem | NotTracked] = self.ask("action_items_pull", tickets=tickets)
        return found

    def pull_one(self, ticket: str) -> TrackedItem:
        """How this card is."""
        found = self.pull(ticket)[ticket]
        assert isinstance(found, TrackedItem), found
        return found

    def short(self, path: str) -> str:
        """The path below the API, without ids."""
        parts = path.removeprefix("/1/").split("/")
        return parts[-1] if parts[0] == "boards" else "/".join("ID" if len(p) == 24 else p for p in parts)


@pytest.fixture
def a_trello(make_service: Callable[[str], Service]) -> Iterator[Trello]:
    """The configuration and its board; a module takes it as `trello = a_trello`."""
    with Sandbox(only=[TrelloStandIn]) as sandbox:
        yield Trello(sandbox, make_service)
