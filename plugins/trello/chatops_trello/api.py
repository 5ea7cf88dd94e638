"""Trello's API, as far as it is needed, and what goes wrong with it in words that name a setting."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from chatops import Gone, Http, Rejected, Unauthorized, Unavailable
from chatops_trello.settings import SHORT_LINK, TrelloConfig
from chatops_trello.text import marker_of

#: The most cards that one answer lists, and the most questions of one batch (reference of the API, `limit`
#: of a board's cards and `urls` of /batch).
PER_PAGE: Final = 1000
PER_BATCH: Final = 10
_FIELDS: Final = (
    "name",
    "desc",
    "due",
    "dueComplete",
    "closed",
    "idList",
    "idMembers",
    "idShort",
    "shortUrl",
)
_NOT_THERE: Final = re.compile("not found|invalid id|permission", re.IGNORECASE)

T = TypeVar("T")


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """A board, a list, a label or a member."""

    id: str
    name: str = ""
    full_name: str = ""
    short_link: str = ""
    closed: bool = False


class Card(msgspec.Struct, frozen=True, rename="camel"):
    """A card as Trello has it now. `id_short` is its number on the board; it grows with each new card."""

    id: str
    name: str
    desc: str
    id_short: int
    id_list: str
    short_url: str
    closed: bool = False
    due: datetime | None = None
    due_complete: bool = False
    id_members: tuple[str, ...] = ()
    members: tuple[Named, ...] = ()
    list: Named | None = None

    @property
    def key(self) -> str:
        """The card's id in its address."""
        return self.short_url.rpartition("/")[2]

    @property
    def marker(self) -> str:
        """What the item is known by that the card was made for."""
        return marker_of(self.desc)


class Api:
    """The API, for one board."""

    def __init__(self, http: Http, config: TrelloConfig, instance: str) -> None:
        self._http = http
        self._config = config
        self.setting = f"plugins.{instance}"

    def boards(self) -> list[Named]:
        """Every board that the token's owner is a member of."""
        params = {"filter": "open", "fields": "name,shortLink"}
        return self._ask("GET", "members/me/boards", list[Named], params=params)

    def lists(self) -> list[Named]:
        """The board's lists, archived ones too."""
        return self._of_board("lists", list[Named], filter="all", fields="name,closed")

    def labels(self) -> list[Named]:
        """The board's labels."""
        return self._of_board("labels", list[Named], fields="name", limit=PER_PAGE)

    def members(self) -> list[Named]:
        """The board's members."""
        return self._of_board("members", list[Named], fields="fullName")

    def cards(self, **before: str) -> list[Card]:
        """The board's newest cards, archived ones too; those that are older than the card `before`."""
        said = {"filter": "all", "limit": PER_PAGE, "fields": ",".join(_FIELDS), **before}
        return self._of_board("cards", list[Card], members="true", member_fields="fullName", **said)

    def all_cards(self) -> Iterator[Card]:
        """Every card of the board, read as you go."""
        found = self.cards()
        yield from found
        while len(found) >= PER_PAGE:
            # An id begins with the second of its making.
            found = self.cards(before=min(card.id for card in found))
            yield from found

    def named(self, tickets: Iterable[str]) -> dict[str, Card | None]:
        """The cards with these addresses or ids, on whichever board, None for one that is not there; what is
        no card of Trello's is left out.
        """
        mine = re.compile(rf"(?:{re.escape(self._config.web)}/c/)?({SHORT_LINK})(?:/[^?#]*)?")
        keys = {ticket: found[1] for ticket in tickets if (found := mine.fullmatch(ticket))}
        cards = self._read([*dict.fromkeys(keys.values())])
        return {ticket: cards[key] for ticket, key in keys.items()}

    def create(self, fields: dict[str, Any]) -> Card:
        """A new card."""
        return self._ask("POST", "cards", Card, json=fields)

    def change(self, card: Card, fields: dict[str, Any]) -> Card:
        """The card after these changes."""
        answer = self._ask("PUT", f"cards/{card.id}", Card, json=fields)
        changed = [field.name for field in msgspec.structs.fields(Card) if field.encode_name in fields]
        return msgspec.structs.replace(card, **{name: getattr(answer, name) for name in changed})

    def comment(self, card: Card, text: str) -> None:
        """Say something below the card."""
        self._ask("POST", f"cards/{card.id}/actions/comments", Any, json={"text": text})

    def _read(self, keys: list[str]) -> dict[str, Card | None]:
        found: dict[str, Card | None] = {}
        # A comma between fields is not one between questions, and so is written twice.
        query = f"fields={'%2C'.join(_FIELDS)}&list=true&members=true"
        for start in range(0, len(keys), PER_BATCH):
            asked = keys[start : start + PER_BATCH]
            params = {"urls": ",".join(f"/cards/{key}?{query}" for key in asked)}
            answers = self._ask("GET", "batch", list[dict[str, Any]], params=params)
            if len(answers) != len(asked):
                raise Unavailable(f"Trello answered {len(answers)} of {len(asked)} questions.")
            found |= {key: self._card(one) for key, one in zip(asked, answers, strict=True)}
        return found

    def _card(self, answer: dict[str, Any]) -> Card | None:
        """What one answer of a batch holds; None where the card is not there, or not for us."""
        said = str(answer.get("message", ""))
        try:
            if "200" in answer:
                return msgspec.convert(answer["200"], Card)
        except msgspec.ValidationError as error:
            raise Unavailable(f"A card in the answer to GET batch cannot be understood: {error}.") from error
        if _NOT_THERE.search(said):
            return None
        raise Unavailable(f"Trello did not say how a card is: {said or 'it gave no reason'}.")

    def _of_board(self, path: str, answer: type[T], **params: Any) -> T:
        board = self._config.board
        try:
            return self._ask("GET", f"boards/{board}/{path}", answer, params=params)
        except (Gone, Rejected, Unauthorized) as error:
            # Of a board that somebody may not see Trello says 401, too.
            if isinstance(error, Unauthorized) and "permission" not in str(error):
                raise
            boards = ", ".join(f"{known.short_link} ({known.name})" for known in self.boards())
            raise Rejected(
                f"{self.setting}.board: there is no board {board} that the owner of {self.setting}.token may"
                f" see. There are: {boards or 'none'}. ({error})"
            ) from error

    def _ask(self, method: str, path: str, answer: type[T], **more: Any) -> T:
        url = f"{self._config.url.rstrip('/')}/{path}"
        key, token = self._revealed("key"), self._revealed("token")
        # In the address, where the API takes them too, whoever keeps a log of addresses would keep them.
        headers = {"Authorization": f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'}
        try:
            return self._http.request(method, url, answer=answer, headers=headers, **more)
        except Unauthorized as error:
            raise self._unauthorized(error) from error

    def _revealed(self, name: str) -> str:
        try:
            found: str = getattr(self._config, name).reveal()
        except ValueError as error:
            raise Unauthorized(f"{self.setting}.{name}: {error}") from error
        return found

    def _unauthorized(self, error: Unauthorized) -> Unauthorized:
        said = str(error)
        if "invalid key" in said:
            hint = "Trello does not know the API key; https://trello.com/power-ups/admin shows it"
            return Unauthorized(f"{self.setting}.key: {hint}. ({error})")
        if "permission" in said and error.status == 401:  # noqa: PLR2004
            what = "may not do this: it needs scope=read,write, and an owner who may write to the board"
        else:
            what = "is not accepted: it may have expired, or been taken back"
        return Unauthorized(f"{self.setting}.token: the token {what}. ({error})")
