"""A page whose components incidents set, and words to customers that ask for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chatops import errors
from chatops import events as e
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.words import Wording
from tests.kit import act, deliver, states
from tests.stage import Call, Stage


@dataclass
class Page:
    """A page at a remote, and everything that was set on it."""

    now: dict[str, e.ComponentStatus] = field(
        default_factory=lambda: {"api": "operational", "web": "operational"}
    )
    sets: list[tuple[str, e.ComponentStatus]] = field(default_factory=list)
    looked: int = 0
    #: What becomes of a write: "" arrives, "before" is lost on its way, "after" loses its answer.
    lost: str = ""

    def current(self) -> dict[str, e.ComponentStatus]:
        self.looked += 1
        return dict(self.now)

    def of(self, known: str) -> str:
        return self.now[known]

    def put(self, known: str, status: e.ComponentStatus) -> None:
        if self.lost == "before":
            raise errors.Unknown("no answer")
        self.sets.append((known, status))
        self.now[known] = status
        if self.lost == "after":
            raise errors.Unknown("no answer")

    def play(self, *ids: str) -> Callable[[Call], object]:
        """What a status page's plugin does with words."""

        def play(call: Call) -> None:
            with call.ctx.components.changing(ids or ("api", "web"), self.current) as wanted:
                for known, status in wanted.items():
                    self.put(known, status)

        return play


@pytest.fixture
def page(stage: Stage) -> Page:
    made = Page()
    stage.play("page", made.play())
    return made


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.page]\n")


def tell(
    service: Service, incident: Incident, status: e.Status = "investigating", **components: e.ComponentStatus
) -> dict[str, str]:
    """Words to customers, delivered."""
    asked = tuple(e.PublicComponent(name, name.title(), state) for name, state in components.items())
    text = f"It is {status}: {components}"
    words = Wording(title="Checkout", text=text, status=status, impact="major", components=asked)
    service.publish(incident.id, words, act())
    return states(deliver(service, incident))


def end(service: Service, incident: Incident, *components: str) -> dict[str, str]:
    """The incident is over, and customers hear it."""
    service.resolve(incident.id, "", act())
    well: dict[str, e.ComponentStatus] = dict.fromkeys(components, "operational")
    return tell(service, incident, "resolved", **well)


def kept(service: Service) -> dict[str, Any]:
    return dict(service.store.components.of("page"))
