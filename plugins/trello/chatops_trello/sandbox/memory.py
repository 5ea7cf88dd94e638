"""What the stand-in holds, what people do to it by hand, and what all its answers need."""

import re
import time
from collections import deque
from datetime import datetime
from itertools import count
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, StandIn, answer
from chatops_trello.sandbox.settings import BOARD, BOARD_ID, KEY, LABELS, LISTS, MEMBERS, TOKEN
from chatops_trello.sandbox.state import LIMIT, Card, Json, Listed, new_id, new_link

WINDOW: Final = 10.0
#: Trello answers with a text rather than JSON, but for a rate that is exceeded.
WORDS: Final = {
    400: "invalid id",
    401: "invalid token",
    404: "The requested resource was not found.",
}


class Memory(StandIn):
    """One board with lists, labels and members. `cards` are the oldest first.

    `rate` is how many requests it takes in 10 seconds, None for any number; `may_write` says what the token
    may. What people do by hand: `add`, `move`, `archive`, `complete`, `edit` and `delete`.
    """

    name = "trello"
    root = "/1/"

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.key, self.token, self.board = KEY, TOKEN, BOARD
        self.rate: int | None = None
        self.may_write = True
        self.cards: list[Card] = []
        self.lists = [Listed(known, name) for known, name in LISTS.items()]
        self.labels = [Listed(known, name) for known, name in LABELS.items()]
        self.members = dict(MEMBERS)
        self._numbers = count(1)
        self._taken: deque[float] = deque()

    def card(self, known: str) -> Card | None:
        """The card with this id or short link."""
        return next((card for card in self.cards if known in {card.id, card.link}), None)

    def add(self, name: str, at: str = "To do", **fields: Any) -> Card:
        """Somebody adds a card."""
        number = next(self._numbers)
        link = f"rehearsal{number}" if self.rehearsing else new_link()
        url = f"{self.url or 'https://trello.com'}/c/{link}"
        card = Card(new_id(number), number, link, url, name, self.listed(at), **fields)
        self.cards.append(card)
        return card

    def listed(self, named: str) -> Listed:
        """The list with this id or name; a rehearsal takes any."""
        found = next((known for known in self.lists if named in {known.id, known.name}), None)
        if found is None and self.rehearsing:
            found = Listed(named, named)
            self.lists.append(found)
        if found is None:
            raise Refused(self.refusal(400, "invalid value for idList"))
        return found

    def move(self, card: Card, to: str) -> None:
        """Somebody drags a card to another list."""
        card.place = self.listed(to)

    def archive(self, card: Card) -> None:
        """Somebody archives a card."""
        card.closed = True

    def complete(self, card: Card) -> None:
        """Somebody marks a card as complete."""
        card.complete = True

    def delete(self, card: Card) -> None:
        """Somebody deletes a card."""
        self.cards.remove(card)

    def admit(self, request: Request) -> None:
        if not request.path.startswith(self.root) or self.rehearsing:
            return
        said = dict(re.findall(r'(oauth_\w+)="([^"]*)"', request.headers.get("Authorization", "")))
        if (said.get("oauth_consumer_key") or request.args.get("key")) != self.key:
            raise Refused(self.refusal(401, "invalid key"))
        if (said.get("oauth_token") or request.args.get("token")) != self.token:
            raise Refused(self.refusal(401, "invalid token"))
        if request.method != "GET" and not self.may_write:
            raise Refused(self.refusal(401, "unauthorized permission requested"))
        self._take_turn()

    def refusal(self, status: int, words: str = "") -> Response:
        if status == 429:  # noqa: PLR2004
            said = {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}
            return answer(said, status)
        return Response(words or WORDS.get(status, "Something went wrong"), status, mimetype="text/plain")

    def _no_rehearsal(self) -> None:
        """Let a dry run ask the real board what is on it."""
        if self.rehearsing:
            raise Refused(self.refusal(404))

    def _of_board(self, board: str) -> None:
        self._no_rehearsal()
        if board not in {self.board, BOARD_ID}:
            well_formed = re.fullmatch("[A-Za-z0-9]{8}|[0-9a-f]{24}", board)
            raise Refused(self.refusal(404 if well_formed else 400))

    def _known(self, named: str) -> Card:
        found = self.card(named)
        if found is None and self.rehearsing:
            found = self.add(named, "unknown")
            found.id = named
        if found is None:
            raise Refused(self.refusal(404 if re.fullmatch("[A-Za-z0-9]{8}|[0-9a-f]{24}", named) else 400))
        return found

    def _said(self, request: Request) -> Json:
        """What is asked for, in the address or as JSON."""
        body = request.get_json() if request.mimetype == "application/json" and request.get_data() else {}
        return {**request.args, **body}

    def _write(self, card: Card, said: Json) -> None:
        """Make of the card what is asked for: all of it, or nothing where something is wrong."""
        if any(len(said.get(name) or "") > LIMIT for name in ("name", "desc")):
            raise Refused(self.refusal(400, "invalid value for desc"))
        members, labels = _ids(said, "idMembers"), _ids(said, "idLabels")
        if not self.rehearsing and not set(members) <= set(self.members):
            raise Refused(self.refusal(400, "invalid value for idMembers"))
        if not self.rehearsing and not set(labels) <= {known.id for known in self.labels}:
            raise Refused(self.refusal(400, "invalid value for idLabels"))
        try:
            due = datetime.fromisoformat(said["due"]) if said.get("due") not in {None, "", "null"} else None
        except ValueError:
            raise Refused(self.refusal(400, "invalid date")) from None
        card.place = self.listed(said["idList"]) if "idList" in said else card.place
        card.name, card.desc = said.get("name", card.name).strip(), said.get("desc", card.desc)
        card.due = due if "due" in said else card.due
        card.members = members if "idMembers" in said else card.members
        card.labels = labels if "idLabels" in said else card.labels
        card.closed = _flag(said.get("closed", card.closed))
        card.complete = _flag(said.get("dueComplete", card.complete))

    def _take_turn(self) -> None:
        now = time.monotonic()
        while self._taken and self._taken[0] < now - WINDOW:
            self._taken.popleft()
        if self.rate is not None and len(self._taken) >= self.rate:
            raise Refused(self.refusal(429))
        self._taken.append(now)


def _ids(said: Json, name: str) -> list[str]:
    value = said.get(name) or []
    return [known for known in value.split(",") if known] if isinstance(value, str) else list(value)


def _flag(value: object) -> bool:
    return value in {True, "true"}
