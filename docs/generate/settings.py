"""The configuration: every setting with its type, its default, and the docstring that stands below it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin

import msgspec

from chatops import Pace, Plugin, config
from chatops import settings as s
from chatops.cli import toml
from chatops.cli.about import type_name
from chatops.cli.effective import default, fields
from chatops.cli.hooks import doc
from docs.generate import sources
from docs.generate.markdown import code, definition, one_line, prose, table, title
from docs.generate.ours import plugins

Struct = type[msgspec.Struct]
CORE: dict[str, Struct] = {
    "core": s.CoreSettings,
    "severities.NAME": s.SeveritySettings,
    "public": s.PublicSettings,
    "services.NAME": s.ServiceSettings,
    "components.NAME": s.ComponentSettings,
    "people.NAME": s.PersonSettings,
    "actions": s.ActionsSettings,
    "postmortem": s.PostmortemSettings,
    "plugins.NAME": s.InstanceSettings,
}
GUESTS = {"services": "service_config", "components": "component_config", "people": "person_config"}
#: Fields that are no settings: what stands in them is the table itself, or that of a plugin.
NO_SETTINGS = frozenset({"name", "table", "plugins"})


#: What holds where the file says nothing, besides what the types say.
DEFAULTS: dict[str, Mapping[str, Any]] = {
    "public": config.DEFAULTS["public"],
    "plugins.NAME": {"use": "NAME"},
}


class Table(NamedTuple):
    """A table of the file, by the path in its brackets, and the type that it is read into."""

    path: str
    struct: Struct

    @property
    def settings(self) -> dict[str, Any]:
        """Its fields, but for those that are tables with a heading of their own."""
        known = fields(self.struct).items()
        return {name: field for name, field in known if name not in NO_SETTINGS and not _inner(field.type)}


def tables(path: str, struct: Struct) -> Iterator[Table]:
    """The table, and those that are within it."""
    yield Table(path, struct)
    for name, field in fields(struct).items():
        inner = _inner(field.type)
        if inner:
            named = "" if fields(field.type) else ".NAME"
            yield from tables(f"{path}.{name}{named}", inner)


def tables_of(name: str, cls: type[Plugin[Any]]) -> Iterator[Table]:
    """The tables that a plugin reads: its instance's, and those that stand with services and the like."""
    yield from tables(f"plugins.{name}", cls.config_type)
    for section, attribute in GUESTS.items():
        struct = getattr(cls, attribute)
        if struct:
            yield Table(f"{section}.NAME.{name}", struct)


def core() -> str:
    """The page about the core's own settings."""
    return "\n".join(_core())


def of_plugins() -> str:
    """The page about the settings of the plugins that come with it."""
    return "\n".join(_of_plugins())


def _core() -> Iterator[str]:
    yield from title("Configuration", "chatops/settings.py")
    yield (
        "A TOML file, `chatops.toml`. It is looked for with `--config`, in `CHATOPS_CONFIG`, here and in the"
        " folders above, and in your own configuration folder. `chatops init` writes one, `chatops config"
        " check` reports every fault in it, and `chatops config show` says what is in force. A duration is"
        ' written "90s", "30m", "4h" or "2d", or as a sum, "1h30m".'
    )
    yield ""
    yield "[](example.md) shows them together; [](plugin-settings.md) has those of plugins."
    yield ""
    for path, struct in CORE.items():
        for found in tables(path, struct):
            yield from _section(found, "##", DEFAULTS.get(path, {}))
        if path == "severities.NAME":
            yield from _severities()


def _severities() -> Iterator[str]:
    known: Mapping[str, Any] = config.DEFAULTS["severities"]
    keys = list(fields(s.SeveritySettings))
    yield "These are there by themselves. A table changes what it names; a new name adds a severity."
    yield ""
    rows = [[f"`{name}`", *(str(one.get(key, "")) for key in keys)] for name, one in known.items()]
    yield from table(["", *(f"`{key}`" for key in keys)], rows)


def _of_plugins() -> Iterator[str]:
    yield from title("Settings of plugins", "the plugins' own types")
    yield (
        "An instance may have another name than its plugin: it stands in place of the plugin's name"
        " wherever that is used below, and the table says `use`. A secret is named and never written:"
    )
    yield ""
    yield from code(
        'token = { env = "NAME" }\ntoken = { file = "~/.secrets/name" }\n'
        'token = { command = ["op", "read", "op://ops/name/token"] }',
        "toml",
    )
    for name, cls in plugins().items():
        yield from (f"## {name}", "")
        for found in tables_of(name, cls):
            yield from _section(found, "###", {})


def _section(found: Table, heading: str, defaults: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{heading} `[{found.path}]`", "")
    yield from (*_about(found.struct), "")
    said = sources.said(found.struct)
    for name, field in found.settings.items():
        if name not in said:
            raise ValueError(
                f"{found.struct.__name__}.{name} says nothing of itself: write a docstring below it"
            )
        yield from definition(f"`{name}`: {_kind(field, defaults.get(name))}", one_line(said[name]))


def _about(struct: Struct) -> Iterator[str]:
    """What its docstring says after the table's own name."""
    text = doc(struct).split("\n\n")
    first = re.sub(r"^(`[^`]*`[ ,]*(with|or|and)?[ ,]*)*: ", "", text[0])
    yield prose("\n\n".join([first[:1].upper() + first[1:], *text[1:]]))


def _kind(field: Any, given: Any) -> str:
    value = default(field) if given is None else given
    if value is not None:
        return f"{type_name(field.type)}, default `{toml.literal(value)}`"
    return f"{type_name(field.type)}, has to be set" if field.required else type_name(field.type)


def _inner(kind: Any) -> Struct | None:
    """The type of the table that a setting is, or of those that are in it by name."""
    wanted = get_args(kind)[1] if get_origin(kind) is dict else kind
    return wanted if fields(wanted) and wanted is not Pace else None
