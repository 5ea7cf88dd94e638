"""What every writing command does after it has written: deliver, ask for public words, show, exit."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import click

from chatops import events as e
from chatops import interrupts
from chatops.cli.delivery import delivered, is_routine, reach, say_owed, say_rehearsed
from chatops.cli.options import guard_logs
from chatops.cli.output import Shown, folded, say, say_error
from chatops.describe import happened
from chatops.dispatch.plan import ANY_HOOK
from chatops.errors import ChatopsError, StoreError
from chatops.text import clean_title

if TYPE_CHECKING:
    from datetime import datetime

    from chatops.engine.local import Run
    from chatops.incident import Incident
    from chatops.service import Act, Recorded, Service
    from chatops.store import Delivery

STILL_OWED: Final = 3
#: Seconds of silence after which a command says whom it waits for.
PATIENCE: Final = 2.0


class Flow:
    """One writing command, from its first event to its exit code.

    As a context it answers Ctrl-C: what was recorded is said, and so is what is not delivered yet.
    """

    def __init__(self, service: "Service", shown: Shown, act: "Act") -> None:
        self.service = service
        self.shown = shown
        self.act = act
        self.dry_run = service.rehearsal is not None
        self._recorded: list[Recorded] = []
        self._run: Run | None = None
        self._ended: list[Delivery] = []
        self._shown: list[Delivery] = []
        self._fell_short = 0
        self._writing = ExitStack()

    @classmethod
    def of(cls, service: "Service", shown: Shown, given: dict[str, Any]) -> "Flow":
        """The flow that the options of `act_options` describe; they are taken out of `given`."""
        from chatops.service import Act, actor_name

        guard_logs()
        at: datetime | None = given.pop("at")
        who = actor_name(given.pop("actor"), service.config.core.actor)
        # A blank key is none: an alert that has no key gives one.
        key = given.pop("key") or ""
        key = clean_title(key, "key") if key.strip() else None
        act = Act(actor=who, key=key, **({"at": at} if at else {}))
        given.pop("dry_run")
        return cls(service, shown, act)

    def __enter__(self) -> Self:
        # Between the commit and our knowing of it, "Nothing was recorded" would be a lie.
        interrupts.check()
        self._writing.enter_context(interrupts.held())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writing.close()
        if not self._recorded or self.dry_run:
            return
        if interrupts.is_one(error) or isinstance(error, click.Abort):
            with interrupts.held():
                self._stopped()
        if isinstance(error, StoreError):
            say_error(f"{self.incident.name} is recorded. After that: {error}")
            raise SystemExit(self._fell_short or STILL_OWED) from None

    @property
    def incident(self) -> "Incident":
        """The incident as the last event left it."""
        return self._recorded[-1].incident

    @property
    def wrote(self) -> bool:
        """Whether the last command was new."""
        return not self._recorded[-1].repeated

    @property
    def repeats(self) -> bool:
        """Whether the command itself was a repetition."""
        return bool(self._recorded and self._recorded[0].repeated)

    @property
    def words_act(self) -> "Act":
        """The act of telling customers, which is an event of its own and has a key of its own."""
        key = f"{self.act.key} public" if self.act.key else None
        return replace(self.act, key=key)

    def record(self, recorded: "Recorded", headline: str) -> None:
        """Something was recorded: say so, and begin to deliver it."""
        self._recorded.append(recorded)
        self._writing.close()
        if recorded.repeated:
            self.shown.text(f"{recorded.incident.name}: {recorded.repeated}. Nothing new was recorded.")
        else:
            if self.dry_run:
                self._rehearsed(recorded)
            else:
                self.shown.text(headline)
            self._run = self.service.engine.start(recorded.incident.id, self._run)

    def fall_short(self, error: ChatopsError | click.ClickException) -> None:
        """What was recorded stays, and is delivered; what should have followed it did not happen. Raises
        `error` where nothing was recorded.
        """
        if not self._recorded:
            raise error
        say_error(str(error))
        # Whoever is told that the store could not be used gives the command again.
        self._fell_short = error.exit_code if isinstance(error, StoreError) else STILL_OWED

    def finish(self) -> None:
        """Wait for the deliveries, show them as they end, and leave with the exit code."""
        if not self._recorded:
            raise SystemExit(1)
        with self._patience():
            for delivery in self._run or ():
                self._show(delivery)
        self._answer()
        if self.dry_run:
            say_rehearsed(self.service, self.shown, self._ended)
            return
        self._blocked()
        self._untold()
        owed = say_owed(self.service, self.shown, self.incident)
        if self._fell_short or owed:
            raise SystemExit(self._fell_short or STILL_OWED)

    def _show(self, delivery: "Delivery") -> None:
        """Show how a delivery ended."""
        told = {d.instance for d in self._shown}
        self._ended.append(delivery)
        if self.dry_run or is_routine(delivery, told):
            return
        self.shown.text(delivered(self.service, delivery, "  "))
        if delivery.state == "done":
            self._shown.append(delivery)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Say whom a command still waits for, where that takes a while."""
        timer = threading.Timer(PATIENCE, self._say_waiting)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _say_waiting(self) -> None:
        with suppress(StoreError):
            owed = self.service.store.deliveries.unsettled(self.incident.id)
            names = sorted({d.instance for d in owed if d.state != "failed"})
            if names:
                self.shown.text(f"  … waiting for {', '.join(names)} (Ctrl-C is safe)", err=True)

    def _blocked(self) -> None:
        """What is planned by this command, and was not its turn."""
        seen = {delivery.id for delivery in self._ended}
        planned = {event.seq for recorded in self._recorded for event in recorded.events}
        for delivery in self.service.store.deliveries.unsettled(self.incident.id):
            if delivery.id not in seen and delivery.position in planned and delivery.state == "pending":
                self.shown.text(delivered(self.service, delivery, "  "))

    def _untold(self) -> None:
        """Say where the words of this command have reached no customer, or where the end is owed."""
        after = self.service.incident(self.incident.id)
        words = {e.PublicUpdatePublished, e.PublicUpdateCorrected}
        if any(type(event) in words for recorded in self._recorded for event in recorded.events):
            reached = reach(self.service, after)
            if reached:
                self.shown.text(folded("  ", f"No customer was told: {reached}."))
        elif after.owes_the_end and self.wrote:
            self.shown.text(f"Customers were not told the end: chatops public post {after.name} TEXT")

    def _stopped(self) -> None:
        """Ctrl-C was pressed after something was recorded."""
        say(f"\nStopped. {self.incident.name} is recorded.", err=True)
        owed = self.service.store.deliveries.unsettled(self.incident.id)
        for delivery in owed:
            say(delivered(self.service, delivery, "  "), err=True)
        self._answer()
        say_owed(self.service, self.shown, self.incident)
        raise SystemExit(STILL_OWED if owed else 0) from None

    def _answer(self) -> None:
        """The answer for programs and scripts."""
        after = self.service.incident(self.incident.id)
        self.shown.ids([after.name])
        events = [event for recorded in self._recorded for event in recorded.events]
        planned, ended = {event.seq for event in events}, {d.id for d in self._ended}
        deliveries = self.service.store.deliveries.of_incident(after.id)
        self.shown.data(
            {
                "incident": as_data(after),
                "events": events,
                "deliveries": [d for d in deliveries if d.position in planned or d.id in ended],
                "repeated": self._recorded[0].repeated or None,
                "dry_run": self.dry_run,
                "requests": self.service.rehearsal.sent if self.service.rehearsal else [],
            }
        )

    def _rehearsed(self, recorded: "Recorded") -> None:
        if len(self._recorded) == 1:
            self.shown.text(f"{recorded.incident.name} would record:")
        for event in recorded.events:
            self.shown.text(folded(f"  event {event.seq}: ", happened(event)))
        for delivery in recorded.deliveries:
            hook = "whatever it listens to" if delivery.hook == ANY_HOOK else delivery.hook
            self.shown.text(f"    to {delivery.instance}: {hook}")


def as_data(incident: "Incident") -> dict[str, Any]:
    """An incident for programs: what is kept, and what follows from it."""
    return {"name": incident.name} | {field: getattr(incident, field) for field in incident.__struct_fields__}
