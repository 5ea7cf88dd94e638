"""What is to be delivered, through the installed command: deliveries, retry, skip."""

import pytest

from tests.acceptance.helpers import install
from tests.kit import Cli

BROKEN = """
    [plugins.broken]
    use = "broken"
    [plugins.tracker]
    use = "tracker"
"""
#: Both name the option; it helps one alone.
GONE = """
class Lost(Plugin[NoConfig]):
    @hookimpl
    def incident_declared(self, event, ctx):
        raise Gone("the ticket was deleted")

class Stubborn(Plugin[NoConfig]):
    @hookimpl
    def incident_declared(self, event, ctx):
        raise Rejected("no project; --recreate would not help")
"""


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team whose one plugin refuses, and whose other one works."""
    install(cli.site)
    cli.configure(BROKEN)
    (cli.home / "refuse").touch()
    return cli


def test_what_failed_is_shown_tried_again_and_delivered(team: Cli) -> None:
    declared = team.here("declare", "Down", "--no-public", code=3)
    assert "✗ broken: incident_declared failed: no such project [red]OPS[/red]" in declared.out
    assert "✓ tracker: incident_declared" in declared.out
    assert declared.err.endswith("Warning: broken needs you. When the cause is mended: chatops retry INC-1\n")
    # What follows waits behind it, and every command says so.
    assert "broken needs you" in team.here("note", "Waits", code=3).err

    header, failed, waits = team.here("deliveries").out.splitlines()
    assert header.split() == ["incident", "to", "hook", "state", "due", "tried", "why"]
    assert failed.split(maxsplit=6)[1:6] == ["INC-1", "broken", "incident_declared", "failed", "1"]
    assert waits.split()[3:5] == ["note_added", "pending"]
    number = failed.split()[0]
    shown = team.here("show").out
    assert "2; to try again: chatops retry INC-1" in shown
    assert f"    {number}  ✗ broken: incident_declared failed: no such project" in shown

    again = team.here("retry", number, code=3)
    assert "✗ broken: incident_declared failed" in again.out
    assert team.here("deliveries", "--json").json()[0]["attempts"] == 2
    (team.home / "refuse").unlink()
    done = team.here("retry", "INC-1")
    assert done.out == "  ✓ broken: incident_declared\n  ✓ broken: note_added\n"
    assert team.here("deliveries").out == "Nothing waits to be delivered.\n"
    assert {d["state"] for d in team.here("deliveries", "1", "--json").json()} == {"done"}
    assert team.here("retry", "--all").out == "Nothing there waits to be tried again.\n"
    settled = team.here("retry", number).out
    assert settled == f"Nothing there waits to be tried again (the incident: chatops retry INC-{number}).\n"


def test_one_delivery_is_given_up_on_the_record(team: Cli) -> None:
    team.here("declare", "Down", "--no-public", code=3)
    team.here("note", "Waits", code=3)
    number = team.here("deliveries", "--quiet").out.split()[0]
    skipped = team.here("skip", number, "--reason", "Opened\nby hand", "--as", "dana")
    assert skipped.out == f"Delivery {number} is given up.\n  ✓ broken: note_added\n"
    rows = team.here("deliveries", "1", "--json").json()
    assert [d["reason"] for d in rows if d["state"] == "skipped"] == ["by dana: Opened by hand"]
    again = team.here("skip", number, "--reason", "x", code=2)
    assert again.err == f"Error: Delivery {number} is skipped already.\n"


def test_a_lost_object_is_created_anew(team: Cli) -> None:
    (team.home / "refuse").unlink()
    team.here("declare", "Down", "--no-public")
    (team.home / "refuse").touch()
    team.here("declare", "Other", "--no-public", code=3)
    [failed] = team.here("deliveries", "--json").json()
    (team.home / "refuse").unlink()
    body = team.here("retry", str(failed["id"]), "--recreate", "--json").json()
    assert [(d["id"], d["state"]) for d in body] == [(failed["id"], "done")]


def test_what_is_gone_is_known_by_its_error_and_not_by_its_words(cli: Cli) -> None:
    cli.site.install(GONE, lost="Lost", stubborn="Stubborn")
    cli.configure("[plugins.lost]\n[plugins.stubborn]\n")
    said = cli.here("declare", "Down", "--no-public", code=3).err
    assert "stubborn needs you. When the cause is mended: chatops retry INC-1\n" in said
    assert "lost needs you. Where it is to be made anew: chatops retry INC-1 --recreate\n" in said
    waiting = cli.here("deliveries", "--json").json()
    assert {d["instance"]: d["gone"] for d in waiting} == {"lost": True, "stubborn": False}


def test_numbers_that_mean_nothing(cli: Cli) -> None:
    cli.configure("")
    cli.here("declare", "Down", "--no-public")
    for number in ("7", "9" * 30):
        assert "There is no delivery" in cli.here("retry", number, code=2).err
        assert f"There is no delivery {number}." in cli.here("skip", number, "--reason", "x", code=2).err
    assert "Name one incident (INC-12) or deliveries (7 8)" in cli.here("retry", "INC-1", "7", code=2).err
    for number in ("INC-7", "9" * 30):
        assert "There is no incident" in cli.here("deliveries", number, code=2).err
