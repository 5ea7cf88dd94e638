"""Which incidents have happened before, and what is told of them."""

from datetime import timedelta
from typing import Any

import pytest

from chatops.metrics import Measured
from tests.measuring import CANCELLED, START, history, measured


def down(day: float, title: str = "Checkout returns 500s", **more: Any) -> Any:
    return history(day=day, title=title, **{"services": ("checkout",)} | more)


def titles(found: Measured) -> list[str]:
    return [repeat.title for repeat in found.repeats]


@pytest.mark.parametrize(
    ("title", "again"),
    [
        ("Checkout returns 500s", True),
        ("checkout RETURNS 503s", True),
        ("Checkout returns errors", True),
        ("Checkout is slow", False),
        ("Search returns nothing", False),
        ("500", False),
    ],
)
def test_a_similar_title_is_a_repeat(title: str, again: bool) -> None:
    assert measured(down(0), down(1, title)).total().repeats == again


def test_titles_of_numbers_alone_are_compared_by_them() -> None:
    assert measured(down(0, "500"), down(1, "500")).total().repeats == 1
    assert measured(down(0, "500"), down(1, "503")).total().repeats == 0
    assert measured(down(0, "!!!"), down(1, "!!!"), down(2, "???")).total().repeats == 1


def test_only_within_90_days_of_one_service() -> None:
    assert measured(down(0), down(90)).total().repeats == 1
    assert measured(down(0), down(90.01)).total().repeats == 0
    assert measured(down(0), down(80), down(160)).total().repeats == 2
    assert measured(down(0), down(1, services=("search",))).total().repeats == 0
    assert measured(down(0), down(1, services=())).total().repeats == 0
    assert measured(down(0, services=()), down(1, services=())).total().repeats == 1
    assert measured(down(0, services=("a", "b")), down(1, services=("b", "c"))).total().repeats == 1


def test_an_older_title_does_not_hide_what_is_nearer() -> None:
    full = "Queue is full"
    found = measured(down(0, full), down(10), down(85, full), down(160, full))
    assert found.total().repeats == 2


def test_those_that_repeat_each_other_stand_together() -> None:
    histories = [down(0), down(2, "Checkout is slow"), down(3), down(9, "Checkout is slow"), down(30)]
    names = [f"INC-{events[0].number}" for events in histories]
    slow, errors = sorted(measured(*reversed(histories)).repeats, key=lambda it: it.title)
    assert errors.incidents == (names[0], names[2], names[4])
    assert slow.incidents == (names[1], names[3])
    assert (errors.title, errors.services) == ("Checkout returns 500s", ("checkout",))
    assert (errors.first_at, errors.last_at) == (START, START + timedelta(days=30))
    assert measured(*histories).repeats[0] == errors, "the most frequent comes first"


def test_what_is_restricted_counts_and_is_not_told() -> None:
    secret, open_ = "Breach of the vault", "Breach of the big vault"
    found = measured(down(0, secret, restricted=True), down(1, open_), down(2, secret), down(3), down(4))
    assert found.total().repeats == 3
    assert titles(found) == ["restricted", "Checkout returns 500s"]
    assert "vault" not in repr(found.repeats)


def test_what_is_repeated_can_be_older_than_what_is_asked_for() -> None:
    histories = [down(0), down(10), down(0, "Search is down"), down(1, "Search is down"), down(40, "New")]
    found = measured(*histories, since=START + timedelta(days=5))
    assert (found.total().incidents, found.total().repeats) == (2, 1)
    assert titles(found) == ["Checkout returns 500s"]


def test_a_false_alarm_neither_repeats_nor_is_repeated() -> None:
    alarm = history((1, CANCELLED), day=1, title="Down")
    found = measured(history(day=0, title="Down"), alarm, history((1, CANCELLED), day=2, title="Up"))
    assert found.repeats == []
    assert found.total().repeats == 0
