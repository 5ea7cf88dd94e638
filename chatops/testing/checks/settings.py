"""Which settings there are, and that nothing else is taken for one."""

from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from typing import Any, Final, get_args, is_typeddict

import msgspec

from chatops.errors import ChatopsError
from chatops.plugin import Plugin
from chatops.registry import Registry
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

SLIP: Final = "surely_no_setting"


def unknown_settings(trial: Trial) -> None:
    """A setting that it does not have is refused, with its path; also in a table within its table."""
    for section, kind in tables(type(trial.load().plugin)).items():
        path = _path(trial, section)
        where = ".".join((*path, SLIP))
        if where not in _problems(trial, path):
            fail("unknown_accepted", path=where, settings=kind.__name__)
        for found in inner(kind):
            if not (_is_struct(found) and found.__struct_config__.forbid_unknown_fields):
                fail("unknown_accepted", path=f"{'.'.join(path)}...{SLIP}", settings=found.__name__)


def _path(trial: Trial, section: str) -> tuple[str, ...]:
    """Where the plugin has a table in this section: that of the first that is configured, else of anybody."""
    if section == "plugins":
        return section, trial.instance
    return section, next(iter(trial.service.config.raw.get(section, {})), "anybody"), trial.instance


def _problems(trial: Trial, path: Sequence[str]) -> str:
    """What is said of a slip in the table that stands there."""
    config = trial.service.config
    raw = msgspec.json.decode(msgspec.json.encode(config.raw))
    table: dict[str, Any] = raw
    for part in path:
        table = table.setdefault(part, {})
    # What it is called in public a component has to say.
    raw.get("components", {}).get("anybody", {}).setdefault("public_name", "Anybody")
    table[SLIP] = 1
    slipped = type(config)(raw, config.path, [])
    return str(_refused(slipped, trial.instance)) + "".join(map(str, slipped.problems))


def tables(cls: type[Plugin[Any]]) -> dict[str, Any]:
    """The types of all tables that the plugin has settings in, by the section of the configuration."""
    kinds = {
        "plugins": cls.config_type,
        "services": cls.service_config,
        "components": cls.component_config,
        "people": cls.person_config,
    }
    return {section: kind for section, kind in kinds.items() if kind is not None}


def inner(kind: Any, known: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The types of the tables that may stand within a table of this type."""
    parts = [field.type for field in msgspec.structs.fields(kind)] if _is_struct(kind) else get_args(kind)
    for part in parts:
        if part in known:
            continue
        if _is_struct(part) or is_dataclass(part) or is_typeddict(part):
            yield part
        yield from inner(part, (*known, part))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _refused(config: Any, instance: str) -> ChatopsError | None:
    try:
        Registry(config).load(instance)
    except ChatopsError as error:
        return error
    return None
