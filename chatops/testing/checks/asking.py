"""What a plugin is asked rather than told: put to it as the core does, beside what happens."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints
from unittest.mock import patch

from chatops import ItemDocument, WantedItem
from chatops.dispatch.ask import ask_all
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.wire import Rehearsal
from chatops.errors import ChatopsError, PluginError, RemoteError
from chatops.hookspecs import ASKED, Questions, Tracking
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

PUSH: Final = "action_items_push"
PULL: Final = "action_items_pull"
#: Refers to nothing that any remote has.
NOWHERE: Final = "https://nowhere.invalid/nothing"


def put(trial: Trial, question: str, rehearsal: Rehearsal | None = None, **arguments: Any) -> Any:
    """What the plugin answers. Raises a RemoteError as the plugin did, else PluginError."""
    contexts = Contexts(trial.store, trial.service.config)
    answers = ask_all(contexts, [trial.instance], question, rehearsal=rehearsal, **arguments)
    asked = answers[trial.instance]
    if isinstance(asked, PluginError):
        raise asked.__cause__ if isinstance(asked.__cause__, RemoteError) else asked
    return asked.value


def push(trial: Trial, rehearsal: Rehearsal | None = None) -> Any:
    """File an action item, where the plugin is a tracker. Raises what it meets."""
    if PUSH not in trial.load().hooks:
        return None
    document = ItemDocument(id="sample", title=trial.sample.title)
    item = WantedItem(key="sample:1", text=trial.sample.text, document=document, person=trial.sample.person)
    return put(trial, PUSH, rehearsal, items=[item])


@contextmanager
def meeting(trial: Trial, **fault: Any) -> Iterator[None]:
    """Whatever is asked of the remote meanwhile meets this fault, if any."""
    if fault:
        trial.fault(**{"times": None} | fault)
    # How often is tried again matters here, and not how long is waited in between.
    with patch("chatops.http.transport.FIRST_WAIT", 0.01):
        yield
    trial.mend()


def answers(trial: Trial, **fault: Any) -> Iterator[tuple[str, Any]]:
    """Each question, and its answer or the error, where the remote was asked and had this fault."""
    tickets = tuple(item.key for item in (push(trial) or {}).values() if hasattr(item, "key"))
    arguments: dict[str, dict[str, Any]] = {"resolve_link": {"ref": NOWHERE}, PULL: {"tickets": tickets}}
    for question in sorted(trial.load().hooks & ASKED):
        before = len(trial.asked)
        with meeting(trial, **fault):
            try:
                found = (
                    push(trial) if question == PUSH else put(trial, question, **arguments.get(question, {}))
                )
            except ChatopsError as error:
                found = error
        if not fault or len(trial.asked) > before:
            yield question, found


def questions(trial: Trial) -> None:
    """What it may be asked is answered, with what such an answer is."""
    arguments: dict[str, dict[str, Any]] = {
        "resolve_link": {"ref": NOWHERE},
        PULL: {"tickets": ()},
        PUSH: {"items": ()},
    }
    for hook in sorted(trial.load().hooks & ASKED):
        try:
            answer = put(trial, hook, **arguments.get(hook, {}))
        except ChatopsError as error:
            fail("question", hook=hook, reason=error)
        spec = getattr(Questions, hook, None) or getattr(Tracking, hook)
        if not _is(answer, get_type_hints(spec)["return"]):
            fail("answer", hook=hook, kind=type(answer).__name__)
        for finding in (answer or ()) if hook == "check" else ():
            if not _is_key(finding.setting):
                fail("finding", setting=finding.setting)


def _is(answer: Any, kind: Any) -> bool:
    """Whether the answer is of the kind that the specification of its hook names."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return any(_is(answer, part) for part in parts)
    if origin is None:
        return isinstance(answer, kind)
    if not isinstance(answer, origin) or isinstance(answer, str):
        return False
    return all(_is(part, parts[-1]) for part in (answer.values() if isinstance(answer, Mapping) else answer))


def _is_key(setting: str) -> bool:
    return setting.partition(".")[0] in {"plugins", "services", "components", "people", "core", "severities"}
