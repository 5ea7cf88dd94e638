"""Plugins whose every call plays a function of the test: what they did, and what they were told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from chatops import events as e
from chatops.context import Context, PublicContext
from chatops.hookspecs import ASKED, Hooks, PublicHooks, hook_names, hookimpl
from chatops.incident import Incident
from chatops.plugin import CatchUp, NoConfig, Plugin, PublicPlugin
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from chatops.service.words import Wording
from chatops.store import Delivery
from tests.kit import Site, act, deliver

#: The longest that a test waits for what must happen at once.
SOON = 10.0


@dataclass(frozen=True)
class Call:
    """One call of a hook."""

    instance: str
    hook: str
    event: Any
    ctx: Any


Play = Callable[[Call], object]


class Internal(Plugin[NoConfig]):
    """What the internal ones share."""

    deadline = 5.0
    settle = 0.0


class Teller(Internal):
    """Hears of every event but links, through its own hook."""


class Linker(Internal):
    """Hears of the declaration, the updates and others' links."""


class Pager(Internal):
    """Pages: only while the incident is open, and not for exercises."""

    drills = False
    catch_up = CatchUp.WHILE_OPEN


class Auditor(Internal):
    """Hears of every event through the one hook."""


class Page(PublicPlugin[NoConfig]):
    """Speaks to customers."""

    deadline = 5.0
    settle = 0.0


@dataclass
class Stage:
    """Installs the plugins of this module and remembers every call of them."""

    site: Site
    make: Callable[[str], Service]
    calls: list[Call] = field(default_factory=list)
    plays: dict[str, Play] = field(default_factory=dict)
    #: Set when the test is over: whatever still waits may go.
    over: threading.Event = field(default_factory=threading.Event)
    current: ClassVar["Stage | None"] = None

    def service(self, toml: str) -> Service:
        """The service under this configuration."""
        return self.make(toml)

    def play(self, instance: str, play: Play) -> None:
        """From now on the instance's calls do this."""
        self.plays[instance] = play

    def fail(self, instance: str, error: BaseException) -> None:
        """From now on the instance's calls raise this."""

        def raising(call: Call) -> object:
            raise error

        self.plays[instance] = raising

    def mend(self, instance: str) -> None:
        """From now on the instance's calls do nothing."""
        self.plays.pop(instance, None)

    def of(self, instance: str) -> list[Call]:
        """The instance's calls, in their order."""
        return [call for call in self.calls if call.instance == instance]

    def told(self, instance: str) -> list[str]:
        """The hooks that the instance was called with, in their order."""
        return [call.hook for call in self.of(instance)]

    def hang(self, call: Call) -> object:
        """A play that does not come back before the test is over."""
        return self.over.wait(60) and None


def _hook(name: str) -> Any:
    def told(self: Plugin[Any], event: e.Event, ctx: Context | PublicContext) -> object:
        stage = Stage.current
        if stage is None:
            return None
        call = Call(self.instance, name, event, ctx)
        stage.calls.append(call)
        play = stage.plays.get(self.instance)
        return play(call) if play else None

    return hookimpl(told)


HOOKS = set(hook_names(Hooks)) - ASKED - {"event_recorded"}
LISTENS: dict[type[Plugin[Any]], set[str]] = {
    Teller: HOOKS - {"links_changed"},
    Linker: {"incident_declared", "incident_updated", "links_changed"},
    Pager: {"incident_declared", "incident_updated", "incident_resolved", "incident_cancelled", "note_added"},
    Auditor: {"event_recorded"},
    Page: set(hook_names(PublicHooks)) - ASKED,
}


for _cls, _names in LISTENS.items():
    for _name in _names:
        setattr(_cls, _name, _hook(_name))

NAMES = {"teller": "Teller", "linker": "Linker", "pager": "Pager", "auditor": "Auditor", "page": "Page"}


def declare(service: Service, title: str = "Checkout returns 500s", **said: Any) -> Incident:
    """A new incident; nothing is delivered yet."""
    return service.declare(Declaration(title=title, **said), act(), anew=True).incident


def update(service: Service, incident: Incident, message: str = "", **changes: Any) -> Incident:
    """The incident after an update; nothing is delivered yet."""
    return service.update(incident.id, Changes(message=message, **changes), act()).incident


def say(service: Service, incident: Incident, text: str, status: e.Status = "investigating") -> Incident:
    """The incident after words to customers; nothing is delivered yet."""
    words = Wording(title="Checkout", text=text, status=status, impact="major")
    return service.publish(incident.id, words, act()).incident


def lane(service: Service, incident: Incident, instance: str) -> list[str]:
    """The lane's deliveries, in their order: `["incident_declared done", ...]`."""
    found = service.store.deliveries.of_lane(incident.id, instance)
    return [f"{d.hook} {d.state}" for d in found]


def only(service: Service, incident: Incident, instance: str) -> Delivery:
    """The lane's only delivery."""
    (found,) = service.store.deliveries.of_lane(incident.id, instance)
    return found


def again(service: Service, incident: Incident) -> list[Delivery]:
    """Try again at once whatever waits, and deliver."""
    service.retry(service.store.deliveries.unsettled(incident.id))
    return deliver(service, incident)


def link(kind: str, identity: str = "1", **more: Any) -> e.Link:
    """A link of this kind."""
    return e.Link(kind, identity, f"https://example.com/{kind}/{identity}", **more)


@dataclass
class Remote:
    """What was asked of a remote, and what it holds by key."""

    asked: list[str] = field(default_factory=list)
    objects: dict[str, e.Link] = field(default_factory=dict)
    #: What an answer turns into on its way back.
    lost: BaseException | None = None
    find_fails: BaseException | None = None
    blind: bool = False

    def create(self, key: str) -> e.Link:
        self.asked.append(f"create {key}")
        self.objects[f"{key}#{len(self.objects)}"] = made = link("ticket", str(len(self.objects) + 1))
        if self.lost:
            raise self.lost
        return made

    def find(self, key: str) -> e.Link | None:
        self.asked.append(f"find {key}")
        if self.find_fails:
            raise self.find_fails
        found = [made for known, made in self.objects.items() if known.startswith(key)]
        return found[0] if found and not self.blind else None

    @property
    def verbs(self) -> list[str]:
        return [asked.split()[0] for asked in self.asked]


def ticket(remote: Remote, **more: Any) -> Callable[[Call], object]:
    """A play that opens a ticket once."""
    said = {"create": remote.create, "find": remote.find, **more}
    return lambda call: call.ctx.once("ticket", **said)
