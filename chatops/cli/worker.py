"""Delivers what falls due, and says how it goes: worker."""

import logging
import os
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

import click

from chatops.cli.delivery import delivered
from chatops.cli.options import guard_logs, open_service, output_options
from chatops.cli.output import Shown, fitting, local, say
from chatops.errors import ChatopsError, StoreError
from chatops.logs import in_json, logger

if TYPE_CHECKING:
    from chatops.engine.bell import Bell
    from chatops.engine.health import Health
    from chatops.service import Service
    from chatops.store import Delivery

#: How often what waits is looked at, and, where nothing changes, said off a terminal. In seconds.
LOOK: Final = 2.0
SAY: Final = 300.0
ENDING: Final = (signal.SIGTERM, signal.SIGINT)

_log = logger("chatops.worker")


@click.command()
@click.option("--until-done", is_flag=True, help="End when nothing is left to wait for.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve /health and /metrics, to this machine alone; 0 takes a free port.",
)
@output_options
def worker_command(shown: Shown, *, until_done: bool, metrics_port: int | None) -> None:
    """Deliver what falls due, of every incident, until Ctrl-C or SIGTERM: then the calls under way end, and
    nothing new begins.

    Where too many plugins hang, it replaces itself by a fresh process between two calls, and says so.

    \b
    Examples:
      chatops worker
      chatops --log-format json worker --metrics-port 9464
    """
    bell = _told_to_stop()
    guard_logs()
    service = open_service()
    engine, report = service.engine, Report(service, shown)
    with ExitStack() as stack:
        if metrics_port is not None:
            report.say(f"Health and metrics: {_serve_metrics(service, metrics_port, stack)}")
        report.say("Delivering what falls due. Ctrl-C ends it after the calls under way.")
        report.status()
        work = (engine.drain_alone if until_done else engine.work)(bell, idle=report.idle)
        for delivery in work:
            report.ended(delivery)
        report.close()
    if engine.watch.worn_out and not bell.ended:
        hung = Counter(engine.watch.hung)
        what = ", ".join(f"{times} x {name}" for name, times in hung.items())
        _log.warning("%d calls hang: %s. A fresh process takes over.", hung.total(), what)
        _replace(bell)


class Report:
    """What a worker says while it works: what it did, and what waits.

    On a terminal one line always stands below the others; elsewhere it is said when something has changed,
    and every few minutes.
    """

    def __init__(self, service: "Service", shown: Shown) -> None:
        self._service = service
        self._shown = shown
        self._ended: Counter[str] = Counter()
        self._terminal = shown.form == "text" and sys.stdout.isatty() and not in_json()
        self._standing = self._known = ""
        self._news = False
        self._looked_at = self._said_at = time.monotonic()

    def say(self, text: str) -> None:
        """A line for whoever watches: people, or the programs that read the log."""
        if in_json():
            _log.info("%s", text)
        elif self._shown.form == "text":
            self._clear()
            say(text)

    def ended(self, delivery: "Delivery") -> None:
        """A delivery's attempt has ended; in JSON, the log has said so already."""
        self._ended[delivery.state] += 1
        self._news = True
        if self._shown.form == "text" and not in_json():
            try:
                incident = self._service.incident(delivery.incident)
                self.say(delivered(self._service, delivery, f"{incident.name}  "))
            except StoreError:
                # It is written; that it cannot be read at this moment ends no worker.
                self.say(f"{delivery.instance}: {delivery.hook} {delivery.state}")
        self._shown.ids([str(delivery.id)])
        self._shown.line(delivery)

    def idle(self) -> None:
        """Nothing is to be done for a moment."""
        if self._news or time.monotonic() - self._looked_at >= LOOK:
            self.status()

    def status(self) -> None:
        """Say how it stands, where that is new or was said long ago."""
        self._looked_at, self._news = (now := time.monotonic()), False
        health = self._service.engine.health()
        known = repr((health.problem, sorted(health.waiting.items()), health.unserved, health.hung))
        if self._terminal:
            self._stand(_summary(health, self._ended))
        elif known != self._known or now - self._said_at >= SAY:
            self.say(_summary(health, self._ended))
            self._said_at = now
        self._known = known

    def close(self) -> None:
        """Nothing more is said."""
        self._clear()

    def _stand(self, text: str) -> None:
        if text != self._standing:
            self._clear()
            self._standing = text
            _draw(click.style(fitting(text), dim=True))

    def _clear(self) -> None:
        if self._standing:
            _draw("\r\x1b[K")
            self._standing = ""


def _draw(text: str) -> None:
    # A terminal that has gone ends no worker.
    with suppress(OSError):
        click.echo(text, nl=False)


def _summary(health: "Health", ended: Counter[str]) -> str:
    """What the worker did, what waits, and what is wrong, on one line."""
    did = f"Tried {ended.total()}, delivered {ended['done']}. " if ended else ""
    wrong = f" Calls that hang: {len(health.hung)}." if health.hung else ""
    if health.problem:
        return f"{did}{health.problem}{wrong}"
    if health.unserved:
        names = ", ".join(f"{name} ({count})" for name, count in health.unserved.items())
        wrong += f" No worker runs: {names}."
    states = ", ".join(f"{count} {state}" for state, count in health.states.items())
    due = f"; next {'now' if health.overdue else f'at {local(health.next_due)}'}" if health.next_due else ""
    return f"{did}{f'Waits: {states}{due}.' if states else 'Nothing waits.'}{wrong}"


def _serve_metrics(service: "Service", port: int, stack: ExitStack) -> str:
    """Where they are from now on. Raises ChatopsError where the port, or the library, cannot be had."""
    try:
        from chatops.engine.metrics import serving
    except ModuleNotFoundError as error:
        how = "pip install 'chatops-incident[metrics]'"
        raise ChatopsError(f"Metrics need {error.name}, which is not installed: {how}") from error
    try:
        return stack.enter_context(serving(service.engine, port))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise ChatopsError(f"Port {port} cannot be had: {why}. Name another one: --metrics-port") from error


def _told_to_stop() -> "Bell":
    """What Ctrl-C and SIGTERM ring from now on, also those that came while a process was replaced."""
    from chatops.engine.bell import Bell

    bell = Bell()
    for number in ENDING:
        signal.signal(number, lambda *_: bell.end())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    return bell


def _replace(bell: "Bell") -> None:
    """Become a fresh process with the same arguments; not where the old one is told to stop."""
    # From here to the next process's `_told_to_stop` a signal waits, or, where a thread that hangs gets it,
    # ends us: nothing is under way.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    if bell.ended:
        return
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    logging.shutdown()
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (no shell is wanted)
    except OSError as error:
        raise ChatopsError(f"No fresh process could be started: {error}") from error
