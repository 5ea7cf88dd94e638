"""Fixtures that every folder of tests uses."""

import os
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from chatops import config as configuration
from chatops.service import Service
from chatops.store import Store
from tests.kit import Cli, Site

# How long an example takes says more about the machine than about the code.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


@pytest.fixture(autouse=True)
def _nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the configuration, the store or the zone of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("CHATOPS_") and name != "CHATOPS_SHARED"]:
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Where a test installs its plugins."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return Site(folder)


@pytest.fixture
def cli(tmp_path: Path, site: Site) -> Cli:
    """The installed command."""
    return Cli(tmp_path / "home", site)


@pytest.fixture
def make_service(tmp_path: Path) -> Iterator[Callable[[str], Service]]:
    """Makes a service on a real SQLite file from the text of a configuration."""
    made: list[Service] = []

    def make(toml: str = "") -> Service:
        path = tmp_path / f"chatops-{len(made)}.toml"
        path.write_text("[core]\ndrainer = false\n" + textwrap.dedent(toml))
        service = Service(Store(tmp_path / "store" / "chatops.db"), configuration.load(path))
        made.append(service)
        return service

    yield make
    for service in made:
        service.store.close()
