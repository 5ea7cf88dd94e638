"""Options that several commands share, and what they become."""

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from chatops.cli.output import Shown, on_terminal, say, warn
from chatops.cli.times import Time
from chatops.errors import NoIncident, UnknownName, UsageError, WhichIncident

if TYPE_CHECKING:
    from pathlib import Path

    from chatops.incident import Incident
    from chatops.service import Service

F = TypeVar("F", bound=Callable[..., Any])
_REF = re.compile(r"#?(\d+)|inc-?(\d+)", re.IGNORECASE)
#: As many as SQLite counts to.
MOST_DIGITS: Final = 18
LISTED: Final = 10


class OneOf(click.Choice[str]):
    """One of several names; a wrong one is answered with the nearest, and the others."""

    def __init__(self, what: str, names: Iterable[str], hint: str = "") -> None:
        super().__init__(list(names))
        self.what = what
        self.hint = hint

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            raise UnknownName(self.what, str(value), self.choices, self.hint)
        return super().convert(value, param, ctx)


def output_options(command: F) -> F:
    """`--json` and `--quiet`; the command gets `shown`."""

    def form(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
        if value:
            ctx.params["shown"] = Shown("json" if param.name == "json" else "quiet", sys.stdout)
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
        dry_run_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def dry_run_option(command: F) -> F:
    """`--dry-run`."""
    return click.option(
        "--dry-run", is_flag=True, help="Show what would be recorded and delivered; write nothing."
    )(command)


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


def guard_logs() -> None:
    """Log as the command line and the environment say, and keep secrets out of it."""
    from chatops.cli import DEBUG, LOG_FORMAT
    from chatops.logs import guard, switched_on

    root = click.get_current_context().find_root()
    named = root.params.get("log_format") or os.environ.get(LOG_FORMAT)
    guard(debug=switched_on(DEBUG), form="json" if named == "json" else "text")


def open_service() -> "Service":
    """The service under the configuration that the command line names; its faults are said, and borne.

    A command that was given `--dry-run` gets one that keeps nothing.
    """
    from chatops.service import Service

    ctx = click.get_current_context()
    shown: Shown = ctx.params.get("shown", Shown("text"))
    ctx.with_resource(shown.alone())
    path: Path | None = ctx.find_root().obj
    if ctx.params.get("dry_run"):
        service = ctx.with_resource(Service.rehearsing(path))
    else:
        service = Service.open(path)
        ctx.call_on_close(service.store.close)
    for problem in service.config.problems:
        warn(str(problem))
    if service.config.problems:
        store = f", into {service.store.name}" if service.config.broken else ""
        say(f"  Recording goes on with what could be read{store}. Then: chatops config check", err=True)
    return service


def number(word: str) -> int | None:
    """The display number that a word means, or None where it is no incident's name.

    Raises NoIncident for a number that is too large for any.
    """
    found = _REF.fullmatch(word.strip())
    digits = found and (found[1] or found[2])
    if digits and len(digits) > MOST_DIGITS:
        raise NoIncident(name=f"{word[:MOST_DIGITS]}...")
    return int(digits) if digits else None


def target_and_words(
    service: "Service", ref: str | None, words: tuple[str, ...], message: str = "", *, certain: bool = False
) -> tuple["Incident", str]:
    """The incident that is meant, and the words: those after its id, or `message`. For `certain` see
    `target`.

    Raises NoIncident, WhichIncident, and UsageError where the words are said twice.
    """
    found, rest = target_and_rest(service, ref, words, certain=certain)
    if rest and message:
        raise UsageError("Say the words once: after the incident, or with -m.")
    return found, message or " ".join(rest)


def target_and_rest(
    service: "Service", ref: str | None, words: tuple[str, ...], *, certain: bool = False
) -> tuple["Incident", tuple[str, ...]]:
    """The incident that is meant, and the other words. A first word that looks like an id is one, unless
    `-i` named the incident.
    """
    if not words or _named(ref) or number(words[0]) is None:
        return target(service, ref, certain=certain), words
    try:
        return target(service, words[0]), words[1:]
    except NoIncident as error:
        if len(words) == 1:
            raise
        meant = f"Where {words[0]!r} begins the message, name the incident with -i."
        raise NoIncident(f"{error}\n{meant}") from None


def one_target(
    service: "Service",
    incident: str | None,
    ref: str | None,
    *,
    certain: bool = False,
    latest: bool = False,
) -> "Incident":
    """The incident that the argument or `-i` names. With `latest`, the newest where none is named or open.

    Raises UsageError where they name two.
    """
    if latest and not (incident or ref or service.open_incidents()):
        newest = service.store.log.listed(most=1)
        if newest:
            return newest[0]
    if incident and _named(ref) and number(incident) != number(ref or ""):
        raise UsageError(f"Name one incident, not both {incident!r} and {ref!r}.")
    return target(service, incident or ref, certain=certain)


def target(service: "Service", ref: str | None, *, certain: bool = False) -> "Incident":
    """The incident that is meant: the named one, or the one that is open, exercises aside.

    With `certain` nobody's word is guessed: a person is asked, and off a terminal it is an error.
    """
    if ref is not None:
        wanted = number(ref)
        if wanted is None:
            raise NoIncident(name=repr(ref))
        return service.numbered(wanted)
    running = service.open_incidents()
    real = [incident for incident in running if not incident.drill]
    running = real if len(real) == 1 else running
    if not running:
        raise WhichIncident("No incident is open. Name the one you mean: `chatops list` shows them.")
    if len(running) > 1:
        names = "".join(f"\n  {i.name}  {i.severity}  {i.title}" for i in running[:LISTED])
        more = f"\n  and {len(running) - LISTED} more: chatops list" if len(running) > LISTED else ""
        raise WhichIncident(f"Several incidents are open; name the one you mean:{names}{more}")
    only = running[0]
    if certain and not on_terminal():
        raise WhichIncident(f"Name the incident, to be sure. Open is {only.name}: {only.title}")
    if certain and not click.confirm(f"{only.name}: {only.title}. This one?", default=True):
        raise click.Abort
    return only


def _named(ref: str | None) -> bool:
    """Whether `-i` stands in the command itself, and not in the environment."""
    source = click.get_current_context().get_parameter_source("ref")
    return ref is not None and source is click.core.ParameterSource.COMMANDLINE
