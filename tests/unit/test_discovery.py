"""What other distributions add is found by entry points, and whoever takes a taken name is refused."""

from pathlib import Path

import pytest

from chatops.discovery import Discovery, origin
from chatops.errors import NotLoaded
from chatops.registry import Registry
from chatops.sandbox import standins
from chatops.sandbox.server import standin_of
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


#: What a distribution's files may hold, and what is said of it.
BROKEN = {
    "no entry points": (b"[chatops]\npager\n", b"Name: broken\n"),
    "bytes": (b"\xff\xfe\x00", b"Name: broken\n"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_distribution_that_cannot_be_read_harms_no_other(fault: str, site: Site) -> None:
    site.install(SOUND, sound="Sound")
    points, about = BROKEN[fault]
    broken(site, points, about)
    found = Discovery("chatops", "plugin")
    assert {"sound", "slack"} <= found.usable.keys()
    (refused,) = found.refused
    assert refused.point.name == "broken"
    assert refused.problem.startswith("what the distribution broken adds cannot be read (")
    assert refused.problem.endswith("). Repair it: pip install --force-reinstall broken")


def test_a_distribution_that_cannot_be_read_leaves_the_sandbox_whole(site: Site) -> None:
    broken(site, *BROKEN["bytes"])
    assert standin_of("slack") is not None
    assert {"jira", "slack"} <= {standin.name for standin in standins("http://127.0.0.1:9")}


@pytest.mark.parametrize("about", [b"", b"Metadata-Version: 2.1\n", b"\xff\xfe"])
def test_a_distribution_without_a_name_is_known_by_what_it_has(about: bytes, site: Site) -> None:
    broken(site, b"[chatops]\npager = nowhere:Pager\n", about)
    found = Discovery("chatops", "plugin")
    assert (found.source("pager"), origin(found.usable["pager"])) == ("nowhere:Pager", ("", ""))
    assert found.refused == []


@pytest.mark.parametrize("target", ["", "somewhere: Pager (", "a:b:c"])
def test_a_malformed_entry_point_is_refused(target: str, site: Site) -> None:
    site.point("chatops", {"pager": target})
    found = Discovery("chatops", "plugin")
    assert found.refusal("pager") == (
        f"test-plugins says where it is as {target!r}; an entry point is written MODULE:NAME."
    )


def broken(site: Site, points: bytes, about: bytes) -> None:
    """Install a distribution with these files."""
    info = site.folder / "broken-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_bytes(points)
    (info / "METADATA").write_bytes(about)
