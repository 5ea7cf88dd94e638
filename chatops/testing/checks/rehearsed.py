"""A dry run does nothing."""

from contextlib import suppress
from unittest.mock import patch

from chatops.errors import ChatopsError
from chatops.http import Exchange
from chatops.sandbox.rehearsal import Rehearsal
from chatops.testing.checks.asking import push
from chatops.testing.checks.once import Created
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial


def dry_run(trial: Trial, created: Created) -> None:
    """Nothing is made, whether its stand-in answers what only reads, or the remote does."""
    _rehearse(trial, created)
    if trial.box and trial.remote.made() is not None:
        with patch("chatops.sandbox.rehearsal.standin_of", return_value=None):
            _rehearse(trial.anew(), created)


def _rehearse(trial: Trial, created: Created) -> None:
    before = list(created(trial))
    trial.service.rehearsal = rehearsal = _Watched()
    for happening in trial.happenings():
        trial.playing.happen(happening)
        trial.deliver()
    with suppress(ChatopsError):
        push(trial, rehearsal)
    made = [line for line in created(trial) if line not in before] + rehearsal.slipped
    if made:
        fail("dry", made="; ".join(made))


class _Watched(Rehearsal):
    """Sees what is said to read and never does."""

    def __init__(self) -> None:
        super().__init__()
        self.slipped: list[str] = []

    def _record(self, exchange: Exchange) -> None:
        if exchange.method in {"PUT", "PATCH", "DELETE"} and not exchange.writes:
            self.slipped.append(f"{exchange.method} {exchange.url}")
        super()._record(exchange)
