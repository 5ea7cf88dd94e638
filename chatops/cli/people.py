"""Notes, roles, links, and who may know: note, assign, link, restrict."""

from typing import TYPE_CHECKING, Any

import click

from chatops.cli import Suggesting
from chatops.cli.delivery import reach, say_uncleared
from chatops.cli.flow import Flow
from chatops.cli.options import (
    act_options,
    incident_option,
    message_option,
    one_target,
    open_service,
    output_options,
    target_and_rest,
    target_and_words,
)
from chatops.cli.output import Shown, folded, on_terminal, say
from chatops.errors import UsageError
from chatops.text import clean_title

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service


@click.command()
@click.argument("words", nargs=-1)
@message_option
@act_options
@incident_option
@output_options
def note_command(words: tuple[str, ...], ref: str | None, message: str, shown: Shown, **given: Any) -> None:
    """Add a note to the timeline, also after the end.

    \b
    Example:
      chatops note INC-12 Marta sees the same errors from Frankfurt
    """
    service = open_service()
    found, said = target_and_words(service, ref, words, message)
    with Flow.of(service, shown, given) as flow:
        flow.record(service.note(found.id, said, flow.act), f"{found.name}: noted.")
        flow.finish()


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[INC] ROLE PERSON")
@act_options
@incident_option
@output_options
def assign_command(words: tuple[str, ...], ref: str | None, shown: Shown, **given: Any) -> None:
    """Give somebody a role. The last word is the person, the words before it are the role.

    \b
    Examples:
      chatops assign incident commander dana
      chatops assign INC-12 communications lead marta
    """
    service = open_service()
    found, said = target_and_rest(service, ref, words)
    role, person = " ".join(said[:-1]), "".join(said[-1:])
    if not role:
        raise click.UsageError('Say the role, then the person: chatops assign "incident commander" dana')
    role, person = clean_title(role, "role"), clean_title(person, "person")
    with Flow.of(service, shown, given) as flow:
        flow.record(service.assign(found.id, role, person, flow.act), f"{found.name}: {person} is {role}.")
        flow.finish()


@click.command()
@click.argument("incident", required=False)
@click.option("--off", is_flag=True, help="Let every plugin hear of it again.")
@click.option("--yes", is_flag=True, help="With --off: let customers read the words that were kept back.")
@act_options
@incident_option
@output_options
def restrict_command(
    incident: str | None, ref: str | None, shown: Shown, *, off: bool, yes: bool, **given: Any
) -> None:
    """Keep an incident to the plugins whose configuration clears them (`when.restricted = true`).

    \b
    Example:
      chatops restrict INC-12
    """
    service = open_service()
    found = one_target(service, incident, ref)
    if off and found.restricted and not yes:
        _check_words(service, found)
    with Flow.of(service, shown, given) as flow:
        done = "is no longer restricted" if off else "is restricted to cleared plugins"
        flow.record(service.restrict(found.id, flow.act, on=not off), f"{found.name} {done}.")
        if not off:
            say_uncleared(service, flow.incident)
        flow.finish()


def _check_words(service: "Service", incident: "Incident") -> None:
    """Words that waited for nobody may be read by everybody from now on: that takes a yes."""
    faces = [row for row in service.store.instances.all() if row.traits is None or row.traits.public]
    if service.rehearsal or not incident.customers_know or not faces or not reach(service, incident):
        return
    words = incident.public[-1].text
    say(folded("These words were kept from customers until now: ", words), err=True)
    if not (on_terminal() and click.confirm("Tell them?", err=True)):
        raise UsageError(
            "Nothing was changed. To lift the restriction and tell customers: chatops restrict "
            f"{incident.name} --off --yes"
        )


@click.group(cls=Suggesting)
def link_command() -> None:
    """Tie what a person opened by hand to an incident."""


@link_command.command("add")
@click.argument("words", nargs=-1, required=True, metavar="[INC] INSTANCE ID-OR-URL")
@act_options
@incident_option
@output_options
def add_command(words: tuple[str, ...], ref: str | None, shown: Shown, **given: Any) -> None:
    """Adopt a ticket, channel or page that a person opened, as the plugin instance's own.

    \b
    Example:
      chatops link add INC-12 jira OPS-4711
    """
    service = open_service()
    found, said = target_and_rest(service, ref, words)
    if len(said) != 2:  # noqa: PLR2004  (an instance and a link)
        raise click.UsageError(
            "Say the plugin instance, then the id or URL: chatops link add INC-12 jira OPS-4711"
        )
    instance, remote = said
    link = service.resolve_link(instance, remote)
    before = found.link(instance, link.kind)
    with Flow.of(service, shown, given) as flow:
        recorded = service.add_link(found.id, instance, link, flow.act)
        flow.record(recorded, f"{found.name}: {instance} now holds {link.url or link.id}.")
        if before and before.id != link.id:
            shown.text(f"  {before.url or before.id} is followed no more. Close it by hand, if it is to be.")
        flow.finish()
