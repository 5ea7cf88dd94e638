"""What the remote refuses, or answers with garbage, is said in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from chatops import NotTracked
from chatops.store import Delivery
from chatops.testing.checks.asking import answers, meeting
from chatops.testing.checks.working import DEFECT
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

GARBAGE: Final[dict[str, tuple[str, str]]] = {
    "a page": ("<html><body>It works!</body></html>", "text/html"),
    "an empty object": ("{}", "application/json"),
    "a list": ("[]", "application/json"),
    "null": ("null", "application/json"),
    "a text": ('"ok"', "application/json"),
    "half an object": ('{"id": "12', "application/json"),
    "wrong types": ('{"id": [], "key": {}, "url": 7, "ok": "yes"}', "application/json"),
}
#: What becomes of an id that is not there.
EMPTY: Final = frozenset({"", "None", "null", "[]", "{}"})


def refusal(trial: Trial, status: int) -> None:
    """Whoever is refused with this status names one of the plugin's settings."""
    needs_remote(trial)
    fault = {"kind": "status", "status": status}
    met = False
    for ends in each_end(trial, **fault):
        met = True
        if all(delivery.state == "done" for delivery in ends):
            fail("refused_done", status=status, hook=ends[-1].hook)
        for delivery in ends:
            if delivery.state != "done":
                _expect_named(trial, status, delivery.reason)
    for question, answer in answers(trial, **fault):
        met = True
        if _says_well(question, answer):
            fail("refused_done", status=status, hook=question)
        if answer is not None:
            _expect_named(trial, status, str(answer))
    _expect_met(met=met)


def _expect_named(trial: Trial, status: int, reason: str) -> None:
    named = re.findall(rf"plugins\.{re.escape(trial.instance)}\.([\w-]+)", reason)
    if not {*type(trial.load().plugin).config_type.__struct_encode_fields__}.intersection(named):
        fail("refusal", status=status, instance=trial.instance, reason=reason)


def _says_well(question: str, answer: Any) -> bool:
    """Whether this says that all is well; only how many subscribers there are need not be known."""
    if isinstance(answer, Mapping):
        return not any(isinstance(item, NotTracked) for item in answer.values())
    return not answer and question != "audience"


def garbage(trial: Trial, kind: str) -> None:
    """Every answer is garbage: whatever becomes of a delivery, it is said in words."""
    needs_remote(trial)
    body, content_type = GARBAGE[kind]
    fault = {"kind": "garbage", "body": body, "content_type": content_type}
    met = False
    for ends in each_end(trial, **fault):
        met = True
        for delivery in ends:
            _expect_clean(body, delivery.reason)
        for owned in trial.playing.incident.links:
            if owned.instance == trial.instance and owned.link.id in EMPTY:
                fail("garbage_link", garbage=body, id=owned.link.id)
    for _, answer in answers(trial, **fault):
        met = True
        if isinstance(answer, Exception):
            _expect_clean(body, str(answer))
    _expect_met(met=met)


def _expect_clean(garbage: str, reason: str) -> None:
    if any(mark in reason for mark in (DEFECT, "defect of the plugin", "Traceback", "\n")):
        fail("garbage", garbage=garbage, reason=reason)


def needs_remote(trial: Trial) -> None:
    if trial.box is None:
        pytest.skip("it has ways of its own, and no stand-in to fail on demand")


def _expect_met(*, met: bool) -> None:
    if not met:
        pytest.skip("none of its hooks asks the remote for anything")


def each_end(trial: Trial, **fault: Any) -> Iterator[list[Delivery]]:
    """How each thing that happens ended, where the remote was asked and had this fault; it is well again
    before the next happens.
    """
    for happening in trial.happenings():
        trial.playing.happen(happening)
        met, asked = meet(trial, **fault)
        if met and asked:
            yield met
        trial.settle()


def meet(trial: Trial, **fault: Any) -> tuple[list[Delivery], bool]:
    """What was tried while the remote had this fault, and whether it was asked for anything."""
    tried = {delivery.id: delivery.attempts for delivery in trial.lane()}
    before = len(trial.asked)
    with meeting(trial, **fault):
        lane = trial.deliver()
    return [d for d in lane if d.attempts > tried.get(d.id, 0)], len(trial.asked) > before
