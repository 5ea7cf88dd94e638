"""A JSON Schema of the configuration, made from the types that it is read into."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from chatops import __version__
from chatops.cli.effective import default, fields
from chatops.config import DEFAULTS, Config
from chatops.dispatch.in_time import in_time
from chatops.plugin import Plugin
from chatops.registry import Registry
from chatops.settings import (
    ActionsSettings,
    ComponentSettings,
    CoreSettings,
    PersonSettings,
    PostmortemSettings,
    PublicSettings,
    ServiceSettings,
    SeveritySettings,
    When,
)
from chatops.values import Duration, Secret

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NAMED: Final[dict[str, tuple[type[msgspec.Struct], str | None]]] = {
    "severities": (SeveritySettings, None),
    "services": (ServiceSettings, "service_config"),
    "components": (ComponentSettings, "component_config"),
    "people": (PersonSettings, "person_config"),
}
_TEXT: Final = {"type": "string", "minLength": 1}
_COMMAND: Final = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_OWN: Final[dict[Any, dict[str, Any]]] = {
    Duration: {"type": "string", "pattern": "^([0-9]+[smhd])+$", "description": 'Such as "90s" or "1h30m".'},
    Secret: {
        "description": "Where the secret is kept; it is not written here.",
        "oneOf": [
            {
                "type": "object",
                "properties": {name: kind},
                "required": [name],
                "additionalProperties": False,
            }
            for name, kind in (("env", _TEXT), ("file", _TEXT), ("command", _COMMAND))
        ],
    },
}
Schema = dict[str, Any]
Classes = Mapping[str, type[Plugin[Any]]]


def schema(config: Config) -> Schema:
    """The schema of the core's sections, and of every plugin that is installed and can be imported."""
    registry = Registry(config)
    work = {name: partial(registry.plugin_class, name) for name in registry.installed}
    classes = {name: found for name, found in in_time(work).items() if isinstance(found, type)}
    sections = {
        "core": struct(CoreSettings),
        "public": _with_defaults(struct(PublicSettings), "public"),
        "actions": struct(ActionsSettings),
        "postmortem": struct(PostmortemSettings),
    }
    for section, (wanted, attribute) in NAMED.items():
        one = struct(wanted)
        if attribute:
            one["additionalProperties"] = _guests(classes, attribute)
        sections[section] = {"type": "object", "additionalProperties": one}
    sections["plugins"] = _plugins(sorted(registry.installed), classes)
    return {
        "$schema": DRAFT,
        "title": f"The configuration of chatops {__version__}",
        "type": "object",
        "properties": sections,
        "additionalProperties": False,
    }


def schema_of(registry: Registry, plugin: str) -> Schema:
    """The schema of the table of this plugin's instances. What its import raises goes through."""
    return _plugin(plugin, {plugin: registry.plugin_class(plugin)}, use=[])


def struct(wanted: type[msgspec.Struct]) -> Schema:
    """The schema of one table; a key that is no setting of it is refused."""
    known = {name: field for name, field in fields(wanted).items() if field.name != "plugins"}
    properties = {name: _property(field) for name, field in known.items()}
    required = [name for name, field in known.items() if field.required]
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if wanted.__doc__ and not wanted.__doc__.startswith(f"{wanted.__name__}("):
        found["description"] = " ".join(wanted.__doc__.split())
    return found | ({"required": required} if required else {})


def _property(field: Any) -> Schema:
    found = _of(field.type)
    value = default(field)
    return found | ({} if value is None else {"default": value})


def _of(wanted: Any) -> Schema:
    """The schema of a type. TOML has no null: what may be None is left out."""
    if fields(wanted):
        return struct(wanted)
    try:
        found, parts = msgspec.json.schema_components([wanted], schema_hook=lambda kind: _OWN.get(kind, {}))
    except TypeError:
        return {}
    inlined: Schema = _inlined(found[0], parts)
    options = [option for option in inlined.pop("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        inlined.update(options[0])
    elif options:
        inlined["anyOf"] = options
    return inlined


def _inlined(node: Any, parts: Mapping[str, Any], within: tuple[str, ...] = ()) -> Any:
    """The schema without references; a type that holds itself may hold anything there."""
    if isinstance(node, list):
        return [_inlined(item, parts, within) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        return {} if name in within else _inlined(parts[name], parts, (*within, name))
    return {key: _inlined(value, parts, within) for key, value in node.items()}


def _with_defaults(found: Schema, section: str) -> Schema:
    for name, value in DEFAULTS[section].items():
        found["properties"][name]["default"] = value
    found.pop("required", None)
    return found


def _guests(classes: Classes, attribute: str) -> Schema:
    """What plugins read beside the core's own settings, by instance."""
    wanted = [getattr(cls, attribute) for cls in classes.values()]
    options = [struct(found) for found in wanted if fields(found)]
    return {"anyOf": options} if options else {"type": "object"}


def _plugins(names: Iterable[str], classes: Classes) -> Schema:
    """The table of an instance: `use` says whose settings it has, else its own name does."""
    named = {name: _plugin(name, classes, use=["use"]) for name in names}
    own = {name: [_plugin(name, classes, use=[]), *(named[n] for n in named if n != name)] for name in named}
    return {
        "type": "object",
        "properties": {name: {"anyOf": options} for name, options in own.items()},
        "additionalProperties": {"anyOf": list(named.values())},
    }


def _plugin(name: str, classes: Classes, *, use: list[str]) -> Schema:
    found: Schema = struct(classes[name].config_type) if name in classes else {"type": "object"}
    properties = {"use": {"const": name}, "when": struct(When)} | found.get("properties", {})
    required = [*use, *found.get("required", [])]
    return {**found, "title": name, "properties": properties, "required": required}
