"""Words for customers, asked for after the event is safe and its deliveries are under way."""

import shlex
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chatops.cli.output import folded, on_terminal, say, say_error
from chatops.errors import ChatopsError
from chatops.text import clean_text, clean_title

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
    """The options of `public_options`, taken out of `given`. Raises UsageError where two contradict, and
    BadText: what is wrong is said before anything is recorded.
    """
    names = ("text", "edit", "no_public", "public_title", "no_notify")
    public = {name: given.pop(name) for name in names}
    if (public["text"] is not None) + public["edit"] + public["no_public"] > 1:
        raise click.UsageError("--public, --edit and --no-public exclude each other.")
    if public["text"] is not None:
        clean_text(public["text"], "public text")
    if public["public_title"]:
        clean_title(public["public_title"], "public title")
    return public


def tell_customers(
    flow: "Flow", public: dict[str, Any], *, due: bool, incident: "Incident | None" = None
) -> None:
    """Say the words that the options give; or, where words are `due` by the severity's policy, ask.

    Off a terminal nobody can be asked, and nothing is sent.
    """
    about = incident or flow.incident
    policy = flow.service.policy(about)
    given = bool(public["text"] or public["edit"])
    if flow.repeats and any(public["text"] == told.text for told in about.public):
        return
    owed = due and policy != "manual"
    if public["no_public"] or not (given or owed or about.owes_the_end):
        return
    words = flow.service.compose(
        about, public["text"] or "", title=public["public_title"], notify=not public["no_notify"]
    )
    asks = public["edit"] or not (given or policy == "automatic")
    if asks and flow.dry_run:
        flow.shown.text(folded("  then asks whether to tell customers: ", words.text))
        return
    try:
        said = edited(words) if public["edit"] else _asked(flow, words) if asks else words
        if said is not None:
            headline = folded("For customers: ", said.text)
            flow.record(flow.service.publish(about.id, said, flow.words_act), headline)
            return
    except (ChatopsError, click.ClickException) as error:
        flow.fall_short(error)
    _say_how(about, words)


def edited(words: "Wording") -> "Wording | None":
    """The words as the user's editor saves them, or None. Raises ClickException where there is no editor."""
    from msgspec.structs import replace

    # An editor has a use of its own for Ctrl-C.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        text = click.edit(words.text)
    finally:
        signal.signal(signal.SIGINT, before)
    return replace(words, text=clean_text(text, "public text")) if text and text.strip() else None


def _asked(flow: "Flow", words: "Wording") -> "Wording | None":
    if not on_terminal() or flow.shown.form != "text":
        return None
    audience = flow.service.audience()
    default = "n"
    while True:
        _show(words, audience)
        answer = _answer(default)
        if answer == "edit":
            try:
                if (changed := edited(words)) is not None:
                    words, default = changed, "y"
            except (ChatopsError, click.ClickException) as error:
                say_error(str(error))
        else:
            return words if answer == "yes" else None


def _answer(default: str) -> str:
    answers = {word[:size]: word for word in ("yes", "edit", "no") for size in range(1, len(word) + 1)}

    def meant(text: str) -> str:
        try:
            return answers[text.strip().lower()]
        except KeyError:
            raise click.BadParameter("Say y, e or n.") from None

    try:
        return str(click.prompt("[y]es, [e]dit, [n]o", default=default, value_proc=meant))
    except click.Abort:
        say()
        return "no"


def _show(words: "Wording", audience: Mapping[str, int | None]) -> None:
    say()
    say(click.style("Tell customers?", bold=True))
    say(folded("  ", words.title))
    say(folded("  ", words.text))
    for component in words.components:
        say(f"  {component.name}: {component.status.replace('_', ' ')}")
    for name, subscribers in audience.items():
        reach = "" if subscribers is None else f", {subscribers:,} subscribers"
        say(f"  on {name}{reach}{'' if words.notify else ', who get no mail'}")


def _say_how(about: "Incident", words: "Wording") -> None:
    say("Customers were told nothing. To tell them:", err=True)
    how = "--edit" if on_terminal() else shlex.quote(words.text)
    say(f"  chatops public post {about.name} {how}", err=True)
