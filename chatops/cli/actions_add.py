"""One promise more, of an incident or in its post-mortem: actions add."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from chatops.cli.actions_about import today
from chatops.cli.actions_diff import show_diff
from chatops.cli.actions_reading import check_readable, configured, headings_option, known_labels
from chatops.cli.actions_shown import fields, short
from chatops.cli.flow import Flow
from chatops.cli.options import (
    act_options,
    incident_option,
    message_option,
    number,
    open_service,
    output_options,
    target_and_words,
)
from chatops.cli.output import Shown, say
from chatops.errors import UsageError
from chatops.text import clean_title, one_line

if TYPE_CHECKING:
    from chatops.actions.model import Ticket
    from chatops.config import Config

_FILE: Final = re.compile(r"\S.*\.(?:md|markdown)", re.IGNORECASE)


@click.command("add", short_help="Add an action item to an incident, or to a post-mortem.")
@click.argument("words", nargs=-1, metavar="[INC|PATH] TEXT...")
@click.option("--owner", default="", metavar="NAME", help="Who does it: @dana, a name or an address.")
@click.option("--due", default="", metavar="DATE", help="Until when: 2026-12-01.")
@click.option("--ticket", default="", metavar="KEY", help="Its ticket, where it has one: OPS-12 or a URL.")
@headings_option
@message_option
@act_options
@incident_option
@output_options
def add_command(
    words: tuple[str, ...],
    ref: str | None,
    message: str,
    headings: tuple[str, ...],
    shown: Shown,
    **given: Any,
) -> None:
    """Add an action item: to an incident, where it is recorded, or to a post-mortem, whose other bytes stay.

    \b
    Examples:
      chatops actions add INC-12 Alert on slow payments --owner dana --due 2026-12-01
      chatops actions add postmortems/INC-12.md Alert on slow payments --owner dana --due 2026-12-01
    """
    owner, said, ticket = (given.pop(name) for name in ("owner", "due", "ticket"))
    due, linked = _day(said), _ticket(ticket)
    if words and _FILE.fullmatch(words[0]) and not _is_named("ref"):
        text = _words(words[1:], message)
        for option in ("actor", "at", "key"):
            if _is_named(option):
                raise UsageError(
                    "--as, --at and --key are for an incident; a file says neither who nor when."
                )
        _to_file(Path(words[0]), text, (owner, due, linked), headings, shown, dry_run=given["dry_run"])
        return
    if words and not _is_named("ref") and number(words[0]) is None and Path(words[0]).is_dir():
        folder = one_line(words[0])
        raise UsageError(
            f"{folder} is a folder. Name the file in it; "
            "where it begins the words, name the incident with -i."
        )
    service = open_service()
    found, text = target_and_words(service, ref, words, message)
    who = _person(owner, service.config)
    with Flow.of(service, shown, given) as flow:
        kept = (linked.url or linked.key) if linked else ""
        recorded = service.add_action_item(found.id, text, flow.act, owner=who, due=due, ticket=kept)
        flow.record(recorded, f"{found.name}: {_promised(text, who, due)}")
        if flow.wrote:
            _say_missing(shown, who, due)
        flow.finish()


def _to_file(
    path: Path,
    text: str,
    said: "tuple[str, date | None, Ticket | None]",
    headings: tuple[str, ...],
    shown: Shown,
    *,
    dry_run: bool,
) -> None:
    from chatops.actions.adding import added
    from chatops.actions.document import read
    from chatops.actions.files import replace, take
    from chatops.actions.model import Item
    from chatops.actions.stamp import new_id
    from chatops.service.promises import clean_item

    config = configured()
    owner, (_, due, ticket) = _person(said[0], config), said
    known, words = known_labels(config, headings), clean_item(text)
    if not path.exists():
        raise UsageError(f"There is no file {path}. Where it begins the words, name the incident with -i.")
    check_readable(path)
    taken = take(path)
    document = read(path, taken.data, known)
    for item in document.items:
        if (item.text, item.owner or "", item.due) == (words, owner, due) and not item.done:
            shown.text(one_line(f"{path}:{item.line}: this action item stands there already."))
            shown.data(fields(document, item))
            shown.ids([item.key])
            return
    new = Item(
        key="",
        text=words,
        line=0,
        stamped_line=0,
        kind="bullet",
        section="",
        owner=owner or None,
        due=due,
        ticket=ticket,
        id=new_id(),
    )
    made = added(document, taken.data, new, known)
    if dry_run and shown.form == "text":
        show_diff(path, taken.data, made.data)
    elif not dry_run:
        replace(taken, made.data)
        shown.text(one_line(f"{path}:{made.item.line}: {_promised(words, owner, due)}"))
        _say_missing(shown, owner, due)
    shown.data(fields(document, made.item))
    shown.ids([made.item.key])


def _words(words: tuple[str, ...], message: str) -> str:
    if words and message:
        raise UsageError("Say the words once: after the file, or with -m.")
    return message or " ".join(words)


def _is_named(option: str) -> bool:
    """Whether an option stands in the command itself, and not in the environment."""
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE


def _day(said: str) -> date | None:
    from chatops.actions import dates

    try:
        return dates.day(said)
    except dates.Unclear as error:
        raise UsageError(f"--due: {error}.") from None


def _ticket(said: str) -> "Ticket | None":
    from chatops.actions import tickets

    bare = said.strip()
    if not bare:
        return None
    if re.fullmatch(tickets.URL, bare):
        return tickets.of_url(bare)
    found = tickets.of_text(bare)
    if not found:
        raise UsageError(f"--ticket: {bare!r} is no ticket. Write its key, such as OPS-12, or its whole URL.")
    return found


def _person(owner: str, config: "Config") -> str:
    """The owner as others call the person. Somebody who is not in `[people]` gets no ticket assigned."""
    from chatops.actions.people import person

    if not owner.strip():
        return ""
    bare = clean_title(owner, "owner").removeprefix("@")
    known = person(bare, config.people)
    if config.people and not known:
        say(f"{bare} is not in [people], so that a ticket will have no assignee.", err=True)
    return known or bare


def _promised(text: str, owner: str, due: date | None) -> str:
    facts = [owner, f"due {due}" if due else ""]
    told = ", ".join(fact for fact in facts if fact)
    return f"added: {short(text)}" + (f" ({told})" if told else "")


def _say_missing(shown: Shown, owner: str, due: date | None) -> None:
    missing = [name for name, value in (("owner", owner), ("due date", due)) if not value]
    if missing:
        shown.text(f"  It has no {' and no '.join(missing)} yet.")
    if due and due < today():
        shown.text(f"  {due} is past already.")
