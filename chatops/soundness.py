"""What a plugin has to be so that the core can count on it. Each fault is said for its author."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec
import pluggy

from chatops import __version__, hookspecs
from chatops.discovery import OURS
from chatops.errors import suggest
from chatops.hookspecs import hook_names
from chatops.plugin import CatchUp, Plugin
from chatops.text import one_line
from chatops.values import Pace

UPGRADE: Final = f"Upgrade: pip install -U {OURS}."
#: The longest time that a plugin may ask for as its deadline, or for its remote to settle.
LONGEST_SECONDS: Final = 3600.0
#: As much as is said of a value of a plugin's own.
LONGEST_VALUE: Final = 60

Hooks = Mapping[str, pluggy.HookimplOpts]


def marked(plugin: Plugin[Any], manager: pluggy.PluginManager) -> Hooks:
    """What the plugin has marked as its hooks, and how."""
    found = {name: manager.parse_hookimpl_opts(plugin, name) for name in dir(plugin)}
    return {name: marks for name, marks in found.items() if marks is not None}


def unmarked(cls: type[Plugin[Any]]) -> list[str]:
    """The methods that have the name of a hook and not its mark: nobody calls them."""
    names = {*hook_names(hookspecs.Hooks), *hook_names(hookspecs.PublicHooks)}
    methods = {name: getattr(cls, name, None) for name in sorted(names)}
    return [name for name, found in methods.items() if found and not hasattr(found, "chatops_impl")]


def faults_of_settings(cls: type[Plugin[Any]]) -> Iterator[str]:
    """Why its settings cannot be read into what it names for them."""
    bases = [b for b in getattr(cls, "__orig_bases__", ()) if issubclass(get_origin(b) or object, Plugin)]
    named = [found for base in bases for found in get_args(base) if not isinstance(found, TypeVar)]
    said = [("in brackets stands", found) for found in named]
    for name in ("service_config", "component_config", "person_config"):
        said += [(f"{name} is", getattr(cls, name))] if getattr(cls, name) is not None else []
    for where, found in [*said, ("config_type is", cls.config_type)]:
        if isinstance(found, type) and issubclass(found, msgspec.Struct):
            # A type that is named and not there is an error here, and not for whoever shows the settings.
            msgspec.structs.fields(found)
        else:
            yield f"its settings have to be a subclass of msgspec.Struct; {where} {_brief(found)}."


def faults_of_plugin(plugin: Plugin[Any], instance: str) -> Iterator[str]:
    """Why the core could not compute with what it says of itself."""
    if getattr(plugin, "instance", None) != instance:
        yield "its __init__ has to hand on what it is given: super().__init__(config, instance)."
    wanted: object = plugin.interface
    if not isinstance(wanted, int):
        yield f"its interface is {_brief(wanted)}, and not the number of a version of the hooks."
    elif wanted > hookspecs.INTERFACE:
        has = f"this chatops, {__version__}, has version {hookspecs.INTERFACE}"
        yield f"it needs version {wanted} of the hooks, and {has}. {UPGRADE}"
    for name, lowest in (("deadline", 0.001), ("settle", 0.0)):
        seconds = getattr(plugin, name)
        if not (isinstance(seconds, int | float) and lowest <= seconds <= LONGEST_SECONDS):
            yield f"its {name} is {_brief(seconds)}, and not a number of seconds up to {LONGEST_SECONDS:g}."
    for name, kind in (("catch_up", CatchUp), ("pace", Pace)):
        found = getattr(plugin, name)
        if not (isinstance(found, kind) or (name == "pace" and found is None)):
            yield f"its {name} is {_brief(found)}, and no {kind.__name__}."
    for name in ("public", "drills", "own_transport", "at_least_once"):
        if not isinstance(getattr(plugin, name), bool):
            yield f"its {name} is neither True nor False."


def faults_of_hooks(plugin: Plugin[Any], hooks: Hooks) -> Iterator[str]:
    """Why its hooks could not be called, or would not answer."""
    specs = hookspecs.PublicHooks if plugin.public else hookspecs.Hooks
    valid, internal = hook_names(specs), hook_names(hookspecs.Hooks)
    for name, marks in hooks.items():
        if name in valid:
            of_call = _faults_of_call(getattr(plugin, name), getattr(specs, name))
            yield from (f"its {name} {fault}" for fault in (*_faults_of_marks(marks), *of_call))
        elif name in internal:
            yield f"it faces customers, so it may not implement the internal hook {name}."
        else:
            yield f"it implements {name}, which is no hook. {suggest(name, valid, most=30)}"


def _faults_of_marks(marks: pluggy.HookimplOpts) -> Iterator[str]:
    for mark in ("wrapper", "hookwrapper", "specname"):
        if marks[mark]:
            yield f"is marked with {mark}. Each plugin is called by itself: write @hookimpl alone."


def _faults_of_call(hook: Any, spec: Any) -> Iterator[str]:
    if inspect.iscoroutinefunction(hook) or inspect.isasyncgenfunction(hook):
        yield "is async; a hook is a plain function, called on a thread of its own."
    if inspect.isgeneratorfunction(hook):
        yield "yields; a hook returns what it has to say."
    _, *valid = inspect.signature(spec).parameters
    for wanted in inspect.signature(hook).parameters.values():
        if wanted.kind in {wanted.VAR_POSITIONAL, wanted.VAR_KEYWORD}:
            continue
        given = wanted.kind is not wanted.KEYWORD_ONLY and wanted.default is wanted.empty
        if given and wanted.name not in valid:
            yield f"asks for {wanted.name!r}. {suggest(wanted.name, valid)}"
        if wanted.name in valid and not given:
            yield f"would never be given {wanted.name!r}: ask for it without a default, and without a *."


def _brief(value: object) -> str:
    return one_line(repr(value))[:LONGEST_VALUE]
