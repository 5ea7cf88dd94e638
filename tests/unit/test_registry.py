"""Plugins are found, loaded one by one, and refused with the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops import config as configuration
from chatops.config import Config
from chatops.errors import NotLoaded
from chatops.registry import Registry
from chatops.text import one_line
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


HOOKS = "class P(Plugin):\n    @hookimpl\n"
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
    "a value of several lines": (
        "class V:\n    def __repr__(self): return 'two\\nlines\\x1b[31m'\nP = V()",
        "is not a subclass of chatops.Plugin",
        "",
    ),
    "a long tale": ("raise ValueError('x' * 5000)", "xxx....", ""),
    "settings that are no Struct": (
        "class P(Plugin):\n    config_type = dict",
        "its settings have to be a subclass of msgspec.Struct; config_type is <class 'dict'>",
        "",
    ),
    "settings of a service that are no Struct": (
        "class P(Plugin):\n    service_config = dict",
        "its settings have to be a subclass of msgspec.Struct; service_config is <class 'dict'>",
        "",
    ),
    "arguments that are not handed on": (
        "class P(Plugin):\n    def __init__(self, config, instance): ...",
        "its __init__ has to hand on what it is given: super().__init__(config, instance).",
        "",
    ),
    "a version in words": ("class P(Plugin):\n    interface = '1'", "its interface is '1', and not", ""),
    "a pace that raises": (
        "class P(Plugin):\n    @property\n    def pace(self): raise ValueError('no pace')",
        "it raised ValueError: no pace.",
        "",
    ),
    "a pace in words": ("class P(Plugin):\n    pace = '1/s'", "its pace is '1/s', and no Pace", ""),
    "an async hook": (
        f"{HOOKS}    async def incident_declared(self, event): ...",
        "its incident_declared is async; a hook is a plain function",
        "",
    ),
    "a hook that yields": (
        f"{HOOKS}    def incident_declared(self, event): yield",
        "its incident_declared yields; a hook returns what it has to say",
        "",
    ),
    "a wrapper": (
        "class P(Plugin):\n    @hookimpl(wrapper=True)\n    def note_added(self, event): yield",
        "its note_added is marked with wrapper. Each plugin is called by itself: write @hookimpl alone.",
        "",
    ),
    "another hook's name": (
        "class P(Plugin):\n    @hookimpl(specname='role_assigned')\n    def note_added(self, event): ...",
        "its note_added is marked with specname.",
        "",
    ),
    "an argument with a default": (
        f"{HOOKS}    def note_added(self, event, ctx=None): ...",
        "its note_added would never be given 'ctx': ask for it without a default",
        "",
    ),
    "an argument by keyword": (
        f"{HOOKS}    def note_added(self, *, event): ...",
        "its note_added would never be given 'event': ask for it without a default",
        "",
    ),
    "an error of ours in several lines": (
        "class P(Plugin):\n    def __init__(self, c, i): raise RemoteError('two\\nlines\\x1b[31m')",
        "cannot be run: two lines",
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
    assert said == one_line(said)
    assert len(said) < 1000


def test_what_a_hook_may_be_besides_a_method(site: Site, load: Load) -> None:
    code = """
    class P(Plugin):
        @staticmethod
        @hookimpl
        def incident_declared(event): return event

        @classmethod
        @hookimpl
        def note_added(cls, event, ctx): return ctx

        @hookimpl(tryfirst=True)
        def role_assigned(self, event, extra=3, **_): return extra
    """
    site.install(code, it="P")
    loaded = Registry(load("[plugins.it]\n")).load("it")
    said = [
        loaded.call(name, event=1, ctx=2) for name in ("incident_declared", "note_added", "role_assigned")
    ]
    assert said == [1, 2, 3]


def test_one_that_does_not_load_harms_no_other(site: Site, load: Load) -> None:
    site.install(SOUND, sound="Sound")
    site.install("raise RuntimeError('imported')", bad="Bad")
    registry = Registry(load("[plugins.bad]\n[plugins.sound]\nurl = 'u'\n"))
    with pytest.raises(NotLoaded, match="it raised RuntimeError: imported"):
        registry.load("bad")
    assert registry.load("sound").hooks
