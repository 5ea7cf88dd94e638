"""What becomes of a delivery, as its plugin's answer or error says it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from chatops import errors
from chatops.context import Skipped
from chatops.events import Link, utcnow
from chatops.logs import left
from chatops.registry import described, text_of
from chatops.store.rows import DeliveryState
from chatops.text import one_line
from chatops.values import Secret

FIRST_RETRY: Final = 10.0
LONGEST_RETRY: Final = 15 * 60.0
#: A remote's page of an error is not kept whole.
LONGEST_REASON: Final = 1000


class Raised(msgspec.Struct, frozen=True):
    """The class of what was raised, and the step of `ctx.once` that it left; empty where it left none."""

    kind: str
    step: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a call ended. `due_at` is when to try again; `remote_down` holds the whole instance back; `gone`
    says that what it was about is no longer there; `error` is what was raised, if anything.
    """

    state: DeliveryState
    reason: str = ""
    links: tuple[Link, ...] = ()
    due_at: datetime | None = None
    remote_down: bool = False
    gone: bool = False
    error: Raised | None = None


def of_result(hook: str, result: Any) -> Outcome:
    """What a hook's result means; one of the wrong type is the plugin's defect."""
    if isinstance(result, Skipped):
        return Outcome(state="skipped", reason=_reason(result.reason))
    links = [result] if isinstance(result, Link) else [] if result is None else result
    if isinstance(links, str) or not isinstance(links, Sequence):
        raise errors.WrongResult(hook=hook, found=f"a {type(result).__name__}")
    return Outcome(state="done", links=tuple(readable(hook, link) for link in links))


def readable(hook: str, link: object) -> Link:
    """The link as it will be read back; raises WrongResult for what is none, or could not be read."""
    if not isinstance(link, Link):
        raise errors.WrongResult(hook=hook, found=f"a {type(link).__name__}")
    try:
        return msgspec.json.decode(msgspec.json.encode(link), type=Link)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise errors.WrongResult(hook=hook, found=f"a Link that cannot be kept: {error}") from error


def of_error(error: BaseException, attempt: int) -> Outcome:
    """What an error means: try again, ask again, or wait for a person."""
    raised = Raised(type(error).__name__, str(left(error).get("step", "")))
    return replace(_of_error(error, attempt), error=raised)


def _of_error(error: BaseException, attempt: int) -> Outcome:
    reason = _reason(text_of(error))
    match error:
        case errors.Unconfirmed():
            return Outcome(state="unconfirmed", reason=reason, due_at=error.until)
        case errors.Unknown():
            return Outcome(state="unconfirmed", reason=reason, due_at=again(attempt))
        case errors.Unavailable():
            return Outcome(
                state="retry", reason=reason, due_at=again(attempt, error.retry_after), remote_down=True
            )
        case errors.CallOver() | errors.StoreError():
            return Outcome(state="retry", reason=reason, due_at=again(attempt))
        case errors.Gone() if "--recreate" in reason:
            return Outcome(state="failed", reason=reason, gone=True)
        case errors.Gone():
            how = "`chatops retry --recreate` makes a new one."
            return Outcome(state="failed", reason=f"{reason.rstrip('.')}. {how}", gone=True)
        case errors.NotRehearsed() | errors.NoHistory():
            return Outcome(state="skipped", reason=reason)
        case errors.ChatopsError():
            return Outcome(state="failed", reason=reason)
        case OSError():
            return Outcome(state="retry", reason=_reason(described(error)), due_at=again(attempt))
        case _:
            where = "Its log (CHATOPS_DEBUG=1) says where."
            return Outcome(state="failed", reason=f"{_reason(described(error))} {where}")


def _reason(text: str) -> str:
    return one_line(Secret.redact(text))[:LONGEST_REASON]


def again(attempt: int, asked_for: float | None = None) -> datetime:
    """When to try again: later each time, never all at once, and not before the remote asked us to."""
    wait = min(FIRST_RETRY * 2 ** min(attempt - 1, 20), LONGEST_RETRY) * random.uniform(0.8, 1.2)  # noqa: S311
    return utcnow() + timedelta(seconds=max(wait, min(asked_for or 0.0, LONGEST_RETRY)))
