"""Words to customers: public post, correct, draft, approve, reject."""

from typing import Any

import click

from chatops.cli import Suggesting
from chatops.cli.asking import edited
from chatops.cli.flow import Flow
from chatops.cli.options import (
    OneOf,
    act_options,
    incident_option,
    message_option,
    one_target,
    open_service,
    output_options,
    target_and_words,
)
from chatops.cli.output import Shown, folded
from chatops.events import STATUSES
from chatops.text import clean_text


@click.group(cls=Suggesting)
def public_command() -> None:
    """Words to customers. Only what you say here, or with --public, ever reaches them."""


@public_command.command("post")
@click.argument("words", nargs=-1)
@click.option(
    "--status",
    type=OneOf("status", STATUSES),
    help="What customers see as the status (default: the incident's).",
)
@click.option("--title", default="", help="The title that customers see.")
@click.option("--edit", is_flag=True, help="Edit the words, or the draft, first.")
@click.option("--no-notify", is_flag=True, help="Show the words without mailing subscribers.")
@message_option
@act_options
@incident_option
@output_options
def post_command(
    words: tuple[str, ...],
    ref: str | None,
    message: str,
    shown: Shown,
    *,
    edit: bool,
    no_notify: bool,
    **given: Any,
) -> None:
    """Tell customers something, in any state of the incident.

    \b
    Examples:
      chatops public post INC-12 "Payments by card work again, wallets are slow."
      chatops public post INC-12 --edit
    """
    service = open_service()
    found, said = target_and_words(service, ref, words, message)
    if not (said or edit):
        raise click.UsageError("Say the words, or --edit to begin with the draft.")
    wording = {name: given.pop(name) for name in ("status", "title")}
    composed = service.compose(found, said, notify=not no_notify, **wording)
    if edit and not given["dry_run"]:
        left = edited(composed)
        if left is None:
            raise click.Abort
        composed = left
    with Flow.of(service, shown, given) as flow:
        flow.record(
            service.publish(found.id, composed, flow.act),
            folded(f"{found.name}: for customers: ", composed.text),
        )
        flow.finish()


@public_command.command("correct")
@click.argument("words", nargs=-1)
@click.option(
    "--update", "sequence", type=int, help="Which public update, counted from 1 (default: the last)."
)
@message_option
@act_options
@incident_option
@output_options
def correct_command(
    words: tuple[str, ...],
    ref: str | None,
    message: str,
    sequence: int | None,
    shown: Shown,
    **given: Any,
) -> None:
    """Put the words of a public update right, where they stand.

    \b
    Example:
      chatops public correct INC-12 "Card payments fail for some customers in the EU." --update 1
    """
    service = open_service()
    found, said = target_and_words(service, ref, words, message)
    with Flow.of(service, shown, given) as flow:
        text = clean_text(said, "public text")
        recorded = service.correct(found.id, text, flow.act, sequence)
        flow.record(recorded, folded(f"{found.name}: customers now read: ", text))
        flow.finish()


@public_command.command("draft", short_help="Leave words for somebody else to say yes to.")
@click.argument("words", nargs=-1)
@click.option("--title", default="", help="The title that customers would see.")
@message_option
@act_options
@incident_option
@output_options
def draft_command(
    words: tuple[str, ...], ref: str | None, message: str, title: str, shown: Shown, **given: Any
) -> None:
    """Leave words for somebody else to say yes to; without words, the configured draft.

    \b
    Example:
      chatops public draft INC-12 "Checkout fails for some customers."
    """
    service = open_service()
    found, said = target_and_words(service, ref, words, message)
    with Flow.of(service, shown, given) as flow:
        composed = service.compose(found, said, title=title)
        headline = folded(f"{found.name}: drafted: ", composed.text)
        later = f"  To tell customers: chatops public approve {found.name}"
        flow.record(service.draft(found.id, composed, flow.act), f"{headline}\n{later}")
        flow.finish()


@public_command.command("approve")
@click.argument("incident", required=False)
@click.option("--no-notify", is_flag=True, help="Show the words without mailing subscribers.")
@act_options
@incident_option
@output_options
def approve_command(
    incident: str | None, ref: str | None, shown: Shown, *, no_notify: bool, **given: Any
) -> None:
    """Say the words that wait.

    \b
    Example:
      chatops public approve INC-12
    """
    service = open_service()
    found = one_target(service, incident, ref)
    with Flow.of(service, shown, given) as flow:
        recorded = service.approve(found.id, flow.act, notify=not no_notify)
        text = found.draft.text if found.draft else ""
        flow.record(recorded, folded(f"{found.name}: for customers: ", text))
        flow.finish()


@public_command.command("reject")
@click.argument("incident", required=False)
@click.option("--reason", default="", help="Why not.")
@act_options
@incident_option
@output_options
def reject_command(incident: str | None, ref: str | None, reason: str, shown: Shown, **given: Any) -> None:
    """Leave the words that wait unsaid.

    \b
    Example:
      chatops public reject INC-12 --reason "Nobody outside noticed"
    """
    service = open_service()
    found = one_target(service, incident, ref)
    with Flow.of(service, shown, given) as flow:
        flow.record(service.reject(found.id, reason, flow.act), f"{found.name}: the draft will not be sent.")
        flow.finish()
