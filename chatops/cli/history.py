"""A public incident history, played as exercises or kept as history: replay, import."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatops.cli import STOPPED
from chatops.cli.delivery import delivered, say_rehearsed
from chatops.cli.flow import STILL_OWED
from chatops.cli.options import dry_run_option, open_service, output_options
from chatops.cli.output import Shown, folded, say, warn

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service
    from chatops.service.history import Played
    from chatops.service.source import Source
    from chatops.store import Delivery


@click.command(short_help="Play a public incident history as exercises.")
@click.argument("file", type=click.Path(path_type=Path))
@dry_run_option
@output_options
def replay_command(file: Path, shown: Shown, **_: bool) -> None:
    """Play the incidents that a Statuspage serves at /api/v2/incidents.json, the oldest first, as exercises,
    through every plugin that takes them (`when.drills = true`). FILE may be - for standard input.

    It is safe to repeat: what was played before is known, and an interrupted replay goes on.

    \b
    Examples:
      chatops replay incidents.json
      curl -s https://status.example.com/api/v2/incidents.json | chatops replay -
    """
    from chatops.service.history import History
    from chatops.service.source import read

    source = read(file)
    service = open_service()
    history = History(service, source)
    if not history.listeners():
        warn("No enabled plugin takes exercises, so nothing will be delivered.")
        say("         To let one: [plugins.NAME] when.drills = true", err=True)
    tally = Tally(service, shown, "played")
    with _continuable():
        for played in history.replay(tally.deliver):
            tally.count(played)
    tally.finish(source)


@click.group()
def import_command() -> None:
    """Record what happened elsewhere. Nobody hears of it."""


@import_command.command("statuspage", short_help="The history of a Statuspage.")
@click.argument("file", type=click.Path(path_type=Path))
@dry_run_option
@output_options
def statuspage_command(file: Path, shown: Shown, **_: bool) -> None:
    """Record the incidents that a Statuspage serves at /api/v2/incidents.json as history, and deliver
    nothing. FILE may be - for standard input. What was imported before is known.

    \b
    Examples:
      chatops import statuspage incidents.json
      curl -s https://status.example.com/api/v2/incidents.json | chatops import statuspage -
    """
    from chatops.service.history import History
    from chatops.service.source import read

    source = read(file)
    service = open_service()
    tally = Tally(service, shown, "recorded")
    with _continuable():
        for played in History(service, source).import_():
            tally.count(played)
    tally.finish(source)


class Tally:
    """Shows each incident as it is done, and counts."""

    def __init__(self, service: "Service", shown: Shown, done: str) -> None:
        self._service = service
        self._shown = shown
        self._done = done
        self._seen: list[Played] = []
        self._troubled: dict[int, Delivery] = {}

    def deliver(self, incident: "Incident") -> None:
        """Deliver what is due for the incident, and wait for it."""
        for delivery in self._service.engine.start(incident.id):
            if delivery.settled_at:
                self._troubled.pop(delivery.id, None)
            else:
                self._troubled[delivery.id] = delivery

    def count(self, played: "Played") -> None:
        """An incident is done: say so in a line, and below it what went wrong."""
        self._seen.append(played)
        incident, said = played.incident, _counted(played.updates, "update")
        new = bool(played.events)
        mark, colour = ("-", None) if not new else ("✗", "red") if self._troubled else ("✓", "green")
        line = folded(f"  {incident.name:<7} {said if new else 'known':>10}  ", incident.title)
        self._shown.text(click.style(mark, fg=colour) + line[1:])
        for delivery in self._troubled.values():
            self._shown.text(delivered(self._service, delivery, "    "))
        self._troubled.clear()
        if new:
            self._shown.ids([incident.name])

    def finish(self, source: "Source") -> None:
        """Say what it came to, and leave with the exit code."""
        new = [played for played in self._seen if played.events]
        owed = [d for seen in self._seen for d in self._service.store.deliveries.unsettled(seen.incident.id)]
        result = {
            "incidents": len(new),
            "events": sum(len(played.events) for played in new),
            "updates": sum(played.updates for played in new),
            "undelivered": len(owed),
            "known_before": len(self._seen) - len(new),
            "left_out": {"maintenances": source.maintenances, "without_updates": source.silent},
            "shortened": source.too_long,
        }
        self._shown.data(result)
        self._summary(result)
        if self._service.rehearsal:
            say_rehearsed(self._service, self._shown, ())
            return
        if owed and self._done == "played":
            self._owed(owed)
            raise SystemExit(STILL_OWED)

    def _summary(self, result: dict[str, Any]) -> None:
        known, left_out = result["known_before"], result["left_out"]
        notes = [
            (known, f"{_counted(known, 'incident')} known before"),
            (left_out["maintenances"], f"{_counted(left_out['maintenances'], 'maintenance')} left out"),
            (left_out["without_updates"], f"{left_out['without_updates']} left out, for want of any update"),
            (result["shortened"], f"{_counted(result['shortened'], 'text')} cut, being too long"),
        ]
        say_it = self._shown.text
        if self._seen:
            say_it()
        words = _counted(result["updates"], "update")
        events = _counted(result["events"], "event")
        say_it(f"{_counted(result['incidents'], 'incident')} {self._done}: {words}, {events}.")
        for count, note in notes:
            if count:
                say_it(f"{note}.")

    def _owed(self, owed: list["Delivery"]) -> None:
        waiting = any(delivery.state != "failed" for delivery in owed)
        verb = "is" if len(owed) == 1 else "are"
        text = f"{_counted(len(owed), 'delivery', 'deliveries')} {verb} still owed."
        warn(f"{text} When the cause is mended: chatops retry --all")
        if waiting and self._service.engine.leave_behind():
            self._shown.text("A background process goes on trying.", err=True)


@contextmanager
def _continuable() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        say(err=True)
        say("Stopped. What was recorded stays; the same command goes on from there.", err=True)
        raise SystemExit(STOPPED) from None


def _counted(number: int, thing: str, things: str = "") -> str:
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
