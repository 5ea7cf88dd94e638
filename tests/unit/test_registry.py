"""Plugins are found, loaded one by one, and refused with the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops import config as configuration
from chatops.config import Config
from chatops.errors import NotLoaded
from chatops.registry import Registry
from tests.kit import Site

SOUND = """
class Settings(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    retries: int = 3

class Sound(Plugin[Settings]):
    @hookimpl
    def incident_declared(self, event):
        return Link("ticket", f"{self.instance} {self.config.url}")

    @hookimpl
    def incident_resolved(self, ctx):
        return None

class Public(PublicPlugin):
    @hookimpl
    def public_update(self, event, ctx):
        return None
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Config]:
    def loaded(toml: str) -> Config:
        path = tmp_path / "chatops.toml"
        path.write_text(toml)
        return configuration.load(path)

    return loaded


Load = Callable[[str], Config]


def test_a_plugin_is_made_with_its_settings_and_its_name(site: Site, load: Load) -> None:
    site.install(SOUND, sound="Sound")
    config = load(
        "[plugins.eu]\nuse = 'sound'\nurl = 'u'\n[plugins.us]\nuse = 'sound'\nurl = 'v'\nretries = 1\n"
    )
    registry = Registry(config)
    eu, us = registry.load("eu"), registry.load("us")
    assert eu.call("incident_declared", event=None, ctx=None).id == "eu u"
    assert us.call("incident_declared", event=None, ctx=None).id == "us v"
    assert eu.call("incident_resolved", event=None, ctx=None) is None
    assert eu.hooks == {"incident_declared", "incident_resolved"}
    assert eu.traits.hooks == ("incident_declared", "incident_resolved")
    assert (eu.traits.public, eu.traits.drills) == (False, True)


def test_a_public_plugin_says_so(site: Site, load: Load) -> None:
    site.install(SOUND, page="Public")
    traits = Registry(load("[plugins.page]\n")).load("page").traits
    assert (traits.hooks, traits.public, traits.drills) == (("public_update",), True, False)


def test_finding_plugins_imports_none(site: Site, load: Load) -> None:
    site.install("raise RuntimeError('imported')", bad="Bad")
    assert "bad" in Registry(load("")).installed


def test_what_is_not_installed_is_said_with_what_is(site: Site, load: Load) -> None:
    site.install(SOUND, sound="Sound")
    with pytest.raises(NotLoaded, match=r"The plugin of it cannot be run.*Did you mean 'sound'\?"):
        Registry(load("[plugins.it]\nuse = 'sounds'\n")).load("it")


def test_what_is_not_configured_is_said_with_where(site: Site, load: Load) -> None:
    config = load("")
    with pytest.raises(NotLoaded, match=r"chatops\.toml has no readable \[plugins\.it\]"):
        Registry(config).load("it")


REFUSED = {
    "a name that is not there": ("Q = 1", "has no attribute 'P'", ""),
    "no class": ("def P(config, instance): ...", "is not a subclass of chatops.Plugin", ""),
    "a syntax error": ("class P(Plugin)\n    pass", "it raised SyntaxError", ""),
    "a missing library": ("import not_installed_anywhere", "No module named 'not_installed_anywhere'", ""),
    "sys.exit": ("sys.exit(0)", "it called sys.exit", ""),
    "an interrupt": ("raise KeyboardInterrupt", "it raised KeyboardInterrupt", ""),
    "an error that cannot be said": (
        "class E(Exception):\n    def __str__(self): raise self\nraise E",
        "it raised E.",
        "",
    ),
    "a deadline of no seconds": ("class P(Plugin):\n    deadline = 0", "its deadline is 0", ""),
    "a deadline without end": ("class P(Plugin):\n    deadline = float('inf')", "its deadline is inf", ""),
    "a deadline that is no number": (
        "class P(Plugin):\n    deadline = float('nan')",
        "its deadline is nan",
        "",
    ),
    "a deadline in words": ("class P(Plugin):\n    deadline = '10s'", "its deadline is '10s'", ""),
    "a settle below zero": ("class P(Plugin):\n    settle = -1", "its settle is -1", ""),
    "a catch_up in words": ("class P(Plugin):\n    catch_up = 'latest'", "its catch_up is 'latest'", ""),
    "drills in words": ("class P(Plugin):\n    drills = 'no'", "its drills is neither True nor False", ""),
    "an internal hook of a public plugin": (
        "class P(PublicPlugin):\n    @hookimpl\n    def incident_declared(self, event): ...",
        "it faces customers, so it may not implement the internal hook incident_declared",
        "",
    ),
    "a public hook of an internal plugin": (
        "class P(Plugin):\n    @hookimpl\n    def public_update(self, event): ...",
        "it implements public_update, which is no hook",
        "",
    ),
    "a hook that is misspelt": (
        "class P(Plugin):\n    @hookimpl\n    def incident_resolvd(self, event): ...",
        "Did you mean 'incident_resolved'?",
        "",
    ),
    "an argument that is misspelt": (
        "class P(Plugin):\n    @hookimpl\n    def incident_resolved(self, evnt): ...",
        "evnt",
        "",
    ),
    "a setting that it does not have": (
        "class S(msgspec.Struct):\n    url: str = ''\nclass P(Plugin[S]): ...",
        "plugins.it.urll: is not a setting. Did you mean 'url'?",
        "urll = 'u'",
    ),
    "a setting of the wrong type": (
        "class S(msgspec.Struct):\n    port: int\nclass P(Plugin[S]): ...",
        "plugins.it.port: expected int, got str",
        "port = 'x'",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_run_is_refused_with_the_reason(site: Site, load: Load, fault: str) -> None:
    code, reason, setting = REFUSED[fault]
    site.install(code, it="P")
    with pytest.raises(NotLoaded) as refused:
        Registry(load(f"[plugins.it]\n{setting}\n")).load("it")
    said = str(refused.value)
    assert said.startswith("The plugin of it cannot be run: ")
    assert reason in said
    assert "\n" not in said


def test_one_that_does_not_load_harms_no_other(site: Site, load: Load) -> None:
    site.install(SOUND, sound="Sound")
    site.install("raise RuntimeError('imported')", bad="Bad")
    registry = Registry(load("[plugins.bad]\n[plugins.sound]\nurl = 'u'\n"))
    with pytest.raises(NotLoaded, match="it raised RuntimeError: imported"):
        registry.load("bad")
    assert registry.load("sound").hooks
