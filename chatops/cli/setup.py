"""The first configuration: init."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Final

import click

from chatops.cli.options import OneOf, output_options
from chatops.cli.output import Shown, on_terminal, say
from chatops.config import DEFAULTS
from chatops.errors import ConfigError, UsageError
from chatops.finding import FILE_NAME, users_own
from chatops.settings import CoreSettings

SEVERITIES: Final = list(DEFAULTS["severities"])
DEFAULT_SEVERITY: Final = DEFAULTS["core"]["default_severity"]
TITLE: Final = "Service status"
TEAM: Final = """\
A team shares one store, and that takes PostgreSQL: a database that every host reaches, a role that may
create a schema in it, and `pip install 'chatops-incident[postgres]'`. Name it in core.store, or here with
--store postgresql://user@host/database; the password belongs into PGPASSWORD or ~/.pgpass. What SQLite
has is moved to it with: chatops store export, chatops store import"""
TEAM_NOTE: Final = """\
# A team shares PostgreSQL, "postgresql://user@host/database". Its password is not written here, but in
# PGPASSWORD or ~/.pgpass. With "sqlite" each machine that uses this file has incidents of its own."""
MINE_NOTE: Final = "# It is for one machine."
SQLITE: Final = CoreSettings().store
Ask = Callable[[str, str, list[str] | None], str]


@click.command()
@click.option("--for", "who", type=click.Choice(("me", "team")), help="Who runs incidents.")
@click.option("--store", metavar="STORE", help="sqlite, a path, or a team's postgresql://user@host/database.")
@click.option("--actor", metavar="NAME", help="Who acts, where nothing else says it; else your login name.")
@click.option("--severity", type=OneOf("severity", SEVERITIES), help="The severity of a plain `declare`.")
@click.option("--title", metavar="TEXT", help="The title of the status page.")
@click.option("--path", type=click.Path(path_type=Path), help=f"Where to write it; else ./{FILE_NAME}.")
@click.option("--user", is_flag=True, help="Write it to your own configuration directory.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what no option says has its default.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@output_options
def init_command(
    shown: Shown,
    *,
    path: Path | None,
    user: bool,
    force: bool,
    no_input: bool,
    dry_run: bool,
    **said: str | None,
) -> None:
    """Write a commented configuration to begin with. On a terminal it asks a few questions.

    \b
    Examples:
      chatops init
      chatops init --no-input --for me --title "Example status" --severity sev3
    """
    if path and user:
        raise click.UsageError("--path and --user exclude each other.")
    if not no_input and not on_terminal():
        raise UsageError(
            "There is no terminal to ask on. Use chatops init --no-input; --help shows what else you can say."
        )
    ask = _default if no_input else _asked
    chosen = path or (users_own() if user else Path(ask("Where to write it", FILE_NAME, None)))
    target = _target(chosen, force=force)
    document = _document(**_answers(ask, said))
    shown.ids([str(target)])
    if dry_run:
        shown.data({"path": str(target), "document": document})
        shown.text(f"{document}\nWould write {target}\nNothing was written or sent.")
        return
    _write(target, document, force=force)
    shown.data({"path": str(target)})
    for line in _next(target):
        shown.text(line)


def _asked(question: str, default: str, options: list[str] | None) -> str:
    kind = click.Choice(options) if options else None
    return str(click.prompt(question, default, type=kind, err=True))


def _default(question: str, default: str, options: list[str] | None) -> str:
    return default


def _answers(ask: Ask, said: dict[str, str | None]) -> dict[str, str]:
    from chatops.service import actor_name
    from chatops.text import clean_title

    who = said["who"] or ask("Just me, or a team?", "me", ["me", "team"])
    if who == "team":
        say(TEAM, err=True)
    store = said["store"] or (ask("The team's database", SQLITE, None) if who == "team" else SQLITE)
    actor = said["actor"] or ""
    # A file that a team shares names nobody; nor is a name written down that nobody has seen.
    if who == "me" and said["actor"] is None and ask is _asked:
        actor = ask("Your name, as the timeline shows it", actor_name(None, ""), None)
    worst = said["severity"] or ask("Severity of a plain `declare`", DEFAULT_SEVERITY, SEVERITIES)
    title = said["title"] if said["title"] is not None else ask("Title of the status page", TITLE, None)
    return {
        "who": who,
        "store": store,
        "actor": clean_title(actor, "actor") if actor else "",
        "severity": worst,
        "title": clean_title(title),
    }


def _document(*, who: str, store: str, actor: str, severity: str, title: str) -> str:
    from chatops.cli import toml

    template = Template(Path(__file__).with_name("chatops.toml.template").read_text(encoding="utf-8"))
    return template.substitute(
        store_note=TEAM_NOTE if who == "team" else MINE_NOTE,
        store=toml.text(store),
        actor=toml.text(actor),
        severity=toml.text(severity),
        title=toml.text(title),
    )


def _target(chosen: Path, *, force: bool) -> Path:
    """The file to write. Raises UsageError where there is one already."""
    try:
        path = Path.cwd() / chosen.expanduser()
    except RuntimeError as error:
        raise UsageError(f"{chosen}: {error}") from None
    path = path / FILE_NAME if path.is_dir() else path
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path} is there already. To replace it: chatops init --force")
    return path


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write the file. Another process that was quicker is not overwritten either."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None


def _next(path: Path) -> list[str]:
    from chatops.finding import find

    found = find(None)
    here = found is not None and found.resolve() == path.resolve()
    option = "" if here else f"--config {shlex.quote(str(path))} "
    elsewhere = f"From here it is not found by itself. Name it, or set CHATOPS_CONFIG={path}"
    return [
        f"Wrote {path}",
        *([] if here else [elsewhere]),
        "",
        "Next:",
        f"  chatops {option}config check",
        f"  chatops {option}doctor",
        f"  chatops {option}declare Checkout returns 500s --drill",
        f"  chatops {option}plugins list",
    ]
