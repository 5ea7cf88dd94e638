"""What there is to know of the plugins that are installed, enabled, or remembered by the store."""

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import msgspec

from chatops.cli.effective import default, fields
from chatops.cli.masking import masked
from chatops.discovery import Origin, Refused, origin
from chatops.dispatch.in_time import in_time
from chatops.errors import PluginError
from chatops.plugin import Plugin
from chatops.registry import Registry
from chatops.soundness import unmarked
from chatops.values import Duration, Secret

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from chatops.service import Service
    from chatops.store import Instance

State = Literal["enabled", "not loaded", "installed, not enabled", "enabled elsewhere", "disabled"]
NAMES = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    Duration: "duration",
    Secret: "secret",
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin instance, or a plugin that has none; `reason` says why it is not loaded."""

    instance: str
    plugin: str
    distribution: str
    version: str
    state: State
    reason: str
    source: str


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a plugin, and its default."""

    name: str
    type: str
    required: bool
    default: Any


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a plugin's class says of itself."""

    text: str
    public: bool
    hooks: list[str]
    unmarked: list[str]
    deadline: float
    settle: float
    catch_up: str
    drills: bool
    own_transport: bool
    at_least_once: bool
    interface: int
    settings: list[Setting]
    service_settings: list[Setting]
    component_settings: list[Setting]
    person_settings: list[Setting]


def rows(service: "Service", only: str = "") -> list[Row]:
    """The enabled instances, then what is installed and not enabled, then what only the store knows.

    With `only`, those alone that have this name. Plugins are imported.
    """
    registry = Registry(service.config)
    instances = service.config.instances
    names = [name for name, i in instances.items() if only in {"", name, i.use}]
    _ = registry.installed  # found once, and not by every thread
    tried = in_time({name: partial(registry.load, name) for name in names})
    found = [_row(registry, name, instances[name].use, tried[name]) for name in names]
    used = {instance.use for instance in instances.values()}
    idle = sorted(registry.installed.keys() - used)
    found += [_row(registry, "", plugin, None) for plugin in idle if only in {"", plugin}]
    found += [_refused(refused) for refused in registry.discovery.refused if only in {"", refused.point.name}]
    remembered = [row for row in service.store.instances.all() if row.name not in instances]
    return [*found, *(_remembered(registry, row) for row in remembered if only in {"", row.name})]


def about(cls: type[Plugin[Any]]) -> About:
    """What the class says of itself."""
    return About(
        text=(inspect.getdoc(cls) or "") if cls.__doc__ else "",
        public=cls.public,
        hooks=[name for name in dir(cls) if hasattr(getattr(cls, name, None), "chatops_impl")],
        unmarked=unmarked(cls),
        deadline=float(cls.deadline),
        settle=float(cls.settle),
        catch_up=cls.catch_up.value,
        drills=cls.drills,
        own_transport=cls.own_transport,
        at_least_once=cls.at_least_once,
        interface=cls.interface,
        settings=_settings(cls.config_type),
        service_settings=_settings(cls.service_config),
        component_settings=_settings(cls.component_config),
        person_settings=_settings(cls.person_config),
    )


def type_name(wanted: Any) -> str:
    """The type of a setting, in the words of somebody who writes TOML."""
    if wanted in NAMES:
        return NAMES[wanted]
    if get_origin(wanted) is Literal:
        return " or ".join(msgspec.json.encode(value).decode() for value in get_args(wanted))
    if get_origin(wanted) in {list, tuple, set, frozenset}:
        inner = [part for part in get_args(wanted) if part is not Ellipsis]
        return f"list of {type_name(inner[0])}" if inner else "list"
    if fields(wanted) or dict in {wanted, get_origin(wanted)}:
        return "table"
    parts = [type_name(part) for part in get_args(wanted) if part is not type(None)]
    return " or ".join(dict.fromkeys(parts)) or getattr(wanted, "__name__", str(wanted))


def _settings(wanted: Any) -> list[Setting]:
    return [
        Setting(
            name=name,
            type=type_name(field.type),
            required=field.required,
            default=masked(default(field), name, field.type),
        )
        for name, field in fields(wanted).items()
    ]


def _row(registry: Registry, instance: str, plugin: str, result: object) -> Row:
    failed = isinstance(result, PluginError)
    return _of_point(
        registry.installed.get(plugin),
        instance=instance,
        plugin=plugin,
        state="not loaded" if failed else "enabled" if instance else "installed, not enabled",
        reason=str(result) if failed else "",
        source=registry.config.where if instance else "",
    )


def _refused(refused: Refused) -> Row:
    """A plugin whose name another one has."""
    about = {"plugin": refused.point.name, "state": "not loaded", "reason": refused.problem}
    return _of_point(refused.point, instance="", source="", **about)


def _of_point(point: "EntryPoint | None", **about: Any) -> Row:
    """The row, with the distribution that the plugin comes with."""
    found = origin(point) if point else Origin()
    return Row(distribution=found.name, version=found.version, **about)


def _remembered(registry: Registry, row: "Instance") -> Row:
    """An instance of another configuration, or one that was taken out of this."""
    known = _row(registry, row.name, row.plugin, None)
    state: State = "enabled elsewhere" if row.enabled else "disabled"
    return msgspec.structs.replace(known, state=state, source=row.source)
