"""A card, as the core has action items: whose it is, when it is due, and how it stands."""

from datetime import date
from typing import Literal

from chatops import NotTracked, ToolContext, TrackedItem
from chatops import WantedItem as Item
from chatops_trello.api import Card
from chatops_trello.settings import TrelloConfig, TrelloPerson
from chatops_trello.text import document_of


class Eyes:
    """Sees cards by these settings, and knows the people that they name."""

    def __init__(self, config: TrelloConfig, ctx: ToolContext) -> None:
        self._done = {name.casefold() for name in config.done_lists}
        self._dropped = {name.casefold() for name in config.dropped_lists}
        self._instance = ctx.instance
        own = {name: who.settings for name, who in ctx.people.items()}
        self._ids = {name: mine.member_id for name, mine in own.items() if isinstance(mine, TrelloPerson)}
        self._people = {member: name for name, member in self._ids.items()}

    def item(self, card: Card, *, created: bool = False, warnings: tuple[str, ...] = ()) -> TrackedItem:
        """The card, as the core compares it with an item."""
        owner = owner_of(card)
        person = self._people.get(owner, "")
        names = {member.id: member.full_name for member in card.members}
        return TrackedItem(
            key=card.key,
            url=card.short_url,
            title=card.name,
            state=self._state(card),
            status="archived" if _away(card) else card.list.name if card.list else "",
            owner=names.get(owner) or person,
            person=person,
            due=day_of(card),
            document=document_of(card.desc),
            created=created,
            warnings=warnings,
        )

    def nothing(self, ticket: str) -> NotTracked:
        """That there is no such card."""
        return NotTracked(
            f"there is no card {ticket} that the owner of plugins.{self._instance}.token may see; take the"
            " link out of the document, and a new one is filed"
        )

    def member(self, item: Item) -> tuple[str, tuple[str, ...]]:
        """The id of the item's owner at Trello; empty, and why, where it is not known."""
        member = self._ids.get(item.person, "")
        if member or not item.owner:
            return member, ()
        where = f"people.{item.person}.{self._instance}.member_id" if item.person else "people"
        return "", (f"the card has no member for {item.owner}: {where} does not say who that is at Trello",)

    def _state(self, card: Card) -> Literal["open", "done", "dropped"]:
        name = card.list.name.casefold() if card.list else ""
        if card.due_complete or name in self._done:
            return "done"
        return "dropped" if _away(card) or name in self._dropped else "open"


def owner_of(card: Card) -> str:
    """The id of the card's first member; whoever else is on it helps."""
    return next(iter(card.id_members), "")


def day_of(card: Card) -> date | None:
    """The day on which the card is due, in UTC, as Trello has it."""
    return card.due.date() if card.due else None


def due_on(day: date | None) -> str | None:
    """The time at which a card is due on this day: noon in UTC is on the same day from -12:00 to +11:00."""
    return f"{day.isoformat()}T12:00:00.000Z" if day else None


def _away(card: Card) -> bool:
    return card.closed or bool(card.list and card.list.closed)
