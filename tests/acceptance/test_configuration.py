"""`chatops config`: what is wrong with it, and that recording goes on whatever is."""

import pytest

from tests.acceptance.helpers import PAGER
from tests.kit import Cli

SECRET = "hunter2-and-more"
SEVERAL = """
    [core]
    drainer = "no"
    [severitys.sev1]
    [severities.sev1]
    impact = "huge"
    update_every = "soon"
    [services.checkout]
    components = ["chekout-api"]
    [components.checkout-api]
    public_name = "Checkout API"
    [plugins.pager]
    phrase = "written out"
    urll = "https://pager.example"
    when.severity = ["sev9"]
"""
#: Where the configuration is at fault, and a part of what is said of it.
BROKEN = {
    "no toml": ("[core]\nactor = dana\n", "(at line 2, column 9)"),
    "no text": (b"\xff\xfe[core]", "cannot be read"),
    "no sections": ("severities = 3\ncore = 4\nplugins = 5", "plugins: should be a table"),
    "a severity that is none": ('[core]\ndefault_severity = "sve1"', "Did you mean 'sev1'?"),
    "an actor that is nobody": ('[core]\nactor = " "', "core.actor"),
    "several at once": (SEVERAL, "plugins.pager.when.severity"),
    "deep": ("a = " + "[" * 5000, "cannot be read"),
}


def checked(cli: Cli, **env: str) -> dict[str, str]:
    """What `config check` finds: messages by path; nothing may be said twice."""
    done = cli.here("config", "check", "--json", code=4, env=env)
    problems = done.json()["problems"]
    found = {problem["path"]: problem["message"] for problem in problems}
    assert len(found) == len(problems)
    assert done.json()["path"] == str(cli.config)
    return found


def test_a_configuration_that_is_right_is_said_to_be(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    path = cli.configure('[plugins.pager]\nurl = "https://pager.example"\nphrase = { env = "PHRASE" }')
    assert cli.here("config", "check", env={"PHRASE": SECRET}).out == f"ok: {path}\n"
    data = cli.here("config", "check", "--json", env={"PHRASE": SECRET}).json()
    assert data == {"path": str(path), "problems": []}


def test_without_a_file_the_defaults_are_right(cli: Cli) -> None:
    assert cli.here("config", "check", "--json").json() == {"path": None, "problems": []}
    assert "chatops init" in cli.here("config", "check").out


def test_several_problems_are_said_at_once_each_with_its_path(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    cli.configure(SEVERAL)
    found = checked(cli)
    assert found.keys() == {
        "core.drainer",
        "severitys",
        "severities.sev1.impact",
        "severities.sev1.update_every",
        "services.checkout.components",
        "plugins.pager.phrase",
        "plugins.pager.url",
        "plugins.pager.urll",
        "plugins.pager.when.severity",
    }
    assert "Did you mean 'severities'?" in found["severitys"]
    assert "Did you mean 'url'?" in found["plugins.pager.urll"]
    assert found["plugins.pager.url"] == "is missing"
    assert found["core.drainer"] == "expected bool, got str"
    text = cli.here("config", "check", code=4).out
    assert text.splitlines()[0] == str(cli.config)
    assert all(f"  {path}: {message}" in text for path, message in found.items())


def test_what_the_core_and_the_plugin_both_find_is_said_once(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    cli.configure("[plugins]\npager = 3")
    assert checked(cli) == {"plugins.pager": "should be a table"}


def test_a_secret_that_is_missing_is_named(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    cli.configure(
        '[plugins.pager]\nurl = "x"\nphrase = { env = "PHRASE" }\ntarget.phrase = { file = "gone" }'
    )
    found = checked(cli)
    assert found["plugins.pager.phrase"] == "the environment variable PHRASE is not set"
    assert found["plugins.pager.target.phrase"] == f"the file {cli.home}/gone cannot be read"


def test_a_store_that_this_version_does_not_have_is_a_problem(cli: Cli) -> None:
    cli.configure('[core]\nstore = "mysql://ops:hunter2@db/ops"')
    assert "there is no store in mysql" in checked(cli)["core.store"]
    assert "hunter2" not in cli.here("config", "check", code=4).out + cli.here("config", "show").out
    cli.configure('[core]\nstore = "postgresql://ops:hunter2@db:port/ops"')
    assert "postgresql://user@host/database" in checked(cli)["core.store"]
    assert "hunter2" not in cli.here("config", "check", code=4).out + cli.here("config", "show").out


def test_a_file_that_is_named_and_not_there_is_a_problem(cli: Cli) -> None:
    said = cli.here("--config", "gone.toml", "config", "check", code=4).out
    assert f"{cli.home}/gone.toml: cannot be read" in said
    assert (
        "gone.toml: cannot be read"
        in cli.here("config", "check", code=4, env={"CHATOPS_CONFIG": "~/gone.toml"}).out
    )
    assert "~nobody-here" in cli.here("config", "check", code=4, env={"CHATOPS_CONFIG": "~nobody-here/x"}).out


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN)
def test_declare_records_whatever_the_file_says(cli: Cli, content: str | bytes, said: str) -> None:
    path = cli.home / "chatops.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert said in cli.here("config", "check", code=4).out
    done = cli.here("declare", "Checkout is down", "--severity", "sev1", "--json", code=None)
    assert done.code in {0, 3}
    assert said in done.err
    cli.here("declare", "Search is down", code=None)
    assert [found["title"] for found in cli.here("list", "--json").json()] == [
        "Search is down",
        "Checkout is down",
    ]


def test_a_file_that_breaks_takes_no_plugin_away(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    cli.configure('[plugins.pager]\nurl = "x"\nphrase = { env = "PHRASE" }')
    cli.here("declare", "Checkout is down", env={"PHRASE": SECRET})
    for broken in ("[plugins", "[plugins]\npager = 3", "plugins = 3"):
        cli.configure(f"core.drainer = false\n{broken}").write_text(broken)
        cli.here("declare", "--new", f"Down with {broken}", code=3)
        assert cli.here("deliveries", "--json").json()[-1]["instance"] == "pager"
    cli.configure('[plugins.pager]\nurl = "x"\nphrase = { env = "PHRASE" }')
    cli.here("retry", "--all", env={"PHRASE": SECRET})
    assert cli.here("deliveries", "--json").json() == []
