"""Everything that can go wrong, as one tree.

A class's docstring is its message, with its facts in braces, and says what to do next.

* ChatopsError
  * UsageError           exit 2: UnknownName, BadText, BadTime, NoIncident, WhichIncident, WrongState
  * ConfigError          exit 4
  * StoreError           exit 4: StoreBusy, StoreReadOnly, StoreFull, StoreNewer, NotAStore, StoreRefused,
                         StoreAway and its StoreUnsure
  * PluginError          why a plugin does not run: NotLoaded, WrongResult
  * RemoteError          what a plugin met: Rejected, Unauthorized, Gone, Unavailable, Unknown
  * CallOver             this call may do nothing more: DeadlineExceeded, LeaseLost, Unconfirmed
  * NotRehearsed         a dry run ends where nobody stands in for the remote
  * NoHistory            what shows every incident needs the store
"""

import difflib
import inspect
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar


class ChatopsError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "", /, **facts: object) -> None:
        text = message or " ".join((inspect.getdoc(type(self)) or "").split()).format(**facts)
        super().__init__(text)


class UsageError(ChatopsError):
    """The command cannot be understood."""

    exit_code = 2


class UnknownName(UsageError):
    """There is no {what} {name}."""

    def __init__(self, what: str, name: str, valid: Iterable[str], hint: str = "") -> None:
        known = list(valid)
        super().__init__(f"There is no {what} {name!r}. {suggest(name, known)} {hint}".strip())


class BadText(UsageError):
    """The {what} {problem}."""


class BadTime(UsageError):
    """{text!r} {problem}. Write a time as 14:05 (today, your zone), 2026-11-21T14:05Z or "20m ago"."""


class NoIncident(UsageError):
    """There is no incident {name}. `chatops list --all` shows those that there are."""


class WhichIncident(UsageError):
    """No single incident is meant."""


class WrongState(UsageError):
    """{incident} {problem}."""


class ConfigError(ChatopsError):
    """The configuration cannot be used: {problem}"""

    exit_code = 4


class StoreError(ChatopsError):
    """The store {path} cannot be used: {problem}."""

    exit_code = 4


class StoreBusy(StoreError):
    """The store {path} stayed locked by another process for {seconds:.0f} s, so it was not written. Try
    again, and look for a process that hangs if it stays so."""


class StoreReadOnly(StoreError):
    """The store {path} cannot be written ({problem}). Nothing new was recorded. Check the permissions of
    the file and its folder, or name another store with CHATOPS_STORE."""


class StoreFull(StoreError):
    """The disk of the store {path} is full, or a quota is reached. Nothing new was recorded: make room, or
    name another store with CHATOPS_STORE."""


class StoreNewer(StoreError):
    """The store {path} was written by a newer chatops (its schema is {found}, this one knows {known}).
    Upgrade: pip install -U chatops-incident."""


class NotAStore(StoreError):
    """{path} is not a chatops store, or is damaged ({problem}). Name another one with CHATOPS_STORE, or
    restore a backup."""


class StoreRefused(StoreError):
    """The database {path} refused us: {problem}. Nothing new was recorded. Check its name, the role, its
    rights and its password (PGPASSWORD or ~/.pgpass), or name another store with CHATOPS_STORE."""


class StoreAway(StoreError):
    """The database {path} went away, or is not there ({problem}). Nothing new was recorded: try again when
    it is up, or name another store with CHATOPS_STORE."""


class StoreUnsure(StoreAway):
    """The database {path} went away at the last moment ({problem}), and whether this was recorded is
    not known. Look when it is up, before you try again: chatops list"""


class PluginError(ChatopsError):
    """A plugin is at fault."""


class NotLoaded(PluginError):
    """The plugin of {instance} cannot be run: {problem}"""


class WrongResult(PluginError):
    """{hook} returned {found}; a hook returns None, a Link, Skipped("why") or a list of Links. This is
    a defect of the plugin."""


class RemoteError(ChatopsError):
    """The remote service did not do what it was asked for. Every kind but `Unknown` promises that
    nothing was created there."""

    #: The status of the answer and its JSON, where there was an answer, for the plugin to read.
    status: int | None = None
    answer: Any = None


class Rejected(RemoteError):
    """The remote refused the request; say its own words and which setting to change."""


class Unauthorized(RemoteError):
    """The remote did not accept the credentials; say which setting holds them."""


class Gone(RemoteError):
    """What the link points to is no longer there. `chatops retry --recreate` makes a new one."""


class Unavailable(RemoteError):
    """The remote did not take the request; it is tried again later."""

    #: Seconds after which the remote wants to be asked again, where it has said.
    retry_after: float | None

    def __init__(self, message: str = "", /, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        # A plugin may hand on what its remote wrote, which may be anything.
        self.retry_after = retry_after if isinstance(retry_after, int | float) else None


class Unknown(RemoteError):
    """The request was sent and its answer was lost: it may have arrived."""


class CallOver(ChatopsError):
    """This call may do nothing more."""


class NotRehearsed(ChatopsError):
    """The dry run of it stops here: {request} would be sent, and what follows depends on its answer."""


class NoHistory(ChatopsError):
    """It shows every incident, and these are known only where the store is."""


class DeadlineExceeded(CallOver):
    """The plugin took longer than its deadline of {seconds:g} s."""


class LeaseLost(CallOver):
    """Another process has taken this delivery over; this one records nothing more."""


class Unconfirmed(CallOver):
    """{step} may have arrived already; the remote is asked again at {until}."""

    def __init__(self, step: str, until: datetime) -> None:
        super().__init__(step=f"The step {step}", until=f"{until:%H:%M:%S} UTC")
        self.until = until


def suggest(name: str, valid: Iterable[str], most: int = 12) -> str:
    """The nearest of `valid` to `name`, then the others: the end of an error message."""
    known = list(valid)
    if not known:
        return "None is configured."
    near = difflib.get_close_matches(name.lower(), [k.lower() for k in known], n=1)
    guess = next((f"Did you mean {k!r}? " for k in known if near and k.lower() == near[0]), "")
    rest = f", and {len(known) - most} more" if len(known) > most else ""
    return f"{guess}There are: {', '.join(known[:most])}{rest}."
