"""Finds the plugins that are installed and loads them one by one: what does not load harms only itself."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import pluggy

from chatops import hookspecs
from chatops.config import Config
from chatops.discovery import Discovery, source
from chatops.errors import ChatopsError, NotLoaded, suggest
from chatops.plugin import Plugin
from chatops.settings import PluginSettings
from chatops.soundness import faults_of_hooks, faults_of_plugin, faults_of_settings, marked
from chatops.store.rows import Traits
from chatops.text import one_line
from chatops.trace import watched
from chatops.values import Secret

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "chatops"
#: As much as is said of what a plugin has raised.
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Loaded:
    """A plugin instance that is ready to be called."""

    plugin: Plugin[Any]
    settings: PluginSettings
    manager: pluggy.PluginManager
    hooks: frozenset[str]

    @property
    def traits(self) -> Traits:
        """What the store remembers of it, for planning deliveries without loading it."""
        return Traits(tuple(sorted(self.hooks)), self.plugin.public, self.plugin.drills)

    def call(self, hook: str, **arguments: object) -> Any:
        """What the plugin's own implementation of the hook returns; whatever it raises goes through."""
        return next(iter(getattr(self.manager.hook, hook)(**arguments)), None)


class Registry:
    """The installed plugins, and the instances of them that this configuration enables."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def discovery(self) -> Discovery:
        """The entry points of every plugin; nothing is imported."""
        return Discovery(GROUP, "plugin")

    @property
    def installed(self) -> "dict[str, EntryPoint]":
        """Those that can be used, by the plugin's name."""
        return self.discovery.usable

    def load(self, instance: str) -> Loaded:
        """Import the instance's plugin, give it its settings and check its hooks.

        Raises NotLoaded with the reason, whatever the plugin did.
        """
        if instance not in self.config.instances:
            problem = f"{self.config.where} has no readable [plugins.{instance}]."
            raise NotLoaded(instance=instance, problem=problem)
        try:
            return self._load(instance)
        except NotLoaded:
            raise
        except ChatopsError as error:
            problem = one_line(Secret.redact(text_of(error)))
            raise NotLoaded(instance=instance, problem=problem) from error
        except BaseException as error:
            raise NotLoaded(instance=instance, problem=described(error)) from error

    def plugin_class(self, name: str, instance: str = "") -> type[Plugin[Any]]:
        """The class of an installed plugin; whatever its import raises goes through.

        Raises NotLoaded, for the instance where one is named.
        """
        if name not in self.installed:
            refused = self.discovery.refusal(name)
            problem = refused or f"{name} is not installed. {suggest(name, self.installed)}"
            raise NotLoaded(instance=instance or name, problem=problem)
        point = self.installed[name]
        found = point.load()
        if not (isinstance(found, type) and issubclass(found, Plugin)):
            problem = f"{point.value} of {source(point)} is not a subclass of chatops.Plugin."
            raise NotLoaded(instance=instance or name, problem=problem)
        for problem in faults_of_settings(found):
            raise NotLoaded(instance=instance or name, problem=problem)
        return found

    def _load(self, instance: str) -> Loaded:
        cls = self.plugin_class(self.config.instances[instance].use, instance)
        settings = self.config.plugin_settings(instance, cls)
        plugin = cls(settings.config, instance)
        manager = pluggy.PluginManager("chatops")
        manager.add_hookspecs(hookspecs.PublicHooks if cls.public else hookspecs.Hooks)
        hooks = marked(plugin, manager)
        for problem in chain(faults_of_plugin(plugin, instance), faults_of_hooks(plugin, hooks)):
            raise NotLoaded(instance=instance, problem=problem)
        manager.register(plugin, name=instance)
        watched(manager, instance)
        return Loaded(plugin, settings, manager, frozenset(hooks))


def described(error: BaseException) -> str:
    """What a plugin raised, in one line, for somebody who will report it to its author."""
    if isinstance(error, SystemExit):
        return "it called sys.exit, which is a defect of the plugin."
    text = one_line(Secret.redact(text_of(error)))
    text = text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}..."
    return f"it raised {type(error).__name__}{f': {text}' if text else ''}."


def text_of(error: BaseException) -> str:
    """What an error says; nothing where saying it is an error, too."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  (a plugin may raise anything)
        return ""
