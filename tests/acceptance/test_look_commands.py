"""What there is to see, through the installed command: list, show, timeline, open, and every --help."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.helpers import ANSI, Terminal
from tests.kit import COMMAND, Cli

COMMANDS = [
    *("declare", "ack", "update", "resolve", "cancel", "reopen", "note", "assign", "restrict", "link add"),
    *("public post", "public correct", "public draft", "public approve", "public reject"),
    *("list", "show", "timeline", "open", "metrics", "deliveries", "retry", "skip", "worker"),
]


def test_the_help_of_every_command_has_an_example(cli: Cli) -> None:
    with ThreadPoolExecutor(2) as pool:
        shown = list(pool.map(lambda name: cli(*name.split(), "--help").out, COMMANDS))
    for name, text in zip(COMMANDS, shown, strict=True):
        assert f"\n    chatops {name}" in text.partition("Example")[2], text
        assert "--json" in text
        assert "--quiet" in text
    overview = cli("--help").out
    assert all(f"  {name.split()[0]} " in overview for name in COMMANDS)


def test_list_has_the_open_ones_first_and_filters(team: Cli) -> None:
    assert team.here("list").out == "No incident yet.\n"
    team.here("declare", "Old", "-s", "sev1", "--at", "3d", "--no-public")
    team.here("declare", "Checkout", "--service", "checkout", "--no-public")
    team.here("resolve", "2")
    team.here("declare", "Exercise", "--drill", "-s", "sev1")
    team.here("cancel", "3", "--reason", "x")
    lines = [line.split(maxsplit=1) for line in team.here("list").out.splitlines()[1:]]
    assert [name for name, _ in lines] == ["INC-1", "INC-3", "INC-2"]
    assert "cancelled" in lines[1][1]
    assert lines[1][1].endswith("Exercise  [drill]")

    filters = {
        ("--state", "open"): "1",
        ("--severity", "sev1", "--no-drill"): "1",
        ("--service", "checkout"): "2",
        ("--since", "2d"): "3 2",
        ("--drill",): "3",
        ("--state", "resolved", "--severity", "sev1"): "",
    }
    for filter_, numbers in filters.items():
        found = team.here("list", *filter_, "--quiet").out.split()
        assert found == [f"INC-{number}" for number in numbers.split()], filter_
    assert [incident["title"] for incident in team.here("list", "--json").json()] == [
        "Old",
        "Exercise",
        "Checkout",
    ]
    assert team.here("list", "--state", "resolved", "--severity", "sev1", "--json").json() == []


def test_show_says_all_that_stands(team: Cli) -> None:
    team.here("declare", "Down", "-s", "sev1", "--service", "checkout", "--at", "2h", "--started-at", "3h")
    shown = team.here("show").out.splitlines()
    assert shown[0] == "INC-1  Down"
    facts = {line[2:17].strip(): line[17:].strip() for line in shown[1:]}
    assert facts["state"] == "investigating, sev1"
    assert facts["services"] == "checkout"
    assert facts["tracker"] == "https://tracker.example.com/OPS-1"
    # Every half an hour, for two hours.
    assert facts["public update"] == "late by 1 h 30 min"
    body = team.here("show", "1", "--json").json()
    assert (body["name"], body["state"], body["draft"]) == ("INC-1", "open", None)
    assert body["public_update_due"] < body["updated_at"]
    assert body["undelivered"] == []
    team.here("update", "--public", "Still on it.")
    facts = {line[2:17].strip(): line[17:].strip() for line in team.here("show").out.splitlines()}
    assert facts["public update"].startswith("due in 29 min, at ")
    assert facts["customers know"].endswith("): Still on it.")


def test_several_links_of_one_plugin_are_told_apart(cli: Cli) -> None:
    both = """
        class Room(Plugin):
            @hookimpl
            def incident_declared(self, event, ctx):
                return [Link("channel", "C1"), Link("call", "7", "https://call.example.com/7")]
    """
    cli.site.install(both, room="Room")
    cli.configure("[plugins.room]")
    cli.here("declare", "Down", "--no-public")
    facts = {line[2:16].strip(): line[16:].strip() for line in cli.here("show").out.splitlines()[1:]}
    assert facts["room channel"] == "C1"
    assert facts["room call"] == "https://call.example.com/7"


def test_open_opens_a_link(team: Cli) -> None:
    team.here("declare", "Down", "--no-public")
    url = "https://tracker.example.com/OPS-1"
    for args in ([], ["1"], ["tracker"], ["INC-1", "tracker"]):
        opened = team.here("open", *args, env={"BROWSER": "echo opened"})
        assert opened.out.splitlines()[0] == url
    unopened = team.here("open", env={"BROWSER": "false", "PATH": "/nowhere", "DISPLAY": ""})
    assert (unopened.out, unopened.err) == (f"{url}\n", "There is no browser here to open it with.\n")
    assert team.here("open", "--json").json() == {"url": url}
    assert "There is no link 'traker'. Did you mean 'tracker'?" in team.here("open", "traker", code=2).err
    team.here("link", "add", "page", "https://status.example.com")
    assert "INC-1 has several links; name one: tracker, page." in team.here("open", code=2).err


def test_nothing_but_words_off_a_terminal(team: Cli) -> None:
    team.here("declare", "Down", "--public", "We are on it.")
    for command in ("list", "show", "timeline", "deliveries --all", "show 99"):
        done = team.here(*command.split(), code=None, env={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"})
        assert "\x1b" not in done.out + done.err


def test_a_terminal_has_colours_unless_they_are_not_wanted(team: Cli) -> None:
    team.here("declare", "Down", "--no-public")
    for command in ("list", "show", "show 99"):
        code = 2 if "99" in command else 0
        with Terminal(team, *command.split()) as coloured:
            coloured.end(code)
        with Terminal(team, *command.split(), env={"NO_COLOR": "1"}) as plain:
            plain.end(code)
        assert ANSI.search(coloured.raw)
        assert "\x1b" not in plain.raw
        assert plain.seen == coloured.seen


def test_a_narrow_terminal(team: Cli) -> None:
    team.here("declare", "Checkout returns 500s for everybody in Europe", "--no-public")
    team.here("note", "One two three four five six seven eight nine ten eleven twelve")
    with Terminal(team, "list", env={"COLUMNS": "40"}) as terminal:
        lines = terminal.end(0).splitlines()
    assert lines[0].startswith("INC-1  sev2  investigating  ")
    assert lines[1:] == ["  Checkout returns 500s for everybody in", "  Europe"]
    with Terminal(team, "timeline", columns=40) as terminal:
        told = terminal.end(0)
    assert "note: One" in told
    assert "https://tracker.example.com/OPS-1" in told
    assert max(len(line) for line in told.splitlines() if "http" not in line) <= 40
    with Terminal(team, "deliveries", "--all", columns=40) as terminal:
        assert "incident_declared  done" in terminal.end(0)


@pytest.mark.parametrize("command", [["list"], ["list", "--json"], ["timeline", "1"], ["show", "1"]])
def test_a_reader_who_leaves_is_no_fault(cli: Cli, command: list[str]) -> None:
    cli.configure("")
    cli.here("declare", "Down", "--no-public")
    for shell in ('"$@" | true', '"$@" >&-', '"$@" >/dev/full', '"$@" | head -c 1', '"$@" 2>&-'):
        ended = subprocess.run(
            ["bash", "-o", "pipefail", "-c", shell, "bash", COMMAND, *command],
            env=cli.env,
            cwd=cli.home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), shell


def test_nobody_who_reads_is_no_reason_to_record_nothing(cli: Cli) -> None:
    cli.configure("")
    for number, out in enumerate((">&-", ">/dev/full", "| true", "2>&-", ">&- 2>&- <&-"), 1):
        line = f'"$0" declare Down --new {out}'
        subprocess.run(["bash", "-c", line, COMMAND], env=cli.env, cwd=cli.home, check=True)
        assert cli.here("list", "--quiet").out.split()[0] == f"INC-{number}"


def test_an_encoding_without_our_marks(team: Cli) -> None:
    declared = team("declare", "Zurück", "--no-public", env={"PYTHONIOENCODING": "ascii"})
    assert declared.out.startswith("INC-1 declared: Zur\\xfcck")
    assert "\\u2713 tracker" in declared.out
    assert json.loads(team("list", "--json").out)[0]["title"] == "Zurück"


def test_times_are_shown_in_the_users_zone(cli: Cli) -> None:
    cli.configure("")
    cli("declare", "Down", "--at", "2026-01-02 23:30", "--no-public", env={"TZ": "America/New_York"})
    assert "2026-01-03 04:30" in cli("list").out
    assert "2026-01-02 23:30" in cli("list", env={"TZ": "America/New_York"}).out
    assert cli("list", "--json").json()[0]["declared_at"] == "2026-01-03T04:30:00Z"
