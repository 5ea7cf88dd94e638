"""Finds the plugins that are installed and loads them one by one: what does not load harms only itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pluggy

from chatops import hookspecs
from chatops.config import Config
from chatops.errors import ChatopsError, NotLoaded, suggest
from chatops.plugin import Plugin
from chatops.settings import PluginSettings
from chatops.store.rows import Traits

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "chatops"


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
    def installed(self) -> dict[str, "EntryPoint"]:
        """The entry points of every plugin, by the plugin's name; nothing is imported."""
        from importlib.metadata import entry_points

        return {point.name: point for point in entry_points(group=GROUP)}

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
            raise NotLoaded(instance=instance, problem=error) from error
        except BaseException as error:
            raise NotLoaded(instance=instance, problem=described(error)) from error

    def plugin_class(self, name: str) -> type[Plugin[Any]]:
        """The class of an installed plugin; whatever its import raises goes through."""
        if name not in self.installed:
            raise NotLoaded(instance=name, problem=f"it is not installed. {suggest(name, self.installed)}")
        found = self.installed[name].load()
        if not (isinstance(found, type) and issubclass(found, Plugin)):
            raise NotLoaded(instance=name, problem=f"{found!r} is not a subclass of chatops.Plugin.")
        return found

    def _load(self, instance: str) -> Loaded:
        cls = self.plugin_class(self.config.instances[instance].use)
        settings = self.config.plugin_settings(instance, cls)
        plugin = cls(settings.config, instance)
        manager = pluggy.PluginManager("chatops")
        specs = hookspecs.PublicHooks if cls.public else hookspecs.Hooks
        manager.add_hookspecs(specs)
        hooks = _hooks_of(plugin, manager)
        _check_names(hooks, specs, instance)
        manager.register(plugin, name=instance)
        return Loaded(plugin, settings, manager, frozenset(hooks))


def described(error: BaseException) -> str:
    """What a plugin raised, in one line, for somebody who will report it to its author."""
    if isinstance(error, SystemExit):
        return "it called sys.exit, which is a defect of the plugin."
    text = " ".join(str(error).split())
    return f"it raised {type(error).__name__}{f': {text}' if text else ''}."


def hook_names(specs: type) -> list[str]:
    """The names of the hooks that a class of specs declares."""
    return sorted(name for name in dir(specs) if hasattr(getattr(specs, name), "chatops_spec"))


def _hooks_of(plugin: Plugin[Any], manager: pluggy.PluginManager) -> list[str]:
    return [name for name in dir(plugin) if manager.parse_hookimpl_opts(plugin, name) is not None]


def _check_names(hooks: Iterable[str], specs: type, instance: str) -> None:
    valid = hook_names(specs)
    internal = hook_names(hookspecs.Hooks)
    for name in hooks:
        if name in valid:
            continue
        if name in internal:
            problem = f"it faces customers, so it may not implement the internal hook {name}."
        else:
            problem = f"it implements {name}, which is no hook. {suggest(name, valid, most=30)}"
        raise NotLoaded(instance=instance, problem=problem)
