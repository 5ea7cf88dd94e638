"""It loads, and works where nothing goes wrong."""

from collections.abc import Callable
from typing import Final

from chatops.errors import NotLoaded
from chatops.hookspecs import ASKED
from chatops.service.act import Act
from chatops.service.incidents import Changes
from chatops.soundness import unmarked
from chatops.store import Delivery
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

#: The states of a delivery of which nothing is owed.
OVER: Final = frozenset({"done", "skipped", "superseded"})
#: How a reason begins that is an exception nobody has caught.
DEFECT: Final = "it raised"

#: What is said in one incident, one after the other.
FIRST: Final = "At first it looked harmless."
SECOND: Final = "Then it turned out to be worse."


def loads(trial: Trial) -> None:
    """It loads, and listens to something."""
    try:
        loaded = trial.load()
    except NotLoaded as error:
        fail("not_loaded", reason=error)
    for name in unmarked(type(loaded.plugin)):
        fail("unmarked", hook=name)
    if not loaded.hooks:
        fail("deaf")


def every_hook(trial: Trial, sent: Callable[[Trial], str]) -> None:
    """Each hook is called, and does its work or says why not; what is said later arrives, too."""
    loaded = trial.load()
    for delivery in trial.play():
        expect_done(delivery)
    if "incident_restricted" in loaded.hooks:
        trial.playing.happen("incident_restricted")
        _expect_words(trial.deliver()[-1])
    called = {delivery.hook for delivery in trial.lane() if delivery.attempts}
    for hook in sorted(loaded.hooks - called - ASKED):
        fail("not_called", hook=hook)
    for hook in sorted(loaded.hooks & SAID.keys()):
        _expect_both(trial.anew(), hook, sent)


def _expect_both(trial: Trial, hook: str, sent: Callable[[Trial], str]) -> None:
    """Of two things that are said in one incident, both arrive, where one does."""
    trial.playing.happen("incident_declared")
    for words in FIRST, SECOND:
        SAID[hook](trial, words)
        trial.deliver()
    left = sent(trial)
    if FIRST in left and SECOND not in left:
        fail("once_only", hook=hook)


def _note(trial: Trial, text: str) -> None:
    trial.service.note(trial.playing.incident.id, text, Act(actor=trial.sample.person))


def _update(trial: Trial, text: str) -> None:
    trial.service.update(trial.playing.incident.id, Changes(message=text), Act(actor=trial.sample.person))


def _publish(trial: Trial, text: str) -> None:
    words = trial.service.compose(trial.playing.incident, text)
    trial.service.publish(trial.playing.incident.id, words, Act(actor=trial.sample.person))


SAID: Final = {"note_added": _note, "incident_updated": _update, "public_update": _publish}


def expect_done(delivery: Delivery) -> None:
    """It is over, and nothing is owed."""
    if delivery.state not in OVER:
        fail("not_done", hook=delivery.hook, state=delivery.state, reason=delivery.reason)


def _expect_words(delivery: Delivery) -> None:
    """It is over, or a responder is told what to do."""
    if delivery.state not in {*OVER, "failed"} or DEFECT in delivery.reason:
        fail("not_done", hook=delivery.hook, state=delivery.state, reason=delivery.reason)
