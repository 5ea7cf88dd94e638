"""What every writing command does after it has written: deliver, ask for public words, show, exit."""

from contextlib import nullcontext
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from chatops.cli.output import Shown, local, say, warn

if TYPE_CHECKING:
    from datetime import datetime

    from chatops.engine.local import Run
    from chatops.incident import Incident
    from chatops.service import Act, Recorded, Service
    from chatops.store import Delivery

MARKS = {
    "done": ("✓", "green"),
    "skipped": ("-", "bright_black"),
    "superseded": ("-", "bright_black"),
    "pending": ("…", "yellow"),
    "retry": ("↻", "yellow"),
    "unconfirmed": ("?", "yellow"),
    "failed": ("✗", "red"),
}
STILL_OWED = 3


class Flow:
    """One writing command, from its first event to its exit code.

    As a context it answers Ctrl-C: what was recorded is said, and so is what is not delivered yet.
    """

    def __init__(self, service: "Service", shown: Shown, act: "Act", *, dry_run: bool = False) -> None:
        self.service = service
        self.shown = shown
        self.act = act
        self.dry_run = dry_run
        self._recorded: list[Recorded] = []
        self._runs: list[Run] = []
        self._rehearsal = service.store.transaction(rehearse=True) if dry_run else nullcontext()

    @classmethod
    def of(cls, service: "Service", shown: Shown, given: dict[str, Any]) -> "Flow":
        """The flow that the options of `act_options` describe; they are taken out of `given`."""
        from chatops.service import Act, actor_name

        at: datetime | None = given.pop("at")
        who = actor_name(given.pop("actor"), service.config.core.actor)
        act = Act(actor=who, key=given.pop("key"), **({"at": at} if at else {}))
        return cls(service, shown, act, dry_run=given.pop("dry_run"))

    def __enter__(self) -> Self:
        self._rehearsal.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rehearsal.__exit__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt | click.Abort) and self._recorded:
            say(err=True)
            say(f"Stopped. {self.incident.name} is recorded.", err=True)
            self._owed(err=True)
            raise SystemExit(STILL_OWED) from None

    @property
    def incident(self) -> "Incident":
        """The incident as the last event left it."""
        return self._recorded[-1].incident

    @property
    def wrote(self) -> bool:
        """Whether the last command was new."""
        return not self._recorded[-1].repeated

    @property
    def words_act(self) -> "Act":
        """The act of telling customers, which is an event of its own and has a key of its own."""
        key = f"{self.act.key} public" if self.act.key else None
        return replace(self.act, key=key)

    def record(self, recorded: "Recorded", headline: str) -> None:
        """Something was recorded: say so, and begin to deliver it."""
        self._recorded.append(recorded)
        if recorded.repeated:
            self.shown.text(f"{recorded.incident.name}: {recorded.repeated}. Nothing new was recorded.")
        elif self.dry_run:
            self._rehearsed(recorded)
        else:
            self.shown.text(headline)
            self._runs.append(self.service.engine.start(recorded.incident.id))

    def finish(self) -> None:
        """Wait for the deliveries, show them as they end, and leave with the exit code."""
        ended: dict[int, Delivery] = {}
        for run in self._runs:
            for delivery in run:
                ended[delivery.id] = delivery
                self.shown.text(f"  {delivered(self.service, delivery)}")
        after = self.service.incident(self.incident.id)
        self.shown.ids([after.name])
        self.shown.data(self._data(after, ended))
        if self.dry_run:
            self.shown.text("Nothing was written or sent.")
        elif self._owed():
            raise SystemExit(STILL_OWED)

    def _data(self, after: "Incident", ended: dict[int, "Delivery"]) -> dict[str, Any]:
        planned = [d for r in self._recorded for d in r.deliveries]
        return {
            "incident": as_data(after),
            "events": [event for r in self._recorded for event in r.events],
            "deliveries": [ended.get(d.id, d) for d in planned if d.id not in ended] + list(ended.values()),
            "repeated": self._recorded[-1].repeated or None,
            "dry_run": self.dry_run,
        }

    def _owed(self, *, err: bool = False) -> bool:
        """Say what is still to be delivered, and who will."""
        owed = self.service.store.deliveries.unsettled(self.incident.id)
        if not owed:
            return False
        failed = [d for d in owed if d.state == "failed"]
        waiting = [d for d in owed if d.state != "failed" and d.instance not in {f.instance for f in failed}]
        if err:
            for delivery in owed:
                say(f"  {delivered(self.service, delivery)}", err=True)
        for name in sorted({d.instance for d in failed}):
            warn(f"{name} waits for you. When its cause is mended: chatops retry {self.incident.name}")
        if waiting and self.service.engine.leave_behind():
            self.shown.text(
                "A background process goes on trying; `chatops show` tells how far it is.", err=True
            )
        elif waiting:
            warn("Nothing retries what is left by itself: run `chatops worker`.")
        return True

    def _rehearsed(self, recorded: "Recorded") -> None:
        self.shown.text(f"{recorded.incident.name} would record:")
        for event in recorded.events:
            self.shown.text(f"  event {event.seq}: {event.kind}")
        for delivery in recorded.deliveries:
            hook = "whatever it listens to" if delivery.hook == "any" else delivery.hook
            self.shown.text(f"  to {delivery.instance}: {hook}")


def delivered(service: "Service", delivery: "Delivery") -> str:
    """A delivery in one line: its outcome, to whom, what, and why or where."""
    mark, colour = MARKS[delivery.state]
    hook = "everything" if delivery.hook == "any" else delivery.hook
    line = f"{click.style(mark, fg=colour)} {delivery.instance}: {hook}"
    if delivery.state == "done":
        links = _links(service, delivery)
        return f"{line}  {links}" if links else line
    again = f" (again at {local(delivery.due_at)})" if delivery.state in {"retry", "unconfirmed"} else ""
    return f"{line} {delivery.state}{again}{f': {delivery.reason}' if delivery.reason else ''}"


def as_data(incident: "Incident") -> dict[str, Any]:
    """An incident for programs: what is kept, and what follows from it."""
    return {"name": incident.name} | {field: getattr(incident, field) for field in incident.__struct_fields__}


def _links(service: "Service", delivery: "Delivery") -> str:
    incident = service.store.log.incident(delivery.incident)
    own = [o.link for o in incident.links if o.instance == delivery.instance] if incident else []
    return "  ".join(link.url or link.id for link in own)
