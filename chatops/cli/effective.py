"""The settings in force: what the file says, and the defaults that fill the rest."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec

from chatops.cli.masking import UNKNOWN, masked
from chatops.config import Config
from chatops.dispatch.in_time import in_time
from chatops.errors import PluginError
from chatops.plugin import Plugin
from chatops.registry import Registry

NAMED: Final = ("severities", "components", "services", "people")
Classes = Mapping[str, type[Plugin[Any]] | PluginError]


def effective(config: Config) -> dict[str, Any]:
    """Every setting in force, by section, fit to be shown. Imports the plugins that are enabled."""
    registry = Registry(config)
    installed = registry.installed
    uses = {name: instance.use for name, instance in config.instances.items() if instance.use in installed}
    classes = in_time({name: partial(registry.plugin_class, use) for name, use in uses.items()})
    shown = {name: _core(getattr(config, name)) for name in ("core", "public", "actions", "postmortem")}
    for section in NAMED:
        shown[section] = {
            name: _core(settings) | _guests(getattr(settings, "plugins", {}), section, classes)
            for name, settings in getattr(config, section).items()
        }
    shown["plugins"] = {name: _instance(config, name, classes) for name in config.instances}
    return shown


def fields(wanted: Any) -> dict[str, Any]:
    """The fields of a type of settings, by their names in the file; none for any other type."""
    if not (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
        return {}
    return {field.encode_name: field for field in msgspec.structs.fields(wanted)}


def default(field: Any) -> Any:
    """The default of a field, as it would stand in the file; None where it has none."""
    if field.default_factory in {list, dict, set, tuple}:
        return field.default_factory()
    if field.default is msgspec.NODEFAULT or field.default is None:
        return None
    try:
        return _without_none(msgspec.to_builtins(field.default, enc_hook=str))
    except Exception:  # noqa: BLE001  (a plugin's own type may do anything)
        return repr(field.default)


def _without_none(value: Any) -> Any:
    """TOML knows no null: what is not set is left out."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _core(settings: Any) -> dict[str, Any]:
    plain = _without_none(msgspec.to_builtins(settings, enc_hook=str))
    return {key: masked(value, "") for key, value in plain.items() if key != "plugins"}


def _instance(config: Config, name: str, classes: Classes) -> dict[str, Any]:
    instance = config.instances[name]
    shown = {"use": instance.use, "when": _without_none(msgspec.to_builtins(instance.when))}
    return shown | _table(instance.table, _type(classes.get(name), "config_type"))


def _guests(tables: Mapping[str, Any], section: str, classes: Classes) -> dict[str, Any]:
    attribute = {"services": "service_config", "components": "component_config", "people": "person_config"}
    return {
        name: _table(table, _type(classes.get(name), attribute[section])) for name, table in tables.items()
    }


def _type(cls: type[Plugin[Any]] | PluginError | None, attribute: str) -> Any:
    return getattr(cls, attribute) if isinstance(cls, type) else None


def _table(table: Any, wanted: Any) -> dict[str, Any]:
    """The settings of a plugin; those whose type nobody knows are hidden."""
    known = fields(wanted)
    given = table if isinstance(table, dict) else {}
    shown = {
        key: masked(value, key, known[key].type if key in known else UNKNOWN) for key, value in given.items()
    }
    rest = {key: default(field) for key, field in known.items() if key not in given}
    return shown | {k: masked(v, k, known[k].type) for k, v in rest.items() if v is not None}
