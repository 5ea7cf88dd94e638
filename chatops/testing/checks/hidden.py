"""Secrets stay where they are, whatever goes wrong."""

import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any, Final, get_args
from unittest.mock import patch

import msgspec

from chatops.registry import Loaded
from chatops.testing.checks.asking import answers
from chatops.testing.checks.faults import GARBAGE, each_end
from chatops.testing.checks.settings import inner, tables
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial
from chatops.values import Secret

#: The names of settings that hold secrets, where their type does not say so.
TELLING: Final = re.compile(
    r"(token|passw(or)?d|passphrase|secret|credential|(api|access|private|secret|signing)_?key)s?$",
    re.IGNORECASE,
)
#: A shorter text would be found in words that have nothing to do with it.
SHORTEST: Final = 6
#: What is played while secrets are looked for; see `Fault`.
PLAYED: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"kind": "status", "status": 401},
    {"kind": "garbage", "body": GARBAGE["a page"][0], "content_type": "text/html"},
    {"kind": "drop_after"},
)


def secrets(trial: Trial) -> None:
    """The values of the settings that are secrets are nowhere, whatever goes wrong."""
    plugin = trial.load().plugin
    for table in tables(type(plugin)).values():
        for kind in (table, *inner(table)):
            _expect_secrets(kind)
    values = {secret.reveal() for secret in _secrets(plugin.config)}
    _look_for(values, {"its repr": repr(plugin), "the repr of its settings": repr(plugin.config)})
    for fault in PLAYED:
        other = trial.anew()
        with _overhearing() as heard:
            said = everything(other, **fault)
        texts = {where: text.getvalue() for where, text in heard.items()}
        _look_for(values | _credentials(other), texts | said)


def _expect_secrets(kind: Any) -> None:
    fields = msgspec.structs.fields(kind) if issubclass(kind, msgspec.Struct) else ()
    for field in fields:
        types = {*_parts(field.type)}
        if TELLING.search(field.name) and str in types and Secret not in types:
            shown = str(getattr(field.type, "__name__", field.type))
            fail("plain_secret", setting=field.name, type=shown)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _parts(part)


def everything(trial: Trial, **fault: Any) -> dict[str, str]:
    """Let everything happen, each thing with the fault, and ask everything; what is shown of it."""
    if fault and trial.box:
        reasons = [delivery.reason for ends in each_end(trial, **fault) for delivery in ends]
    else:
        reasons = [delivery.reason for delivery in trial.play()]
    links = trial.playing.incident.links if trial.playing.begun else ()
    return {
        "a reason": "\n".join(reasons),
        "the answer to a question": "\n".join(f"{found}" for _, found in answers(trial, **fault)),
        "a Link": "\n".join(str(owned.link) for owned in links),
    }


def _credentials(trial: Trial) -> set[str]:
    """The credentials as they were sent, where they were encoded for it."""
    sent = {asked.headers.get("Authorization", "").rpartition(" ")[2] for asked in trial.asked}
    return {value for value in sent if len(value) >= SHORTEST}


def _secrets(settings: object) -> Iterator[Secret]:
    match settings:
        case Secret():
            yield settings
        case msgspec.Struct():
            for name in settings.__struct_fields__:
                yield from _secrets(getattr(settings, name))
        case dict():
            for value in settings.values():
                yield from _secrets(value)
        case list() | tuple() | set() | frozenset():
            for value in settings:
                yield from _secrets(value)


def _look_for(values: set[str], texts: dict[str, str]) -> None:
    for where, text in texts.items():
        for value in values:
            lines = [line.strip() for line in text.splitlines() if value in line]
            if lines:
                fail("secret", where=where, text=lines[0].replace(value, "***"))


@contextmanager
def _overhearing() -> Iterator[dict[str, StringIO]]:
    """What is logged, printed and raised meanwhile."""
    logged, printed, raised = StringIO(), StringIO(), StringIO()
    handler = logging.StreamHandler(logged)
    root, call = logging.getLogger(), Loaded.call
    level = root.level

    def calling(loaded: Loaded, hook: str, **arguments: object) -> Any:
        try:
            return call(loaded, hook, **arguments)
        except BaseException as error:
            raised.write("".join(traceback.format_exception(error)))
            raise

    with ExitStack() as stack:
        stack.enter_context(patch.object(Loaded, "call", calling))
        stack.enter_context(redirect_stdout(printed))
        stack.enter_context(redirect_stderr(printed))
        # It logs each address, and some remotes want a token there; a process of ours takes that out.
        handler.addFilter(lambda record: not record.name.startswith("urllib3"))
        # Alone: what is found here, pytest's own handlers would show in full beside the lesson.
        stack.enter_context(patch.object(root, "handlers", [handler]))
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        yield {"a log": logged, "what it printed": printed, "an error or its traceback": raised}
