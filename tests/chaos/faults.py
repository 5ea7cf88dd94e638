"""One incident in this process, and one fault at one of its requests; then another one.

The list of requests is the log of a run in which nothing goes wrong. Time is moved on, not waited for.
"""

import logging
import random
import re
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

import time_machine

from chatops import Plugin
from chatops import config as configuration
from chatops.events import utcnow
from chatops.incident import Incident
from chatops.sandbox import Fault, Sandbox
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from chatops.store import Store
from chatops_jira import Jira
from chatops_slack import Slack
from chatops_statuspage import Statuspage
from tests.chaos import checker
from tests.chaos.ground import until
from tests.kit import act

#: What a call may take here, in seconds: a remote that keeps us waiting is waited for in real time.
DEADLINE: Final = 2.0
#: Each kind of fault, and those of its refusals that a plugin tells apart.
FAULTS: Final[dict[str, dict[str, Any]]] = {
    "400": {"kind": "status", "status": 400},
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
    "404": {"kind": "status", "status": 404},
    "429 with Retry-After": {"kind": "status", "status": 429, "retry_after": "1"},
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "503 with Retry-After": {"kind": "status", "status": 503, "retry_after": "1"},
    "wait": {"kind": "wait", "seconds": DEADLINE + 0.5},
    "drop_before": {"kind": "drop_before"},
    "drop_after": {"kind": "drop_after"},
    "garbage": {"kind": "garbage"},
    "lag": {"kind": "lag", "seconds": 0.5, "times": None},
}
ROUNDS: Final = 12
#: How the threads are named that call a plugin, and that answer as a remote.
UNDER_WAY: Final = (" jira", " slack", " status", "(process_request_thread)")
#: How a plugin's own mistake is reported: none of a remote's faults may look like one.
UNCLEAR: Final = re.compile(r"it raised|Its log|^$")
#: What a definite no to these may leave undone, once it is said in the channel: the plugin's README says that
#: the rest does not wait for it.
FORGIVEN: Final = {
    r"pins\.add": r"pin pin is not there",
    r"bookmarks\.add": r"bookmark \S+ is not there",
    r"chat\.postMessage": r"announcement \S+ is not there",
    r"pins\.add|bookmarks\.add|chat\.postMessage|users\.lookupByEmail|conversations\.invite": (
        r"message \S+\.slack\.troubles should not be there"
    ),
}
IN_DOUBT: Final = ("500", "drop_before", "drop_after", "garbage", "lag")
DEFINITE: Final = ("400", "401", "403", "404")


@dataclass(frozen=True)
class Request:
    """A request of the clean run: the `nth`, from 0, of its kind. Ids that a remote makes up are patterns."""

    standin: str
    method: str
    path: str
    nth: int

    def fault(self, name: str) -> Fault:
        """This fault, to happen to this request."""
        path = f"^{self.path}$"
        return Fault(standin=self.standin, method=self.method, path=path, skip=self.nth, **FAULTS[name])

    def __str__(self) -> str:
        return f"{self.standin} {self.method} {self.path} {self.nth + 1}"


Case = tuple[tuple[Request, str], ...]


@dataclass
class Ended:
    """How a case ended: what was wrong, what a person was told, and whether every fault came to pass."""

    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    met: bool = True


def requests() -> list[Request]:
    """Every request of the flow, where nothing goes wrong."""
    with _Flow(()) as flow:
        flow.run()
        made_up = "|".join(map(re.escape, flow.ids())) or "-"
        seen: Counter[tuple[str, str, str]] = Counter()
        found = []
        for asked in flow.box.log.all():
            path = re.sub(made_up, "[^/]+", re.escape(asked.path))
            kind = (asked.standin, asked.method, path)
            found.append(Request(*kind, seen[kind]))
            seen[kind] += 1
    return found


def cases(found: Sequence[Request]) -> list[Case]:
    """Every fault at every request; a search that lags does so at whatever a remote is asked."""
    lagging = {request.standin: request for request in reversed(found)}
    return [
        ((request, name),)
        for request in found
        for name in FAULTS
        if name != "lag" or request is lagging[request.standin]
    ]


def pairs(found: Sequence[Request], rng: random.Random, count: int) -> list[Case]:
    """Random faults at two requests each; the more often those that leave us in doubt."""
    names = [*FAULTS, *IN_DOUBT, *IN_DOUBT]
    return [tuple((request, rng.choice(names)) for request in rng.sample(found, 2)) for _ in range(count)]


def play(case: Case) -> Ended:
    """The flow with these faults, to its end; what a person has to do is to retry."""
    ended = Ended()
    with _Flow(case) as flow:
        flow.run()
        flow.retry(ended)
        ended.met = all(fault.kind == "lag" for fault in flow.box.faults.planned)
        said = flow.said()
        faults = checker.check(flow.service, flow.box.standins)
    ended.wrong += [f"{f.kind}: {f.what}" for f in faults if not (said and _forgiven(case, f.what))]
    return ended


def _forgiven(case: Case, what: str) -> bool:
    return any(
        name in DEFINITE and re.search(asked, request.path.replace("\\", "")) and re.search(left, what)
        for request, name in case
        for asked, left in FORGIVEN.items()
    )


class _Flow:
    """An incident from its declaration to its end, all of its deliveries run right here."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._others = set(threading.enumerate())
        enter = self._stack.enter_context
        folder = Path(enter(tempfile.TemporaryDirectory(prefix="chatops-faults-")))
        self.box = enter(Sandbox())
        self.box.faults.plan(*(request.fault(name) for request, name in self._case))
        path = folder / "chatops.toml"
        path.write_text("[core]\ndrainer = false\n" + self.box.config())
        self.service = Service(enter(closing(Store(folder / "chatops.db"))), configuration.load(path))
        self._warned = enter(_warnings())
        self._time = enter(time_machine.travel(utcnow(), tick=True))
        enter(_short_deadlines())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def run(self) -> None:
        """Every command, each delivered as far as it goes without a person."""
        service = self.service
        hurt = Declaration(
            title="Checkout returns 500s",
            severity="sev1",
            services=("checkout",),
            components={"checkout-api": "major_outage"},
        )
        incident = service.declare(hurt, act()).incident
        self._say(incident, "Card payments fail.")
        service.update(incident.id, Changes(message="Bad deploy", status="identified"), act())
        self._say(incident, "We found the cause.")
        service.note(incident.id, "Seen in Frankfurt, too", act())
        self._deliver(incident)
        service.assign(incident.id, "commander", "dana", act())
        self._deliver(incident)
        service.resolve(incident.id, "Rolled back", act())
        self._say(incident, "It works again.")

    def retry(self, ended: Ended) -> None:
        """Note what a person would read, and retry, until nothing is left or nothing helps."""
        for _ in range(ROUNDS):
            left = self.service.store.deliveries.unsettled()
            if not left:
                return
            failed = [delivery.reason for delivery in left if delivery.state == "failed"]
            ended.told += failed
            ended.wrong += [f"no clear words: {reason!r}" for reason in failed if UNCLEAR.search(reason)]
            self.service.retry([d for d in left if d.state != "pending"])
            self._deliver(self.service.incident(left[0].incident))

    def ids(self) -> list[str]:
        """What the remotes have made up, and requests have in their path."""
        page: Any = self.box.standins["statuspage"]
        return [known.id for known in page.incidents]

    def said(self) -> bool:
        """Whether something that was left undone was said, in the channel or in the log."""
        slack: Any = self.box.standins["slack"]
        messages = (m.text for c in slack.workspace.channels.values() for m in c.messages)
        return bool(self._warned) or any("Not everything could be done" in text for text in messages)

    def _say(self, incident: Incident, text: str) -> None:
        words = self.service.compose(self.service.incident(incident.id), text)
        self.service.publish(incident.id, words, act())
        self._deliver(incident)

    def _deliver(self, incident: Incident) -> None:
        for _ in range(ROUNDS):
            list(self.service.engine.start(incident.id))
            ready = self.service.engine.next_ready()
            if ready is None:
                return
            until(self._is_quiet)
            self._time.shift(max(timedelta(), ready - utcnow()))

    def _is_quiet(self) -> bool:
        """Whether nothing is on its way any more: what a call that was given up, or its remote, still does
        takes real time, and may not be overtaken by moving on.
        """
        ours = set(threading.enumerate()) - self._others
        return not any(thread.name.endswith(UNDER_WAY) for thread in ours)


class _Into(logging.Handler):
    def __init__(self, found: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        self._found.append(record)


@contextmanager
def _warnings() -> Iterator[list[logging.LogRecord]]:
    """What plugins warn of."""
    found: list[logging.LogRecord] = []
    handler = _Into(found)
    plugins = logging.getLogger("chatops.plugins")
    plugins.addHandler(handler)
    try:
        yield found
    finally:
        plugins.removeHandler(handler)


@contextmanager
def _short_deadlines() -> Iterator[None]:
    kinds: tuple[type[Plugin[Any]], ...] = (Jira, Slack, Statuspage)
    before = [kind.deadline for kind in kinds]
    for kind in kinds:
        kind.deadline = DEADLINE
    try:
        yield
    finally:
        for kind, seconds in zip(kinds, before, strict=True):
            kind.deadline = seconds
