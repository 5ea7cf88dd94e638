"""What goes wrong at the remote is said in words, and passes where it can."""

import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final
from unittest.mock import patch

import pytest

from chatops.sandbox.rehearsal import Rehearsal
from chatops.store import Delivery
from chatops.testing.checks.once import Created, happy, push
from chatops.testing.checks.working import DEFECT, OVER
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
GARBAGE: Final[dict[str, tuple[str, str]]] = {
    "a page": ("<html><body>It works!</body></html>", "text/html"),
    "an empty object": ("{}", "application/json"),
    "a list": ("[]", "application/json"),
    "null": ("null", "application/json"),
    "a text": ('"ok"', "application/json"),
    "half an object": ('{"id": "12', "application/json"),
    "wrong types": ('{"id": [], "key": {}, "url": 7, "ok": "yes"}', "application/json"),
}
#: Seconds that a call has where the remote takes too long.
SHORT: Final = 0.5


def refusal(trial: Trial, status: int) -> None:
    """Everything is refused with this status; the reason names one of the plugin's settings."""
    _needs_remote(trial)
    trial.fault("status", status=status, times=None)
    delivery = _first_end(trial)
    if delivery.state == "done":
        fail("refused_done", status=status, hook=delivery.hook)
    named = re.findall(rf"plugins\.{re.escape(trial.instance)}\.(\w+)", delivery.reason)
    if not {*type(trial.load().plugin).config_type.__struct_fields__}.intersection(named):
        fail("refusal", status=status, instance=trial.instance, reason=delivery.reason)


def bad_moment(trial: Trial, moment: str, created: Created) -> None:
    """Whatever happens meets it at first; nothing is given up, and all of it is done later."""
    _needs_remote(trial)
    waits = moment in {"timeout", "reset"}
    for happening in trial.happenings():
        trial.playing.happen(happening)
        trial.fault(**{"times": None} | MOMENTS[moment])
        with _in_a_hurry(trial) if moment == "timeout" else nullcontext():
            met = trial.deliver()
        trial.mend()
        for delivery in met:
            if delivery.state == "failed":
                fail("given_up", moment=moment, hook=delivery.hook, reason=delivery.reason)
        for delivery in trial.later():
            if delivery.state not in OVER:
                about = {"hook": delivery.hook, "state": delivery.state, "reason": delivery.reason}
                fail("not_again", moment=moment, **about)
        if waits and met:
            # Each of these takes as long as a call, and one shows it.
            return
    push(trial)
    expected, made = len(happy(trial, created)), len(created(trial))
    if made < expected:
        fail("lost_for_good", moment=moment, made=made, expected=expected)


def garbage(trial: Trial, kind: str) -> None:
    """Every answer is garbage: whatever becomes of the delivery, it is said in words."""
    _needs_remote(trial)
    body, content_type = GARBAGE[kind]
    trial.fault("garbage", body=body, content_type=content_type, times=None)
    delivery = _first_end(trial)
    if DEFECT in delivery.reason or "Traceback" in delivery.reason or "\n" in delivery.reason:
        fail("garbage", garbage=body, reason=delivery.reason)


def dry_run(trial: Trial, created: Created) -> None:
    """Nothing is made."""
    before = list(created(trial))
    trial.service.rehearsal = Rehearsal()
    for happening in trial.happenings():
        trial.playing.happen(happening)
        trial.deliver()
    made = [line for line in created(trial) if line not in before]
    if made:
        fail("dry", made="; ".join(made))


def _needs_remote(trial: Trial) -> None:
    if trial.box is None:
        pytest.skip("it has ways of its own, and no stand-in to fail on demand")


def _first_end(trial: Trial) -> Delivery:
    """How the first delivery ended that asked the remote for something."""
    for happening in trial.happenings():
        trial.playing.happen(happening)
        tried = [delivery for delivery in trial.deliver() if delivery.attempts]
        if trial.asked and tried:
            return tried[-1]
    pytest.skip("none of its hooks asks the remote for anything")


def _in_a_hurry(trial: Trial) -> AbstractContextManager[Any]:
    return patch.object(type(trial.load().plugin), "deadline", SHORT)
