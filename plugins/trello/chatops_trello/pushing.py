"""Files a card for each item that has none, once, and changes the others."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from chatops import (
    NotTracked,
    Rejected,
    RemoteError,
    ToolContext,
    TrackedItem,
    Unauthorized,
    Unavailable,
    Unknown,
)
from chatops import WantedItem as Item
from chatops_trello import text
from chatops_trello.api import Api, Card, Named
from chatops_trello.seen import Eyes, day_of, due_on, owner_of
from chatops_trello.settings import TrelloConfig

Outcome = TrackedItem | NotTracked


class Pushing:
    """The work of one push."""

    def __init__(self, api: Api, config: TrelloConfig, ctx: ToolContext) -> None:
        self._api = api
        self._config = config
        self._log = ctx.log
        self._eyes = Eyes(config, ctx)
        self._over: RemoteError | None = None

    def change(self, items: Sequence[Item]) -> dict[str, Outcome]:
        """Make of the card of each item what is to change."""
        cards = self._api.named([item.ticket for item in items])
        return {item.key: self._changed(item, cards.get(item.ticket)) for item in items}

    def file(self, items: Sequence[Item]) -> dict[str, Outcome]:
        """File a card for each item; where an earlier push has filed it, that is its card."""
        lists = {known.id: known for known in self._api.lists()}
        fields = {"idList": self._target(lists.values())} | self._labels()
        there = _by_marker(self._api.all_cards())
        new = [item for item in items if text.marker(item.key) not in there]
        tried = {item.key: self._tried(self._creating(item, fields)) for item in new}
        came = any(isinstance(made, Card | Unknown) for made in tried.values())
        newest = self._newest() if came else {}
        done: dict[str, Outcome] = {}
        for item in items:
            marker, made = text.marker(item.key), tried.get(item.key)
            kept = self._settled(made, newest.get(marker, [])) if made else min(there[marker], key=_number)
            if isinstance(kept, RemoteError):
                done[item.key] = NotTracked(str(kept))
                continue
            created = isinstance(made, Unknown) or (isinstance(made, Card) and made.id == kept.id)
            warnings = self._eyes.member(item)[1] if created else ()
            kept = replace(kept, list=lists.get(kept.id_list))
            done[item.key] = self._eyes.item(kept, created=created, warnings=warnings)
        return done

    def _changed(self, item: Item, card: Card | None) -> Outcome:
        if card is None:
            return self._eyes.nothing(item.ticket)
        fields, warnings = self._wanted(item, card)
        made = self._tried(lambda: self._api.change(card, fields)) if fields else card
        if isinstance(made, RemoteError):
            return NotTracked(str(made))
        return self._eyes.item(made, warnings=warnings)

    def _wanted(self, item: Item, card: Card) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What of the card is not yet as the item has it, and what cannot be made so."""
        fields: dict[str, Any] = {}
        warnings: tuple[str, ...] = ()
        name, description = text.name_of(item), text.led_to(card.desc, item)
        if "title" in item.change and card.name != name:
            fields["name"] = name
        if "due" in item.change and day_of(card) != item.due:
            fields["due"] = due_on(item.due)
        if "document" in item.change and card.desc != description:
            fields["desc"] = description
        if "owner" in item.change:
            member, warnings = self._eyes.member(item)
            before = [known for known in card.id_members if known != member]
            # Whoever else is on the card stays, but for an owner who is replaced.
            helpers = before if member in card.id_members else before[1:]
            if (member or not item.owner) and member != owner_of(card):
                fields["idMembers"] = ",".join([member, *helpers] if member else helpers)
        return fields, warnings

    def _creating(self, item: Item, fields: dict[str, Any]) -> Callable[[], Card]:
        said = fields | {
            "name": text.name_of(item),
            "desc": text.description_of(item),
            "due": due_on(item.due),
            "idMembers": self._eyes.member(item)[0],
        }
        return lambda: self._api.create({name: value for name, value in said.items() if value})

    def _settled(self, made: Card | RemoteError, twins: list[Card]) -> Card | RemoteError:
        """The card to keep, or why there is none.

        Of cards that two pushes have filed at once both keep that with the lowest number. Where our answer
        was lost, the others are as much ours as theirs.
        """
        if isinstance(made, RemoteError) and not twins:
            return made
        own = {made.id: made} if isinstance(made, Card) else {}
        kept, *others = sorted((own | {card.id: card for card in twins}).values(), key=_number)
        for other in others:
            if not other.closed and (isinstance(made, Unknown) or other.id in own):
                self._archive(other, kept)
        return kept

    def _archive(self, card: Card, kept: Card) -> None:
        try:
            self._api.change(card, {"closed": True})
            self._api.comment(card, f"This was filed twice at the same time. It goes on at {kept.short_url}")
        except RemoteError as error:
            self._log.warning(
                "%s was filed beside %s: archive it. (%s)", card.short_url, kept.short_url, error
            )

    def _newest(self) -> dict[str, list[Card]]:
        try:
            return _by_marker(self._api.cards())
        except RemoteError as error:
            self._log.warning("whether an item was filed twice at the same time is not known: %s", error)
            return {}

    def _tried(self, act: Callable[[], Card]) -> Card | RemoteError:
        """What it comes to; once Trello takes nothing more, nothing more is asked of it."""
        if self._over:
            return self._over
        try:
            return act()
        except (Unavailable, Unauthorized) as error:
            self._over = error
            return error
        except RemoteError as error:
            return error

    def _target(self, lists: Iterable[Named]) -> str:
        wanted, shown = self._config.list, [known for known in lists if not known.closed]
        for known in shown:
            if known.id == wanted or known.name.casefold() == wanted.casefold():
                return known.id
        names = ", ".join(known.name for known in shown)
        raise Rejected(f"{self._api.setting}.list: the board has no list {wanted!r}. There are: {names}.")

    def _labels(self) -> dict[str, str]:
        if not self._config.labels:
            return {}
        ids = {known.name.casefold(): known.id for known in self._api.labels()}
        for name in self._config.labels:
            if name.casefold() not in ids:
                names = ", ".join(sorted(known for known in ids if known))
                raise Rejected(
                    f"{self._api.setting}.labels: the board has no label {name!r}. There are: {names}."
                )
        return {"idLabels": ",".join(ids[name.casefold()] for name in self._config.labels)}


def _by_marker(cards: Iterable[Card]) -> dict[str, list[Card]]:
    found: defaultdict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if card.marker:
            found[card.marker].append(card)
    return dict(found)


def _number(card: Card) -> int:
    return card.id_short
