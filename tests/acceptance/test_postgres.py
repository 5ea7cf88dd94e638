"""Commands on a store that a team shares."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.acceptance.helpers import Process
from tests.kit import Cli
from tests.processes import until

PLUGIN = """
    class Ticket(Plugin):
        own_transport = False
        @hookimpl
        def incident_declared(self, event, ctx):
            while os.path.exists("hold"):
                time.sleep(0.02)
            return ctx.once("ticket", create=lambda key: Link("ticket", key), find=lambda key: None)
"""

DOWN = """
    class Down(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            if not os.path.exists("up"):
                raise Unavailable("the remote is down")
"""
LOOKS = (["list", "--all"], ["show", "INC-1"], ["timeline", "INC-1"], ["deliveries", "--all"])


@pytest.fixture
def team(cli: Cli, empty: str) -> Cli:
    """An installation whose store is a database, with a password that it does not ask for."""
    cli.site.install(PLUGIN, ticket="Ticket")
    secret = empty.replace("postgres@", "postgres:hunter2@")
    cli.configure(f"[core]\ndrainer = false\nstore = '{secret}'\n[plugins.ticket]\n")
    return cli


def test_an_incident_from_its_beginning_to_its_end(team: Cli, empty: str) -> None:
    assert "INC-1" in team("declare", "Checkout returns 500s", "--no-public").out
    team("update", "found it", "--status", "identified", "--no-public")
    assert [found["title"] for found in team("list", "--json").json()] == ["Checkout returns 500s"]
    assert "found it" in team("timeline", "INC-1").out
    assert [d["state"] for d in team("deliveries", "--all", "--json").json()] == ["done"]
    team("resolve", "INC-1", "rolled back", "--no-public")
    elsewhere = team("list", "--all", "--json", env={"CHATOPS_STORE": empty, "CHATOPS_CONFIG": ""}).json()
    assert [found["state"] for found in elsewhere] == ["resolved"]


def test_a_dry_run_leaves_it_as_it_is(team: Cli) -> None:
    team("declare", "before", "--no-public")
    assert "INC-2" in team("declare", "never", "--no-public", "--dry-run").out
    assert [found["title"] for found in team("list", "--json").json()] == ["before"]


def test_what_looks_at_it_shows_no_password(team: Cli) -> None:
    for command in (["config", "check"], ["config", "show"], ["doctor"], ["doctor", "--json"]):
        done = team(*command)
        assert "hunter2" not in done.out + done.err
    assert "✓ store: postgresql://postgres@/" in team("doctor").out


def test_a_database_that_is_not_there_is_said_in_words(cli: Cli, empty: str) -> None:
    nowhere = empty.replace("/test_", "/nowhere_").replace("postgres@", "postgres:hunter2@")
    cli.configure(f"[core]\ndrainer = false\nstore = '{nowhere}'\n")
    for command in (["declare", "never"], ["list"]):
        done = cli(*command, code=4)
        assert "does not exist" in done.err
        assert "hunter2" not in done.err
    done = cli("doctor", code=5)
    assert "does not exist" in done.out
    assert "hunter2" not in done.out + done.err


@pytest.mark.long
def test_an_installation_moves_to_it_and_back_with_nothing_lost(cli: Cli, empty: str) -> None:
    cli.site.install(PLUGIN + DOWN, ticket="Ticket", down="Down")
    cli.configure("[plugins.ticket]\n[plugins.down]\n")
    cli("declare", "Checkout returns 500s", "--no-public", code=3)
    cli("update", "found it", "--severity", "sev1", "--public", "We are on it.", code=3)
    told = cli("store", "export", "here.jsonl")
    assert "Wrote here.jsonl: 1 incidents, " in told.out
    assert (cli.home / "here.jsonl").stat().st_mode & 0o777 == 0o600
    before = [cli(*look, "--json").json() for look in LOOKS]

    there = {"CHATOPS_STORE": empty}
    assert "Would fill" in cli("store", "import", "here.jsonl", "--dry-run", env=there).out
    assert cli("store", "import", "here.jsonl", "--json", env=there).json()["rows"]["incidents"] == 1
    assert [cli(*look, "--json", env=there).json() for look in LOOKS] == before
    assert cli("store", "check", env=there).out.startswith("ok: postgresql://")
    assert "schema 1" in cli("store", "migrate", env=there).out
    again = cli("store", "import", "here.jsonl", code=2, env=there)
    assert "has incidents or plugins already" in again.err
    (cli.home / "up").touch()
    assert cli("retry", "--all", "--json", env=there).code == 0
    assert {d["state"] for d in cli("deliveries", "--all", "--json", env=there).json()} == {"done"}

    cli("store", "export", "there.jsonl", env=there)
    back = {"CHATOPS_STORE": f"{cli.home}/back.db"}
    cli("store", "import", "there.jsonl", env=back)
    cli("store", "export", "back.jsonl", env=back)
    assert (cli.home / "back.jsonl").read_text() == (cli.home / "there.jsonl").read_text()
    assert cli("store", "check", "--json", env=back).json()["faults"] == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: lines[:-1], "not whole"),
        (lambda lines: lines[:-2] + lines[-1:], "not whole"),
        (lambda lines: lines[1:], "no export of a store"),
        (lambda lines: ['{"schema": 99}', *lines[1:]], "schema 99"),
        (lambda lines: [*lines[:2], "{", *lines[2:]], "line 3"),
    ],
    ids=["cut short", "a line is missing", "no head", "newer", "no JSON"],
)
def test_an_export_that_is_not_whole_is_not_taken(
    cli: Cli, damage: Callable[[list[str]], list[str]], said: str
) -> None:
    cli.configure("")
    cli("declare", "one", "--no-public")
    file = cli.home / "export.jsonl"
    cli("store", "export", str(file))
    file.write_text("\n".join(damage(file.read_text().splitlines())) + "\n")
    there = {"CHATOPS_STORE": f"{cli.home}/there.db"}
    assert said in cli("store", "import", str(file), code=2, env=there).err
    assert cli("list", "--all", "--json", env=there).json() == []


def test_what_does_not_add_up_is_found(cli: Cli) -> None:
    cli.configure("")
    cli("declare", "one", "--no-public")
    assert "1 incidents" in cli("store", "check").out
    with closing(
        sqlite3.connect(cli.home / ".local/state/chatops/chatops.db", isolation_level=None)
    ) as damaged:
        damaged.execute("DELETE FROM events")
    found = cli("store", "check", "--json", code=5).json()["faults"]
    assert "INC-1 is not what its events add up to" in found


def test_what_cannot_run_here_waits_for_a_worker_that_runs_it(team: Cli, empty: str) -> None:
    """A responder's machine needs neither the packages nor the tokens of the team's."""
    laptop = team.home / "laptop.toml"
    laptop.write_text(
        f"[core]\ndrainer = false\nstore = '{empty}'\n[plugins.ticket]\nuse = 'not-installed'\n"
    )
    declared = team("--config", str(laptop), "declare", "Down", "--no-public", code=3)
    assert "not-installed is not installed" in declared.err
    assert "No worker runs it on any host. Start one where it can: chatops worker" in declared.err
    (finding,) = team("doctor", "--json", code=5).json()["findings"]
    assert finding["setting"] == "plugins.ticket"
    assert finding["problem"].startswith("1 delivery waits, and no worker runs it on any host")

    with Process(team, "worker") as worker:
        until(lambda: team("deliveries").out == "Nothing waits to be delivered.\n")
        (team.home / "hold").touch()
        again = team("--config", str(laptop), "declare", "Down again", "--no-public", code=3)
        (team.home / "hold").unlink()
        assert "A worker on a host where it runs delivers it." in again.err
        until(lambda: team("deliveries").out == "Nothing waits to be delivered.\n")
        assert "workers: run ticket\n" in team("doctor").out
        worker.interrupt()
        assert worker.end().code == 0
