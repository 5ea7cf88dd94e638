"""What the tests build on: plugins installed on the spot, and the command as a user runs it."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from chatops.deadline import Deadline
from chatops.http import Http, Terms
from chatops.service import Act, Service
from chatops.store import Delivery, Store
from chatops.testing.command import COMMAND, Cli, Done
from chatops.testing.site import Site

if TYPE_CHECKING:
    from chatops.store.lending import Lending

__all__ = ["COMMAND", "Cli", "Done", "Site"]


def raw(store: Store) -> AbstractContextManager[Any]:
    """A connection of the store's, for what no command does."""
    return cast("Lending[Any]", store._db)._borrowed()


def http(seconds: float = 10.0, **more: Any) -> Http:
    """What a plugin sends with, in a call that may take so long."""
    from chatops.http.transport import Transport

    deadline = Deadline(seconds)
    said: dict[str, Any] = {"instance": "test", "deadline": deadline, "check": deadline.check}
    terms = Terms(**said | more)
    return Http(lambda: Transport(terms))


def act(actor: str = "dana", **more: Any) -> Act:
    """How a test gives a command."""
    return Act(actor=actor, **more)


def deliver(service: Service, incident: Any) -> list[Delivery]:
    """Run what is due for the incident, and return the deliveries as they ended."""
    return list(service.engine.start(incident.id))


def states(deliveries: Iterable[Delivery]) -> dict[str, str]:
    """`{"pager incident_declared": "done"}`."""
    return {f"{d.instance} {d.hook}": d.state for d in deliveries}


def shared(name: str) -> Path:
    """A file of the shared test data; skips the test, saying so, where there is none."""
    folder = Path(os.environ.get("CHATOPS_SHARED", Path(__file__).parents[2] / "shared"))
    found = folder / name
    if not found.exists():
        pytest.skip(f"{found} is not here: the shared test data is not part of the project")
    return found
