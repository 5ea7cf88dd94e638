"""From the declaration to the end: declare, ack, update, resolve, cancel, reopen."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from chatops.cli.asking import public_options, taken, tell_customers
from chatops.cli.delivery import say_uncleared
from chatops.cli.flow import Flow
from chatops.cli.options import (
    OneOf,
    act_options,
    incident_option,
    message_option,
    number,
    one_target,
    open_service,
    output_options,
    target_and_words,
)
from chatops.cli.output import Shown
from chatops.cli.times import Time
from chatops.errors import UnknownName, UsageError
from chatops.events import COMPONENT_STATUSES, DETECTORS, STATUSES, ComponentStatus, utcnow

if TYPE_CHECKING:
    from chatops.incident import Incident

RUNNING = [status for status in STATUSES if status != "resolved"]


@click.command(short_help="Declare an incident and tell everybody.")
@click.argument("title", nargs=-1, required=True)
@click.option("--severity", "-s", help="How bad it is, sev1 the worst (default: the configuration's).")
@click.option("--status", type=OneOf("status", RUNNING), default="investigating", help="How far you are.")
@click.option("--service", "services", multiple=True, help="A service that is hurt; repeatable.")
@click.option(
    "--component", "components", multiple=True, metavar="NAME=STATUS", help="What customers see of it."
)
@click.option("--detected-by", type=OneOf("detector", DETECTORS), help="Who noticed.")
@click.option("--started-at", type=Time(), help="When it began, where that was earlier.")
@click.option("--restricted", is_flag=True, help="Only cleared plugins hear of it.")
@click.option("--drill", is_flag=True, help="An exercise: no customer is told, nobody is paged.")
@click.option("--new", "anew", is_flag=True, help="Declare it even if the same was declared a moment ago.")
@public_options
@act_options
@output_options
def declare_command(
    title: Sequence[str],
    shown: Shown,
    components: Sequence[str],
    *,
    anew: bool,
    **given: Any,
) -> None:
    """Declare an incident: record it, then tell every plugin. It is recorded whatever is down.

    \b
    Example:
      chatops declare Checkout returns 500s --severity sev1 --service checkout
    """
    from chatops.service.incidents import Declaration

    public = taken(given)
    service = open_service()
    flow = Flow.of(service, shown, given)
    given["services"] = tuple(given["services"])
    said = Declaration(title=" ".join(title), components=parsed_components(components), **given)
    with flow:
        recorded = service.declare(said, flow.act, anew=anew)
        flow.record(recorded, _headline(recorded.incident, "declared"))
        if flow.incident.restricted:
            say_uncleared(service, flow.incident)
        tell_customers(flow, public, due=flow.wrote)
        flow.finish()


@click.command(short_help="Say that you have taken it on.")
@click.argument("incident", required=False)
@act_options
@incident_option
@output_options
def ack_command(incident: str | None, ref: str | None, shown: Shown, **given: Any) -> None:
    """Acknowledge an incident. Who was first stays on record.

    \b
    Example:
      chatops ack INC-12
    """
    service = open_service()
    found = one_target(service, incident, ref)
    with Flow.of(service, shown, given) as flow:
        recorded = service.acknowledge(found.id, flow.act)
        flow.record(recorded, f"{found.name} acknowledged by {flow.act.actor}.")
        flow.finish()


@click.command(short_help="Say what was learnt, or change status or severity.")
@click.argument("words", nargs=-1)
@click.option(
    "--status",
    type=OneOf("status", RUNNING, "An incident is resolved with: chatops resolve"),
    help="How far you are.",
)
@click.option("--severity", "-s", help="How bad it is.")
@click.option("--title", help="A better title.")
@click.option(
    "--service", "services", multiple=True, help="The services that are hurt, in place of the old ones."
)
@click.option(
    "--component", "components", multiple=True, metavar="NAME=STATUS", help="What customers see of it."
)
@message_option
@public_options
@act_options
@incident_option
@output_options
def update_command(
    words: tuple[str, ...],
    ref: str | None,
    message: str,
    shown: Shown,
    components: Sequence[str],
    **given: Any,
) -> None:
    """Record what was learnt or changed, and tell every plugin.

    \b
    Examples:
      chatops update We found a bad deploy, rolling back --status identified
      chatops update INC-12 --severity sev1 --component checkout-api=major_outage
    """
    from chatops.service.incidents import Changes

    public = taken(given)
    service = open_service()
    found, said = target_and_words(service, ref, words, message)
    flow = Flow.of(service, shown, given)
    given["services"] = tuple(given["services"]) or None
    changes = Changes(message=said, components=parsed_components(components) or None, **given)
    with flow:
        if changes == Changes() and (public["text"] or public["edit"]):
            tell_customers(flow, public, due=False, incident=found)
        else:
            recorded = service.update(found.id, changes, flow.act)
            flow.record(recorded, _headline(recorded.incident, "updated"))
            late = (due := service.public_update_due(found)) is not None and due <= utcnow()
            changed = bool(changes.status or changes.components)
            tell_customers(flow, public, due=flow.wrote and (changed or late))
        flow.finish()


@click.command(short_help="Say that it is over.")
@click.argument("words", nargs=-1)
@message_option
@public_options
@act_options
@incident_option
@output_options
def resolve_command(
    words: tuple[str, ...], ref: str | None, message: str, shown: Shown, **given: Any
) -> None:
    """Resolve an incident. Customers who heard of it are owed the end of it.

    \b
    Example:
      chatops resolve INC-12 Rolled back, error rate is normal --public "Checkout works again."
    """
    public = taken(given)
    service = open_service()
    found, said = target_and_words(service, ref, words, message, certain=True)
    with Flow.of(service, shown, given) as flow:
        recorded = service.resolve(found.id, said, flow.act)
        flow.record(recorded, _headline(recorded.incident, "resolved"))
        tell_customers(flow, public, due=found.customers_know)
        flow.finish()


@click.command(short_help="Say that it was a false alarm.")
@click.argument("words", nargs=-1, metavar="[INC] [REASON...]")
@click.option("--reason", default="", help="Why it is none.")
@public_options
@act_options
@incident_option
@output_options
def cancel_command(words: tuple[str, ...], ref: str | None, reason: str, shown: Shown, **given: Any) -> None:
    """Cancel an incident that was a false alarm. Customers who heard of it are told, if you say so.

    \b
    Example:
      chatops cancel INC-12 --reason "The probe was broken, not the site"
    """
    public = taken(given)
    service = open_service()
    found, why = target_and_words(service, ref, words, reason, certain=True)
    with Flow.of(service, shown, given) as flow:
        recorded = service.cancel(found.id, why, flow.act)
        flow.record(recorded, _headline(recorded.incident, "cancelled"))
        tell_customers(flow, public, due=found.customers_know)
        flow.finish()


@click.command(short_help="Say that it is not over.")
@click.argument("words", nargs=-1, metavar="INC [REASON...]")
@click.option("--reason", default="", help="What came back.")
@public_options
@act_options
@incident_option
@output_options
def reopen_command(words: tuple[str, ...], ref: str | None, reason: str, shown: Shown, **given: Any) -> None:
    """Reopen an incident that was resolved or cancelled.

    \b
    Example:
      chatops reopen INC-12 --reason "The errors are back"
    """
    public = taken(given)
    if not (ref or (words and number(words[0]) is not None)):
        raise click.UsageError("Name the incident that is not over.")
    service = open_service()
    found, why = target_and_words(service, ref, words, reason)
    with Flow.of(service, shown, given) as flow:
        recorded = service.reopen(found.id, why, flow.act)
        flow.record(recorded, _headline(recorded.incident, "reopened"))
        tell_customers(flow, public, due=found.customers_know)
        flow.finish()


def parsed_components(texts: Sequence[str]) -> dict[str, ComponentStatus]:
    """`NAME=STATUS` options as a mapping. Raises UsageError with the valid statuses."""
    found: dict[str, ComponentStatus] = {}
    for text in texts:
        name, given, wanted = text.partition("=")
        plain = re.sub("[- ]", "_", wanted.strip().lower())
        status = next((s for s in COMPONENT_STATUSES if s == plain), None)
        if not (name.strip() and given):
            raise UsageError(f"{text!r} is no NAME=STATUS, such as {text.strip('=') or 'api'}=major_outage.")
        if status is None:
            raise UnknownName("component status", wanted, COMPONENT_STATUSES)
        found[name.strip()] = status
    return found


def _headline(incident: "Incident", happened: str) -> str:
    marks = "".join(f", {mark}" for mark in ("restricted", "drill") if getattr(incident, mark))
    name = click.style(incident.name, bold=True)
    state = incident.status if incident.open else incident.state
    return f"{name} {happened}: {incident.title} ({incident.severity}, {state}{marks})"
