"""A service that keeps incidents on a real store, while the time stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from chatops.incident import Incident
from chatops.service import Recorded, Service
from chatops.service.incidents import Declaration
from tests.folding import check_snapshots
from tests.kit import act

NOON = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
CONFIG = """
[components.api]
public_name = "API"
[components.web]
public_name = "Web"
[services.checkout]
[services.search]
"""


class Clock:
    """The time, which stands still until it is moved."""

    def __init__(self, mover: time_machine.Traveller) -> None:
        self._mover = mover

    def forward(self, **span: float) -> None:
        self._mover.shift(timedelta(**span))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOON.timestamp(), tick=False) as mover:
        yield Clock(mover)


@pytest.fixture
def service(make_service: Callable[[str], Service], clock: Clock) -> Iterator[Service]:
    made = make_service(CONFIG)
    yield made
    check_snapshots(made)


@pytest.fixture
def incident(service: Service) -> Incident:
    return declare(service, "Checkout returns 500s").incident


def declare(
    service: Service, title: str = "Down", *, anew: bool = False, key: str | None = None, **said: Any
) -> Recorded:
    return service.declare(Declaration(title=title, **said), act(key=key), anew=anew)


def kinds(service: Service, incident: UUID) -> list[str]:
    return [event.kind for event in service.store.log.events(incident)]
