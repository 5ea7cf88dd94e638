"""Nothing is made twice, and nothing is mixed up."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, NoReturn
from unittest.mock import patch

import pytest

from chatops import RemoteError
from chatops.sandbox import Fault
from chatops.service.sample import Playing
from chatops.testing.checks.asking import push
from chatops.testing.checks.working import OVER, expect_done
from chatops.testing.lessons import fail
from chatops.testing.trial import MOST_ATTEMPTS, Trial

Created = Callable[[Trial], Sequence[str]]
Sent = Callable[[Trial], str]
#: What the incidents at once are told apart by, in each of their texts.
MARKS: Final = tuple(f"incident{number}of6" for number in range(6))
ANSWERED = {"GET", "HEAD", "OPTIONS"}


def twice(trial: Trial, created: Created) -> None:
    """Each call is made twice, with the same key; the first does its work and dies."""
    expected = happy(trial, created)
    with trial.dying_once():
        for happening in trial.happenings():
            trial.playing.happen(happening)
            for delivery in trial.settle():
                expect_done(delivery)
        _push_again(trial)
    _compare(trial, "The same call, made twice,", expected, created(trial))


def lost_replies(trial: Trial, created: Created) -> None:
    """The first reply to each kind of write is lost after the work was done."""
    if trial.box is None:
        pytest.skip("it has ways of its own, whose replies cannot be lost by a test")
    expected = happy(trial, created)
    with patch.object(trial.box.faults, "take", _Losing()):
        for happening in trial.happenings():
            trial.playing.happen(happening)
            for delivery in trial.settle():
                if delivery.state not in OVER:
                    fail("lost", hook=delivery.hook, state=delivery.state, reason=delivery.reason)
        _push_again(trial)
    _compare(trial, "A reply that was lost", expected, created(trial))


def many_at_once(trial: Trial, created: Created, sent: Sent) -> None:
    """Several incidents are delivered at once, and it is as if one had come after the other."""
    if not trial.happenings():
        pytest.skip("no incident is delivered to it")
    one_by_one = trial.anew()
    alone = _several(one_by_one, created, at_once=False)
    trial.fault("wait", seconds=0.05, times=None)
    several = _several(trial, created, at_once=True)
    shared = set(several.shared) - set(alone.shared)
    if shared:
        _mixed_up(f"several have the same {', '.join(sorted(shared))}")
    if several.made != alone.made:
        _mixed_up(f"{several.made} things were made, and {alone.made} where one comes after the other")
    before, now = sent(one_by_one), sent(trial)
    if unsaid := [mark for mark in MARKS if mark in before and mark not in now]:
        _mixed_up(f"{len(unsaid)} had words that were never sent, and others had theirs twice")


class _Several(NamedTuple):
    """How many things were made for the incidents, and the links that more than one has."""

    made: int
    shared: list[str]


def _several(trial: Trial, created: Created, *, at_once: bool) -> _Several:
    before, first, plays = len(created(trial)), _first(trial), []
    for mark in MARKS:
        texts = ("title", "text", "public_title", "public_text")
        words: dict[str, Any] = {name: f"{getattr(trial.sample, name)} {mark}" for name in texts}
        plays.append(Playing(trial.service, replace(trial.sample, **words)))
        plays[-1].happen(first)
        if not at_once:
            trial.work_off()
    trial.work_off()
    for play in plays:
        for delivery in trial.store.deliveries.of_lane(play.incident.id, trial.instance):
            expect_done(delivery)
    owned = [o for play in plays for o in play.incident.links if o.instance == trial.instance]
    links = [f"{o.link.kind} {o.link.id}" for o in owned]
    return _Several(len(created(trial)) - before, [link for link in links if links.count(link) > 1])


def _mixed_up(what: str) -> NoReturn:
    fail("mixed_up", incidents=len(MARKS), what=what)


class _Losing:
    """Loses the reply to the first write of each method and path."""

    def __init__(self) -> None:
        self._lost: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def __call__(self, standin: str, method: str, path: str) -> Fault | None:
        del standin
        with self._lock:
            if method in ANSWERED or (method, path) in self._lost:
                return None
            self._lost.add((method, path))
        return Fault(kind="drop_after")


def _push_again(trial: Trial) -> None:
    """File it until no reply is lost any more."""
    for _ in range(MOST_ATTEMPTS):
        try:
            push(trial)
        except RemoteError:
            continue
        return


def happy(trial: Trial, created: Created) -> list[str]:
    """What is made where nothing goes wrong."""
    other = trial.anew()
    other.play()
    push(other)
    return list(created(other))


def _compare(trial: Trial, how: str, expected: Sequence[str], made: Sequence[str]) -> None:
    again = trial.load().plugin.at_least_once and len(made) > len(expected)
    if len(made) != len(expected) and not again:
        listed = "\n".join(f"  {line}" for line in made)
        fail("twice", how=how, before=len(expected), after=len(made), made=listed)


def _first(trial: Trial) -> str:
    """The first thing that the plugin itself hears of."""
    happenings = trial.happenings()
    heard = trial.load().hooks
    hears = (h for h in happenings if h in heard or "event_recorded" in heard)
    return next(hears, "public_update_published")
