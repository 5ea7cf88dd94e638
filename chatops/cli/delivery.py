"""How deliveries are shown: as they end, what is still owed, and what a dry run would have sent."""

from collections.abc import Collection, Iterable, Mapping
from textwrap import indent
from typing import TYPE_CHECKING, Final

import click

from chatops import events as e
from chatops.cli.output import Shown, folded, local, to_json, warn
from chatops.dispatch.plan import ANY_HOOK

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service
    from chatops.store import Delivery

MARKS: Final = {
    "done": ("✓", "green"),
    "skipped": ("-", "bright_black"),
    "superseded": ("-", "bright_black"),
    "pending": ("…", "yellow"),
    "retry": ("↻", "yellow"),
    "unconfirmed": ("?", "yellow"),
    "failed": ("✗", "red"),
}
MINUTE: Final = 60
#: It is told outside of its lane: it waits behind nothing, and nothing behind it.
LINKS: Final = "links_changed"


def say_owed(service: "Service", shown: Shown, incident: "Incident") -> bool:
    """Whether anything of the incident is still to be delivered; say who will."""
    owed = service.store.deliveries.unsettled(incident.id)
    elsewhere = service.elsewhere({d.instance for d in owed})
    _say_elsewhere(service, incident, elsewhere)
    failed = [d for d in owed if d.state == "failed" and d.instance not in elsewhere]
    stuck = {d.instance for d in failed}
    for gone in (False, True):
        names = sorted({d.instance for d in failed if d.gone == gone})
        if names:
            verb = "needs" if len(names) == 1 else "need"
            cause = "Where it is to be made anew" if gone else "When the cause is mended"
            how = f"chatops retry {incident.name}{' --recreate' if gone else ''}"
            warn(f"{', '.join(names)} {verb} you. {cause}: {how}")
    if all(d.instance in stuck | elsewhere.keys() for d in owed):
        # Another command may have been ended before it could leave its work to anybody.
        if service.engine.next_ready() is not None:
            service.engine.leave_behind()
        return bool(owed)
    if service.engine.leave_behind():
        shown.text(
            f"A background process keeps trying the rest; to see it: chatops show {incident.name}", err=True
        )
    else:
        warn("Nothing retries the rest by itself. To do it: chatops worker")
    return True


def _say_elsewhere(service: "Service", incident: "Incident", elsewhere: Mapping[str, str]) -> None:
    """What cannot be delivered from here, and who does it."""
    for name, source in elsewhere.items():
        if not service.store.shared:
            how = f"chatops --config {source} retry {incident.name}"
            warn(f"{name} is enabled by {source}, which is not in force here. To deliver it: {how}")
            continue
        why = service.engine.left.get(name, f"{name} is enabled by {source}, not here.")
        if name in service.store.served():
            warn(f"{why} A worker on a host where it runs delivers it.")
        else:
            warn(f"{why} No worker runs it on any host. Start one where it can: chatops worker")


def reach(service: "Service", incident: "Incident") -> str:
    """Why the latest words have reached no customer; empty where they have."""
    if incident.drill:
        return "it is an exercise"
    hooks = {"public_update", "public_correction"}
    rows = service.store.deliveries.of_incident(incident.id)
    planned = [d for d in rows if d.hook in hooks]
    if any(d.settled_at is None for d in planned):
        return "it is still to be delivered"
    if any(d.state == "done" for d in planned):
        return ""
    unknown = sorted({d.instance for d in rows if d.hook == ANY_HOOK and d.settled_at is None})
    if unknown:
        return f"it is still to be delivered to {', '.join(unknown)}, if that faces them: it was never loaded"
    return "no plugin that faces them takes part"


def say_uncleared(service: "Service", incident: "Incident") -> None:
    """What of a restricted incident stays readable, and where nobody was told of it."""
    rows = {row.name: row for row in service.store.instances.all() if row.enabled}
    cleared = {name for name, row in rows.items() if row.filters.restricted}
    for owned in incident.links:
        row = rows.get(owned.instance)
        if row and row.name not in cleared and not (row.traits and row.traits.public):
            where = owned.link.url or owned.link.title or owned.link.id
            warn(f"{row.name} is not cleared, so {where} stays as readable as it is. Hide it by hand.")
    if not cleared:
        warn("No plugin is cleared for it (plugins.NAME.when.restricted = true), so none is told.")


def is_routine(delivery: "Delivery", told: Collection[str]) -> bool:
    """Whether a responder need not see it: others' links were tied in, as they always are, or an instance
    that was shown to be told was told of another event, too.
    """
    if delivery.hook == LINKS:
        return delivery.settled_at is not None
    return delivery.state == "done" and delivery.instance in told


def delivered(service: "Service", delivery: "Delivery", indent: str = "") -> str:
    """A delivery: its outcome, to whom, what, and why or where."""
    mark, colour = MARKS[delivery.state]
    hook = "everything" if delivery.hook == ANY_HOOK else delivery.hook
    line = f"{delivery.instance}: {hook}"
    if delivery.state == "done":
        line = f"{line}  {_links(service, delivery)}".rstrip()
    else:
        reason = f": {delivery.reason}" if delivery.reason else ""
        line = f"{line} {_outcome(service, delivery)}{reason}"
    return folded(f"{indent}{click.style(mark, fg=colour)} ", line)


def _outcome(service: "Service", delivery: "Delivery") -> str:
    if delivery.state == "pending" and delivery.hook != LINKS:
        lane = service.store.deliveries.of_lane(delivery.incident, delivery.instance)
        head = next((d for d in lane if d.settled_at is None and d.hook != LINKS), delivery)
        first = "what is before it" if head.hook == ANY_HOOK else head.hook
        return "pending" if head.id == delivery.id else f"waits behind {first}"
    if delivery.state not in {"retry", "unconfirmed"}:
        return delivery.state
    when = tried_again(service, delivery)
    return f"may have arrived, asked again {when}" if delivery.state == "unconfirmed" else f"again {when}"


def tried_again(service: "Service", delivery: "Delivery") -> str:
    """When the delivery is tried, or asked about, again: also where its remote is down, and left alone."""
    paused = service.store.instances.get(delivery.instance).paused_until
    due = max(delivery.due_at, paused) if paused and delivery.attempts else delivery.due_at
    wait = (due - e.utcnow()).total_seconds()
    return "now" if wait < 1 else f"in {wait:.0f} s" if wait < MINUTE else f"at {local(due)}"


def say_rehearsed(service: "Service", shown: Shown, ended: Iterable["Delivery"]) -> None:
    """What a dry run would have sent, and which deliveries would not have gone well."""
    sent = service.rehearsal.sent if service.rehearsal else []
    if sent:
        shown.text("Would send:")
    for request in sent:
        shown.text(folded(f"  {request.instance}: ", f"{request.method} {request.url}"))
        if request.body is not None:
            shown.text(indent(to_json(request.body), "    "))
    for delivery in ended:
        if delivery.state in {"retry", "unconfirmed"}:
            line = f"{delivery.instance}: {delivery.hook} cannot be rehearsed now: {delivery.reason}"
            shown.text(folded("  ", line))
        elif delivery.state != "done":
            shown.text(delivered(service, delivery, "  "))
    shown.text("Nothing was written or sent.")


def _links(service: "Service", delivery: "Delivery") -> str:
    incident = service.store.log.incident(delivery.incident)
    own = [o.link for o in incident.links if o.instance == delivery.instance] if incident else []
    return "  ".join(link.url or link.id for link in own)
