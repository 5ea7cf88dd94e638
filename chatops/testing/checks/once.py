"""Nothing is made twice, and nothing is mixed up."""

import threading
from collections.abc import Callable, Sequence
from typing import Final
from unittest.mock import patch

import pytest

from chatops import ItemDocument, RemoteError, WantedItem
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.sandbox import Fault
from chatops.service.sample import Playing
from chatops.testing.checks.working import OVER, expect_done
from chatops.testing.lessons import fail
from chatops.testing.trial import MOST_ATTEMPTS, Trial

Created = Callable[[Trial], Sequence[str]]
AT_ONCE: Final = 6
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


def many_at_once(trial: Trial, created: Created) -> None:
    """Several incidents are delivered at once; each has what one alone would have."""
    if not trial.happenings():
        pytest.skip("no incident is delivered to it")
    before = len(created(trial))
    alone = _first_happening(trial.anew(), created) - before
    trial.fault("wait", seconds=0.05, times=None)
    plays = [Playing(trial.service, trial.sample) for _ in range(AT_ONCE)]
    first = _first(trial)
    for play in plays:
        _let_happen(play, first)
    trial.work_off()
    links = [
        f"{o.link.kind} {o.link.id}"
        for play in plays
        for o in play.incident.links
        if o.instance == trial.instance
    ]
    for play in plays:
        for delivery in trial.store.deliveries.of_lane(play.incident.id, trial.instance):
            expect_done(delivery)
    shared = {link for link in links if links.count(link) > 1}
    if shared:
        what = f"several have the same {', '.join(sorted(shared))}"
        fail("mixed_up", incidents=AT_ONCE, what=what)
    made = len(created(trial)) - before
    if made != alone * AT_ONCE:
        what = f"{made} things were made, and not {alone} for each"
        fail("mixed_up", incidents=AT_ONCE, what=what)


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


def push(trial: Trial) -> None:
    """File an action item, where the plugin is a tracker. Raises what it meets."""
    if "action_items_push" not in trial.load().hooks:
        return
    document = ItemDocument(id="sample", title=trial.sample.title)
    item = WantedItem(key="sample:1", text=trial.sample.text, document=document, person=trial.sample.person)
    ask(Contexts(trial.store, trial.service.config), trial.instance, "action_items_push", items=[item])


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


def _let_happen(play: Playing, happening: str) -> None:
    for needed in play.before(happening):
        play.happen(needed)
    play.happen(happening)


def _first_happening(trial: Trial, created: Created) -> int:
    _let_happen(trial.playing, _first(trial))
    trial.work_off()
    return len(created(trial))
