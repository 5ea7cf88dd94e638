"""What is to be delivered: deliveries, retry, skip."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from chatops.cli.delivery import delivered, say_owed, say_rehearsed, tried_again
from chatops.cli.flow import STILL_OWED
from chatops.cli.options import (
    MOST_DIGITS,
    dry_run_option,
    incident_option,
    number,
    one_target,
    open_service,
    output_options,
    target,
)
from chatops.cli.output import Shown, local, say, table
from chatops.errors import UsageError
from chatops.text import clean_text, one_line

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
        found = store.of_incident(one_target(service, incident, ref).id)
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
@dry_run_option
@incident_option
@output_options
def retry_command(
    words: tuple[str, ...],
    ref: str | None,
    shown: Shown,
    *,
    recreate: bool,
    everything: bool,
    **_: bool,
) -> None:
    """Try again at once what failed or waits: of one incident (INC-12), single deliveries (7 8), or, with
    nothing named, all of it.

    \b
    Examples:
      chatops retry INC-12
      chatops retry 7 --recreate
    """
    service = open_service()
    meant = _meant(service, words, ref, everything=everything)
    waiting = [d for d in meant if d.settled_at is None]
    if not waiting:
        hint = f" (the incident: chatops retry INC-{words[0]})" if words and words[0].isdecimal() else ""
        shown.text(f"Nothing there waits to be tried again{hint}.")
        shown.data([])
        return
    if service.rehearsal:
        for delivery in waiting:
            shown.text(f"{delivery.id} would be tried again: {delivered(service, delivery)}")
    # What was never tried waits for its turn, and gets it with the others.
    tried = [d for d in waiting if d.state != "pending" or d.attempts]
    revived = {delivery.id: delivery for delivery in service.retry(tried, recreate=recreate)}
    _run(service, shown, [*revived.values(), *(d for d in waiting if d.id not in revived)])


@click.command()
@click.argument("delivery", type=int)
@click.option("--reason", required=True, help="Why it is given up; it stays on record.")
@click.option("--as", "actor", metavar="ACTOR", help="Who acts.")
@dry_run_option
@output_options
def skip_command(delivery: int, reason: str, actor: str | None, shown: Shown, *, dry_run: bool) -> None:
    """Give one delivery up. Those behind it in its lane go on; `chatops deliveries` shows the numbers.

    \b
    Example:
      chatops skip 7 --reason "Opened the ticket by hand"
    """
    from chatops.service import Act, actor_name

    service = open_service()
    found = _delivery(service, delivery)
    why = one_line(clean_text(reason, "reason"))
    act = Act(actor=actor_name(actor, service.config.core.actor))
    service.skip(found, why, act)
    shown.text(f"Delivery {delivery} {'would be' if dry_run else 'is'} given up.")
    _run(service, shown, [found])


def _run(service: "Service", shown: Shown, revived: Sequence["Delivery"]) -> None:
    """Deliver what can now go on, show it as it ends, and leave with the exit code."""
    ended, shown_ids = [], {delivery.id for delivery in revived}
    incidents = {delivery.incident: service.incident(delivery.incident) for delivery in revived}
    several = len(incidents) > 1
    try:
        for identity, incident in incidents.items():
            for delivery in service.engine.start(identity):
                shown_ids.add(delivery.id)
                ended.append(delivery)
                if not service.rehearsal:
                    name = f"{incident.name}  " if several else "  "
                    shown.text(delivered(service, delivery, name))
    except KeyboardInterrupt:
        say("\nStopped. What is left is still to be delivered.", err=True)
    found = [d for identity in sorted(shown_ids) if (d := service.store.deliveries.get(identity))]
    shown.ids(str(delivery.id) for delivery in found)
    shown.data(found)
    if service.rehearsal:
        say_rehearsed(service, shown, ended)
        return
    owed = [say_owed(service, shown, incident) for incident in incidents.values()]
    if any(owed):
        raise SystemExit(STILL_OWED)


def _meant(
    service: "Service", words: Sequence[str], ref: str | None, *, everything: bool
) -> list["Delivery"]:
    """`INC-12` is an incident; a bare number is a delivery."""
    store = service.store.deliveries
    if everything or not (words or ref):
        return store.unsettled()
    if not words:
        return store.unsettled(target(service, ref).id)
    if all(word.isdecimal() for word in words):
        return [_delivery(service, int(word[: MOST_DIGITS + 1])) for word in words]
    if len(words) == 1 and number(words[0]) is not None:
        return store.unsettled(target(service, words[0]).id)
    raise UsageError(f"Name one incident (INC-12) or deliveries (7 8), not {' '.join(words)!r}.")


def _delivery(service: "Service", identity: int) -> "Delivery":
    found = service.store.deliveries.get(identity) if abs(identity) < 10**MOST_DIGITS else None
    if found is None:
        raise UsageError(
            f"There is no delivery {identity}. `chatops deliveries --all` shows the newest; the incident of "
            f"that number is INC-{identity}."
        )
    return found


def _row(service: "Service", delivery: "Delivery") -> tuple[Any, ...]:
    incident = service.incident(delivery.incident)
    waits = delivery.state in {"retry", "unconfirmed"}
    due = (
        tried_again(service, delivery)
        if waits
        else local(delivery.due_at)
        if delivery.state == "pending"
        else ""
    )
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
