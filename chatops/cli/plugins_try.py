"""`chatops plugins try`: one plugin at work on an incident that never was."""

from typing import TYPE_CHECKING, Any, Final

import click

from chatops.cli.delivery import MARKS, delivered, say_rehearsed
from chatops.cli.options import guard_logs, output_options
from chatops.cli.output import Shown, folded, say
from chatops.errors import UsageError

if TYPE_CHECKING:
    from chatops.config import Config
    from chatops.registry import Loaded
    from chatops.service import Service
    from chatops.store import Delivery

#: Where a stand-in would be, when nobody asks one over the network.
NOWHERE: Final = "https://sandbox.invalid"


@click.command("try")
@click.argument("name")
@click.option("--event", "hook", default="", help="The hook to call (else the first that it has).")
@click.option("--send", is_flag=True, help="Really send, to what the configuration names.")
@output_options
def try_command(name: str, hook: str, shown: Shown, *, send: bool) -> None:
    """Call one plugin on a sample incident, and show what it would send. Nothing is recorded.

    NAME is an instance of the configuration, or a plugin that is installed; one that is not configured is
    tried with the settings of its stand-in.

    \b
    Examples:
      chatops plugins try pager --event incident_declared
      chatops plugins try pager --event note_added --send
    """
    from chatops.registry import Registry
    from chatops.service import Service
    from chatops.service.sample import Playing, Sample

    guard_logs()
    ctx = click.get_current_context()
    service = ctx.with_resource(Service.storeless(ctx.find_root().obj, dry_run=not send))
    service.config = _alone(service.config, name, send=send)
    loaded = Registry(service.config).load(name)
    wanted = _hook(loaded, hook)
    playing = Playing(service, Sample.of(service.config))
    for happening in playing.before(wanted):
        playing.happen(happening)
        _deliver(service, playing)
    if service.rehearsal:
        service.rehearsal.sent.clear()
    before = len(_deliver(service, playing))
    playing.happen(wanted)
    ended = _deliver(service, playing)[before:]
    _show(service, shown, wanted, [delivery for delivery in ended if delivery.hook == wanted])


def _alone(config: "Config", name: str, *, send: bool) -> "Config":
    """The configuration with this instance alone, which is told of everything."""
    from chatops.config import Config, merged

    raw = config.raw
    if name not in config.instances:
        raw = merged(raw, _of_standin(name, send=send))
    table = {**raw["plugins"][name], "when": {"restricted": True, "drills": True}}
    return Config({**raw, "plugins": {name: table}}, config.path, [])


def _of_standin(name: str, *, send: bool) -> dict[str, Any]:
    """What the stand-in of a plugin that is not configured says about its settings.

    Raises UsageError where there is none, or it should be sent to.
    """
    import tomllib

    from chatops.sandbox.server import standin_of

    how = f"Configure it first, as [plugins.{name}]; for its settings: chatops plugins show {name}"
    kind = standin_of(name)
    if kind is None or send:
        raise UsageError(f"{name} is not configured. {how}")
    tables = tomllib.loads(kind(f"{NOWHERE}/{name}").settings())
    settings = next(iter(tables["plugins"].values()))
    return {**tables, "plugins": {name: settings}}


def _hook(loaded: "Loaded", hook: str) -> str:
    """The hook to call. Raises UsageError with those that the plugin has."""
    from chatops.service.sample import Playing, happens

    can = [name for name in sorted(loaded.hooks) if happens(name) in Playing.HAPPENINGS]
    first = [name for name in ("incident_declared", "public_update") if name in can]
    chosen = hook or next(iter(first or can), "")
    if chosen in can:
        return chosen
    if hook in loaded.hooks:
        raise UsageError(
            f"{hook} is a question, which no event asks: chatops doctor, and link add, ask them."
        )
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
            "deliveries": [{"state": d.state, "reason": d.reason} for d in ended],
            "would_send": [{"method": r.method, "url": r.url, "body": r.body} for r in sent],
        }
    )
    if shown.form != "text":
        return
    if service.rehearsal:
        say_rehearsed(service, shown, ended)
    for delivery in ended:
        if delivery.state == "done" or not service.rehearsal:
            say(delivered(service, delivery))
    if not ended:
        say(folded(f"{MARKS['skipped'][0]} ", f"{hook} was not called."))
