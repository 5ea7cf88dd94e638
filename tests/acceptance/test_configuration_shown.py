"""`chatops config show`: what is in force; and that no command ever shows a secret."""

import tomllib
from typing import Any

from tests.acceptance.helpers import PAGER
from tests.kit import Cli

LEAKY = """
    class Leaky(Plugin[Config]):
        def __init__(self, config, instance):
            raise ValueError("no answer to " + config.phrase.reveal())
"""
SECRET = "hunter2-and-more"


def shown(cli: Cli, **env: str) -> dict[str, Any]:
    """The settings that `config show` shows; its text must be TOML that says the same."""
    data = cli.here("config", "show", "--json", env=env).json()
    text = tomllib.loads(cli.here("config", "show", env=env).out)
    assert text == {section: table for section, table in data["settings"].items() if table}
    settings: dict[str, Any] = data["settings"]
    return settings


def test_show_has_the_settings_in_force_with_their_defaults(cli: Cli) -> None:
    cli.site.install(PAGER + LEAKY, pager="Pager")
    cli.configure("""
        [severities.sev1]
        update_every = "90m"
        [plugins.page-us]
        use = "pager"
        url = "https://bot:pw-in-url@pager.example/?token=tok-in-url&team=ops"
        phrase = { env = "PHRASE" }
        when.severity = ["sev1"]
    """)
    found = shown(cli, PHRASE=SECRET)
    assert found["severities"]["sev1"]["update_every"] == "1h30m"
    assert found["severities"]["sev2"]["impact"] == "major"
    assert found["plugins"]["page-us"] == {
        "use": "pager",
        "when": {"severity": ["sev1"], "restricted": False},
        "url": "https://bot:***@pager.example/?token=***&team=ops",
        "phrase": {"env": "PHRASE"},
        "api_key": "",
        "every": "5m",
        "target": {"room": ""},
    }
    text = cli.here("config", "show", env={"PHRASE": SECRET}).out
    assert 'update_every = "1h30m"\n' in text
    assert 'impact = "critical"  # default' in text


def test_no_secret_is_shown_wherever_it_was_written(cli: Cli) -> None:
    cli.site.install(PAGER + LEAKY, pager="Pager", leaky="Leaky")
    cli.configure("""
        [services.checkout]
        lost.auth = "literal-1"
        [plugins.pager]
        url = "x"
        phrase = "literal-2"
        api_key = "literal-3"
        unknown = "literal-4"
        target = { phrase = "literal-5", room = "#ops" }
        [plugins.leaky]
        url = "x"
        phrase = { env = "PHRASE" }
        [plugins.lost]
        anything = ["literal-6", { deep = "literal-7" }]
        when.drills = true
        run = { command = ["fetch", "literal-8"] }
        token = { env = "literal-9" }
    """)
    for command in (
        ["config", "check"],
        ["config", "show"],
        ["config", "show", "--json"],
        ["config", "schema"],
        ["plugins", "list"],
        ["plugins", "show", "pager"],
        ["plugins", "show", "leaky", "--json"],
        ["declare", "Checkout is down"],
    ):
        done = cli.here(*command, code=None, env={"PHRASE": SECRET, "CHATOPS_DEBUG": ""})
        for hidden in (SECRET, *(f"literal-{n}" for n in range(1, 10))):
            assert hidden not in done.out + done.err, command
    assert "no answer to ***" in cli.here("config", "check", code=4, env={"PHRASE": SECRET}).out
    settings = cli.here("config", "show", "--json").json()["settings"]
    assert settings["plugins"]["pager"]["target"] == {"phrase": "***", "room": "#ops"}
    assert settings["plugins"]["lost"]["run"] == {"command": ["fetch", "***"]}
