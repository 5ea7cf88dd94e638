"""The command line. It parses, calls the service, and shows; a command is imported when it is called."""

import os
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from chatops import __version__, interrupts
from chatops.cli.output import say, say_error, say_misuse, survive_closed_pipes, warn
from chatops.errors import ChatopsError, PluginError, UnknownName

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from chatops.discovery import Discovery


class Listed(NamedTuple):
    """A command as `chatops --help` lists it, and the module of `chatops.cli` that has it."""

    section: str
    module: str
    help: str


INCIDENT, CUSTOMERS, LOOK, AFTERWARDS, DELIVER, SET_UP = (
    "Run an incident",
    "Tell customers",
    "Look",
    "Afterwards",
    "Deliver",
    "Set up and try",
)
COMMANDS = {
    "declare": Listed(INCIDENT, "incident", "Declare an incident and tell everybody."),
    "ack": Listed(INCIDENT, "incident", "Say that you have taken it on."),
    "update": Listed(INCIDENT, "incident", "Say what was learnt, or change status or severity."),
    "resolve": Listed(INCIDENT, "incident", "Say that it is over."),
    "cancel": Listed(INCIDENT, "incident", "Say that it was a false alarm."),
    "reopen": Listed(INCIDENT, "incident", "Say that it is not over."),
    "note": Listed(INCIDENT, "people", "Add a note to the timeline."),
    "assign": Listed(INCIDENT, "people", "Give somebody a role, such as commander."),
    "restrict": Listed(INCIDENT, "people", "Keep it to the plugins that are cleared."),
    "link": Listed(INCIDENT, "people", "Adopt a ticket or channel opened by hand."),
    "public": Listed(CUSTOMERS, "public", "Post, correct, draft and approve public words."),
    "list": Listed(LOOK, "look", "List incidents, the open ones first."),
    "show": Listed(LOOK, "look", "Show one incident, and what is owed."),
    "timeline": Listed(LOOK, "look", "Show everything that happened, in order."),
    "open": Listed(LOOK, "look", "Open the ticket, channel or page in a browser."),
    "metrics": Listed(LOOK, "metrics", "Show how well incidents went."),
    "postmortem": Listed(AFTERWARDS, "postmortem", "Draft, check and publish post-mortems."),
    "actions": Listed(AFTERWARDS, "actions", "Keep the action items of post-mortems, and their tickets."),
    "deliveries": Listed(DELIVER, "deliver", "List what is to be delivered, and what became of it."),
    "retry": Listed(DELIVER, "deliver", "Try again what failed."),
    "skip": Listed(DELIVER, "deliver", "Give one delivery up, on the record."),
    "worker": Listed(DELIVER, "worker", "Deliver what falls due, until told to stop."),
    "init": Listed(SET_UP, "setup", "Write a configuration."),
    "config": Listed(SET_UP, "configuration", "Check or show the configuration."),
    "plugins": Listed(SET_UP, "plugins", "List, show, try, rename and begin plugins."),
    "hooks": Listed(SET_UP, "hooks", "List what a plugin can be told and asked."),
    "store": Listed(SET_UP, "store", "Check the store, or move it to PostgreSQL."),
    "doctor": Listed(SET_UP, "doctor", "Find what would not work, before it has to."),
    "sandbox": Listed(SET_UP, "sandbox", "Serve stand-ins of the remotes, to try things out."),
    "demo": Listed(SET_UP, "demo", "Play a whole incident, and leave nothing behind."),
    "replay": Listed(SET_UP, "history", "Play a public incident history as exercises."),
    "import": Listed(SET_UP, "history", "Record a public incident history."),
    "completion": Listed(SET_UP, "completion", "Print the completion script of your shell."),
}
#: The entry points by which plugins add commands.
GROUP = "chatops.commands"
DEBUG = "CHATOPS_DEBUG"
LOG_FORMAT = "CHATOPS_LOG_FORMAT"
LOG_FORMATS = ("text", "json")
#: What a shell expects of a command that Ctrl-C has ended.
STOPPED = 130
#: What a command may raise that is no defect of its own.
UNDERSTOOD = (
    ChatopsError,
    click.ClickException,
    click.Abort,
    click.exceptions.Exit,
    EOFError,
    BrokenPipeError,
)


class Suggesting(click.Group):
    """Commands under one name; a wrong one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise UnknownName("command", args[0], known, f"See: {ctx.command_path} --help")
        return super().resolve_command(ctx, args)


class Commands(Suggesting):
    """The commands by section, and those of plugins; none is imported before it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *_added(ctx).usable]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return _of_plugin(cmd_name, _added(ctx))
        module = import_module(f"chatops.cli.{listed.module}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # To look for what plugins add takes longer than to find our own.
        if args and (args[0] in COMMANDS or _added(ctx).refusal(args[0])):
            return click.Group.resolve_command(self, ctx, args)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            name = ctx.invoked_subcommand
            if name is None or name in COMMANDS or isinstance(error, UNDERSTOOD) or interrupts.is_one(error):
                raise
            raise PluginError(_failed(name, _added(ctx).source(name), error)) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        added = _added(ctx)
        known = {name: listed.help for name, listed in COMMANDS.items()}
        known |= {name: f"Of {added.source(name)}." for name in added.usable}
        offered = [CompletionItem(name, help=text) for name, text in known.items()]
        own = click.Command.shell_complete(self, ctx, incomplete)
        return [item for item in offered if item.value.startswith(incomplete)] + own

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section in (INCIDENT, CUSTOMERS, LOOK, AFTERWARDS, DELIVER, SET_UP):
            with formatter.section(section):
                rows = [(name, c.help) for name, c in COMMANDS.items() if c.section == section]
                formatter.write_dl(rows)
        added = _added(ctx)
        if added.usable or added.refused:
            with formatter.section("From plugins"):
                rows = [(name, f"Of {added.source(name)}.") for name in added.usable]
                refused = [(r.point.name, f"Refused: {r.problem}") for r in added.refused]
                formatter.write_dl(rows + refused)


def _added(ctx: click.Context) -> "Discovery":
    """The commands that plugins add; they are looked for once in a run."""
    from chatops.discovery import Discovery

    if GROUP not in ctx.meta:
        ctx.meta[GROUP] = Discovery(GROUP, "command", COMMANDS)
    found: Discovery = ctx.meta[GROUP]
    return found


def _failed(name: str, source: str, error: Exception) -> str:
    """What is said of a command of a plugin that has raised something."""
    from chatops.registry import described

    problem = f"The command {name} of {source} failed: {described(error)}"
    return f"{problem} With {DEBUG}=1 it shows where."


def _of_plugin(name: str, added: "Discovery") -> click.Command | None:
    """The command that a plugin adds; None where there is none of this name. Raises PluginError."""
    if name not in added.usable:
        problem = added.refusal(name)
        if problem is None:
            return None
        raise PluginError(f"The command {name} cannot be run: {problem}")
    try:
        found = added.usable[name].load()
    except BaseException as error:
        from chatops.registry import described

        problem = f"{added.source(name)}: {described(error)}"
        raise PluginError(f"The command {name} cannot be run: {problem}") from error
    if not isinstance(found, click.Command):
        problem = f"{added.usable[name].value} of {added.source(name)} is no click command."
        raise PluginError(f"The command {name} cannot be run: {problem}")
    return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The configuration file (else CHATOPS_CONFIG, chatops.toml here or above, the user's own).",
)
@click.option(
    "--log-format",
    type=click.Choice(LOG_FORMATS),
    help="How standard error is written: for people, or as a line of JSON each (else CHATOPS_LOG_FORMAT).",
)
@click.version_option(__version__, prog_name="chatops")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, log_format: str | None) -> None:
    """Run an incident from the first alert to the last follow-up.

    \b
      chatops declare Checkout returns 500s --severity sev1
      chatops update We found a bad deploy, rolling back --status identified
      chatops resolve INC-12 Rolled back, error rate is normal
    """
    ctx.obj = config
    if config and ctx.invoked_subcommand not in COMMANDS:
        # A command of a plugin asks chatops in a process of its own.
        os.environ["CHATOPS_CONFIG"] = str(config.absolute())
    if (log_format or os.environ.get(LOG_FORMAT) or "text") != "text":
        _log_otherwise(log_format)


def _log_otherwise(log_format: str | None) -> None:
    """Set up a log that is not the usual one. An environment that names none stops no command."""
    from chatops.cli.options import guard_logs

    named = log_format or os.environ[LOG_FORMAT]
    if named in LOG_FORMATS:
        guard_logs()
    else:
        warn(f"{LOG_FORMAT} is {named!r}, and not one of: {', '.join(LOG_FORMATS)}. Logging is text.")


def main(args: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code; what goes wrong is said in words."""
    with survive_closed_pipes():
        code = run(args)
    # The interpreter would wait for the threads that a plugin has left behind, however long they take.
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(code)
    sys.exit(code)


def run(args: list[str] | None) -> int:
    try:
        code: Any = cli.main(args, prog_name="chatops", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return 0
    except click.ClickException as error:
        say_misuse(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        # click has ended the line already, but where it asked something.
        return _stopped("" if error.__cause__ else "\n")
    except ChatopsError as error:
        _debug(error)
        say_error(_redacted(str(error)))
        return error.exit_code
    except Exception as error:  # noqa: BLE001  (nobody reads a traceback at 3 a.m.)
        return _stopped("\n") if interrupts.is_one(error) else _defect(error)


def _stopped(before: str) -> int:
    say(f"{before}Stopped. Nothing was recorded.", err=True)
    return STOPPED


def _defect(error: Exception) -> int:
    _debug(error)
    what = _redacted(f"{type(error).__name__}: {error}")
    say_error(f"chatops itself has a defect here: {what}. With {DEBUG}=1 it shows where; please report that.")
    return 1


def _redacted(text: str) -> str:
    from chatops.values import Secret

    return Secret.redact(text)


def _debug(error: Exception) -> None:
    from chatops.logs import switched_on

    if switched_on(DEBUG):
        import traceback

        sys.stderr.write(_redacted("".join(traceback.format_exception(error))))
