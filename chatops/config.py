"""TOML into typed settings. Every fault is kept with its dotted path, and all are reported at once.

What can be read is used even where something else cannot: `declare` records on whatever is left.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from chatops import events as e
from chatops.errors import ConfigError, UnknownName
from chatops.plugin import Plugin
from chatops.reading import Problem, Reader
from chatops.settings import (
    ComponentSettings,
    CoreSettings,
    InstanceSettings,
    PersonSettings,
    PluginSettings,
    PublicSettings,
    ServiceSettings,
    SeveritySettings,
    When,
)

FILE_NAME = "chatops.toml"
EMBEDDED = "the embedded defaults"
SECTIONS = ("core", "public", "severities", "components", "services", "people", "plugins")
S = TypeVar("S", bound=msgspec.Struct)


class Config:
    """The settings in force. `path` is None where the embedded defaults run; `problems` is all that is
    wrong with the file, and `broken` says that nothing of it could be read.
    """

    def __init__(self, raw: dict[str, Any], path: Path | None, problems: list[Problem]) -> None:
        self.raw = raw
        self.path = path
        self.broken = bool(problems)
        self._reader = Reader(path.parent if path else Path.cwd())
        self._reader.problems += problems
        self._plugin_names = tuple(self._tables("plugins"))
        self.core = self._read(CoreSettings, "core")
        self.public = self._read(PublicSettings, "public")
        self.severities = self._named("severities", SeveritySettings)
        self.components = self._named("components", ComponentSettings)
        self.services = self._named("services", ServiceSettings)
        self.people = self._named("people", PersonSettings)
        self.instances = self._instances()
        self._check_names()

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong with the file, as far as the core can tell."""
        return self._reader.problems

    @property
    def embedded(self) -> bool:
        """Whether there is no configuration file."""
        return self.path is None

    @cached_property
    def where(self) -> str:
        """The file, as a person would look for it."""
        return str(self.path) if self.path else EMBEDDED

    def severity(self, name: str) -> SeveritySettings:
        """The settings of a severity; raises UnknownName with those that there are."""
        if name not in self.severities:
            raise UnknownName("severity", name, self.severities)
        return self.severities[name]

    def impact(self, severity: str) -> e.Impact:
        """The impact that customers are told; `major` for a severity that is no longer configured."""
        found = self.severities.get(severity)
        return found.impact if found else "major"

    def check_services(self, names: tuple[str, ...]) -> None:
        """Raise UnknownName for a service that is not in the catalogue, where there is one."""
        self._check_catalogue("service", names, self.services)

    def check_components(self, names: tuple[str, ...]) -> None:
        """Raise UnknownName for a component that is not in the catalogue."""
        hint = "Add [components.NAME] with its public_name." if not self.components else ""
        if not self.broken:
            for name in names:
                if name not in self.components:
                    raise UnknownName("component", name, self.components, hint)

    def component_id(self, name: str) -> str:
        """The id under which customers meet a component: configured, or opaque and always the same."""
        found = self.components.get(name)
        opaque = hashlib.sha256(f"chatops component {name}".encode()).hexdigest()[:12]
        return (found and found.public_id) or opaque

    def public_services(self, services: tuple[str, ...]) -> str:
        """The public names of these services, as a phrase; empty where they have none."""
        known = (self.services[name].public_name for name in services if name in self.services)
        names = [name for name in known if name]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def plugin_settings(self, instance: str, plugin: type[Plugin[Any]]) -> PluginSettings:
        """What this instance of the plugin is configured to.

        Raises ConfigError with every fault of the instance's own settings, each with its path.
        """
        reader = Reader(self._reader.base)
        table = self.instances[instance].table
        config = reader.struct(plugin.config_type, table, f"plugins.{instance}")
        services = self._scoped(reader, "services", instance, plugin.service_config)
        components = self._scoped(reader, "components", instance, plugin.component_config)
        people = self._scoped(reader, "people", instance, plugin.person_config)
        if reader.problems or config is None:
            raise ConfigError("; ".join(map(str, reader.problems)))
        return PluginSettings(config, services, components, people)

    def _scoped(
        self, reader: Reader, section: str, instance: str, wanted: type[msgspec.Struct] | None
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, settings in getattr(self, section).items():
            table = settings.plugins.get(instance)
            path = f"{section}.{name}.{instance}"
            if wanted is None and table is not None:
                reader.problem(
                    path, f"the plugin {self.instances[instance].use} has no settings for {section}"
                )
            elif wanted is not None:
                needed = table is not None or not any(f.required for f in msgspec.structs.fields(wanted))
                found[name] = reader.struct(wanted, table or {}, path) if needed else None
        return found

    def _tables(self, section: str) -> dict[str, Any]:
        table = self.raw.get(section, {})
        if isinstance(table, dict):
            return table
        self._reader.problem(section, "should be a table")
        return {}

    def _read(self, wanted: type[S], section: str) -> S:
        return self._reader.struct(wanted, self._tables(section), section) or wanted(
            **DEFAULTS.get(section, {})
        )

    def _named(self, section: str, wanted: type[S]) -> dict[str, S]:
        found = {}
        for name, table in self._tables(section).items():
            settings = self._reader.struct(wanted, table, f"{section}.{name}", self._plugin_names)
            if settings is not None:
                found[name] = settings
        return found

    def _instances(self) -> dict[str, InstanceSettings]:
        found = {}
        for name, table in self._tables("plugins").items():
            path = f"plugins.{name}"
            if not isinstance(table, dict):
                self._reader.problem(path, "should be a table")
                continue
            rest = {key: value for key, value in table.items() if key not in {"use", "when"}}
            use = self._reader.value(str, table.get("use", name), f"{path}.use", name)
            when = self._reader.struct(When, table.get("when", {}), f"{path}.when") or When()
            found[name] = InstanceSettings(name, use, when, rest)
        return found

    def _check_catalogue(self, what: str, names: tuple[str, ...], known: Mapping[str, object]) -> None:
        for name in names:
            if known and name not in known:
                raise UnknownName(what, name, known)

    def _check_names(self) -> None:
        """Names that one setting takes from another section."""
        if self.broken:
            return
        self._known("core.default_severity", (self.core.default_severity,), self.severities)
        for name, service in self.services.items():
            self._known(f"services.{name}.components", service.components, self.components)
        for name, instance in self.instances.items():
            self._known(f"plugins.{name}.when.severity", instance.when.severity or (), self.severities)
            self._known(f"plugins.{name}.when.services", instance.when.services or (), self.services)

    def _known(self, path: str, names: tuple[str, ...], known: Mapping[str, object]) -> None:
        for name in names:
            if name not in known:
                self._reader.problem(path, str(UnknownName(path.rsplit(".", 1)[-1], name, known)))

    def unknown_section(self, name: str) -> None:
        """Note a table that is no section."""
        self._reader.unknown(name, "", SECTIONS)


def load(path: Path | None = None) -> Config:
    """The configuration in force: `path`, CHATOPS_CONFIG, `chatops.toml` here or above, the user's.

    A file that is missing, or is not TOML, gives the defaults, with the fault among the problems.
    """
    found = find(path)
    if found is None:
        return Config(DEFAULTS, None, [])
    base = {section: table for section, table in DEFAULTS.items() if section != "plugins"}
    try:
        raw = tomllib.loads(found.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return Config(base, found, [Problem(str(found), f"cannot be read: {error}")])
    config = Config(_merged(base, raw), found, [])
    for section in sorted(raw.keys() - set(SECTIONS)):
        config.unknown_section(section)
    return config


def find(path: Path | None) -> Path | None:
    """The configuration file in force, or None for the embedded defaults."""
    named = path or (Path(value) if (value := os.environ.get("CHATOPS_CONFIG")) else None)
    if named is not None:
        return named.expanduser().absolute()
    here = Path.cwd()
    nearest = next((f for folder in (here, *here.parents) if (f := folder / FILE_NAME).is_file()), None)
    return nearest or _users_own()


def _users_own() -> Path | None:
    import platformdirs

    path = platformdirs.user_config_path("chatops") / FILE_NAME
    return path if path.is_file() else None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`, table by table."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


DEFAULTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("defaults.toml").read_text("utf-8"))
