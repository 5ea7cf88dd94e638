"""Options that several commands share, and what they become."""

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chatops.cli.output import Shown, on_terminal, say, warn
from chatops.cli.times import Time

if TYPE_CHECKING:
    from pathlib import Path

    from chatops.incident import Incident
    from chatops.service import Service

F = TypeVar("F", bound=Callable[..., Any])
_REF = re.compile(r"#?(\d+)|inc-?(\d+)", re.IGNORECASE)


def output_options(command: F) -> F:
    """`--json` and `--quiet`; the command gets `shown`."""

    def form(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
        if value:
            ctx.params["shown"] = Shown("json" if param.name == "json" else "quiet")
        ctx.params.setdefault("shown", Shown("text"))
        return value

    flags: Any = {"is_flag": True, "expose_value": False, "callback": form}
    command = click.option("--quiet", "-q", help="Print ids alone.", **flags)(command)
    return click.option("--json", help="Print JSON.", **flags)(command)


def act_options(command: F) -> F:
    """Who, when, and whether really; the command gets them in `given`, for `Flow.of`."""
    options = [
        click.option(
            "--as", "actor", metavar="ACTOR", help="Who acts (else CHATOPS_ACTOR, the configuration, you)."
        ),
        click.option("--at", type=Time(), help="When it happened: 14:05, 20m ago, or ISO 8601."),
        click.option("--key", help="Your own key: the same command with it again does nothing."),
        click.option(
            "--dry-run", is_flag=True, help="Show what would be recorded and delivered; write nothing."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def incident_option(command: F) -> F:
    """`-i`: the incident, where the words do not begin with it."""
    return click.option(
        "--incident",
        "-i",
        "ref",
        envvar="CHATOPS_INCIDENT",
        metavar="INC",
        help="The incident: INC-12, 12 or #12.",
    )(command)


def message_option(command: F) -> F:
    """`-m`: the words, where they are not arguments."""
    return click.option("--message", "-m", default="", help="The words, instead of arguments.")(command)


def open_service() -> "Service":
    """The service under the configuration that the command line names; its faults are said, and borne."""
    from chatops.cli import DEBUG
    from chatops.cli.logs import configure
    from chatops.service import Service

    configure(debug=bool(os.environ.get(DEBUG)))
    ctx = click.get_current_context()
    path: Path | None = ctx.find_root().obj
    service = Service.open(path)
    ctx.call_on_close(service.store.close)
    for problem in service.config.problems:
        warn(str(problem))
    if service.config.problems:
        say(
            "         Recording goes on with what could be read. Mend it, then: chatops config check",
            err=True,
        )
    return service


def number(word: str) -> int | None:
    """The display number that a word means, or None where it is no incident's name."""
    found = _REF.fullmatch(word.strip())
    return int(found[1] or found[2]) if found else None


def target_and_words(
    service: "Service", ref: str | None, words: tuple[str, ...], *, certain: bool = False
) -> tuple["Incident", str]:
    """The incident that is meant, and the words. A first word that looks like an id is one, unless `-i`
    named the incident. For `certain` see `target`.

    Raises NoIncident, WhichIncident.
    """
    ctx = click.get_current_context()
    named = ref is not None and ctx.get_parameter_source("ref") is click.core.ParameterSource.COMMANDLINE
    if words and not named and number(words[0]) is not None:
        return target(service, words[0]), " ".join(words[1:])
    return target(service, ref, certain=certain), " ".join(words)


def target(service: "Service", ref: str | None, *, certain: bool = False) -> "Incident":
    """The incident that is meant: the named one, or the one that is open.

    With `certain` nobody's word is guessed: a person is asked, and off a terminal it is an error.
    """
    from chatops.errors import NoIncident, WhichIncident

    if ref is not None:
        wanted = number(ref)
        if wanted is None:
            raise NoIncident(name=repr(ref))
        return service.numbered(wanted)
    running = service.open_incidents()
    if not running:
        raise WhichIncident("No incident is open. Name the one you mean: `chatops list` shows them.")
    if len(running) > 1:
        names = "".join(f"\n  {i.name}  {i.severity}  {i.title}" for i in running[:10])
        raise WhichIncident(f"Several incidents are open; name the one you mean:{names}")
    only = running[0]
    if certain and not on_terminal():
        raise WhichIncident(f"Name the incident, to be sure. Open is {only.name}: {only.title}")
    if certain and not click.confirm(f"{only.name}: {only.title}. This one?", default=True):
        raise click.Abort
    return only
