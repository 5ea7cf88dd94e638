"""`chatops plugins`: what is plugged in, what is not and why, and what a bad plugin does to the others."""

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

import pytest

from chatops.discovery import source
from tests.kit import Cli

GOOD = """
    class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        url: str
        token: Secret
        every: Duration = Duration(minutes=5)
        mood: Literal["calm", "loud"] = "calm"
        rooms: tuple[str, ...] = ("ops",)

    class ForService(msgspec.Struct, frozen=True):
        team: str = ""

    class Pager(Plugin[Config]):
        '''Wakes somebody up.'''
        deadline = 7.5
        service_config = ForService

        @hookimpl
        def incident_declared(self, event, ctx):
            return Link("page", "P-1", "https://pager.example/P-1")

        @hookimpl
        def incident_updated(self, event, ctx):
            ctx.log.info("told of %s", ctx.link("page"))

    class Idle(PublicPlugin): ...
"""
HEAD = "class P(Plugin):\n    @hookimpl\n    def "
#: A plugin that does not load, and a part of what is said of it.
BAD = {
    "does-not-import": ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
    "is-not-python": ("def x(:", "SyntaxError"),
    "misspells": (f"{HEAD}incident_delcared(self, event): ...", "Did you mean 'incident_declared'?"),
    "asks": (
        f"{HEAD}note_added(self, event, incident): ...",
        "note_added asks for 'incident'. There are: event, ctx",
    ),
    "dict-settings": ("class P(Plugin[dict]): ...", "subclass of msgspec.Struct"),
    "named-settings": ("class P(Plugin['Config']): ...", "subclass of msgspec.Struct"),
    "no-plugin": ("class P: ...", "is not a subclass of chatops.Plugin"),
    "raises": (
        "class P(Plugin):\n    def __init__(self, c, i): raise ValueError('no \\x1b[31mluck')",
        "ValueError: no luck",
    ),
    "nowhere": (
        "class S(msgspec.Struct):\n    url: 'Url'\nclass P(Plugin[S]): ...",
        "NameError: name 'Url' is not defined",
    ),
    "forgets": ("class P(Plugin):\n    def __init__(self, c, i): ...", "super().__init__(config, instance)"),
    "paces": (
        "class P(Plugin):\n    @property\n    def pace(self): raise ValueError('no')",
        "ValueError: no",
    ),
    "exits": ("sys.exit(0)", "it called sys.exit"),
    "public": (
        "class P(PublicPlugin):\n    @hookimpl\n    def incident_declared(self, event): ...",
        "may not implement the internal hook incident_declared",
    ),
    "newer": (
        "class P(Plugin):\n    interface = 2",
        "it needs version 2 of the hooks, and this chatops, 0.1.0, has version 1. Upgrade: pip install -U",
    ),
    "prints": ("print('[]')\nraise KeyError", "KeyError"),
}
HANGING = {"hangs": ("time.sleep(60)", "did not answer within 5 s")}
#: A distribution of somebody else's that has one of our names.
TAKEN = "chatops-incident has a plugin named slack, too. Ask its author for another name, or: pip uninstall"
NO_PLUGIN = {"goood": ("", "goood is not installed. Did you mean 'good'?")}
ENABLED = '[plugins.good]\nurl = "https://pager.example"\ntoken = { env = "TOKEN" }\n'
TOKEN = {"TOKEN": "hunter2"}


def tables(instances: Iterable[str]) -> str:
    return "".join(f"[plugins.{name}]\n" for name in instances)


@pytest.fixture
def bad(good: Cli) -> Cli:
    """Every bad plugin enabled, and a good one among them."""
    for name, (code, _) in BAD.items():
        good.site.install(code, **{name: "P"})
    good.configure(ENABLED + tables(BAD | NO_PLUGIN))
    return good


@pytest.fixture
def worse(bad: Cli) -> Cli:
    """Another one among them, for which every command that imports it waits."""
    bad.site.install(HANGING["hangs"][0], hangs="P")
    bad.configure(ENABLED + tables(BAD | NO_PLUGIN | HANGING))
    return bad


@pytest.fixture
def good(cli: Cli) -> Cli:
    """A plugin that is enabled, and one that is only installed."""
    cli.site.install(GOOD.replace("Literal[", "__import__('typing').Literal["), good="Pager", idle="Idle")
    cli.configure(ENABLED)
    return cli


def listed(cli: Cli) -> dict[str, dict[str, Any]]:
    """What `plugins list` says, by instance, or plugin where there is none."""
    rows = cli("plugins", "list", "--json", env=TOKEN).json()
    return {row["instance"] or row["plugin"]: row for row in rows}


def test_every_plugin_that_does_not_load_is_listed_with_the_reason(worse: Cli) -> None:
    found = listed(worse)
    for name, (_, reason) in (BAD | HANGING | NO_PLUGIN).items():
        assert (found[name]["state"], reason in found[name]["reason"]) == ("not loaded", True), found[name]
        assert f"The plugin of {name} cannot be run" in found[name]["reason"]
    assert (found["good"]["state"], found["good"]["reason"]) == ("enabled", "")


def test_every_plugin_that_does_not_load_is_a_problem_of_the_configuration(bad: Cli) -> None:
    problems = bad("config", "check", "--json", code=4, env=TOKEN).json()["problems"]
    found = {problem["path"]: problem["message"] for problem in problems}
    assert found.keys() == {f"plugins.{name}" for name in BAD | NO_PLUGIN}
    for name, (_, reason) in (BAD | NO_PLUGIN).items():
        assert reason in found[f"plugins.{name}"]


def test_the_configuration_is_shown_whatever_does_not_load(bad: Cli) -> None:
    assert bad("config", "show", "--json", env=TOKEN).json()["settings"]["plugins"]["good"]["every"] == "5m"
    described = bad("config", "schema", env=TOKEN).json()["properties"]["plugins"]["properties"]
    assert described["good"]["anyOf"][0]["required"] == ["url", "token"]


def test_declare_records_and_tells_the_good_plugin_among_bad_ones(worse: Cli) -> None:
    worse("declare", "Checkout is down", code=3, env=TOKEN)
    (incident,) = worse("list", "--json").json()
    assert [owned["instance"] for owned in incident["links"]] == ["good"]
    owed = worse("deliveries", "--json").json()
    assert {delivery["instance"] for delivery in owed} == (BAD | HANGING | NO_PLUGIN).keys()


def test_words_for_a_plugin_that_was_never_loaded_are_still_to_be_delivered(cli: Cli) -> None:
    cli.site.install("import nowhere_to_be_found", crier="Crier")
    cli.configure("[plugins.crier]\n")
    done = cli.here("declare", "Down", "--public", "We are on it.", code=3)
    assert "No customer was told: it is still to be delivered to crier, if that faces them" in done.out
    done = cli.here("note", "1", "Seen", code=3)
    assert "crier: everything waits behind what is before it" in done.out


def test_who_takes_one_of_our_names_is_listed_and_harms_nobody(bad: Cli) -> None:
    bad.site.install(GOOD.replace("Literal[", "__import__('typing').Literal["), slack="Idle")
    rows = [row for row in bad("plugins", "list", "--json", env=TOKEN).json() if row["plugin"] == "slack"]
    ours, theirs = sorted(rows, key=lambda row: str(row["distribution"]))
    assert (ours["distribution"], ours["state"]) == ("chatops-incident", "installed, not enabled")
    assert (theirs["distribution"], theirs["state"]) == ("test-plugins", "not loaded")
    assert theirs["reason"] == f"{TAKEN} test-plugins"


#: The names of our own.
OURS = tuple(point.name for point in entry_points(group="chatops") if source(point) == "chatops-incident")


def test_list_says_what_is_enabled_installed_and_remembered(good: Cli) -> None:
    good("declare", "Checkout is down", env=TOKEN)
    other = good.home / "other.toml"
    other.write_text('[core]\ndrainer = false\n[plugins.elsewhere]\nuse = "idle"\n')
    good("--config", str(other), "declare", "Search is down", code=3)
    found = listed(good)
    assert {name: row["state"] for name, row in found.items()} == {
        "good": "enabled",
        "idle": "installed, not enabled",
        **dict.fromkeys(OURS, "installed, not enabled"),
        "elsewhere": "enabled elsewhere",
    }
    assert (found["good"]["distribution"], found["good"]["version"]) == ("test-plugins", "1.0")
    assert found["elsewhere"]["source"] == str(other)
    assert f"enabled elsewhere, by {other}" in good("plugins", "list", env=TOKEN).out
    good.configure("")
    good("declare", "Nothing is up")
    assert listed(good)["good"]["state"] == "disabled"


def test_show_says_what_a_plugin_does_and_can_be_told(good: Cli) -> None:
    text = good("plugins", "show", "good", env=TOKEN).out
    for part in (
        "Wakes somebody up.",
        "incident_declared, incident_updated",
        "7.5 s",
        "test-plugins 1.0",
        "(has to be set)",
    ):
        assert part in text
    about = good("plugins", "show", "good", "--json", env=TOKEN).json()["about"]
    settings = {setting["name"]: setting for setting in about["settings"]}
    assert {name: setting["type"] for name, setting in settings.items()} == {
        "url": "text",
        "token": "secret",
        "every": "duration",
        "mood": '"calm" or "loud"',
        "rooms": "list of text",
    }
    assert (settings["url"]["required"], settings["every"]["default"]) == (True, "5m")
    assert [setting["name"] for setting in about["service_settings"]] == ["team"]
    assert (about["public"], about["drills"], about["catch_up"]) == (False, True, "all")


def test_show_knows_a_plugin_that_is_not_enabled_and_one_that_lacks_its_secret(good: Cli) -> None:
    data = good("plugins", "show", "idle", "--json", env=TOKEN).json()
    assert (data["rows"][0]["state"], data["about"]["public"]) == ("installed, not enabled", True)
    text = good("plugins", "show", "good").out
    assert "not loaded: " in text
    assert "the environment variable TOKEN is not set" in text
    assert "Wakes somebody up." in text


def test_show_has_every_default_as_it_is(cli: Cli) -> None:
    source = """
        import dataclasses

        @dataclasses.dataclass
        class Window:
            seconds: int = 5

        class Config(msgspec.Struct, forbid_unknown_fields=True):
            window: Window = dataclasses.field(default_factory=Window)
            again: Window = Window(7)
            token: Secret | None = None

        class Pager(Plugin[Config]): ...
    """
    cli.site.install(source, pager="Pager")
    about = cli("plugins", "show", "pager", "--json").json()["about"]
    found = {setting["name"]: setting["default"] for setting in about["settings"]}
    # What is in a type of somebody else's may be a secret.
    assert (found["again"], found["token"]) == ({"seconds": "***"}, None)


def test_show_says_why_a_plugin_cannot_be_looked_at(cli: Cli) -> None:
    cli.site.install("print('an advertisement')\nclass P(Plugin):\n    catch_up = 'sometimes'", odd="P")
    cli.site.install("raise ValueError('gone wrong')", worse="P")
    assert "'str' object has no attribute 'value'" in cli("plugins", "show", "odd").out
    assert "an advertisement" not in cli("plugins", "show", "odd").out
    assert "gone wrong" in cli("plugins", "show", "worse").out


def test_a_name_that_is_not_known_is_answered_with_the_nearest(good: Cli) -> None:
    done = good("plugins", "show", "goood", code=2, env=TOKEN)
    assert "There is no plugin or instance 'goood'. Did you mean 'good'? There are: " in done.err
    assert " good, idle" in done.err
    good("declare", "Checkout is down", env=TOKEN)
    assert "Did you mean 'good'?" in good("plugins", "rename", "goood", "other", code=2).err


def test_rename_moves_what_the_store_holds_and_says_what_is_left_to_do(good: Cli) -> None:
    good("declare", "Checkout is down", env=TOKEN)
    done = good("plugins", "rename", "good", "pager-eu", env=TOKEN)
    assert '[plugins.good]  becomes  [plugins.pager-eu] with use = "good"' in done.out
    assert str(good.config) in done.out
    good.configure(ENABLED.replace("[plugins.good]", '[plugins.pager-eu]\nuse = "good"'))
    assert listed(good)["pager-eu"]["state"] == "enabled"
    good("update", "Still down", env=TOKEN)
    told = [(d["instance"], d["hook"], d["state"]) for d in good("deliveries", "INC-1", "--json").json()]
    assert sorted(told) == [
        ("pager-eu", "incident_declared", "done"),
        ("pager-eu", "incident_updated", "done"),
    ]


def test_a_name_that_cannot_be_given_changes_nothing(good: Cli) -> None:
    good("declare", "Checkout is down", env=TOKEN)
    for new in ("", "  ", "two\nlines", "pager eu", "good"):
        good("plugins", "rename", "good", new, code=2)
    assert listed(good)["good"]["state"] == "enabled"
