"""Asks a plugin a question, with a deadline; no answer is an answer."""

from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from chatops.deadline import Deadline
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.in_time import in_time
from chatops.dispatch.outcome import readable
from chatops.dispatch.wire import Rehearsal, Wire
from chatops.errors import ChatopsError, PluginError, RemoteError
from chatops.events import Link
from chatops.registry import Registry, described

SECONDS: Final = 5.0


class Answer(NamedTuple):
    """A plugin's answer, whether the plugin faces customers, and how far its remote's clock is ahead."""

    value: Any
    public: bool
    clock_skew: timedelta | None = None


def ask(contexts: Contexts, instance: str, question: str, **arguments: Any) -> Any:
    """What the instance's plugin answers; None where it does not answer such a question.

    Raises PluginError, naming the instance, where it cannot be loaded, fails, or takes too long; what its
    remote answered, as it is.
    """
    asked = ask_all(contexts, [instance], question, **arguments)[instance]
    if isinstance(asked, PluginError):
        raise asked.__cause__ if isinstance(asked.__cause__, RemoteError) else asked
    return asked.value


def ask_all(
    contexts: Contexts,
    instances: Iterable[str],
    question: str,
    *,
    seconds: float | None = None,
    rehearsal: Rehearsal | None = None,
    **arguments: Any,
) -> dict[str, Answer | PluginError]:
    """What each instance's plugin answers, all asked at once; where one cannot, why.

    With a `rehearsal` nothing that writes is sent, and a plugin with ways of its own is not asked.
    """
    limit = SECONDS if seconds is None else seconds

    def work(instance: str) -> Answer:
        loaded = Registry(contexts.config).load(instance)
        if question not in loaded.hooks or (rehearsal and loaded.plugin.own_transport):
            return Answer(None, loaded.plugin.public)
        deadline = Deadline(limit)
        with closing(wire.http(loaded.plugin, deadline, deadline.check)) as http:
            try:
                answer = loaded.call(question, ctx=contexts.tool(loaded, deadline, http), **arguments)
            except ChatopsError:
                raise
            except BaseException as error:
                what = f"The plugin of {instance} could not answer {question}"
                raise PluginError(f"{what}: {described(error)}") from error
            if isinstance(answer, Link):
                answer = readable(question, answer)
            return Answer(answer, loaded.plugin.public, http.clock_skew)

    wire = Wire(contexts.store, contexts.config, rehearsal)
    return in_time({instance: partial(work, instance) for instance in instances}, limit)
