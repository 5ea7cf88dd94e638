"""The stand-in, as somebody meets it who talks to it without the plugin; and a whole sync with it."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests

from chatops.sandbox import Sandbox
from chatops_trello.sandbox import TrelloStandIn
from tests.kit import Cli
from tests.plugins.test_trello_support import DANA

HEADERS = {
    "Authorization": 'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="sandbox-trello-token"'
}
BOARD = "/boards/nC8QJJoZ"
TO_DO = "5abbe4b7ddc1b351ef961415"


class Remote:
    """Asks the stand-in over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.board = cast("TrelloStandIn", sandbox.standins["trello"])

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(
            method, f"{self.board.url}/1{path}", timeout=5, **{"headers": HEADERS, **more}
        )

    def create(self, **fields: Any) -> Any:
        made = self.ask("POST", "/cards", json={"idList": TO_DO, **fields})
        assert made.status_code == 200, made.text
        return made.json()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[TrelloStandIn]) as sandbox:
        yield sandbox


@pytest.fixture
def remote(sandbox: Sandbox) -> Remote:
    return Remote(sandbox)


@pytest.mark.parametrize(
    ("key", "token", "status", "words"),
    [
        ("sandbox-trello-key", "sandbox-trello-token", 200, '[{"id":'),
        ("x", "sandbox-trello-token", 401, "invalid key"),
        ("sandbox-trello-key", "x", 401, "invalid token"),
        ("", "", 401, "invalid key"),
    ],
)
def test_key_and_token_are_wanted_in_the_address_or_a_header(
    remote: Remote, key: str, token: str, status: int, words: str
) -> None:
    header = {"Authorization": f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'}
    for more in ({"headers": header}, {"headers": {}, "params": {"key": key, "token": token}}):
        answer = remote.ask("GET", f"{BOARD}/lists", **more)
        assert (answer.status_code, answer.text[: len(words)]) == (status, words)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/boards/x/lists", None, 400, "invalid id"),
        ("GET", "/boards/AAAAAAAA/cards", None, 404, "The requested resource was not found."),
        ("GET", "/cards/AAAAAAAA", None, 404, "The requested resource was not found."),
        ("PUT", "/cards/x", {"name": "y"}, 400, "invalid id"),
        ("POST", "/cards", {"name": "y"}, 400, "invalid value for idList"),
        ("POST", "/cards", {"idList": "x"}, 400, "invalid value for idList"),
        ("POST", "/cards", {"idList": TO_DO, "idMembers": "0" * 24}, 400, "invalid value for idMembers"),
        ("POST", "/cards", {"idList": TO_DO, "idLabels": "0" * 24}, 400, "invalid value for idLabels"),
        ("POST", "/cards", {"idList": TO_DO, "due": "soon"}, 400, "invalid date"),
        ("POST", "/cards", {"idList": TO_DO, "desc": "x" * 16_385}, 400, "invalid value for desc"),
        ("GET", "/batch", None, 400, "Can only batch 1-10 requests"),
        ("GET", "/nothing", None, 404, "The requested URL was not found"),
    ],
)
def test_what_it_does_not_take_it_refuses_in_plain_text(
    remote: Remote, method: str, path: str, body: Any, status: int, words: str
) -> None:
    refused = remote.ask(method, path, json=body)
    assert (refused.status_code, refused.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert refused.text.startswith(words)
    assert remote.board.cards == []


def test_more_than_its_rate_is_refused_in_json(remote: Remote) -> None:
    remote.board.rate = 2
    answers = [remote.ask("GET", f"{BOARD}/lists") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json() == {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}


def test_a_card_is_made_changed_commented_archived_and_deleted(remote: Remote) -> None:
    made = remote.create(name="Slow", due="2026-12-01T12:00:00.000Z", idMembers=DANA)
    assert (made["idShort"], made["due"], made["idMembers"]) == (1, "2026-12-01T12:00:00.000Z", [DANA])
    path = f"/cards/{made['shortLink']}"
    assert remote.ask("PUT", path, json={"due": None, "dueComplete": True}).json()["dueComplete"] is True
    assert remote.ask("PUT", path, params={"closed": "true"}).json()["closed"] is True
    assert remote.ask("POST", f"{path}/actions/comments", json={"text": ""}).status_code == 400
    assert (
        remote.ask("POST", f"{path}/actions/comments", json={"text": "Why?"}).json()["data"]["text"] == "Why?"
    )
    found = remote.ask("GET", path, params={"list": "true", "members": "true"}).json()
    assert (found["due"], found["list"]["name"], found["members"][0]["fullName"]) == (
        None,
        "To do",
        "Dana Okafor",
    )
    assert remote.ask("GET", f"{BOARD}/cards").json() == []
    assert len(remote.ask("GET", f"{BOARD}/cards", params={"filter": "all"}).json()) == 1
    assert remote.ask("DELETE", path).status_code == 200
    assert remote.board.cards == []


def test_cards_are_listed_the_newest_first_in_pages(remote: Remote) -> None:
    made = [remote.create(name=str(number))["id"] for number in range(5)]
    page = remote.ask("GET", f"{BOARD}/cards", params={"limit": 2, "before": made[3]}).json()
    assert [card["name"] for card in page] == ["1", "2"]
    assert set(remote.ask("GET", f"{BOARD}/cards", params={"fields": "name"}).json()[0]) == {"id", "name"}


def test_a_batch_answers_each_by_itself(remote: Remote) -> None:
    link = remote.create(name="Slow")["shortLink"]
    urls = f"/cards/{link}?fields=name%2Cclosed,/cards/AAAAAAAA,/members/me/boards?fields=name"
    first, second, third = remote.ask("GET", "/batch", params={"urls": urls}).json()
    assert (first["200"]["name"], set(first["200"])) == ("Slow", {"id", "name", "closed"})
    assert (second["statusCode"], second["message"]) == (404, "The requested resource was not found.")
    assert third["200"][0]["shortLink"] == "nC8QJJoZ"
    many = ",".join(["/members/me/boards"] * 11)
    assert remote.ask("GET", "/batch", params={"urls": many}).status_code == 400


def test_the_panel_and_the_page_of_a_card_show_text_as_text(remote: Remote) -> None:
    evil = "<script>alert(1)</script>"
    made = remote.create(name=evil, desc=evil, due="2026-12-01T12:00:00Z", idMembers=DANA)
    remote.ask("POST", f"/cards/{made['id']}/actions/comments", json={"text": evil})
    remote.create(name="Old", dueComplete=True, closed=True)
    remote.board.members[DANA] = evil
    (panel,) = remote.board.drawn().values()
    page = requests.get(made["shortUrl"], timeout=5)
    assert (page.status_code, requests.get(made["url"], timeout=5).text) == (200, page.text)
    for shown in (panel, page.text):
        assert "<script" not in shown
        assert shown.count("&lt;script&gt;") >= 3
        assert re.findall(r"(?:src=|@import|url\()", shown) == []
    assert all(
        words in panel for words in ("To do", "Won&#39;t do", "Archive", "Due 01 Dec 2026", "Complete")
    )
    assert requests.get(f"{remote.board.url}/c/AAAAAAAA", timeout=5).status_code == 404


def test_a_post_mortem_and_its_cards_are_kept_in_step(cli: Cli, remote: Remote, sandbox: Sandbox) -> None:
    cli.configure(
        f'{sandbox.config()}\n[actions]\ntracker = "trello"\n[actions.wins]\ntitle = "document"\n'
        f'[people.dana]\ntrello.member_id = "{DANA}"\n'
    )
    path = cli.home / "why.md"
    path.write_text(
        "# Why\n\n## Action items\n\n- [ ] Alert on disk space (@dana, due 2026-12-01)\n- [ ] Test it\n"
    )
    rehearsed = cli("actions", "sync", str(path), "--dry-run")
    assert (remote.board.cards, "sandbox-trello-" in rehearsed.out + rehearsed.err) == ([], False)
    cli("actions", "sync", str(path))
    alert, test = remote.board.cards
    assert (alert.name, alert.members, test.name) == ("Alert on disk space", [DANA], "Test it")
    written = path.read_text()
    assert f"[{alert.link}]({alert.url})" in written
    assert cli("actions", "sync", str(path), "--json").json()
    assert (path.read_text(), len(remote.board.cards)) == (written, 2)
    remote.board.complete(test)
    path.write_text(written.replace("Alert on disk", "Page on disk"))
    cli("actions", "sync", str(path))
    assert alert.name == "Page on disk space"
    assert "- [x] Test it" in path.read_text()
