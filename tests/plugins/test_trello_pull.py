"""Cards are read as they are, many in one request; whatever is no card of Trello's is left alone."""

from datetime import UTC, date, datetime

import pytest

from chatops.errors import RemoteError, Unavailable
from chatops.sandbox import Fault
from chatops.tracking import NotTracked, TrackedItem
from tests.plugins.test_trello_support import DANA, LEE, Trello, a_trello, wanted

trello = a_trello


def test_a_card_is_read_by_its_id_and_its_address(trello: Trello) -> None:
    card = trello.board.add("Alert", "Doing", members=[DANA, LEE], due=datetime(2026, 12, 1, 23, tzinfo=UTC))
    names = (card.link, card.url, f"{card.url}/1-alert", f"{card.url}/1-alert")
    assert trello.pull(*names) == dict.fromkeys(
        names,
        TrackedItem(
            key=card.link,
            url=card.url,
            title="Alert",
            status="Doing",
            owner="Dana Okafor",
            person="dana",
            due=date(2026, 12, 1),
        ),
    )
    assert trello.requests() == ["GET batch"]


def test_what_is_no_card_of_this_trello_is_not_asked_for(trello: Trello) -> None:
    others = (
        "OPS-12",
        "#7",
        "https://jira.example/browse/OPS-12",
        "https://cards.example/c/AbCd1234",
        "https://cards.example/?x=/c/AbCd1234",
        f"{trello.board.url}/b/AbCd1234",
    )
    assert trello.pull(*others) == {}
    assert trello.requests() == []


def test_a_card_that_is_not_there_is_told_of(trello: Trello) -> None:
    card, kept = trello.board.add("Alert"), trello.board.add("Kept")
    trello.board.delete(card)
    found = trello.pull(card.url, kept.url)
    assert found[card.url] == NotTracked(
        f"there is no card {card.url} that the owner of plugins.trello.token may see; take the link out of"
        " the document, and a new one is filed"
    )
    assert isinstance(found[kept.url], TrackedItem)


def test_ten_cards_are_read_in_one_request(trello: Trello) -> None:
    cards = [trello.board.add(f"Alert {number}") for number in range(23)]
    found = trello.pull(*(card.url for card in cards))
    assert [isinstance(one, TrackedItem) and one.title for one in found.values()] == [c.name for c in cards]
    assert trello.requests() == ["GET batch"] * 3


@pytest.mark.parametrize(
    ("at", "complete", "archived", "whole_list", "state", "status"),
    [
        ("To do", False, False, False, "open", "To do"),
        ("Doing", True, False, False, "done", "Doing"),
        ("Done", False, False, False, "done", "Done"),
        ("Done", False, True, False, "done", "archived"),
        ("Done", False, False, True, "done", "archived"),
        ("Doing", True, True, False, "done", "archived"),
        ("Doing", False, True, False, "dropped", "archived"),
        ("Doing", False, False, True, "dropped", "archived"),
        ("Won't do", False, False, False, "dropped", "Won't do"),
        ("Won't do", True, False, False, "done", "Won't do"),
    ],
)
def test_how_a_card_stands(
    trello: Trello, at: str, complete: bool, archived: bool, whole_list: bool, state: str, status: str
) -> None:
    trello.configure('"Done"', '"done"')
    card = trello.board.add("Alert", at, complete=complete, closed=archived)
    card.place.closed = whole_list
    found = trello.pull_one(card.url)
    assert (found.state, found.status) == (state, status)
    card.desc = f"Post-mortem: x chatops item: {'0' * 32}"
    pushed = trello.push_one(wanted(ticket=card.url, change=("document",)))
    assert (pushed.state, pushed.status) == (state, status)


def test_an_item_that_was_filed_stands_as_its_list_says(trello: Trello) -> None:
    trello.push_one(wanted())
    trello.board.move(trello.card, "Won't do")
    assert trello.push_one(wanted()).state == "dropped"


def test_somebody_whom_nobody_configured_owns_a_card(trello: Trello) -> None:
    trello.board.members["5abbe4b7ddc1b351ef96141f"] = "Kim Park"
    card = trello.board.add("Alert", members=["5abbe4b7ddc1b351ef96141f", DANA])
    assert (trello.pull_one(card.url).owner, trello.pull_one(card.url).person) == ("Kim Park", "")


@pytest.mark.parametrize(
    "line",
    [
        'Post-mortem: [https://git.example/a_(b)](https://git.example/a_(b) "smartCard-inline") why',
        "Post-mortem: <https://git.example/a_(b)> why",
        "Post-mortem: https://git.example/a_(b) why",
    ],
)
def test_where_a_card_leads_is_read_as_trellos_editor_leaves_it(trello: Trello, line: str) -> None:
    card = trello.board.add("Alert", desc=f"{line} \N{MIDDLE DOT} chatops item: {'0' * 32}\n\nBy hand.")
    assert trello.pull_one(card.url).document == "https://git.example/a_(b)"
    card.desc = "Post-mortem: https://git.example/a is where it is"
    assert trello.pull_one(card.url).document == ""


@pytest.mark.parametrize(
    "said",
    [
        '[{"statusCode": 503, "message": "upstream"}]',
        "[{}]",
        '[{"200": {"id": 7}}]',
        "[]",
        "[7]",
        "Not today",
    ],
)
def test_an_answer_that_says_nothing_takes_no_card_away(trello: Trello, said: str) -> None:
    card = trello.board.add("Alert")
    kind = "text/plain" if said == "Not today" else "application/json"
    trello.plan(Fault(kind="garbage", body=said, content_type=kind, times=None))
    trello.seconds = 0.6
    with pytest.raises(Unavailable):
        trello.pull(card.url)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_short_outage_is_waited_for(trello: Trello, status: int) -> None:
    card = trello.board.add("Alert")
    trello.plan(Fault(kind="status", status=status))
    assert trello.pull_one(card.url).title == "Alert"
    trello.plan(Fault(kind="status", status=status, times=None))
    trello.seconds = 0.6
    with pytest.raises(RemoteError, match=f"GET .*/batch was answered {status}"):
        trello.pull(card.url)
