"""An item is filed as one card, whatever goes wrong; a card is changed where the item says so."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chatops.sandbox import Fault
from chatops.sandbox.faults import Kind
from chatops.tracking import ItemDocument, NotTracked, TrackedItem
from chatops_trello.api import Api, Card
from tests.plugins.test_trello_support import DANA, DAY, DOCUMENT, LEE, URL, Trello, a_trello, wanted
from tests.stage import SOON

trello = a_trello


def test_an_item_becomes_a_card_that_leads_back(trello: Trello) -> None:
    item = wanted(owner="Dana", person="dana", due=DAY, notes=("Page at 80 %.",))
    found = trello.push_one(item)
    card = trello.card
    assert found == TrackedItem(
        key=card.link,
        url=card.url,
        title="Alert on disk space",
        state="open",
        status="To do",
        owner="Dana Okafor",
        person="dana",
        due=DAY,
        document=URL,
        created=True,
    )
    assert (card.place.name, card.members, card.due) == (
        "To do",
        [DANA],
        datetime(2026, 12, 1, 12, tzinfo=UTC),
    )
    assert card.labels == [trello.board.labels[0].id]
    lines = card.desc.split("\n\n")
    assert lines[0] == "Page at 80 %."
    assert lines[1].startswith(f"Post-mortem: <{URL}> Checkout returns 500s (INC-12, OPS-7) ")
    assert trello.requests() == ["GET lists", "GET labels", "GET cards", "POST cards", "GET cards"]


def test_the_same_item_is_filed_once(trello: Trello) -> None:
    first = trello.push(wanted(), wanted("Other"))
    again = trello.push(wanted(), wanted("Other"))
    assert len(trello.board.cards) == 2
    assert {key: found.key for key, found in first.items() if isinstance(found, TrackedItem)} == {
        key: found.key for key, found in again.items() if isinstance(found, TrackedItem)
    }
    assert [isinstance(f, TrackedItem) and f.created for f in again.values()] == [False, False]
    assert [isinstance(f, TrackedItem) and f.status for f in again.values()] == ["To do", "To do"]


def test_a_card_is_found_again_wherever_it_went(trello: Trello) -> None:
    found = trello.push_one(wanted())
    trello.card.name = "Renamed"
    trello.board.move(trello.card, "Done")
    trello.board.archive(trello.card)
    trello.card.desc += "\n\nI have begun with it."
    again = trello.push_one(wanted())
    assert (again.key, again.title, again.state, again.status) == (found.key, "Renamed", "done", "archived")


def test_a_card_is_found_below_a_thousand_newer_ones(trello: Trello, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops_trello.api.PER_PAGE", 3)
    found = trello.push_one(wanted())
    for number in range(7):
        trello.board.add(f"Newer {number}")
    trello.asked()
    assert trello.push_one(wanted()).key == found.key
    assert trello.requests() == ["GET lists", "GET labels", *["GET cards"] * 3]


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
def test_where_the_answer_is_lost_the_card_is_looked_for(trello: Trello, kind: Kind) -> None:
    trello.plan(Fault(kind=kind, method="POST"))
    found = trello.push_one(wanted())
    assert (found.key, found.created) == (trello.card.link, True)


def test_where_the_answer_is_lost_and_so_is_the_search_the_next_push_finds_it(trello: Trello) -> None:
    trello.plan(
        Fault(kind="drop_after", method="POST"),
        Fault(kind="status", method="GET", path="cards$", skip=1, times=None, status=500),
    )
    trello.seconds = 1.0
    assert "got no answer" in trello.refused(wanted())
    trello.sandbox.faults.clear()
    found = trello.push_one(wanted())
    assert (found.key, found.created) == (trello.card.link, False)


def test_a_request_that_never_arrived_is_told_of(trello: Trello) -> None:
    trello.plan(Fault(kind="drop_before", method="POST"))
    assert "got no answer" in trello.refused(wanted())
    assert trello.board.cards == []


@pytest.mark.parametrize("both_file_first", [True, False])
def test_two_pushes_at_once_keep_the_same_card(
    trello: Trello, monkeypatch: pytest.MonkeyPatch, both_file_first: bool
) -> None:
    """Each has read the board before the other files; the first may be done before the second begins to."""
    have_read, have_filed = threading.Barrier(2), threading.Barrier(2)
    one_at_a_time, create = threading.Lock(), Api.create
    found: list[TrackedItem] = []

    def creating(api: Api, fields: dict[str, Any]) -> Card:
        have_read.wait(SOON)
        if both_file_first:
            made = create(api, fields)
            have_filed.wait(SOON)
            return made
        # It is let go once its push is over.
        one_at_a_time.acquire()
        return create(api, fields)

    def push() -> None:
        found.append(trello.push_one(wanted()))
        if not both_file_first:
            one_at_a_time.release()

    monkeypatch.setattr(Api, "create", creating)
    threads = [threading.Thread(target=push) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    first, second = trello.board.cards
    assert [one.key for one in found] == [first.link] * 2
    assert sorted(one.created for one in found) == [False, True]
    assert (first.closed, second.closed, first.comments) == (False, True, [])
    assert second.comments == [f"This was filed twice at the same time. It goes on at {first.url}"]
    assert trello.push_one(wanted()).key == first.link


@pytest.fixture
def _rival(trello: Trello, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's push files the item after ours has read the board, and does not live to look."""
    create = Api.create

    def creating(api: Api, fields: dict[str, Any]) -> Card:
        trello.board.add("Theirs", desc=fields["desc"])
        return create(api, fields)

    monkeypatch.setattr(Api, "create", creating)


@pytest.mark.usefixtures("_rival")
def test_beside_a_lost_answer_the_later_card_is_archived(trello: Trello) -> None:
    trello.plan(Fault(kind="drop_after", method="POST", path="cards$"))
    found = trello.push_one(wanted())
    theirs, ours = trello.board.cards
    assert (found.key, theirs.closed, ours.closed) == (theirs.link, False, True)


def test_what_was_filed_is_told_though_the_board_cannot_be_read_again(
    trello: Trello, caplog: pytest.LogCaptureFixture
) -> None:
    trello.plan(Fault(kind="status", method="GET", path="cards$", skip=1, times=None, status=500))
    trello.seconds = 1.0
    found = trello.push_one(wanted())
    assert (found.key, found.created, found.status) == (trello.card.link, True, "To do")
    assert "whether an item was filed twice at the same time is not known" in caplog.text


@pytest.mark.usefixtures("_rival")
def test_a_card_that_cannot_be_archived_is_told_of(trello: Trello, caplog: pytest.LogCaptureFixture) -> None:
    trello.plan(Fault(kind="status", method="PUT", status=400))
    found = trello.push_one(wanted())
    theirs, ours = trello.board.cards
    assert (found.key, found.created, ours.closed) == (theirs.link, False, False)
    assert f"{ours.url} was filed beside {theirs.url}: archive it." in caplog.text


def test_a_copy_that_somebody_makes_of_a_card_stays(trello: Trello, monkeypatch: pytest.MonkeyPatch) -> None:
    found = trello.push_one(wanted())
    copy = trello.board.add("Alert on disk space (copy)", desc=trello.card.desc)
    assert trello.push_one(wanted()).key == found.key
    assert copy.closed is False
    # The copy alone is among the newest, which are read again once something was filed.
    monkeypatch.setattr("chatops_trello.api.PER_PAGE", 2)
    again = trello.push(wanted(), wanted("Other"))[wanted().key]
    assert (isinstance(again, TrackedItem) and again.key, copy.closed) == (found.key, False)


def test_a_card_is_known_by_the_same_after_its_document_has_moved(trello: Trello) -> None:
    """Once it is linked, the item is called by its ticket; where the link is not yet, by its words."""
    found = trello.push_one(wanted())
    moved = ItemDocument(id=DOCUMENT.id, title="Moved", url="https://git.example/pm/new.md")
    linked = wanted(key=f"ticket:{found.key}", ticket=found.url, document=moved, change=("document",))
    assert trello.push_one(linked).document == moved.url
    assert trello.push_one(wanted()).key == found.key


def test_what_differs_is_changed_and_nothing_else(trello: Trello) -> None:
    found = trello.push_one(wanted(notes=("Page at 80 %.",)))
    trello.card.name, trello.card.members = "Renamed", [LEE]
    trello.card.desc = trello.card.desc.replace("Page at", "I page at")
    later = ItemDocument(id=DOCUMENT.id, title="Moved", url="https://git.example/pm/new.md")
    item = wanted(
        document=later, owner="Dana", person="dana", due=DAY, ticket=found.url, change=("due", "document")
    )
    trello.asked()
    now = trello.push_one(item)
    assert trello.requests() == ["GET batch", "PUT cards/ID"]
    assert (now.title, now.person, now.due, now.document) == ("Renamed", "lee", DAY, later.url)
    assert (now.key, now.url, now.status, now.created) == (found.key, found.url, "To do", False)
    assert trello.card.desc.startswith(
        "I page at 80 %.\n\nPost-mortem: <https://git.example/pm/new.md> Moved "
    )
    assert trello.card.desc.count("chatops item") == 1
    renamed = wanted(ticket=found.key, change=("title", "owner"), owner="Dana", person="dana")
    now = trello.push_one(renamed)
    assert (now.title, now.person, now.owner) == ("Alert on disk space", "dana", "dana")
    assert trello.card.members == [DANA]
    trello.asked()
    trello.push_one(renamed)
    assert trello.requests() == ["GET batch"]


def test_who_helps_stays_on_the_card(trello: Trello) -> None:
    found = trello.push_one(wanted())
    for before, after in (([LEE, "other"], [DANA, "other"]), (["other", DANA], [DANA, "other"])):
        trello.board.members["other"] = "Somebody else"
        trello.card.members = before
        trello.push_one(wanted(ticket=found.key, change=("owner",), owner="Dana", person="dana"))
        assert trello.card.members == after
    trello.push_one(wanted(ticket=found.key, change=("owner",)))
    assert trello.card.members == ["other"]


def test_a_card_that_somebody_wrote_is_led_back_too(trello: Trello) -> None:
    card = trello.board.add("Alert", desc="Since March.")
    now = trello.push_one(wanted(ticket=card.url, change=("document",)))
    assert now.document == URL
    assert card.desc.startswith("Since March.\n\nPost-mortem: ")
    assert trello.push_one(wanted()).key == card.link


def test_the_time_of_day_that_somebody_set_stays(trello: Trello) -> None:
    found = trello.push_one(wanted(due=DAY))
    trello.card.due = datetime(2026, 12, 1, 17, tzinfo=UTC)
    trello.push_one(wanted(ticket=found.key, due=DAY, change=("due",)))
    assert trello.card.due.hour == 17
    trello.push_one(wanted(ticket=found.key, due=date(2026, 12, 3), change=("due",)))
    assert trello.card.due == datetime(2026, 12, 3, 12, tzinfo=UTC)
    assert trello.push_one(wanted(ticket=found.key, change=("due",))).due is None
    assert trello.card.due is None


@pytest.mark.parametrize(
    ("owner", "person", "words"),
    [("Marta", "marta", "people.marta.trello.member_id"), ("Kim", "", "Kim: people does not say")],
)
def test_an_owner_who_is_nobody_at_trello_is_warned_of(
    trello: Trello, owner: str, person: str, words: str
) -> None:
    found = trello.push_one(wanted(owner=owner, person=person))
    assert (words in found.warnings[0], trello.card.members) == (True, [])
    trello.card.members = [LEE]
    changed = trello.push_one(wanted(owner=owner, person=person, ticket=found.key, change=("owner",)))
    assert (words in changed.warnings[0], trello.card.members) == (True, [LEE])


def test_a_card_that_is_gone_is_not_changed(trello: Trello) -> None:
    item = wanted(ticket="AbCd1234", change=("title",))
    assert "there is no card AbCd1234 that the owner of plugins.trello.token may see" in trello.refused(item)
    assert trello.board.cards == []


def test_one_item_that_is_refused_keeps_no_other_from_being_filed(trello: Trello) -> None:
    trello.plan(Fault(kind="status", method="POST", status=400))
    found = trello.push(wanted("one"), wanted("two"))
    assert [type(one) for one in found.values()] == [NotTracked, TrackedItem]
    assert [card.name for card in trello.board.cards] == ["two"]


def test_once_trello_is_down_nothing_more_is_asked_of_it(trello: Trello) -> None:
    trello.plan(Fault(kind="status", method="POST", status=429, retry_after="60", times=None))
    trello.seconds = 1.0
    found = trello.push(wanted("one"), wanted("two"))
    assert [type(one) for one in found.values()] == [NotTracked] * 2
    assert trello.requests().count("POST cards") == 1
