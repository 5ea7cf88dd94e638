"""Asks a plugin a question, with a deadline; no answer is an answer."""

import threading
from queue import Empty, SimpleQueue
from typing import Any, Final

from chatops.context import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.outcome import readable
from chatops.errors import NotLoaded, PluginError
from chatops.events import Link
from chatops.registry import Registry, described

SECONDS: Final = 5.0


def ask(contexts: Contexts, instance: str, question: str, **arguments: object) -> Any:
    """What the instance's plugin answers; None where it does not answer such a question.

    Raises PluginError, naming the instance, where it cannot be loaded, fails, or takes too long.
    """
    answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def work() -> None:
        try:
            loaded = Registry(contexts.config).load(instance)
            ctx = contexts.tool(instance, Deadline(SECONDS))
            known = question in loaded.hooks
            answer = loaded.call(question, ctx=ctx, **arguments) if known else None
            answers.put((readable(question, answer) if isinstance(answer, Link) else answer, None))
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            answers.put((None, error))

    threading.Thread(target=work, name=f"{question} {instance}", daemon=True).start()
    try:
        answer, error = answers.get(timeout=SECONDS)
    except Empty:
        raise PluginError(f"{instance} did not answer within {SECONDS:g} s.") from None
    if isinstance(error, NotLoaded):
        raise error
    if error is not None:
        raise PluginError(f"{instance} could not answer: {described(error)}") from error
    return answer
