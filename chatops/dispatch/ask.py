"""Asks a plugin a question, with a deadline; no answer is an answer."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from chatops.context import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.in_time import in_time
from chatops.dispatch.outcome import readable
from chatops.errors import PluginError
from chatops.events import Link
from chatops.registry import Registry

SECONDS: Final = 5.0


class Answer(NamedTuple):
    """A plugin's answer, and whether the plugin faces customers."""

    value: Any
    public: bool


def ask(contexts: Contexts, instance: str, question: str, **arguments: object) -> Any:
    """What the instance's plugin answers; None where it does not answer such a question.

    Raises PluginError, naming the instance, where it cannot be loaded, fails, or takes too long.
    """
    asked = ask_all(contexts, [instance], question, **arguments)[instance]
    if isinstance(asked, PluginError):
        raise asked
    return asked.value


def ask_all(
    contexts: Contexts, instances: Iterable[str], question: str, **arguments: object
) -> dict[str, Answer | PluginError]:
    """What each instance's plugin answers, all asked at once; where one cannot, why."""

    def work(instance: str) -> Answer:
        loaded = Registry(contexts.config).load(instance)
        if question not in loaded.hooks:
            return Answer(None, loaded.plugin.public)
        answer = loaded.call(question, ctx=contexts.tool(instance, Deadline(SECONDS)), **arguments)
        return Answer(
            readable(question, answer) if isinstance(answer, Link) else answer, loaded.plugin.public
        )

    return in_time({instance: partial(work, instance) for instance in instances}, SECONDS)
