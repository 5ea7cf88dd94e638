"""Trello's API, as far as boards and their cards go, and the pages of its cards."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_trello.sandbox.memory import Memory
from chatops_trello.sandbox.settings import BOARD_ID, BOARD_NAME, config
from chatops_trello.sandbox.state import Card, Json

MOST_IN_A_BATCH: Final = 10
MOST_CARDS: Final = 1000


class TrelloStandIn(Memory):
    """Answers as Trello does, for one board. `Memory` says what tests look at, and what they change."""

    def made(self) -> list[str]:
        """The cards that are open."""
        return [f"{card.link} {card.name}" for card in self.cards if not card.closed]

    def settings(self) -> str:
        return config(self.url)

    def panels(self) -> Mapping[str, str]:
        from chatops_trello.sandbox.panel import board

        return {"Trello": board(self)}

    @route("GET", "/c/<link>")
    @route("GET", "/c/<link>/<_title>")
    def _page(self, _request: Request, link: str, _title: str = "") -> Response:
        from chatops_trello.sandbox.panel import document

        return Response(document(self._known(link)), mimetype="text/html")

    @route("GET", "/1/members/me/boards")
    def _boards(self, _request: Request) -> Response:
        self._no_rehearsal()
        return answer([{"id": BOARD_ID, "name": BOARD_NAME, "shortLink": self.board, "closed": False}])

    @route("GET", "/1/boards/<board>/lists")
    def _lists(self, request: Request, board: str) -> Response:
        self._of_board(board)
        wanted = request.args.get("filter", "open")
        found = [known for known in self.lists if wanted == "all" or known.closed == (wanted == "closed")]
        return answer([{**known.shown, "idBoard": BOARD_ID} for known in found])

    @route("GET", "/1/boards/<board>/labels")
    def _labels(self, _request: Request, board: str) -> Response:
        self._of_board(board)
        return answer([{"id": known.id, "name": known.name} for known in self.labels])

    @route("GET", "/1/boards/<board>/members")
    def _members(self, _request: Request, board: str) -> Response:
        self._of_board(board)
        return answer([self._member(known) for known in self.members])

    @route("GET", "/1/boards/<board>/cards")
    def _cards(self, request: Request, board: str) -> Response:
        self._of_board(board)
        wanted = request.args.get("filter", "visible")
        before = request.args.get("before")
        most = min(int(request.args.get("limit", MOST_CARDS)), MOST_CARDS)
        found = [card for card in self.cards if wanted == "all" or not (card.closed or card.place.closed)]
        older = [card for card in found if before is None or card.id < before]
        return answer([self._shown(card, request) for card in older[-most:]])

    @route("POST", "/1/cards")
    def _create(self, request: Request) -> Response:
        said = self._said(request)
        if "idList" not in said:
            raise Refused(self.refusal(400, "invalid value for idList"))
        card = self.add("", said["idList"])
        try:
            self._write(card, said)
        except Refused:
            self.delete(card)
            raise
        return answer(card.shown(BOARD_ID))

    @route("GET", "/1/cards/<card>")
    def _card(self, request: Request, card: str) -> Response:
        self._no_rehearsal()
        return answer(self._shown(self._known(card), request))

    @route("PUT", "/1/cards/<card>")
    def _change(self, request: Request, card: str) -> Response:
        found = self._known(card)
        self._write(found, self._said(request))
        return answer(found.shown(BOARD_ID))

    @route("DELETE", "/1/cards/<card>")
    def _delete(self, _request: Request, card: str) -> Response:
        self.delete(self._known(card))
        return answer({"limits": {}})

    @route("POST", "/1/cards/<card>/actions/comments")
    def _comment(self, request: Request, card: str) -> Response:
        found = self._known(card)
        text = self._said(request).get("text") or ""
        if not text:
            raise Refused(self.refusal(400, "invalid value for text"))
        found.comments.append(text)
        return answer({"type": "commentCard", "data": {"text": text, "card": {"id": found.id}}})

    @route("GET", "/1/batch")
    def _batch(self, request: Request) -> Response:
        self._no_rehearsal()
        asked = [unquote(one) for one in request.args.get("urls", "").split(",") if one]
        if not 0 < len(asked) <= MOST_IN_A_BATCH:
            raise Refused(self.refusal(400, "Can only batch 1-10 requests"))
        return answer([self._one_of_many(request, one) for one in asked])

    def _one_of_many(self, request: Request, asked: str) -> Json:
        parts = urlsplit(asked)
        headers = [("Authorization", request.headers.get("Authorization", ""))]
        builder = EnvironBuilder(path=f"/1{parts.path}", query_string=parts.query, headers=headers)
        made = self.respond(Request(builder.get_environ()))
        if made.status_code == 200:  # noqa: PLR2004
            return {"200": made.get_json()}
        return {"name": "Error", "message": made.get_data(as_text=True), "statusCode": made.status_code}

    def _shown(self, card: Card, request: Request) -> Json:
        shown = card.shown(BOARD_ID)
        fields: Iterable[str] = request.args.get("fields", "all").split(",")
        if "all" not in fields:
            shown = {name: value for name, value in shown.items() if name in {"id", *fields}}
        if request.args.get("members") == "true":
            shown["members"] = [self._member(known) for known in card.members]
        if request.args.get("list") == "true":
            shown["list"] = card.place.shown
        return shown

    def _member(self, known: str) -> Json:
        name = self.members.get(known, known)
        return {"id": known, "fullName": name, "username": name.casefold().replace(" ", "")}
