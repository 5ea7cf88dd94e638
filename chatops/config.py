"""TOML into typed settings. Every fault is kept with its dotted path, and all are reported at once.

What can be read is used even where something else cannot: `declare` records on whatever is left.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from chatops import events as e
from chatops.errors import UnknownName
from chatops.finding import at_home, find
from chatops.plugin import Plugin
from chatops.reading import BadSettings, Problem, Reader
from chatops.settings import (
    INSTANCE_NAME,
    ActionsSettings,
    ComponentSettings,
    CoreSettings,
    InstanceSettings,
    PersonSettings,
    PluginSettings,
    PostmortemSettings,
    PublicSettings,
    ServiceSettings,
    SeveritySettings,
    When,
)
from chatops.usable import check_names, usable_core, usable_public

EMBEDDED = "the embedded defaults"
SECTIONS = (
    "core",
    "public",
    "severities",
    "components",
    "services",
    "people",
    "actions",
    "postmortem",
    "plugins",
)
S = TypeVar("S", bound=msgspec.Struct)


class Config:
    """The settings in force. `path` is None where the embedded defaults run; `problems` is all that is
    wrong with the file, and `broken` says that not even the names of its plugins could be read.
    """

    def __init__(self, raw: dict[str, Any], path: Path | None, problems: list[Problem]) -> None:
        self.raw = raw
        self.path = path
        self.broken = bool(problems) or not isinstance(raw.get("plugins", {}), dict)
        self._reader = Reader(path.parent if path else Path())
        self._reader.problems += problems
        self._plugins = self._tables("plugins")
        self.core = self._read(CoreSettings, "core")
        self.public = self._read(PublicSettings, "public")
        self.severities = self._named("severities", SeveritySettings)
        self.components = self._named("components", ComponentSettings)
        self.services = self._named("services", ServiceSettings)
        self.people = self._named("people", PersonSettings)
        self.actions = self._read(ActionsSettings, "actions")
        self.postmortem = self._read(PostmortemSettings, "postmortem")
        self.instances = self._instances()
        self._unreadable = tuple(self._reader.problems)
        if not self.broken:
            check_names(self, self._reader.problem)
        self.core = usable_core(self.core, self.severities, self._reader.problem)
        self.ca_file = self._file("core.ca_file", self.core.ca_file)
        self.public = usable_public(self.public, DEFAULTS["public"], self._reader.problem)

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
        """The settings of a severity; raises UnknownName with those that there are.

        Where the file cannot be read, any name may be one of its own.
        """
        if name not in self.severities and not self.broken:
            raise UnknownName("severity", name, self.severities)
        return self.severities.get(name, SeveritySettings())

    def impact(self, severity: str) -> e.Impact:
        """The impact that customers are told; `major` for a severity that is no longer configured."""
        found = self.severities.get(severity)
        return found.impact if found else "major"

    def check_services(self, names: tuple[str, ...]) -> None:
        """Raise UnknownName for a service that is not in the catalogue, where there is one."""
        self._check_catalogue("service", names, self._names("services"))

    def check_components(self, names: tuple[str, ...]) -> None:
        """Raise UnknownName for a component that is not in the catalogue."""
        known = self._names("components")
        hint = "Add [components.NAME] with its public_name." if not known else ""
        if not self.broken:
            for name in names:
                if name not in known:
                    raise UnknownName("component", name, known, hint)

    def component_id(self, name: str) -> str:
        """The id under which customers meet a component: configured, or opaque and always the same."""
        import hashlib  # loads OpenSSL

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

        Raises BadSettings with every fault of the instance's own settings, each with its path.
        """
        reader = Reader(self._reader.base)
        table = self.instances[instance].table
        config = reader.struct(plugin.config_type, table, f"plugins.{instance}")
        services = self._scoped(reader, "services", instance, plugin.service_config)
        components = self._scoped(reader, "components", instance, plugin.component_config)
        people = self._scoped(reader, "people", instance, plugin.person_config)
        # An instance whose filters cannot be read would hear more than it was meant to.
        unread = [p for p in self._unreadable if p.path.startswith(f"plugins.{instance}.")]
        if unread or reader.problems or config is None:
            raise BadSettings([*unread, *reader.problems])
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

    def _file(self, path: str, named: str) -> Path | None:
        """The file that a setting names, relative to the configuration's own."""
        found = self._reader.base / at_home(Path(named))
        if named and not found.is_file():
            self._reader.problem(path, f"there is no file {found}")
        return found if named and found.is_file() else None

    def _tables(self, section: str) -> dict[str, Any]:
        table = self.raw.get(section, {})
        if isinstance(table, dict):
            return table
        self._reader.problem(section, "should be a table")
        return {} if section == "plugins" else dict(DEFAULTS.get(section, {}))

    def _names(self, section: str) -> dict[str, Any]:
        """What the file has in a section, also what could not be read of it."""
        table = self.raw.get(section)
        return table if isinstance(table, dict) else {}

    def _read(self, wanted: type[S], section: str) -> S:
        return self._reader.struct(wanted, self._tables(section), section) or wanted(
            **DEFAULTS.get(section, {})
        )

    def _named(self, section: str, wanted: type[S]) -> dict[str, S]:
        found = {}
        for name, table in self._tables(section).items():
            settings = self._reader.struct(wanted, table, f"{section}.{name}", self._plugins)
            if settings is None:
                instead = DEFAULTS.get(section, {}).get(name, {})
                settings = Reader(self._reader.base).struct(wanted, instead, "")
            if settings is not None:
                found[name] = settings
        return found

    def _instances(self) -> dict[str, InstanceSettings]:
        found = {}
        for name, table in self._plugins.items():
            path = f"plugins.{name}"
            if not INSTANCE_NAME.fullmatch(name):
                self._reader.problem(path, "write the name with letters, digits, - and _")
                continue
            if not isinstance(table, dict):
                self._reader.problem(path, "should be a table")
                # It stays enabled, so that its deliveries are kept until somebody has mended it.
                found[name] = InstanceSettings(name, name, When(), table)
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
    text = ""
    try:
        text = found.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except (ValueError, OSError, RecursionError) as error:
        problem = Problem(str(found), f"cannot be read: {error}")
        return Config(merged(base, _store_of(text)), found, [problem])
    config = Config(merged(base, raw), found, [])
    for section in sorted(raw.keys() - set(SECTIONS)):
        config.unknown_section(section)
    return config


def _store_of(text: str) -> dict[str, Any]:
    """`core.store` of a file that is no TOML any more: what was declared must be found again."""
    stated = re.search(r'^\s*store\s*=\s*"([^"\\]+)"', text, re.MULTILINE)
    return {"core": {"store": stated[1]}} if stated else {}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`, table by table."""
    laid = dict(base)
    for key, value in over.items():
        below = laid.get(key)
        laid[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return laid


DEFAULTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("defaults.toml").read_text("utf-8"))
