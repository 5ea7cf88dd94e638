"""A message goes to each URL by itself, so that a repeated call leaves alone who has had it."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from chatops import Finding, Link, Rejected, RemoteError, Secret, Unauthorized
from chatops_apprise.fitting import Message, fitted
from chatops_apprise.hearing import hearing
from chatops_apprise.library import fault_of, lacking, schema_of, service_of
from chatops_apprise.verdict import first_of, verdict

if TYPE_CHECKING:
    from chatops import Context, PublicContext

#: Which part of the time for one URL may be spent on connecting; the rest is for the answer.
_CONNECTING: Final = 0.4


def tell(message: Message, urls: Sequence[Secret], ctx: "Context | PublicContext") -> None:
    """Send the message to each URL that has not had it.

    Raises what stands for all that failed, once each was tried: where one may be tried again, they all are.
    """
    failed = []
    for done, secret in enumerate(urls):
        what = f"plugins.{ctx.instance}.urls: number {done + 1}"
        try:
            _tell_one(what, message, secret, ctx, ctx.deadline.remaining() / (len(urls) - done))
        except RemoteError as error:
            failed.append(error)
    if failed:
        raise first_of(failed)


def findings(instance: str, urls: Sequence[Secret]) -> Iterator[Finding]:
    """What this machine lacks for sending to these URLs; nothing is sent."""
    for number, secret in enumerate(urls, 1):
        url = secret.reveal()
        if problem := lacking(url) or fault_of(url):
            yield Finding(setting=f"plugins.{instance}.urls", problem=f"number {number} {problem}")


def _tell_one(
    what: str, message: Message, secret: Secret, ctx: "Context | PublicContext", seconds: float
) -> None:
    try:
        url = secret.reveal()
    except ValueError as error:
        problem = str(error)
    else:
        step = f"sent-{hashlib.sha256(url.encode()).hexdigest()[:8]}"

        def create(key: str) -> Link:
            _send(what, message, url, min(seconds, ctx.deadline.remaining()))
            return Link("sent", key)

        ctx.once(step, create=create)
        return
    raise Unauthorized(f"{what}: {problem}")


def _send(what: str, message: Message, url: str, seconds: float) -> None:
    """Send to this URL. Raises why it was not sent, in words without the URL."""
    service = service_of(url)
    if service is None:
        raise Rejected(f"{what} {lacking(url) or fault_of(url)}")
    service.socket_connect_timeout = min(service.socket_connect_timeout, seconds * _CONNECTING)
    service.socket_read_timeout = min(service.socket_read_timeout, seconds * (1 - _CONNECTING))
    said = fitted(message, service)
    sent = False
    with hearing() as heard:
        # The service's own method: `Apprise.notify` would send on threads that outlive the call.
        try:
            sent = service.notify(
                title=said.title,
                body=said.body,
                body_format=said.form,
                notify_type=message.tone,
                overflow="truncate",
            )
        except Exception as error:  # noqa: BLE001  (its words may hold the URL)
            heard.errors.append(error)
    if not sent:
        raise verdict(f"{what} ({schema_of(url)})", heard)
