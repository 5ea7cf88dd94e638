"""What other distributions add is found by entry points, and whoever takes a taken name is refused."""

from pathlib import Path

import pytest

from chatops.discovery import Discovery
from chatops.errors import NotLoaded
from chatops.registry import Registry
from chatops.testing import Site
from tests.unit.test_registry import SOUND, Load, load

__all__ = ["load"]


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A second distribution."""
    folder = tmp_path / "other"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return Site(folder, distribution="other-plugins", version="2.0")


def test_our_own_plugins_keep_their_names(site: Site) -> None:
    site.install(SOUND, slack="Sound")
    found = Discovery("chatops", "plugin")
    assert found.source("slack") == "chatops-incident"
    (refused,) = found.refused
    assert refused.problem == (
        "chatops-incident has a plugin named slack, too. Ask its author for another name, or: "
        "pip uninstall test-plugins"
    )
    assert found.refusal("slack") is None


def test_of_two_strangers_none_is_used(site: Site, other: Site, load: Load) -> None:
    site.install(SOUND, pager="Sound")
    other.install(SOUND, pager="Sound", another="Sound")
    registry = Registry(load("[plugins.pager]\n[plugins.another]\nurl = 'u'\n"))
    with pytest.raises(NotLoaded, match="test-plugins has a plugin named pager, too"):
        registry.load("pager")
    assert registry.load("another").hooks == {"incident_declared", "incident_resolved"}


def test_a_distribution_that_is_on_the_path_twice_counts_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install(SOUND, pager="Sound")
    again = Site(tmp_path / "again")
    again.folder.mkdir()
    again.install(SOUND, pager="Sound")
    monkeypatch.syspath_prepend(str(again.folder))
    found = Discovery("chatops", "plugin")
    assert "pager" in found.usable
    assert found.refused == []


def test_what_the_core_has_is_nobodys(site: Site) -> None:
    site.point("chatops.commands", {"declare": "somewhere:declare", "page": "somewhere:page"})
    found = Discovery("chatops.commands", "command", {"declare"})
    assert list(found.usable) == ["page"]
    assert found.refusal("declare") == (
        "chatops itself has a command named declare. Ask its author for another name, or: "
        "pip uninstall test-plugins"
    )
