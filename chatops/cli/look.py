"""What there is to see: list, show, timeline, open. These never deliver anything."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from chatops.cli.delivery import delivered, reach
from chatops.cli.flow import as_data
from chatops.cli.options import OneOf, incident_option, number, one_target, open_service, output_options
from chatops.cli.output import Shown, folded, here, local, say, span, table
from chatops.cli.times import Time
from chatops.describe import happened
from chatops.errors import UnknownName, UsageError, WrongState
from chatops.events import utcnow

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service

STATES = ("open", "resolved", "cancelled")
MOST = 20


@click.command()
@click.option("--state", type=OneOf("state", STATES), help="Only these.")
@click.option("--severity", "-s", help="Only of this severity.")
@click.option("--service", help="Only of this service.")
@click.option("--since", type=Time(), help="Declared since: 2026-11-01, 7d, 14:05.")
@click.option("--drill/--no-drill", default=None, help="Only exercises, or none.")
@click.option("--all", "everything", is_flag=True, help="All of them, not the first 20.")
@output_options
def list_command(shown: Shown, *, everything: bool, **filters: Any) -> None:
    """List incidents: the open ones first, then the newest.

    \b
    Examples:
      chatops list --severity sev1 --since 30d
      chatops list --json | jq -r '.[].title'
    """
    service = open_service()
    found = service.store.log.listed(**filters, most=1_000_000 if everything else MOST)
    if not found:
        _check(service, filters)
    shown.ids(incident.name for incident in found)
    shown.data([as_data(incident) for incident in found])
    if shown.form != "text":
        return
    if not found:
        say("No incident fits." if any(v is not None for v in filters.values()) else "No incident yet.")
        return
    table(
        ("", "severity", "status", "since", "title"),
        [(i.name, i.severity, _state(i), local(i.declared_at), _titled(i)) for i in found],
    )
    if len(found) == MOST and not everything:
        say(f"These are {MOST}; for all: chatops list --all")
    if service.store.deliveries.unsettled(most=1):
        say("Something is still to be delivered: chatops deliveries")
    for incident in service.owing_the_end():
        say(f"{incident.name}: customers are owed the end: chatops public post {incident.name} TEXT")


@click.command()
@click.argument("incident", required=False)
@incident_option
@output_options
def show_command(incident: str | None, ref: str | None, shown: Shown) -> None:
    """Show one incident: how it stands, who does what, what customers are owed, what is undelivered.

    \b
    Example:
      chatops show INC-12
    """
    service = open_service()
    found = one_target(service, incident, ref, latest=True)
    owed = service.store.deliveries.unsettled(found.id)
    due = service.public_update_due(found)
    shown.ids([found.name])
    shown.data({**as_data(found), "public_update_due": due, "undelivered": owed})
    if shown.form != "text":
        return
    say(_headline(found))
    facts = [*_facts(found, due), *_words(service, found)]
    if owed:
        facts.append(("undelivered", f"{len(owed)}; to try again: chatops retry {found.name}"))
    width = max(len(label) for label, _ in facts)
    for label, text in facts:
        say(folded(f"  {label:<{width}}  ", text))
    for delivery in owed:
        say(delivered(service, delivery, f"    {delivery.id}  "))


@click.command()
@click.argument("incident", required=False)
@incident_option
@output_options
def timeline_command(incident: str | None, ref: str | None, shown: Shown) -> None:
    """Show everything that happened, in its order.

    \b
    Example:
      chatops timeline INC-12
    """
    service = open_service()
    found = one_target(service, incident, ref, latest=True)
    events = service.store.log.events(found.id)
    shown.ids(str(event.id) for event in events)
    shown.data(events)
    if shown.form == "text":
        say(_headline(found))
        for event in events:
            when = f"  {here(event.at):%Y-%m-%d %H:%M:%S}  "
            say(folded(when, f"{event.actor}: {happened(event)}"))


@click.command()
@click.argument("incident", required=False)
@click.argument("link", required=False)
@incident_option
@output_options
def open_command(incident: str | None, link: str | None, ref: str | None, shown: Shown) -> None:
    """Open a link of the incident in the browser: the only one, or the one whose instance you name.

    \b
    Examples:
      chatops open INC-12 jira
      chatops open jira
    """
    service = open_service()
    if incident and number(incident) is None:
        incident, link = None, incident
    found = one_target(service, incident, ref)
    urls = {o.instance: o.link.url for o in found.links if o.link.url}
    if not urls:
        raise WrongState(incident=found.name, problem="has no link that can be opened")
    if link is None and len(urls) > 1:
        raise UsageError(f"{found.name} has several links; name one: {', '.join(urls)}.")
    if link is not None and link not in urls:
        raise UnknownName("link", link, urls)
    url = urls[link or next(iter(urls))]
    shown.text(url)
    shown.ids([url])
    shown.data({"url": url})
    if shown.form == "text":
        import webbrowser

        if not webbrowser.open(url):
            say("There is no browser here to open it with.", err=True)


def _check(service: "Service", filters: Mapping[str, Any]) -> None:
    """Raise UnknownName for a filter that no incident can fit."""
    if filters["severity"]:
        service.config.severity(filters["severity"])
    if filters["service"]:
        service.config.check_services((filters["service"],))


def _headline(found: "Incident") -> str:
    line = folded(f"{found.name}  ", found.title)
    return line.replace(found.name, click.style(found.name, bold=True), 1)


def _facts(found: "Incident", due: datetime | None) -> list[tuple[str, str]]:
    facts = [
        ("state", f"{_state(found)}, {found.severity}"),
        ("declared", f"{local(found.declared_at)} by {found.declared_by}"),
        ("started", local(found.started_at) if found.started_at else ""),
        ("detected by", found.detected_by or ""),
        ("acknowledged", _by(found.acknowledged_at, found.acknowledged_by)),
        ("mitigated", local(found.monitoring_at) if found.monitoring_at else ""),
        (found.state, _by(found.closed_at, found.closed_by)),
        ("services", ", ".join(found.services)),
        (
            "components",
            ", ".join(f"{name} {state.replace('_', ' ')}" for name, state in found.components.items()),
        ),
        ("restricted", "only cleared plugins hear of it" if found.restricted else ""),
        ("drill", "an exercise" if found.drill else ""),
        *found.roles.items(),
        ("public update", _due(found, due)),
    ]
    return [(label, text) for label, text in facts if text]


def _words(service: "Service", found: "Incident") -> list[tuple[str, str]]:
    links = [(owned.instance, owned.link) for owned in found.links]
    several = {name for name, count in Counter(name for name, _ in links).items() if count > 1}
    facts = [
        (f"{name} {link.kind}" if name in several else name, link.url or link.id) for name, link in links
    ]
    facts += [("post-mortem", found.postmortem_url)] if found.postmortem_url else []
    if found.public:
        last = found.public[-1]
        told = f"{last.title} ({last.status}, {local(last.at)}): {last.text}"
        untold = reach(service, found)
        facts.append(("not told" if untold else "customers know", f"{told} ({untold})" if untold else told))
    if found.draft:
        facts.append(("draft waits", f"{found.draft.text} (chatops public approve {found.name})"))
    return facts


def _due(found: "Incident", due: datetime | None) -> str:
    if due is None:
        return ""
    late = (utcnow() - due).total_seconds()
    if found.owes_the_end:
        return f"the end is owed for {span(max(0.0, late))}: chatops public post {found.name} TEXT"
    return f"late by {span(late)}" if late > 0 else f"due in {span(late)}, at {local(due)}"


def _by(at: datetime | None, who: str | None) -> str:
    return f"{local(at)} by {who}" if at else ""


def _state(incident: "Incident") -> str:
    return incident.status if incident.open else incident.state


def _titled(incident: "Incident") -> str:
    marks = [mark for mark in ("drill", "restricted") if getattr(incident, mark)]
    return incident.title + (f"  [{', '.join(marks)}]" if marks else "")
