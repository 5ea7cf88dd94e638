"""What is plugged in: plugins list, show, rename; and for authors: plugins new, try."""

from typing import TYPE_CHECKING, Any

import click
import msgspec

from chatops.cli import Suggesting
from chatops.cli.delivery import say_rehearsed
from chatops.cli.options import dry_run_option, open_service, output_options
from chatops.cli.output import Shown, say, table
from chatops.cli.plugins_new import new_command
from chatops.cli.plugins_try import try_command
from chatops.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.cli.about import About, Row, Setting


@click.group(cls=Suggesting)
def plugins_command() -> None:
    """List, show, try, rename and begin plugins."""


@plugins_command.command("list")
@output_options
def list_command(shown: Shown) -> None:
    """List the plugins that are enabled or installed, and instances that only the store remembers.

    \b
    Examples:
      chatops plugins list
      chatops plugins list --json | jq -r '.[] | select(.state == "not loaded") | .reason'
    """
    from chatops.cli.about import rows

    found = rows(open_service())
    shown.ids(row.instance or row.plugin for row in found)
    shown.data(found)
    if shown.form != "text":
        return
    if not found:
        say("No plugin is installed.")
        return
    table(
        ("instance", "plugin", "version", "state"),
        [(row.instance or "-", row.plugin, row.version or "-", _state(row)) for row in found],
    )


@plugins_command.command("show")
@click.argument("name")
@output_options
def show_command(name: str, shown: Shown) -> None:
    """Show a plugin, by its own name or that of an instance: what it does, hears and can be told.

    \b
    Examples:
      chatops plugins show status-page
      chatops plugins show status_html --json
    """
    from chatops.cli.about import About, about, rows
    from chatops.cli.schema import schema_of
    from chatops.dispatch.in_time import in_time
    from chatops.registry import Registry

    service = open_service()
    found = rows(service, name)
    if not found:
        raise UnknownName("plugin or instance", name, _names(rows(service)))
    registry = Registry(service.config)
    said = in_time({name: lambda: about(registry.plugin_class(found[0].plugin))})[name]
    known = said if isinstance(said, About) else None
    shown.ids(row.instance or row.plugin for row in found)
    reason = None if known else str(said)
    described = {"name": name, "rows": found, "about": known, "reason": reason}
    shown.data(described | {"schema": schema_of(registry, found[0].plugin) if known else None})
    if shown.form == "text":
        say(click.style(name, bold=True))
        for row in found:
            say(f"  {row.instance or row.plugin}: {_state(row)}")
        _describe(found[0], known, str(said))


@plugins_command.command("rename")
@click.argument("old")
@click.argument("new")
@dry_run_option
@output_options
def rename_command(old: str, new: str, shown: Shown, **_: bool) -> None:
    """Move what the store holds of an instance to a new name: its deliveries, and what it has created.

    Its table in the configuration is yours to rename, right after this.

    \b
    Example:
      chatops plugins rename jira jira-ops
    """
    from chatops.service import Act, actor_name

    service = open_service()
    service.rename(old, new, Act(actor=actor_name(None, service.config.core.actor)))
    instance = service.config.instances.get(old)
    shown.ids([new])
    shown.data({"old": old, "new": new, "path": service.config.path and str(service.config.path)})
    if service.rehearsal:
        shown.text(f"The store would have {old} as {new}.")
        say_rehearsed(service, shown, ())
        return
    shown.text(f"The store now has {old} as {new}.")
    if instance:
        for line in _by_hand(old, new, instance.use, service.config.where):
            shown.text(line)


def _by_hand(old: str, new: str, use: str, where: str) -> "Iterator[str]":
    from chatops.cli.toml import literal, name

    yield f"Now change {where}, before the next command that writes:"
    yield f"  [plugins.{name(old)}]  becomes  [plugins.{name(new)}] with use = {literal(use)}"
    yield f"  {name(old)}.* of services, components and people  becomes  {name(new)}.*"


def _state(row: "Row") -> str:
    if row.reason:
        return f"{row.state}: {row.reason}"
    return f"{row.state}, by {row.source}" if row.state in {"enabled elsewhere", "disabled"} else row.state


def _names(found: "list[Row]") -> list[str]:
    return sorted({name for row in found for name in (row.instance, row.plugin) if name})


def _describe(row: "Row", known: "About | None", reason: str) -> None:
    say(f"  plugin: {row.plugin}, {f'{row.distribution} {row.version}'.strip() or 'not installed'}")
    if known is None:
        if not row.reason:
            say(f"  {reason}")
        return
    say(f"  faces: {'customers' if known.public else 'responders'}")
    say(f"  hears: {', '.join(known.hooks) or 'nothing'}")
    if known.unmarked:
        say(f"  is not told, as @hookimpl is missing: {', '.join(known.unmarked)}")
    say(f"  deadline: {known.deadline:g} s, settle: {known.settle:g} s, catch up: {known.catch_up}")
    say(f"  exercises: {'yes' if known.drills else 'no'}, unless when.drills says otherwise")
    ways = "ways of its own, so that a dry run does not call it" if known.own_transport else "ctx.http alone"
    say(f"  sends by: {ways}")
    say(f"  repeated: {'may do its work again' if known.at_least_once else 'does nothing twice'}")
    say(f"  written for: version {known.interface} of the hooks")
    if known.text:
        say()
        say("\n".join(f"  {line}".rstrip() for line in known.text.splitlines()))
    where = row.instance or row.plugin
    _settings(f"[plugins.{where}]", known.settings)
    for kind, settings in (
        ("services", known.service_settings),
        ("components", known.component_settings),
        ("people", known.person_settings),
    ):
        _settings(f"[{kind}.NAME] {where}.*", settings)


def _settings(title: str, settings: "list[Setting]") -> None:
    if settings:
        say()
        say(title)
        table(("setting", "type", "default"), [(s.name, s.type, _default(s)) for s in settings])


def _default(setting: "Setting") -> Any:
    if setting.required:
        return "(has to be set)"
    return "" if setting.default is None else msgspec.json.encode(setting.default).decode()


plugins_command.add_command(try_command)
plugins_command.add_command(new_command)
