"""Action items as cards of a Trello board."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chatops import Duration, Finding, NotTracked, Pace, Plugin, TrackedItem, hookimpl
from chatops_trello.settings import TrelloConfig, TrelloPerson

if TYPE_CHECKING:
    from chatops import Http, ToolContext, WantedItem
    from chatops_trello.api import Api

__all__ = ["Trello", "TrelloConfig", "TrelloPerson"]


class Trello(Plugin[TrelloConfig]):
    """Keeps a card for each action item. An item is known again by a line of its card's description."""

    own_transport = False
    person_config = TrelloPerson

    @property
    def pace(self) -> Pace:
        """What Trello takes from one token (its guide "Rate Limits"); a key may ask three times as much."""
        return Pace(100, Duration(seconds=10))

    @hookimpl
    def action_items_pull(
        self, tickets: Sequence[str], ctx: "ToolContext"
    ) -> dict[str, TrackedItem | NotTracked]:
        """How the cards with these addresses or ids are."""
        from chatops_trello.seen import Eyes

        eyes = Eyes(self.config, ctx)
        cards = self._api(ctx.http).named(tickets)
        return {name: eyes.item(card) if card else eyes.nothing(name) for name, card in cards.items()}

    @hookimpl
    def action_items_push(
        self, items: "Sequence[WantedItem]", ctx: "ToolContext"
    ) -> dict[str, TrackedItem | NotTracked]:
        """A card for each item that names none; the other cards as `item.change` says."""
        from chatops_trello.pushing import Pushing

        pushing = Pushing(self._api(ctx.http), self.config, ctx)
        linked = [item for item in items if item.ticket]
        new = [item for item in items if not item.ticket]
        return (pushing.change(linked) if linked else {}) | (pushing.file(new) if new else {})

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """Whether key and token are accepted, and what of the settings the board does not have."""
        from chatops_trello.check import findings

        return list(findings(self._api(ctx.http), self.config, ctx))

    def _api(self, http: "Http") -> "Api":
        from chatops_trello.api import Api

        return Api(http, self.config, self.instance)
