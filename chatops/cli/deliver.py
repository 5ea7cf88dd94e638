"""What is to be delivered: deliveries, retry, skip, worker."""

import signal
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from chatops.cli.flow import STILL_OWED, delivered
from chatops.cli.options import incident_option, number, open_service, output_options, target
from chatops.cli.output import Shown, local, say, table
from chatops.errors import UsageError
from chatops.text import clean_text

if TYPE_CHECKING:
    from chatops.service import Service
    from chatops.store import Delivery


@click.command()
@click.argument("incident", required=False)
@click.option("--all", "everything", is_flag=True, help="What has ended, too.")
@incident_option
@output_options
def deliveries_command(incident: str | None, ref: str | None, shown: Shown, *, everything: bool) -> None:
    """List deliveries: what waits, and why; with an incident or --all, what has ended too.

    \b
    Example:
      chatops deliveries INC-12
    """
    service = open_service()
    store = service.store.deliveries
    if incident or ref:
        found = store.of_incident(target(service, incident or ref).id)
    else:
        found = store.recent(200) if everything else store.unsettled()
    shown.ids(str(delivery.id) for delivery in found)
    shown.data(found)
    if shown.form != "text":
        return
    if not found:
        say("Nothing waits to be delivered.")
        return
    table(("", "incident", "to", "hook", "state", "due", "tried", "why"), [_row(service, d) for d in found])


@click.command()
@click.argument("words", nargs=-1, metavar="[INC | DELIVERY...]")
@click.option("--recreate", is_flag=True, help="Create anew what was deleted remotely, such as a ticket.")
@click.option("--all", "everything", is_flag=True, help="Everything that waits, of every incident.")
@output_options
def retry_command(words: tuple[str, ...], shown: Shown, *, recreate: bool, everything: bool) -> None:
    """Try again at once what failed or waits: of one incident (INC-12), single deliveries (7 8), or all.

    \b
    Examples:
      chatops retry INC-12
      chatops retry 7 --recreate
    """
    service = open_service()
    waiting = [d for d in _meant(service, words, everything=everything) if d.state != "pending" or d.attempts]
    if not waiting:
        shown.text("Nothing there waits to be tried again.")
        shown.data([])
        return
    revived = service.retry(waiting, recreate=recreate)
    ended = {d.id: d for incident in {d.incident for d in revived} for d in service.engine.start(incident)}
    for delivery in ended.values():
        shown.text(f"  {delivered(service, delivery)}")
    shown.ids(str(identity) for identity in ended)
    shown.data(list(ended.values()))
    if any(d.settled_at is None for d in ended.values()):
        raise SystemExit(STILL_OWED)


@click.command()
@click.argument("delivery", type=int)
@click.option("--reason", required=True, help="Why it is given up; it stays on record.")
@click.option("--as", "actor", metavar="ACTOR", help="Who acts.")
@output_options
def skip_command(delivery: int, reason: str, actor: str | None, shown: Shown) -> None:
    """Give one delivery up. Those behind it in its lane go on; `chatops deliveries` shows the numbers.

    \b
    Example:
      chatops skip 7 --reason "Opened the ticket by hand"
    """
    from chatops.service import Act, actor_name

    service = open_service()
    found = _delivery(service, delivery)
    service.skip(found, clean_text(reason, "reason"), Act(actor=actor_name(actor, service.config.core.actor)))
    run = list(service.engine.start(found.incident))
    shown.text(f"Delivery {delivery} is skipped.")
    for later in run:
        shown.text(f"  {delivered(service, later)}")
    shown.ids([str(delivery)])
    shown.data(service.store.deliveries.get(delivery))


@click.command()
@click.option("--until-done", is_flag=True, help="End when nothing is left to wait for.")
@output_options
def worker_command(shown: Shown, *, until_done: bool) -> None:
    """Deliver what falls due, of every incident, until Ctrl-C or SIGTERM.

    \b
    Example:
      chatops worker
    """
    service = open_service()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    engine = service.engine
    shown.text("Delivering what falls due. Ctrl-C ends it after the calls under way.")
    work = engine.drain_alone(stop) if until_done else engine.work(stop)
    for delivery in work:
        incident = service.incident(delivery.incident)
        shown.text(f"{incident.name}  {delivered(service, delivery)}")
        shown.ids([str(delivery.id)])
        shown.data(delivery)


def _meant(service: "Service", words: Sequence[str], *, everything: bool) -> list["Delivery"]:
    """`INC-12` is an incident; a bare number is a delivery."""
    store = service.store.deliveries
    if everything or not words:
        return store.unsettled() if everything else store.unsettled(target(service, None).id)
    if all(word.isdigit() for word in words):
        return [_delivery(service, int(word)) for word in words]
    if len(words) == 1 and number(words[0]) is not None:
        return store.unsettled(target(service, words[0]).id)
    raise UsageError(f"Name one incident (INC-12) or deliveries (7 8), not {' '.join(words)!r}.")


def _delivery(service: "Service", identity: int) -> "Delivery":
    found = service.store.deliveries.get(identity)
    if found is None:
        raise UsageError(f"There is no delivery {identity}. `chatops deliveries --all` shows the newest.")
    return found


def _row(service: "Service", delivery: "Delivery") -> tuple[Any, ...]:
    incident = service.incident(delivery.incident)
    due = "" if delivery.settled_at or delivery.state == "failed" else local(delivery.due_at)
    tried = str(delivery.attempts)
    return (
        str(delivery.id),
        incident.name,
        delivery.instance,
        delivery.hook,
        delivery.state,
        due,
        tried,
        delivery.reason,
    )
