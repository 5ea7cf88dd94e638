"""Commands that plugins add, and the commands for whoever writes plugins: hooks, plugins try, the trace."""

import re
import textwrap

import pytest

from tests.kit import Cli

COMMAND = """
    import click

    @click.command()
    @click.argument("words", nargs=-1)
    def page(words):
        "Page somebody."
        click.echo(" ".join(words))

    @click.command()
    def asks():
        import subprocess
        asked = [sys.executable, "-m", "chatops", "list", "--json"]
        click.echo(subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout)

    @click.group()
    def rota():
        "Who is on call."

    @rota.command()
    def fetch():
        raise ValueError("no\\nluck")

    no_command = "page"
"""
PLUGIN = """
    class Told(Plugin):
        own_transport = False
        settle = 0.0

        @hookimpl
        def incident_declared(self, event, ctx):
            ctx.http.request("POST", "https://pager.invalid/pages", answer=object, json={"text": event.title})

        @hookimpl
        def note_added(self, event, ctx):
            raise ValueError("no\\nluck")
"""


@pytest.fixture
def added(cli: Cli) -> Cli:
    """A distribution that adds commands, good and bad ones."""
    module = cli.site.install(COMMAND)
    points = {
        "page": "page",
        "declare": "page",
        "odd": "no_command",
        "gone": "nothing",
        "rota": "rota",
        "asks": "asks",
    }
    cli.site.point("chatops.commands", {name: f"{module}:{target}" for name, target in points.items()})
    return cli


def test_a_command_of_a_plugin_is_one_of_ours(added: Cli) -> None:
    assert added.here("page", "who", "is", "up").out == "who is up\n"
    assert "Page somebody." in added.here("page", "--help").out


def test_what_it_asks_chatops_has_the_same_configuration(added: Cli) -> None:
    other = added.home / "other.toml"
    other.write_text('[core]\nstore = "other.db"\ndrainer = false\n')
    added("--config", "other.toml", "declare", "Elsewhere", "--no-public")
    assert '"Elsewhere"' in added("--config", "other.toml", "asks").out
    assert added("asks").out.strip() == "[]"


def test_help_lists_it_and_refuses_by_name_what_clashes(added: Cli) -> None:
    section = added.here("--help").out.partition("From plugins:")[2]
    words = " ".join(section.split())
    assert "page Of test-plugins." in words
    assert "declare Refused: chatops itself has a command named declare." in words
    assert "pip uninstall test-plugins" in words


def test_our_own_command_stays_ours(added: Cli) -> None:
    assert "Declare an incident" in added.here("declare", "--help").out


@pytest.mark.parametrize(
    ("name", "said"), [("odd", "is no click command"), ("gone", "it raised AttributeError")]
)
def test_one_that_does_not_load_is_said(added: Cli, name: str, said: str) -> None:
    done = added.here(name, code=1)
    assert f"The command {name} cannot be run: " in done.err
    assert said in done.err
    assert "test-plugins" in done.err


def test_one_that_raises_is_said_to_be_a_plugins(added: Cli) -> None:
    done = added.here("rota", "fetch", code=1)
    assert done.err == (
        "Error: The command rota of test-plugins failed: it raised ValueError: no luck. "
        "With CHATOPS_DEBUG=1 it shows where.\n"
    )
    assert "No such command 'fitch'" in added.here("rota", "fitch", code=2).err
    assert "Who is on call." in added.here("rota").out


def test_one_that_cannot_be_used_says_why(added: Cli) -> None:
    added.site.point("chatops.commands", {"broken": "("})
    assert "The command broken cannot be run: test-plugins says where it is as '('" in (
        added.here("broken", code=1).err
    )


def test_completion_imports_none(added: Cli) -> None:
    module = added.site.install("raise RuntimeError('imported')")
    added.site.point("chatops.commands", {"pageant": f"{module}:it"})
    env = {"_CHATOPS_COMPLETE": "bash_complete", "COMP_WORDS": "chatops pag", "COMP_CWORD": "1"}
    done = added(env=env)
    assert (done.out, done.err) == ("plain,page\nplain,pageant\n", "")


def test_a_slip_is_answered_with_what_plugins_add_too(added: Cli) -> None:
    assert "Did you mean 'page'?" in added.here("pagee", code=2).err


def test_our_own_commands_do_not_look_for_others(added: Cli) -> None:
    added.site.point("chatops.commands", {"page": "broken:("})
    added.here("list")


def test_hooks_are_listed_and_shown(cli: Cli) -> None:
    listed = cli.here("hooks", "--json").json()
    assert listed["interface"] == 1
    names = [hook["name"] for hook in listed["hooks"]]
    assert {"incident_declared", "public_update", "action_items_push"} <= {*names}
    shown = cli.here("hooks", "note_added").out
    assert shown.startswith("note_added(event: NoteAdded, ctx: Context) -> Result\n")
    assert "class Diary(Plugin[Settings]):" in shown
    assert "Did you mean 'note_added'?" in cli.here("hooks", "note_add", code=2).err


class TestTry:
    def test_it_shows_the_requests_and_sends_none(self, cli: Cli) -> None:
        said = cli.here("plugins", "try", "slack", "--event", "note_added", "--json").json()
        assert said["hook"] == "note_added"
        assert [d["state"] for d in said["deliveries"]] == ["done"]
        (request,) = said["would_send"]
        assert request["url"].endswith("/chat.postMessage")
        assert cli.here("list", "--json").json() == []

    def test_a_plugin_without_a_stand_in_is_tried_as_it_is_configured(self, cli: Cli) -> None:
        cli.site.install(PLUGIN, told="Told")
        cli.configure("[plugins.told]\n")
        said = cli.here("plugins", "try", "told").out
        assert "told: incident_declared skipped" in said
        assert "Nothing was written or sent." in said

    def test_send_really_sends(self, cli: Cli) -> None:
        cli.site.install(PLUGIN, told="Told")
        cli.configure("[plugins.told]\n")
        done = cli.here("plugins", "try", "told", "--send", code=1)
        assert re.search(r"✗ told: incident_declared did not arrive: .*pager\.invalid", done.out)

    def test_one_that_fails_is_said_to_scripts(self, cli: Cli) -> None:
        cli.site.install(f"print('an advertisement')\n{textwrap.dedent(PLUGIN)}", told="Told")
        cli.configure("[plugins.told]\n")
        said = cli.here("plugins", "try", "told", "--event", "note_added", "--json", code=1).json()
        (delivery,) = said["deliveries"]
        assert delivery["state"] == "failed"
        assert "it raised ValueError: no luck" in delivery["reason"]

    def test_what_keeps_it_from_being_called_is_said(self, cli: Cli) -> None:
        cli.site.install(PLUGIN.replace("ctx.http.request(", "raise ValueError("), told="Told")
        cli.configure("[plugins.told]\n")
        for sent in ([], ["--send"]):
            done = cli.here("plugins", "try", "told", "--event", "note_added", *sent, code=1)
            assert "✗ told: incident_declared failed: it raised TypeError: " in done.out
            assert "… told: note_added waits behind incident_declared\n" in done.out

    def test_a_hook_without_its_mark_is_said(self, cli: Cli) -> None:
        cli.site.install("class Told(Plugin):\n    def note_added(self, event): ...", told="Told")
        cli.configure("[plugins.told]\n")
        for args in ([], ["--event", "note_added"]):
            done = cli.here("plugins", "try", "told", *args, code=2)
            assert "note_added of told has no @hookimpl: nobody calls it." in done.err
        assert "is not told, as @hookimpl is missing: note_added\n" in cli("plugins", "show", "told").out

    def test_a_configuration_that_cannot_be_read_is_said(self, cli: Cli) -> None:
        cli.configure("[plugins.slack\n")
        assert "cannot be read: Expected ']'" in cli.here("plugins", "try", "slack").err
        cli.configure("[plugins]\nslack = 3\n")
        told = cli.here("plugins", "try", "slack", code=2).err
        assert "Error: Write its settings as a table, [plugins.slack].\n" in told

    def test_one_that_hangs_is_not_waited_for(self, cli: Cli) -> None:
        cli.site.install("time.sleep(60)", told="Told")
        cli.configure("[plugins.told]\n")
        assert "did not answer within 5 s" in cli("plugins", "try", "told", code=1).err

    @pytest.mark.parametrize("code", ["class S(", "class S:\n    settings = 1", "raise KeyError"])
    def test_a_stand_in_that_cannot_be_used_is_said(self, code: str, cli: Cli) -> None:
        cli.site.install(PLUGIN, told="Told")
        cli.site.stand_in(cli.site.install(code), told="S")
        done = cli.here("plugins", "try", "told", code=1)
        assert "The stand-in of told cannot be used: it raised " in done.err

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["nobody"], "nobody is not configured. Configure it first, as [plugins.nobody]"),
            (["slack", "--send"], "slack is not configured"),
            (["slack", "--event", "check"], "check is a question, which no event asks. Who asks it: chatops"),
            (
                ["slack", "--event", "audience"],
                "slack does not implement audience. It has: action_item_added",
            ),
            (["trello"], "It is told of nothing that happens to an incident."),
        ],
    )
    def test_what_cannot_be_tried_is_said(self, cli: Cli, args: list[str], said: str) -> None:
        assert said in cli.here("plugins", "try", *args, code=2).err


def test_the_trace_says_each_call(cli: Cli) -> None:
    cli.site.install(PLUGIN, told="Told")
    cli.configure("[plugins.told]\n")
    traced = cli("plugins", "try", "told", "--event", "note_added", code=1, env={"CHATOPS_TRACE": "1"}).err
    lines = [line for line in traced.splitlines() if line.startswith("trace: ")]
    assert re.fullmatch(r"trace: told incident_declared  \d\.\d{3} s  raised NotRehearsed: .*", lines[0])
    assert re.fullmatch(r"trace: told note_added  \d\.\d{3} s  raised ValueError: no luck", lines[1])
