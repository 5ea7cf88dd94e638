"""Asks a plugin a question, with a deadline; no answer is an answer."""

from typing import Any, Final

from chatops.context import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.in_time import in_time
from chatops.dispatch.outcome import readable
from chatops.errors import PluginError
from chatops.events import Link
from chatops.registry import Registry

SECONDS: Final = 5.0


def ask(contexts: Contexts, instance: str, question: str, **arguments: object) -> Any:
    """What the instance's plugin answers; None where it does not answer such a question.

    Raises PluginError, naming the instance, where it cannot be loaded, fails, or takes too long.
    """

    def work() -> Any:
        loaded = Registry(contexts.config).load(instance)
        if question not in loaded.hooks:
            return None
        answer = loaded.call(question, ctx=contexts.tool(instance, Deadline(SECONDS)), **arguments)
        return readable(question, answer) if isinstance(answer, Link) else answer

    answer = in_time({instance: work}, SECONDS)[instance]
    if isinstance(answer, PluginError):
        raise answer
    return answer
