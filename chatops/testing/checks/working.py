"""It loads, refuses slips, and works where nothing goes wrong."""

from collections.abc import Iterator
from typing import Any, Final, get_args

import msgspec

from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.errors import ChatopsError, NotLoaded
from chatops.hookspecs import Hooks, PublicHooks, Questions, Tracking
from chatops.plugin import Plugin
from chatops.registry import Registry, hook_names
from chatops.store import Delivery
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

ASKED: Final = {*hook_names(Questions), *hook_names(Tracking)}
#: The states of a delivery of which nothing is owed.
OVER: Final = frozenset({"done", "skipped", "superseded"})
#: How a reason begins that is an exception nobody has caught.
DEFECT: Final = "it raised"
SLIP: Final = "surely_no_setting"
#: Refers to nothing that any remote has.
NOWHERE: Final = "https://nowhere.invalid/nothing"


def loads(trial: Trial) -> None:
    """It loads, and listens to something."""
    try:
        loaded = trial.load()
    except NotLoaded as error:
        fail("not_loaded", reason=error)
    specs = PublicHooks if loaded.plugin.public else Hooks
    for name in hook_names(specs):
        if callable(getattr(type(loaded.plugin), name, None)) and not _is_marked(loaded.plugin, name):
            fail("unmarked", hook=name)
    if not loaded.hooks:
        fail("deaf")


def _is_marked(plugin: Plugin[Any], name: str) -> bool:
    return hasattr(getattr(type(plugin), name), "chatops_impl")


def unknown_settings(trial: Trial) -> None:
    """A setting that it does not have is refused, with its path; also in a table within its table."""
    config = trial.service.config
    cls = type(trial.load().plugin)
    for path, kind in _tables(trial, cls):
        raw = msgspec.json.decode(msgspec.json.encode(config.raw))
        table: dict[str, Any] = raw
        for part in path:
            table = table.setdefault(part, {})
        table[SLIP] = 1
        slipped = type(config)(raw, config.path, [])
        where = ".".join((*path, SLIP))
        problems = str(_refused(slipped, trial.instance)) + "".join(map(str, slipped.problems))
        if where not in problems:
            fail("unknown_accepted", path=where, settings=kind.__name__)
        for inner in _structs(kind):
            if not inner.__struct_config__.forbid_unknown_fields:
                fail("unknown_accepted", path=f"{'.'.join(path)}...{SLIP}", settings=inner.__name__)


def every_hook(trial: Trial) -> None:
    """Each hook is called, and does its work or says why not."""
    loaded = trial.load()
    for delivery in trial.play():
        expect_done(delivery)
    if "incident_restricted" in loaded.hooks:
        trial.playing.happen("incident_restricted")
        _expect_words(trial.deliver()[-1])
    called = {delivery.hook for delivery in trial.lane() if delivery.attempts}
    for hook in sorted(loaded.hooks - called - ASKED):
        fail("not_called", hook=hook)


def expect_done(delivery: Delivery) -> None:
    """It is over, and nothing is owed."""
    if delivery.state not in OVER:
        fail("not_done", hook=delivery.hook, state=delivery.state, reason=delivery.reason)


def _expect_words(delivery: Delivery) -> None:
    """It is over, or a responder is told what to do."""
    if delivery.state not in {*OVER, "failed"} or DEFECT in delivery.reason:
        fail("not_done", hook=delivery.hook, state=delivery.state, reason=delivery.reason)


def questions(trial: Trial) -> None:
    """What it may be asked is answered."""
    contexts = Contexts(trial.store, trial.service.config)
    arguments: dict[str, dict[str, object]] = {
        "check": {},
        "audience": {},
        "resolve_link": {"ref": NOWHERE},
        "action_items_pull": {"tickets": ()},
        "action_items_push": {"items": ()},
        "action_items_source": {},
    }
    for hook in sorted(trial.load().hooks & ASKED):
        try:
            answer = ask(contexts, trial.instance, hook, **arguments[hook])
        except ChatopsError as error:
            fail("question", hook=hook, reason=error)
        for finding in (answer or ()) if hook == "check" else ():
            if not _is_key(finding.setting):
                fail("finding", setting=finding.setting)


def _structs(kind: Any) -> Iterator[Any]:
    """The types of the tables that may stand within a table of this type."""
    parts = [field.type for field in msgspec.structs.fields(kind)] if _is_struct(kind) else get_args(kind)
    for part in parts:
        if _is_struct(part):
            yield part
        yield from _structs(part)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_key(setting: str) -> bool:
    return setting.partition(".")[0] in {"plugins", "services", "components", "people", "core", "severities"}


def _refused(config: Any, instance: str) -> ChatopsError | None:
    try:
        Registry(config).load(instance)
    except ChatopsError as error:
        return error
    return None


def _tables(trial: Trial, cls: Any) -> Iterator[tuple[tuple[str, ...], type]]:
    """The tables that the plugin has settings in, and their types."""
    yield ("plugins", trial.instance), cls.config_type
    kinds = {
        "services": cls.service_config,
        "components": cls.component_config,
        "people": cls.person_config,
    }
    for section, kind in kinds.items():
        for name in list(trial.service.config.raw.get(section, {}))[:1]:
            if kind is not None:
                yield (section, name, trial.instance), kind
