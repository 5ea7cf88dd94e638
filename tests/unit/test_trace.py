"""The trace: when it is on, and what it does where it cannot be written."""

import errno
import io
import json
import sys

import pytest

from chatops.registry import Loaded, Registry
from tests.kit import Cli, Site
from tests.unit.test_registry import SOUND, Load, load

__all__ = ["load"]


class Full(io.StringIO):
    """A standard error on a disk that is full."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def sound(site: Site, load: Load) -> Registry:
    """A plugin that is enabled."""
    site.install(SOUND, sound="Sound")
    return Registry(load("[plugins.sound]\nurl = 'u'\n"))


def called(sound: Registry) -> Loaded:
    """The plugin, after one call."""
    loaded = sound.load("sound")
    assert loaded.call("incident_declared", event=None, ctx=None).id == "sound u"
    return loaded


@pytest.mark.parametrize(("value", "on"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_it_is_on_where_it_is_asked_for(
    value: str,
    on: bool,
    sound: Registry,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CHATOPS_TRACE", value)
    called(sound)
    assert capsys.readouterr().err.startswith("trace: sound incident_declared  ") is on


def test_a_call_does_not_fail_where_it_cannot_be_written(
    sound: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATOPS_TRACE", "1")
    monkeypatch.setattr(sys, "stderr", Full())
    called(sound)


def test_programs_read_it_as_they_read_the_rest(cli: Cli) -> None:
    env = {"CHATOPS_TRACE": "1", "CHATOPS_LOG_FORMAT": "json"}
    said = cli("plugins", "try", "slack", "--event", "note_added", env=env).err
    lines = [json.loads(line) for line in said.splitlines()]
    traced = [line for line in lines if line["logger"] == "chatops.trace"]
    assert [line["hook"] for line in traced] == ["incident_declared", "note_added"]
    assert traced[1]["message"].startswith("slack note_added  ")
