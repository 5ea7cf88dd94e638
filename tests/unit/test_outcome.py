"""Whatever a plugin answers or raises has one meaning for its delivery."""

import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops import errors, values
from chatops.context import Skipped
from chatops.dispatch.outcome import LONGEST_REASON, LONGEST_RETRY, Raised, again, of_error, of_result
from chatops.events import Link
from chatops.logs import about
from chatops.values import Secret

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICKET = Link("ticket", "OPS-7")
CHANNEL = Link("channel", "C1", data={"topic": ["x", 1, None]})


class Wordless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("even this fails")


class Custom(errors.Rejected):
    """A plugin's own error: {problem}."""


@pytest.mark.parametrize(
    ("result", "links"),
    [
        (None, ()),
        (TICKET, (TICKET,)),
        ([TICKET, CHANNEL], (TICKET, CHANNEL)),
        ((TICKET,), (TICKET,)),
        ([], ()),
    ],
)
def test_a_result_is_done_with_its_links(result: Any, links: tuple[Link, ...]) -> None:
    outcome = of_result("incident_declared", result)

    assert (outcome.state, outcome.links, outcome.reason, outcome.due_at) == ("done", links, "", None)


def test_a_hook_may_skip_and_say_why() -> None:
    outcome = of_result("incident_declared", Skipped("not\nfor \x1b[31mus"))

    assert (outcome.state, outcome.reason, outcome.links) == ("skipped", "not for us", ())


@pytest.mark.parametrize(
    "wrong",
    [
        "OPS-7",
        "",
        {"kind": "ticket"},
        {TICKET.id},
        7,
        True,
        object(),
        b"OPS-7",
        ("OPS-7",),
        [TICKET, None],
        [[TICKET]],
        iter([TICKET]),
        Link,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_wrong_result_is_the_plugins_defect(wrong: Any) -> None:
    with pytest.raises(errors.WrongResult, match=r"^incident_declared returned a") as caught:
        of_result("incident_declared", wrong)

    assert of_error(caught.value, 1).state == "failed"


@pytest.mark.parametrize(
    "link",
    [
        Link("ticket", 7),  # type: ignore[arg-type]
        Link("ticket", None),  # type: ignore[arg-type]
        Link("ticket", "OPS-7", data={"raw": object()}),
        Link("ticket", "OPS-7", data=["not", "a", "table"]),  # type: ignore[arg-type]
        Link("ticket", "OPS-7 \ud800"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_link_that_could_not_be_read_again_is_a_wrong_result(link: Link) -> None:
    with pytest.raises(errors.WrongResult):
        of_result("incident_declared", link)


NAMED = [
    (errors.Rejected("No such project OPS"), "failed", "No such project OPS"),
    (errors.Unauthorized("Check plugins.jira.token"), "failed", "Check plugins.jira.token"),
    (
        errors.Gone("The ticket was deleted"),
        "failed",
        "The ticket was deleted. `chatops retry --recreate` makes a new one.",
    ),
    (errors.Gone("Try retry --recreate: it is gone"), "failed", "Try retry --recreate: it is gone"),
    (errors.NotRehearsed("It stops here"), "skipped", "It stops here"),
    (errors.NoHistory(), "skipped", "It shows every incident, and these are known only where the store is."),
    (Custom(problem="{}"), "failed", "A plugin's own error: {}."),
    (errors.NotLoaded(instance="x", problem="no token"), "failed", "The plugin of x cannot be run: no token"),
    (errors.ConfigError("plugins.x: no"), "failed", "plugins.x: no"),
    (errors.DeadlineExceeded(seconds=2.5), "retry", "The plugin took longer than its deadline of 2.5 s."),
    (errors.StoreError(path="x.db", problem="busy"), "retry", "The store x.db cannot be used: busy."),
    (errors.Unavailable("502 from the gateway"), "retry", "502 from the gateway"),
    (errors.Unknown("No answer"), "unconfirmed", "No answer"),
    (OSError(28, "No space"), "retry", "it raised OSError: [Errno 28] No space."),
    (ConnectionRefusedError("refused"), "retry", "it raised ConnectionRefusedError: refused."),
    (TimeoutError(), "retry", "it raised TimeoutError."),
    (socket.gaierror(-2, "unknown"), "retry", "it raised gaierror: [Errno -2] unknown."),
]
DEFECTS = [
    (KeyError("id"), "it raised KeyError: 'id'."),
    (ZeroDivisionError("division"), "it raised ZeroDivisionError: division."),
    (RecursionError(), "it raised RecursionError."),
    (StopIteration(), "it raised StopIteration."),
    (SystemExit(3), "it called sys.exit, which is a defect of the plugin."),
    (KeyboardInterrupt(), "it raised KeyboardInterrupt."),
    (GeneratorExit(), "it raised GeneratorExit."),
    (Wordless(), "it raised Wordless."),
    (ExceptionGroup("many", [ValueError("x")]), "it raised ExceptionGroup: many (1 sub-exception)."),
]


@pytest.mark.parametrize(("error", "state", "reason"), NAMED, ids=lambda v: type(v).__name__)
def test_each_error_has_its_state(error: BaseException, state: str, reason: str) -> None:
    outcome = of_error(error, 1)

    assert (outcome.state, outcome.reason) == (state, reason)
    assert (outcome.due_at is not None) is (state in {"retry", "unconfirmed"})
    assert outcome.remote_down is isinstance(error, errors.Unavailable)
    assert outcome.gone is isinstance(error, errors.Gone)


@pytest.mark.parametrize(("error", "reason"), DEFECTS, ids=lambda v: type(v).__name__)
def test_any_other_error_waits_for_a_person(error: BaseException, reason: str) -> None:
    outcome = of_error(error, 1)

    assert (outcome.state, outcome.due_at) == ("failed", None)
    assert outcome.reason == f"{reason} Its log (CHATOPS_DEBUG=1) says where."


def test_an_error_is_known_by_its_class_and_the_step_that_it_left() -> None:
    with suppress(errors.Rejected), about(instance="tracker"), about(step="ticket"):
        raise (inside := errors.Rejected("no"))
    with suppress(OSError), about(instance="tracker"):
        raise (outside := OSError("no"))

    assert of_error(inside, 1).error == Raised("Rejected", "ticket")
    assert of_error(outside, 1).error == Raised("OSError")
    assert of_error(KeyError("id"), 1).error == Raised("KeyError")
    assert of_result("incident_declared", None).error is None


def test_an_unconfirmed_step_is_asked_about_when_it_said() -> None:
    outcome = of_error(errors.Unconfirmed("ticket", NOON), 5)

    assert (outcome.state, outcome.due_at) == ("unconfirmed", NOON)


LONG_TOKEN = "tok-5ecr3t/with+odd=signs"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(values, "_revealed", set())
    monkeypatch.setenv("OUTCOME_TOKEN", LONG_TOKEN)
    return Secret.parse({"env": "OUTCOME_TOKEN"}, Path()).reveal()


@pytest.mark.parametrize(
    "kind", [errors.Rejected, errors.Unavailable, errors.Unknown, OSError, KeyError, ValueError, SystemExit]
)
def test_no_reason_holds_a_secret(token: str, kind: type[BaseException]) -> None:
    outcome = of_error(kind(f"https://x.example/?token={token} said no"), 1)

    assert "5ecr3t" not in outcome.reason
    assert "***" in outcome.reason or kind is SystemExit


def test_nor_does_a_skipped_one(token: str) -> None:
    assert of_result("x", Skipped(f"had {token}")).reason == "had ***"


@pytest.mark.parametrize("kind", [errors.Rejected, OSError, RuntimeError])
def test_a_hostile_reason_is_one_harmless_line(kind: type[Exception]) -> None:
    outcome = of_error(kind("<html>\r\n<b>\x1b[2J\u202eNo\x00</b>\n" + "x" * 50_000), 1)

    assert "<html> <b>No</b> x" in outcome.reason
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < LONGEST_REASON + 100


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None)), st.sampled_from([errors.Rejected, OSError, ValueError]))
def test_any_reason_can_be_kept(words: str, kind: type[Exception]) -> None:
    reason = of_error(kind(words), 1).reason

    assert "\n" not in reason
    assert reason.encode().decode() == reason


def waits(attempt: int, asked_for: float | None = None, times: int = 40) -> list[float]:
    with time_machine.travel(NOON, tick=False):
        return [(again(attempt, asked_for) - NOON).total_seconds() for _ in range(times)]


def test_each_wait_is_about_twice_the_last() -> None:
    for attempt, middle in enumerate([10, 20, 40, 80, 160, 320, 640], 1):
        assert all(0.8 * middle <= wait <= 1.2 * middle for wait in waits(attempt))


@pytest.mark.parametrize("attempt", [8, 9, 50, 10_000])
def test_no_wait_is_longer_than_the_longest(attempt: int) -> None:
    assert all(0.8 * LONGEST_RETRY <= wait <= 1.2 * LONGEST_RETRY for wait in waits(attempt))


def test_no_two_wait_alike() -> None:
    made = waits(4)

    assert len(set(made)) > 30
    assert max(made) - min(made) > 5


@pytest.mark.parametrize(
    ("asked_for", "low", "high"),
    [
        (60, 60, 60),
        (1, 8, 12),
        (0, 8, 12),
        (-5, 8, 12),
        (None, 8, 12),
        (float("-inf"), 8, 12),
        (float("nan"), 8, 12),
        (86_400, LONGEST_RETRY, LONGEST_RETRY),
        (1e300, LONGEST_RETRY, LONGEST_RETRY),
        (float("inf"), LONGEST_RETRY, LONGEST_RETRY),
    ],
)
def test_a_remote_is_not_asked_before_it_said(asked_for: float | None, low: float, high: float) -> None:
    assert all(low <= wait <= high for wait in waits(1, asked_for))


def test_the_remotes_word_reaches_the_delivery() -> None:
    with time_machine.travel(NOON, tick=False):
        outcome = of_error(errors.Unavailable("Slow down", retry_after=300), 1)

    assert outcome.due_at == NOON + timedelta(seconds=300)
