"""One fault at one request: the flow ends as if nothing had happened, if need be after a retry."""

import random
from functools import cache

import pytest

from tests.chaos.faults import Case, Request, cases, pairs, play, requests

pytestmark = pytest.mark.slow

#: Another number makes another sample; `make chaos` plays them all.
SEED = 3
SAMPLE = 12
PAIRS = 4


@cache
def sample() -> list[Case]:
    """Some of all cases, the same on every machine."""
    rng, found = random.Random(SEED), requests()
    return [*rng.sample(cases(found), SAMPLE), *pairs(found, rng, PAIRS)]


def test_the_clean_run_asks_every_remote() -> None:
    found = requests()
    assert {request.standin for request in found} == {"jira", "slack", "statuspage"}
    assert len(found) > 35


@pytest.mark.parametrize("number", range(SAMPLE + PAIRS))
def test_a_fault_leaves_nothing_behind(number: int) -> None:
    case = sample()[number]
    assert play(case).wrong == [], " and ".join(f"{name} at {request}" for request, name in case)


#: Whatever is made, once: the ticket, a comment, the channel, its first and a later message, a bookmark, an
#: announcement, the public incident, and words in it.
MADE = [
    ("jira", "POST", "/issue", 0),
    ("jira", "POST", "/comment", 0),
    ("slack", "POST", "/conversations.create", 0),
    ("slack", "POST", "/chat.postMessage", 0),
    ("slack", "POST", "/chat.postMessage", 1),
    ("slack", "POST", "/chat.postMessage", 4),
    ("slack", "POST", "/bookmarks.add", 0),
    ("statuspage", "POST", "/incidents", 0),
    ("statuspage", "PATCH", "/incidents/[^/]+", 0),
]


@pytest.mark.parametrize(("standin", "method", "path", "nth"), MADE)
def test_a_lost_answer_makes_no_second_one(standin: str, method: str, path: str, nth: int) -> None:
    lost = Request(standin, method, f".*{path}", nth)
    ended = play(((lost, "drop_after"),))
    assert (ended.wrong, ended.met) == ([], True)
    assert ended.told == [], "nobody is asked to do anything"
