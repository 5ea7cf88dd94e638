"""Finds the plugins that are installed and loads them one by one: what does not load harms only itself."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

import msgspec
import pluggy

from chatops import __version__, hookspecs
from chatops.config import Config
from chatops.discovery import OURS, Discovery
from chatops.errors import ChatopsError, NotLoaded, suggest
from chatops.plugin import CatchUp, Plugin
from chatops.settings import PluginSettings
from chatops.store.rows import Traits
from chatops.text import one_line
from chatops.trace import watched
from chatops.values import Secret

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "chatops"
UPGRADE = f"Upgrade: pip install -U {OURS}."
#: The longest time that a plugin may ask for as its deadline, or for its remote to settle.
LONGEST_SECONDS = 3600.0


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
            raise NotLoaded(instance=instance, problem=error) from error
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
        found = self.installed[name].load()
        if not (isinstance(found, type) and issubclass(found, Plugin)):
            problem = f"{found!r} is not a subclass of chatops.Plugin."
            raise NotLoaded(instance=instance or name, problem=problem)
        _check_settings(found, instance or name)
        return found

    def _load(self, instance: str) -> Loaded:
        cls = self.plugin_class(self.config.instances[instance].use, instance)
        settings = self.config.plugin_settings(instance, cls)
        plugin = cls(settings.config, instance)
        _check_traits(plugin, instance)
        manager = pluggy.PluginManager("chatops")
        specs = hookspecs.PublicHooks if cls.public else hookspecs.Hooks
        manager.add_hookspecs(specs)
        hooks = _hooks_of(plugin, manager)
        _check_names(hooks, specs, instance)
        for name in hooks:
            _check_arguments(getattr(plugin, name), getattr(manager.hook, name).spec.argnames, instance)
        manager.register(plugin, name=instance)
        watched(manager, instance)
        return Loaded(plugin, settings, manager, frozenset(hooks))


def described(error: BaseException) -> str:
    """What a plugin raised, in one line, for somebody who will report it to its author."""
    if isinstance(error, SystemExit):
        return "it called sys.exit, which is a defect of the plugin."
    text = one_line(Secret.redact(text_of(error)))
    return f"it raised {type(error).__name__}{f': {text}' if text else ''}."


def text_of(error: BaseException) -> str:
    """What an error says; nothing where saying it is an error, too."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  (a plugin may raise anything)
        return ""


def hook_names(specs: type) -> list[str]:
    """The names of the hooks that a class of specs declares."""
    return sorted(name for name in dir(specs) if hasattr(getattr(specs, name), "chatops_spec"))


def _hooks_of(plugin: Plugin[Any], manager: pluggy.PluginManager) -> list[str]:
    return [name for name in dir(plugin) if manager.parse_hookimpl_opts(plugin, name) is not None]


def _check_traits(plugin: Plugin[Any], instance: str) -> None:
    """What the core computes with must not fail in the core."""
    wanted: object = plugin.interface
    if not (isinstance(wanted, int) and wanted <= hookspecs.INTERFACE):
        has = f"this chatops, {__version__}, has version {hookspecs.INTERFACE}"
        problem = f"it needs version {wanted!r} of the hooks, and {has}. {UPGRADE}"
        raise NotLoaded(instance=instance, problem=problem)
    for name in ("deadline", "settle"):
        seconds = getattr(plugin, name)
        lowest = 0 if name == "settle" else 0.001
        if not (isinstance(seconds, int | float) and lowest <= seconds <= LONGEST_SECONDS):
            problem = f"its {name} is {seconds!r}, and not a number of seconds up to {LONGEST_SECONDS:g}."
            raise NotLoaded(instance=instance, problem=problem)
    if not isinstance(plugin.catch_up, CatchUp):
        raise NotLoaded(instance=instance, problem=f"its catch_up is {plugin.catch_up!r}, and no CatchUp.")
    for name in ("public", "drills", "own_transport", "at_least_once"):
        if not isinstance(getattr(plugin, name), bool):
            raise NotLoaded(instance=instance, problem=f"its {name} is neither True nor False.")


def _check_settings(cls: type[Plugin[Any]], instance: str) -> None:
    bases = [b for b in getattr(cls, "__orig_bases__", ()) if issubclass(get_origin(b) or object, Plugin)]
    named = [found for base in bases for found in get_args(base) if not isinstance(found, TypeVar)]
    for found in named:
        if not (isinstance(found, type) and issubclass(found, msgspec.Struct)):
            problem = f"its settings have to be a subclass of msgspec.Struct; in brackets stands {found!r}."
            raise NotLoaded(instance=instance, problem=problem)


def _check_arguments(hook: Any, valid: Iterable[str], instance: str) -> None:
    for wanted in inspect.signature(hook).parameters.values():
        given = wanted.kind is wanted.POSITIONAL_OR_KEYWORD and wanted.default is wanted.empty
        if given and wanted.name not in valid:
            problem = f"its {hook.__name__} asks for {wanted.name!r}. {suggest(wanted.name, valid)}"
            raise NotLoaded(instance=instance, problem=problem)


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
