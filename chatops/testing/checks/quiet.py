"""Nothing gets out that is not meant to: internal words, markup, connections of its own."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest

from chatops.http.transport import Transport
from chatops.service.sample import Sample
from chatops.testing.checks.asking import push
from chatops.testing.checks.hidden import everything
from chatops.testing.checks.working import expect_done
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial

Sent = Callable[[Trial], str]
#: Stands in every text that responders write.
INTERNAL: Final = "zanzibar"
#: Cuts an address in two, or adds to its query, where it is not quoted.
CUTTING: Final = "50% off?x=1&y=2#z \u202e\U0001f4a5 {{ 7 * 7 }} \"quoted\" 'too' <b>"
_sending: ContextVar[bool] = ContextVar("sending", default=False)


def internal_words(trial: Trial, sent: Sent) -> None:
    """A word that only responders were told stays with them."""
    if not trial.load().plugin.public:
        pytest.skip("it faces responders")
    text = f"The {INTERNAL} cluster is down"
    trial.say(Sample(title=text, text=text, public_title="Checkout", public_text="Some payments fail."))
    trial.play()
    left = sent(trial)
    if not left:
        pytest.skip("nothing is seen of what it sends: override `sent`")
    if INTERNAL in left.lower():
        fail("internal", word=INTERNAL)


def hostile_text(trial: Trial, markup: Sequence[str], sent: Sent) -> None:
    """The same addresses are asked whatever people write, and markup arrives as text."""
    other = trial.anew()
    with _addresses(other) as plain:
        other.play()
        push(other)
    # How the path was written only our own transport knows: a stand-in gets it with each %2F as a slash.
    cutting = CUTTING if trial.load().plugin.own_transport else f"a/b {CUTTING}"
    hostile = f"{cutting} {' '.join(markup)}"
    trial.say(Sample(title=hostile, text=hostile, public_title=hostile, public_text=hostile))
    with _addresses(trial) as asked:
        for delivery in trial.play():
            expect_done(delivery)
        push(trial)
    if plain != asked:
        fail("address", plain=sorted(plain - asked), hostile=sorted(asked - plain))
    left = sent(trial)
    for mark in markup:
        if mark in left:
            fail("markup", markup=mark)


def sockets(trial: Trial) -> None:
    """Whoever connects, does so for the transport."""
    if trial.load().plugin.own_transport:
        pytest.skip("it declares that it has ways of its own")
    found: list[object] = []
    exchange = Transport.exchange

    def exchanging(self: Transport, *args: Any) -> Any:
        token = _sending.set(True)
        try:
            return exchange(self, *args)
        finally:
            _sending.reset(token)

    with ExitStack() as stack:
        for way in ("connect", "connect_ex", "sendto"):
            stack.enter_context(patch.object(socket.socket, way, _noting(way, found)))
        stack.enter_context(patch.object(Transport, "exchange", exchanging))
        everything(trial)
    if found:
        fail("socket", address=found[0])


def _noting(way: str, found: list[object]) -> Any:
    real = getattr(socket.socket, way)

    def reaching(self: socket.socket, *args: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _sending.get():
            found.append(args[-1])
        return real(self, *args)

    return reaching


@contextmanager
def _addresses(trial: Trial) -> Iterator[set[tuple[str, int, str]]]:
    """Which kinds of addresses are asked: the method, how deep the path is, and the names in the query."""
    found: set[tuple[str, int, str]] = set()
    exchange = Transport.exchange

    def exchanging(self: Transport, request: Any, *args: Any) -> Any:
        where = urlsplit(request.url)
        found.add(_address(request.method, where.path, where.query))
        return exchange(self, request, *args)

    with patch.object(Transport, "exchange", exchanging):
        yield found
    if trial.load().plugin.own_transport:
        found.update(_address(asked.method, asked.path, asked.query) for asked in trial.asked)


def _address(method: str, path: str, query: str) -> tuple[str, int, str]:
    return method, path.count("/"), " ".join(sorted({name for name, _ in parse_qsl(query)}))
