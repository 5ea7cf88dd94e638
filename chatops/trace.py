"""Says each call of a hook as it ends, for whoever wants to see what a plugin does: CHATOPS_TRACE=1."""

import sys
import threading
import time
from contextlib import suppress
from typing import Any, Final

import pluggy

from chatops.logs import in_json, logger, switched_on
from chatops.text import one_line
from chatops.values import Secret

TRACE: Final = "CHATOPS_TRACE"
LONGEST: Final = 200


def watched(manager: pluggy.PluginManager, instance: str) -> None:
    """Write a line to standard error for each call of the instance's hooks, where `TRACE` says so."""
    if not switched_on(TRACE):
        return
    began = threading.local()

    def before(*_: Any) -> None:
        began.at = time.monotonic()

    def after(outcome: pluggy.Result[Any], hook: str, *_: Any) -> None:
        seconds = time.monotonic() - began.at
        _say(f"{instance} {hook}  {seconds:.3f} s  {_said(outcome)}")

    manager.add_hookcall_monitoring(before, after)


def _say(line: str) -> None:
    if in_json():
        logger("chatops.trace").info("%s", line)
        return
    # What nobody can read is no reason for the call to fail.
    with suppress(OSError, ValueError):
        sys.stderr.write(f"trace: {line}\n")


def _said(outcome: pluggy.Result[Any]) -> str:
    """How the call ended, on one line, without secrets."""
    error = outcome.exception
    if error is not None:
        text = f"raised {type(error).__name__}: {_text_of(error)}"
    else:
        text = "".join(f"returned {_text_of(found)}" for found in outcome.get_result()) or "returned None"
    line = one_line(Secret.redact(text))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001  (a plugin may return and raise anything)
        return f"what cannot be shown ({type(error).__name__})"
