"""`chatops plugins try`: one plugin at work on an incident that never was."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from chatops.cli.delivery import MARKS, delivered, say_rehearsed
from chatops.cli.options import guard_logs, output_options
from chatops.cli.output import Shown, folded, say, warn
from chatops.errors import PluginError, UsageError

if TYPE_CHECKING:
    from chatops.config import Config
    from chatops.registry import Loaded
    from chatops.service import Service
    from chatops.store import Delivery

#: Where a stand-in would be, when nobody asks one: nobody listens there, and no name has to be looked up.
NOWHERE: Final = "http://127.0.0.1:9"
#: How a call ends that has not gone well, in words: nobody makes it again.
UNTOLD: Final = {"failed": "failed", "retry": "did not arrive", "unconfirmed": "may have arrived"}


@click.command("try")
@click.argument("name")
@click.option("--event", "hook", default="", help="The hook to call (else the first that it has).")
@click.option("--send", is_flag=True, help="Really send, to what the configuration names.")
@output_options
def try_command(name: str, hook: str, shown: Shown, *, send: bool) -> None:
    """Call one plugin on a sample incident, and show what it would send. Nothing is recorded.

    NAME is an instance of the configuration, or a plugin that is installed; one that is not configured is
    tried with the settings of its stand-in. The exit code is 1 where it did not go well.

    \b
    Examples:
      chatops plugins try pager --event incident_declared
      chatops plugins try pager --event note_added --send
    """
    from chatops.service import Service
    from chatops.service.sample import Playing, Sample

    guard_logs()
    ctx = click.get_current_context()
    ctx.with_resource(shown.alone())
    service = ctx.with_resource(Service.storeless(ctx.find_root().obj, dry_run=not send))
    for problem in service.config.problems:
        warn(str(problem))
    service.config = _alone(service.config, name, send=send)
    loaded = _loaded(service.config, name)
    wanted = _hook(loaded, hook)
    playing = Playing(service, Sample.of(service.config))
    for happening in playing.before(wanted):
        playing.happen(happening)
        _deliver(service, playing)
    if service.rehearsal:
        service.rehearsal.sent.clear()
    before = len(_deliver(service, playing))
    playing.happen(wanted)
    ended = _deliver(service, playing)
    told = [delivery for delivery in ended[before:] if delivery.hook == wanted]
    if any(delivery.state == "pending" for delivery in told):
        told = [delivery for delivery in ended[:before] if delivery.state in UNTOLD] + told
    _show(service, shown, wanted, told)
    if any(delivery.state in UNTOLD for delivery in told):
        ctx.exit(1)


def _alone(config: "Config", name: str, *, send: bool) -> "Config":
    """The configuration with this instance alone, which is told of everything."""
    from chatops.config import Config, merged

    raw = config.raw
    if name not in config.instances:
        raw = merged(raw, _of_standin(name, send=send))
    table = raw["plugins"][name]
    if not isinstance(table, dict):
        raise UsageError(f"Write its settings as a table, [plugins.{name}].")
    alone = {**table, "when": {"restricted": True, "drills": True}}
    return Config({**raw, "plugins": {name: alone}}, config.path, [])


def _of_standin(name: str, *, send: bool) -> dict[str, Any]:
    """What the stand-in of a plugin that is not configured says about its settings.

    Raises UsageError where there is none, or it should be sent to.
    """
    from chatops.registry import described

    try:
        tables = {} if send else _settings_of_standin(name)
    except Exception as error:
        raise PluginError(f"The stand-in of {name} cannot be used: {described(error)}") from error
    if not tables:
        how = f"Configure it first, as [plugins.{name}]; for its settings: chatops plugins show {name}"
        raise UsageError(f"{name} is not configured. {how}")
    return tables


def _settings_of_standin(name: str) -> dict[str, Any]:
    import tomllib

    from chatops.sandbox.server import standin_of

    kind = standin_of(name)
    tables = tomllib.loads(kind(f"{NOWHERE}/{name}").settings()) if kind else {}
    return tables and {**tables, "plugins": {name: next(iter(tables["plugins"].values()))}}


def _loaded(config: "Config", name: str) -> "Loaded":
    """The plugin, imported without anybody waiting for long. Raises PluginError."""
    from chatops.dispatch.in_time import in_time
    from chatops.registry import Registry

    found = in_time({name: partial(Registry(config).load, name)})[name]
    if isinstance(found, PluginError):
        raise found
    return found


def _hook(loaded: "Loaded", hook: str) -> str:
    """The hook to call. Raises UsageError with those that the plugin has."""
    from chatops.service.sample import Playing, happens
    from chatops.soundness import unmarked

    can = [name for name in sorted(loaded.hooks) if happens(name) in Playing.HAPPENINGS]
    first = [name for name in ("incident_declared", "public_update") if name in can]
    chosen = hook or next(iter(first or can), "")
    if chosen in can:
        return chosen
    if hook in loaded.hooks:
        raise UsageError(f"{hook} is a question, which no event asks. Who asks it: chatops hooks {hook}")
    lost = unmarked(type(loaded.plugin))
    if hook in lost or (lost and not can):
        raise UsageError(f"{hook or lost[0]} of {loaded.plugin.instance} has no @hookimpl: nobody calls it.")
    has = f"It has: {', '.join(can)}" if can else "It is told of nothing that happens to an incident"
    lacks = f"{loaded.plugin.instance} does not implement {hook}. " if hook else ""
    raise UsageError(f"{lacks}{has}.")


def _deliver(service: "Service", playing: Any) -> "list[Delivery]":
    """The deliveries of the incident, after all that were due have run."""
    if not playing.begun:
        return []
    list(service.engine.start(playing.incident.id))
    return service.store.deliveries.of_incident(playing.incident.id)


def _show(service: "Service", shown: Shown, hook: str, ended: "list[Delivery]") -> None:
    sent = service.rehearsal.sent if service.rehearsal else []
    shown.ids(delivery.state for delivery in ended)
    shown.data(
        {
            "hook": hook,
            "deliveries": [{"hook": d.hook, "state": d.state, "reason": d.reason} for d in ended],
            "would_send": [{"method": r.method, "url": r.url, "body": r.body} for r in sent],
        }
    )
    if shown.form != "text":
        return
    if service.rehearsal:
        say_rehearsed(service, shown, ended)
    for delivery in ended:
        if delivery.state in UNTOLD and not service.rehearsal:
            line = f"{delivery.instance}: {delivery.hook} {UNTOLD[delivery.state]}: {delivery.reason}"
            say(folded(f"{MARKS['failed'][0]} ", line))
        elif delivery.state == "done" or not service.rehearsal:
            say(delivered(service, delivery))
    if not ended:
        say(folded(f"{MARKS['skipped'][0]} ", f"{hook} was not called."))
