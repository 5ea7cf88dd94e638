"""Nothing gets out that is not meant to: internal words, secrets, markup, connections of its own."""

import logging
import re
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from io import StringIO
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import parse_qsl

import msgspec
import pytest

from chatops.http.transport import Transport
from chatops.registry import Loaded
from chatops.service.sample import Sample
from chatops.testing.checks.faults import GARBAGE
from chatops.testing.checks.working import expect_done
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial
from chatops.values import Secret

Sent = Callable[[Trial], str]
#: Stands in every text that responders write.
INTERNAL: Final = "zanzibar"
#: The names of settings that hold secrets, where their type does not say so.
TELLING: Final = re.compile(r"(token|password|passphrase|secret|api_?key)$", re.IGNORECASE)
#: Cuts an address in two, or adds to its query, where it is not quoted.
CUTTING: Final = "50% off?x=1&y=2#z \u202e\U0001f4a5 {{ 7 * 7 }} \"quoted\" 'too' <b>"
#: What is played while secrets are looked for; see `Fault`.
PLAYED: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"kind": "status", "status": 401},
    {"kind": "garbage", "body": GARBAGE["a page"][0], "content_type": "text/html"},
    {"kind": "drop_after"},
)

_sending: ContextVar[bool] = ContextVar("sending", default=False)


def internal_words(trial: Trial, sent: Sent) -> None:
    """A word that only responders were told stays with them."""
    if not trial.load().plugin.public:
        pytest.skip("it faces responders")
    text = f"The {INTERNAL} cluster is down"
    trial.say(Sample(title=text, text=text, public_title="Checkout", public_text="Some payments fail."))
    trial.play()
    if INTERNAL in sent(trial).lower():
        fail("internal", word=INTERNAL)


def secrets(trial: Trial) -> None:
    """The values of the settings that are secrets are nowhere, whatever goes wrong."""
    plugin = trial.load().plugin
    for field in msgspec.structs.fields(type(plugin.config)):
        if TELLING.search(field.name) and field.type in {str, str | None}:
            fail("plain_secret", setting=field.name, type=str(getattr(field.type, "__name__", field.type)))
    values = {secret.reveal() for secret in _secrets(plugin.config)}
    _look_for(values, {"its repr": repr(plugin), "the repr of its settings": repr(plugin.config)})
    for fault in PLAYED:
        other = trial.anew()
        if fault:
            other.fault(times=None, **fault)
        with _overhearing() as heard:
            lane = other.play()
        reasons = "\n".join(delivery.reason for delivery in lane)
        _look_for(values, {**{where: text.getvalue() for where, text in heard.items()}, "a reason": reasons})


def hostile_text(trial: Trial, markup: Sequence[str], sent: Sent) -> None:
    """The same addresses are asked whatever people write, and markup arrives as text."""
    other = trial.anew()
    other.play()
    hostile = f"{CUTTING} {' '.join(markup)}"
    trial.say(Sample(title=hostile, text=hostile, public_title=hostile, public_text=hostile))
    for delivery in trial.play():
        expect_done(delivery)
    plain, asked = _addresses(other), _addresses(trial)
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
    connect, exchange = socket.socket.connect, Transport.exchange

    def connecting(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _sending.get():
            found.append(address)
        connect(self, address)

    def exchanging(self: Transport, *args: Any) -> Any:
        token = _sending.set(True)
        try:
            return exchange(self, *args)
        finally:
            _sending.reset(token)

    with (
        patch.object(socket.socket, "connect", connecting),
        patch.object(Transport, "exchange", exchanging),
    ):
        trial.play()
    if found:
        fail("socket", address=found[0])


def _addresses(trial: Trial) -> set[tuple[str, int, str]]:
    """Which kinds of addresses were asked: the method, how deep the path is, and the names in the query."""
    return {
        (asked.method, asked.path.count("/"), " ".join(sorted({n for n, _ in parse_qsl(asked.query)})))
        for asked in trial.asked
    }


def _secrets(settings: object) -> Iterator[Secret]:
    match settings:
        case Secret():
            yield settings
        case msgspec.Struct():
            for name in settings.__struct_fields__:
                yield from _secrets(getattr(settings, name))
        case dict():
            for value in settings.values():
                yield from _secrets(value)
        case list() | tuple() | set() | frozenset():
            for value in settings:
                yield from _secrets(value)


def _look_for(values: set[str], texts: dict[str, str]) -> None:
    for where, text in texts.items():
        for value in values:
            lines = [line.strip() for line in text.splitlines() if value in line]
            if lines:
                fail("secret", where=where, text=lines[0].replace(value, "***"))


@contextmanager
def _overhearing() -> Iterator[dict[str, StringIO]]:
    """What is logged, printed and raised meanwhile."""
    logged, printed, raised = StringIO(), StringIO(), StringIO()
    handler = logging.StreamHandler(logged)
    root, call = logging.getLogger(), Loaded.call
    level = root.level

    def calling(loaded: Loaded, hook: str, **arguments: object) -> Any:
        try:
            return call(loaded, hook, **arguments)
        except BaseException as error:
            raised.write("".join(traceback.format_exception(error)))
            raise

    with ExitStack() as stack:
        stack.enter_context(patch.object(Loaded, "call", calling))
        stack.enter_context(redirect_stdout(printed))
        stack.enter_context(redirect_stderr(printed))
        # Alone: what is found here, pytest's own handlers would show in full beside the lesson.
        stack.enter_context(patch.object(root, "handlers", [handler]))
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        yield {"a log": logged, "what it printed": printed, "an error or its traceback": raised}
