"""Settings that are well-formed and still cannot be used: each is a problem, and its default holds."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from chatops.errors import BadText, UnknownName
from chatops.settings import STORES, CoreSettings, PublicSettings
from chatops.text import clean_text, clean_title

if TYPE_CHECKING:
    from chatops.config import Config

Report = Callable[[str, str], None]


def check_names(config: "Config", report: Report) -> None:
    """Report the names that one section takes from another, where that does not have them."""

    def known(what: str, path: str, names: Collection[str], there: Collection[str]) -> None:
        for name in names:
            if name not in there:
                report(path, str(UnknownName(what, name, there)))

    tracked = [("tracker", config.actions.tracker), *(("sources", name) for name in config.actions.sources)]
    for setting, name in tracked:
        known("plugin instance", f"actions.{setting}", [name] if name else [], config.instances)
    if config.postmortem.ignore:
        from chatops.postmortem.lint import RULES

        known("rule", "postmortem.ignore", config.postmortem.ignore, RULES)
    for name, service in config.services.items():
        known("component", f"services.{name}.components", service.components, config.components)
    for name, instance in config.instances.items():
        known("severity", f"plugins.{name}.when.severity", instance.when.severity or (), config.severities)
        if config.services:
            known("service", f"plugins.{name}.when.services", instance.when.services or (), config.services)


def usable_core(core: CoreSettings, severities: Collection[str], report: Report) -> CoreSettings:
    """`[core]` with what a command can work with."""
    changes: dict[str, str] = {}
    if core.default_severity not in severities:
        unknown = UnknownName("severity", core.default_severity, severities)
        report("core.default_severity", str(unknown))
        changes["default_severity"] = CoreSettings().default_severity
    if core.actor:
        try:
            clean_title(core.actor, "actor")
        except BadText as error:
            report("core.actor", str(error))
            changes["actor"] = ""
    if not core.store.strip():
        report("core.store", STORES)
        changes["store"] = CoreSettings().store
    return replace(core, **changes)


def usable_public(public: PublicSettings, defaults: Mapping[str, str], report: Report) -> PublicSettings:
    """`[public]` with words that customers may read."""
    changes = {}
    for name, text in asdict(public).items():
        fault = _fault_of(name, text)
        if fault:
            report(f"public.{name}", fault)
            changes[name] = defaults[name]
    return replace(public, **changes)


def _fault_of(name: str, text: str) -> str:
    """What would keep these words from customers, or show them our own."""
    strange = [place for place in re.findall(r"\{\w*\}", text) if place != "{services}"]
    if strange:
        return f"only {{services}} is replaced; customers would read {strange[0]}"
    try:
        (clean_title if "title" in name else clean_text)(text, "text")
    except BadText as error:
        return str(error)
    return ""
