"""Fixtures for every plugin's tests: pytest finds them wherever chatops is installed.

Nothing is imported before a test asks for it, as they are there in tests of anything else, too.
"""

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import time_machine

    from chatops import Incident
    from chatops.sandbox import Sandbox
    from chatops.store import Store
    from chatops.testing.command import Cli
    from chatops.testing.site import Site


@pytest.fixture
def chatops_site(tmp_path: "Path", monkeypatch: pytest.MonkeyPatch) -> "Site":
    """A folder on the path, to install plugins in that only this test has."""
    from chatops.testing.site import Site

    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return Site(folder)


@pytest.fixture
def chatops_cli(tmp_path: "Path", chatops_site: "Site") -> "Cli":
    """The installed command, in a home with nothing in it."""
    from chatops.testing.command import Cli

    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return Cli(home, chatops_site)


@pytest.fixture
def chatops_store(tmp_path: "Path") -> "Iterator[Store]":
    """An empty store."""
    from chatops.store import Store

    with closing(Store(tmp_path / "chatops.db")) as store:
        yield store


@pytest.fixture
def chatops_incident(chatops_store: "Store") -> "Incident":
    """An incident of the store, just declared; nobody is told of it."""
    from chatops import config as configuration
    from chatops.service import Service
    from chatops.service.sample import Playing, Sample

    nobody = configuration.Config({**configuration.DEFAULTS, "plugins": {}}, None, [])
    service = Service(chatops_store, nobody)
    playing = Playing(service, Sample())
    playing.happen("incident_declared")
    return playing.incident


@pytest.fixture
def chatops_sandbox() -> "Iterator[Sandbox]":
    """The stand-ins of every plugin that is installed, served on loopback; see `chatops.sandbox`."""
    from chatops.sandbox import Sandbox

    with Sandbox() as box:
        yield box


@pytest.fixture
def chatops_time() -> "Iterator[time_machine.Traveller]":
    """It is five past two on a Monday in March (UTC), and stays so until you `shift` or `move_to`."""
    import time_machine

    from chatops.testing.samples import AT

    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller
