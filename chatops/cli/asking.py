"""Words for customers, asked for after the event is safe and its deliveries are under way."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chatops.cli.output import folded, on_terminal, say

if TYPE_CHECKING:
    from chatops.cli.flow import Flow
    from chatops.incident import Incident
    from chatops.service.words import Wording

F = TypeVar("F", bound=Callable[..., Any])


def public_options(command: F) -> F:
    """What customers are told with this command."""
    options = [
        click.option("--public", "text", metavar="TEXT", help="Tell customers these words."),
        click.option("--edit", is_flag=True, help="Edit the draft for customers first."),
        click.option("--no-public", is_flag=True, help="Tell customers nothing, and do not ask."),
        click.option("--public-title", metavar="TEXT", default="", help="The title that customers see."),
        click.option("--no-notify", is_flag=True, help="Show the words without mailing subscribers."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def taken(given: dict[str, Any]) -> dict[str, Any]:
    """The options of `public_options`, taken out of `given`. Raises UsageError where two contradict."""
    names = ("text", "edit", "no_public", "public_title", "no_notify")
    public = {name: given.pop(name) for name in names}
    if sum(map(bool, (public["text"], public["edit"], public["no_public"]))) > 1:
        raise click.UsageError("--public, --edit and --no-public exclude each other.")
    return public


def tell_customers(
    flow: "Flow", public: dict[str, Any], *, due: bool, incident: "Incident | None" = None
) -> None:
    """Say the words that the options give; or, where words are `due` by the severity's policy, ask.

    Off a terminal nobody can be asked, and nothing is sent.
    """
    if public["no_public"]:
        return
    about = incident or flow.incident
    given = bool(public["text"] or public["edit"])
    policy = flow.service.policy(about)
    owed = about.owes_the_end
    if not given and not owed and (not due or policy == "manual"):
        return
    words = flow.service.compose(
        about, public["text"] or "", title=public["public_title"], notify=not public["no_notify"]
    )
    if public["edit"]:
        words = edited(words)
    elif not given and flow.dry_run:
        return
    elif not given and policy != "automatic":
        asked = _asked(flow, words)
        if asked is None:
            return
        words = asked
    flow.record(flow.service.publish(about.id, words, flow.words_act), folded("Told customers: ", words.text))


def edited(words: "Wording") -> "Wording":
    """The words as the user's editor leaves them; raises Abort where nothing is left."""
    from msgspec.structs import replace

    from chatops.text import clean_text

    text = click.edit(words.text)
    if text is None or not text.strip():
        raise click.Abort
    return replace(words, text=clean_text(text, "public text"))


def _asked(flow: "Flow", words: "Wording") -> "Wording | None":
    if not on_terminal() or flow.shown.form != "text":
        say(
            f"Customers were told nothing. To tell them: chatops public post {flow.incident.name} "
            f'"{words.text}"',
            err=True,
        )
        return None
    say()
    say(click.style("Tell customers?", bold=True))
    say(folded("  ", words.title))
    say(folded("  ", words.text))
    for component in words.components:
        say(f"  {component.name}: {component.status.replace('_', ' ')}")
    for name, subscribers in flow.service.audience().items():
        reach = "" if subscribers is None else f", {subscribers:,} subscribers"
        say(f"  on {name}{reach}")
    answer = click.prompt(
        "[y]es, [e]dit, [n]o", type=click.Choice(["y", "e", "n"]), default="n", show_choices=False
    )
    if answer == "n":
        say(f"Nothing was told. Later: chatops public post {flow.incident.name} TEXT")
        return None
    return edited(words) if answer == "e" else words
