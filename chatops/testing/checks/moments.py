"""What passes in a moment is waited for: nothing is given up, and nothing is lost."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final
from unittest.mock import patch

from chatops import RemoteError, TrackedItem
from chatops.service.sample import Playing
from chatops.store import Delivery
from chatops.testing.checks.asking import PUSH, answers
from chatops.testing.checks.faults import meet, needs_remote
from chatops.testing.checks.once import Created
from chatops.testing.checks.working import OVER
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

#: What a remote has bad moments of, and the fault that plays it. No wait fits into the call.
MOMENTS: Final[dict[str, dict[str, Any]]] = {
    "429": {"kind": "status", "status": 429, "retry_after": "600"},
    "500": {"kind": "status", "status": 500, "retry_after": "600"},
    "503": {"kind": "status", "status": 503, "retry_after": "600"},
    "timeout": {"kind": "wait", "seconds": 3.0},
    "reset": {"kind": "drop_before"},
}
#: Seconds that a call has where the remote takes too long.
SHORT: Final = 0.5


def bad_moment(trial: Trial, moment: str, created: Created) -> None:
    """Whatever happens meets it at first; nothing is given up, and all of it is done later."""
    needs_remote(trial)
    waits, expected = moment in {"timeout", "reset"}, 0
    if not waits:
        # What is made for an incident of the same words is another's, and not what is looked for.
        other = trial.anew()
        expected = _made_after_another(other, created, other.play)
        _play_another(trial)
    before = len(created(trial))
    for happening in trial.happenings():
        trial.playing.happen(happening)
        with _in_a_hurry(trial) if moment == "timeout" else nullcontext():
            met, asked = meet(trial, **MOMENTS[moment])
        _expect_kept(moment, met, asked=asked)
        for delivery in trial.later():
            if delivery.state not in OVER:
                about = {"hook": delivery.hook, "state": delivery.state, "reason": delivery.reason}
                fail("not_again", moment=moment, **about)
        if waits and met:
            # Each of these takes as long as a call, and one shows it.
            return
    if waits:
        return
    made = len(created(trial)) - before
    if made < expected:
        fail("lost_for_good", moment=moment, made=made, expected=expected)
    _push_at(trial, moment)


def _made_after_another(trial: Trial, created: Created, play: Callable[[], object]) -> int:
    _play_another(trial)
    before = len(created(trial))
    play()
    return len(created(trial)) - before


def _play_another(trial: Trial) -> None:
    """Another incident, of the same words, that the remote knows already."""
    playing, trial.playing = trial.playing, Playing(trial.service, trial.sample)
    trial.play()
    trial.playing = playing


def _expect_kept(moment: str, met: Sequence[Delivery], *, asked: bool) -> None:
    for delivery in met:
        if delivery.state == "failed":
            fail("given_up", moment=moment, hook=delivery.hook, reason=delivery.reason)
    if asked and met and all(delivery.state in {"done", "skipped"} for delivery in met):
        fail("swallowed", moment=moment, hook=met[-1].hook, state=met[-1].state)


def _push_at(trial: Trial, moment: str) -> None:
    """An item that is filed in a bad moment is no ticket."""
    for question, answer in answers(trial, **MOMENTS[moment]):
        if question == PUSH and isinstance(answer, Mapping):
            if any(isinstance(item, TrackedItem) for item in answer.values()):
                fail("swallowed", moment=moment, hook=question, state="done")
        elif question == PUSH and not isinstance(answer, RemoteError):
            fail("given_up", moment=moment, hook=question, reason=answer)


def _in_a_hurry(trial: Trial) -> AbstractContextManager[Any]:
    return patch.object(type(trial.load().plugin), "deadline", SHORT)
