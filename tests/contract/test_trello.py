"""Trello's own specification, over what the plugin sends and what its stand-in answers.

It wants every argument in the address, where the API takes them as JSON too; it calls the time at which a
card is due a date, and knows neither a board by its short link nor the header that key and token travel in.
These are translated. Of a board it has the lists alone: what else is asked of one, and a batch, are held
against the parts that it has.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from chatops.sandbox import Asked, Fault, Sandbox
from chatops.service import Service
from chatops_trello.sandbox import TrelloStandIn
from chatops_trello.sandbox.settings import BOARD_ID
from tests.contract.specs import Spec
from tests.plugins.test_trello_support import DAY, Trello, wanted


@pytest.fixture
def spec() -> Spec:
    return Spec("trello.json")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[TrelloStandIn]) as sandbox:
        yield sandbox


def in_the_address(asked: Asked) -> Asked:
    """The request, as the specification has it."""
    found = dict(re.findall(r'oauth_(\w+)="([^"]*)"', asked.headers["Authorization"]))
    said = {"key": found["consumer_key"], "token": found["token"]}
    # What is taken away is null in JSON, and has no spelling that the specification would know.
    body = {name: value for name, value in json.loads(asked.body or b"{}").items() if value is not None}
    if "due" in body:
        body["due"] = date_of(body["due"])
    query = "&".join(part for part in (asked.query, urlencode({**body, **said})) if part)
    answer = re.sub(
        rb'(?<="due":")[^"]*|(?<="due": ")[^"]*', lambda m: date_of(m[0].decode()).encode(), asked.answer
    )
    path = re.sub("^/1/boards/[A-Za-z0-9]{8}(?=/)", f"/1/boards/{BOARD_ID}", asked.path)
    return replace(asked, query=query, path=path, body=b"", headers={}, answer=answer)


def date_of(time: str) -> str:
    """The date of a time as Trello writes it."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert found, time
    return found[1]


def listed(asked: Asked, found: list[Any]) -> list[Asked]:
    """The cards of an answer, each as if it had been asked for by itself."""
    return [
        replace(asked, path=f"/1/cards/{card['id']}", query="", answer=json.dumps(card).encode())
        for card in found
    ]


def check(spec: Spec, asked: list[Asked]) -> None:
    """Every request and answer is as the specification has it, as far as it goes."""
    assert asked
    for one in asked:
        last = one.path.rsplit("/", maxsplit=1)[-1]
        if one.status is not None and one.status >= 400:
            assert one.answer_type.startswith("text/plain" if one.status != 429 else "application/json")
        elif last in {"cards", "batch"} and one.method == "GET":
            answers = json.loads(one.answer)
            cards = [card["200"] for card in answers if "200" in card] if last == "batch" else answers
            for card in listed(one, cards):
                spec.check(in_the_address(card))
        elif last in {"labels", "members", "boards"}:
            assert all(re.fullmatch("[0-9a-f]{24}", known["id"]) for known in json.loads(one.answer))
        else:
            spec.check(in_the_address(one))


def test_all_that_the_plugin_does(
    spec: Spec, sandbox: Sandbox, make_service: Callable[[str], Service]
) -> None:
    trello = Trello(sandbox, make_service)
    trello.plan(Fault(kind="drop_after", method="POST"))
    item = wanted(owner="Dana", person="dana", due=DAY, notes=("Page at 80 %.",))
    found = trello.push_one(item)
    trello.push(item, wanted("Other"), wanted("Owned", owner="Dana", person="dana"))
    everything = ("title", "owner", "due", "document")
    moved = wanted("New", ticket=found.url, owner="Lee", person="lee", change=everything)
    trello.push_one(moved)
    trello.push_one(wanted("New", ticket=found.url, due=DAY, owner="Dana", person="dana", change=everything))
    kept, twin = trello.board.cards[:2]
    kept.desc = twin.desc = "gone"
    trello.pull(kept.url, twin.link, "AAAAAAAA")
    trello.check()
    trello.plan(Fault(kind="status", status=429))
    trello.pull(kept.url)
    asked = sandbox.log.all()
    check(spec, asked)
    assert {(one.method, one.path.split("/")[-1]) for one in asked} >= {
        ("GET", "batch"),
        ("GET", "cards"),
        ("GET", "labels"),
        ("GET", "lists"),
        ("GET", "members"),
        ("POST", "cards"),
        ("PUT", kept.id),
    }


def test_what_becomes_of_a_card_that_was_filed_twice(
    spec: Spec, sandbox: Sandbox, make_service: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatops_trello.api import Api

    trello, create = Trello(sandbox, make_service), Api.create

    def creating(api: Api, fields: dict[str, Any]) -> Any:
        trello.board.add("Theirs", desc=fields["desc"])
        return create(api, fields)

    monkeypatch.setattr(Api, "create", creating)
    trello.push_one(wanted())
    asked = sandbox.log.all()
    check(spec, asked)
    assert [one.method for one in asked[-2:]] == ["PUT", "POST"]
    assert asked[-1].path.endswith("/actions/comments")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/1/cards", {"name": "x"}),
        ("POST", "/1/cards", {"idList": "x"}),
        ("PUT", f"/1/cards/{BOARD_ID}", {"closed": "maybe"}),
        ("POST", "/1/card", {"idList": BOARD_ID}),
    ],
)
def test_the_specification_refuses_what_is_wrong(
    spec: Spec,
    sandbox: Sandbox,
    make_service: Callable[[str], Service],
    method: str,
    path: str,
    body: dict[str, str],
) -> None:
    """What is checked above can fail."""
    Trello(sandbox, make_service).push_one(wanted())
    (sent,) = (one for one in sandbox.log.all() if one.method == "POST")
    spec.check_request(in_the_address(sent))
    with pytest.raises(AssertionError):
        spec.check_request(
            in_the_address(replace(sent, method=method, path=path, body=json.dumps(body).encode()))
        )
