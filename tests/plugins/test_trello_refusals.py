"""What Trello will not take is said in words that name the setting; a secret is in none of them."""

import logging
import traceback
from typing import Any

import msgspec
import pytest

from chatops.errors import Rejected, RemoteError, Unauthorized
from chatops.sandbox import Fault, Refused
from chatops.sandbox.rehearsal import Rehearsal
from chatops.values import Secret
from chatops_trello import TrelloConfig, TrelloPerson
from chatops_trello.sandbox import TrelloStandIn
from tests.plugins.test_trello_support import DAY, Trello, a_trello, wanted

trello = a_trello


@pytest.mark.parametrize(
    ("old", "setting"), [("sandbox-trello-key", "key"), ("sandbox-trello-token", "token")]
)
@pytest.mark.parametrize("question", ["pull", "push", "check"])
def test_what_is_not_accepted_is_named(trello: Trello, old: str, setting: str, question: str) -> None:
    trello.configure(old, "expired-1234567")
    asked: dict[str, Any] = {"pull": {"tickets": ["AbCd1234"]}, "push": {"items": [wanted()]}}
    name = question if question == "check" else f"action_items_{question}"
    with pytest.raises(
        Unauthorized, match=f"^plugins.trello.{setting}: .*401 UNAUTHORIZED: invalid {setting}"
    ):
        trello.ask(name, **asked.get(question, {}))


def test_a_secret_that_cannot_be_read_is_named(trello: Trello) -> None:
    trello.configure('["echo", "sandbox-trello-key"]', '["false"]')
    with pytest.raises(Unauthorized, match=r"^plugins.trello.key: the secret from command false cannot"):
        trello.pull("AbCd1234")


def test_a_token_that_may_only_read_is_told_of(trello: Trello) -> None:
    trello.board.may_write = False
    assert trello.refused(wanted()).startswith(
        "plugins.trello.token: the token may not do this: it needs scope=read,write, and an owner who may"
    )


@pytest.mark.parametrize("board", ["AAAAAAAA", "0" * 24])
def test_a_board_that_is_not_there_is_told_of_with_those_that_are(trello: Trello, board: str) -> None:
    trello.configure("nC8QJJoZ", board)
    problem = f"^plugins.trello.board: there is no board {board} .* There are: nC8QJJoZ .Follow-ups."
    with pytest.raises(Rejected, match=problem):
        trello.push(wanted())
    with pytest.raises(Rejected, match=problem):
        trello.check()


def test_a_board_that_the_token_may_not_see_is_told_of(
    trello: Trello, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(self: TrelloStandIn, _board: str) -> None:
        raise Refused(self.refusal(401, "unauthorized permission requested"))

    monkeypatch.setattr(TrelloStandIn, "_of_board", hidden)
    with pytest.raises(
        Rejected, match=r"^plugins.trello.board: there is no board nC8QJJoZ that the owner of"
    ):
        trello.push(wanted())


def test_a_board_that_is_not_read_for_another_reason_is_not_called_missing(trello: Trello) -> None:
    trello.plan(Fault(kind="status", path="cards$", status=403))
    with pytest.raises(Unauthorized, match=r"^plugins.trello.token: .* 403 "):
        trello.push(wanted())
    assert trello.requests()[-1] == "GET cards"


def test_a_list_that_is_not_there_is_told_of_with_those_that_are(trello: Trello) -> None:
    trello.configure('list = "To do"', 'list = "Backlog"')
    trello.board.listed("Doing").closed = True
    with pytest.raises(
        Rejected, match=r"^plugins.trello.list: .* 'Backlog'. There are: To do, Done, Won't do."
    ):
        trello.push(wanted())
    trello.configure('list = "To do"', 'list = "Doing"')
    with pytest.raises(Rejected, match="the board has no list 'Doing'"):
        trello.push(wanted())
    assert trello.board.cards == []


def test_a_list_is_named_by_its_id_too(trello: Trello) -> None:
    trello.configure('list = "To do"', 'list = "5abbe4b7ddc1b351ef961416"')
    trello.configure('labels = ["post-mortem"]', "")
    trello.configure('list = "To do"', 'list = "doing"')
    assert trello.push_one(wanted()).status == "Doing"


def test_a_label_that_is_not_there_is_told_of(trello: Trello) -> None:
    trello.configure('["post-mortem"]', '["follow-up"]')
    with pytest.raises(Rejected, match=r"^plugins.trello.labels: .*'follow-up'. There are: post-mortem."):
        trello.push(wanted())


def test_what_the_board_does_not_have_is_found(trello: Trello) -> None:
    assert trello.check() == []
    trello.configure('done_lists = ["Done"]', 'done_lists = ["Done", "Finished"]')
    (found,) = trello.check()
    assert (found.setting, found.problem) == ("plugins.trello.done_lists", "the board has no list 'Finished'")
    assert found.valid == ("To do", "Doing", "Done", "Won't do")
    trello.configure('list = "To do"', 'list = "Doing"')
    trello.board.listed("Doing").closed = True
    (found,) = trello.check()
    assert (found.setting, found.valid) == ("plugins.trello.list", ("To do", "Done", "Won't do"))
    trello.configure('["post-mortem"]', '["follow-up"]')
    (found,) = trello.check()
    assert (found.setting, found.valid) == ("plugins.trello.labels", ("post-mortem",))
    trello.board.members.pop("5abbe4b7ddc1b351ef96141b")
    (*_, found) = trello.check()
    assert found.setting == "people.lee.trello.member_id"
    assert found.valid == ("5abbe4b7ddc1b351ef96141a (Dana Okafor)",)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=500, times=None),
        Fault(kind="status", status=400, times=None),
        Fault(kind="drop_before", times=None),
        Fault(kind="garbage", times=None, content_type="text/plain", body="token sandbox-trello-token?"),
        Fault(kind="garbage", times=None, content_type="application/json", body='{"sandbox-trello-key": 1}'),
    ],
)
def test_no_secret_is_told(trello: Trello, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "chatops"):
        rehearsal = Rehearsal()
        trello.ask("action_items_push", rehearsal=rehearsal, items=[wanted(due=DAY)])
        trello.plan(fault)
        trello.seconds = 0.6
        for question, asked in (("pull", {"tickets": ["AbCd1234"]}), ("push", {"items": [wanted()]})):
            with pytest.raises(RemoteError) as wrong:
                trello.ask(f"action_items_{question}", **asked)
            said = "".join(traceback.format_exception(wrong.value)) + repr(vars(wrong.value))
            assert "sandbox-trello-" not in said
        trello.sandbox.faults.clear()
    assert len(rehearsal.sent) == 1
    assert "sandbox-trello-" not in caplog.text
    assert "sandbox-trello-" not in repr(rehearsal.sent) + repr(trello.service.config)
    sent = trello.asked()
    assert sent
    assert not any("key=" in one.query or "token=" in one.query for one in sent)


def test_a_dry_run_reads_the_real_board_and_writes_nothing(trello: Trello) -> None:
    found = trello.push_one(wanted())
    trello.asked()
    rehearsal = Rehearsal()
    items = [wanted(), wanted("New"), wanted("Old", ticket=found.url, change=("title",))]
    answer = trello.ask("action_items_push", rehearsal=rehearsal, items=items)
    assert {one.method for one in trello.asked()} == {"GET"}
    assert [one.method for one in rehearsal.sent] == ["PUT", "POST"]
    assert (rehearsal.sent[0].body, rehearsal.sent[1].body["name"]) == ({"name": "Old"}, "New")
    known, new, old = (answer[item.key] for item in items)
    assert (known.key, known.created) == (found.key, False)
    assert (new.title, new.created, new.status) == ("New", True, "To do")
    assert (old.key, old.url, old.title) == (found.key, found.url, "Old")
    assert (len(trello.board.cards), trello.card.name) == (1, "Alert on disk space")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("board", "https://trello.com/b/nC8QJJoZ", "write the id in the board's address"),
        ("list", " ", "write the name of the list"),
        ("dropped_lists", ["done"], "done is among done_lists, too"),
        ("url", "api.trello.com", "write an address"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object, words: str) -> None:
    secret = Secret("test", lambda: "x")
    good: dict[str, Any] = {"board": "nC8QJJoZ", "list": "To do", "done_lists": ["Done"]}
    with pytest.raises(ValueError, match=words):
        TrelloConfig(key=secret, token=secret, **good | {setting: value})


def test_a_member_is_named_by_an_id() -> None:
    with pytest.raises(msgspec.ValidationError, match="member_id: write the member's id"):
        msgspec.convert({"member_id": "dana"}, TrelloPerson)
