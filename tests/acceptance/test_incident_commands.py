"""From the declaration to the end, through the installed command: declare, ack, update, resolve, cancel,
reopen.
"""

import os
import pwd
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.acceptance.helpers import CATALOGUE, STATUS_PAGE, TRACKER, events, install, tables, told
from tests.kit import Cli


def test_an_incident_from_its_declaration_to_its_end(team: Cli) -> None:
    declared = team(
        *("declare", "Checkout", "returns", "500s", "--severity", "sev1", "--service", "checkout"),
        *("--component", "checkout-api=partial_outage", "--detected-by", "customer", "--no-public"),
    )
    assert declared.out.splitlines()[0] == "INC-1 declared: Checkout returns 500s (sev1, investigating)"
    assert "✓ tracker: incident_declared  https://tracker.example.com/OPS-1" in declared.out
    assert "customers" not in (declared.out + declared.err).lower()

    team.here("ack", "--as", "dana")
    again = team.here("ack", "--as", "lee")
    assert "acknowledged by dana at" in again.out
    assert "Nothing new was recorded." in again.out

    words = ("update", "Bad", "deploy", "--status", "identified", "--no-public")
    changes = ("--severity", "sev2", "--title", "Checkout is down", "--service", "payments")
    updated = team.here(*words, *changes, "--component", "checkout-api=major_outage")
    assert updated.out.startswith("INC-1 updated: Checkout is down (sev2, identified)")

    refused = team.here("resolve", "Rolled", "back", code=2)
    assert refused.err == "Error: Name the incident, to be sure. Open is INC-1: Checkout is down\n"
    assert team.here("resolve", "inc1", "Rolled", "back").out.startswith("INC-1 resolved: Checkout is down")
    assert events(team, "1") == ["declared", "link_added", "acknowledged", "updated", "resolved"]
    story = team.here("timeline", "INC-1").out
    assert "severity sev1 → sev2; status investigating → identified; title" in story
    assert "services payments; checkout-api major outage; Bad deploy" in story
    assert "resolved: Rolled back" in story


def test_a_false_alarm_and_its_return(team: Cli) -> None:
    team.here("declare", "500", "errors", "--no-public")
    assert team.here("list", "--quiet").out == "INC-1\n"
    cancelled = team.here("cancel", "#1", "--reason", "The probe was broken")
    assert cancelled.out.startswith("INC-1 cancelled: 500 errors")
    unnamed = team.here("reopen", "--reason", "x", code=2)
    assert unnamed.err.startswith("Error: Name the incident that is not over.\n")
    reopened = team.here("reopen", "--reason", "It is real", "-i", "1")
    assert reopened.out.startswith("INC-1 reopened: 500 errors (sev2, investigating)")
    assert "is open already" in team.here("reopen", "1", "--reason", "x", code=2).err
    assert events(team, "1") == ["declared", "link_added", "cancelled", "reopened"]


@pytest.mark.parametrize("name", ["12", "#12", "inc12", "INC-12", "iNc-12"])
def test_a_first_word_that_looks_like_an_id_is_one(cli: Cli, name: str) -> None:
    missing = cli.here("note", name, "Seen in Frankfurt, too", code=2)
    assert "There is no incident INC-12." in missing.err
    assert f"Where '{name}' begins the message, name the incident with -i." in missing.err


def test_the_incident_that_is_meant(cli: Cli) -> None:
    assert "No incident is open." in cli.here("update", "Rolled back", code=2).err
    for number in range(1, 13):
        cli.here("declare", f"Number {number}", "--no-public", "--quiet")
    listed = cli.here("update", "Rolled back", code=2).err
    assert listed.startswith("Error: Several incidents are open; name the one you mean:\n  INC-12  sev2")
    assert listed.endswith("\n  INC-3  sev2  Number 3\n  and 2 more: chatops list\n")

    cli.here("update", "-i", "3", "500", "errors")
    cli.here("update", "Fewer errors", env={"CHATOPS_INCIDENT": "inc-3"})
    cli.here("update", "4", "Not this one", env={"CHATOPS_INCIDENT": "3"})
    cli.here("update", "5", "-m", "600 errors")
    messages = [
        [event["message"] for event in cli.here("timeline", number, "--json").json()[1:]] for number in "345"
    ]
    assert messages == [["500 errors", "Fewer errors"], ["Not this one"], ["600 errors"]]
    assert "Name one incident, not both '3' and '4'." in cli.here("ack", "3", "-i", "4", code=2).err
    assert "Say the words once" in cli.here("update", "3", "-m", "these", "those", code=2).err


def test_pressing_again(team: Cli) -> None:
    team.here("declare", "Down", "--service", "checkout", "--no-public", "-s", "sev2")
    again = team.here("declare", " Down ", "--service", "checkout", "-s", "sev1", "--json")
    assert again.json()["incident"]["name"] == "INC-1"
    assert again.json()["repeated"].startswith("declared already by ")
    assert (again.json()["events"], again.json()["deliveries"]) == ([], [])
    said = team.here("declare", "Down", "--service", "checkout").out
    assert "as sev2 (another one: --new). Nothing new was recorded." in said

    for different in (["--service", "payments"], ["--drill"], ["--restricted"], ["--new"]):
        services = [] if "--service" in different else ["--service", "checkout"]
        assert team.here("declare", "Down", *services, *different, "--no-public", "--quiet").out != "INC-1\n"

    update = ("update", "1", "Bad deploy", "--status", "identified")
    team.here(*update)
    assert "this update was recorded a moment ago" in team.here(*update).out
    assert "updated" in team.here("update", "1", "Another thing").out
    assert events(team, "1").count("updated") == 2


def test_pressing_again_for_what_began_earlier(cli: Cli) -> None:
    first = cli.here("declare", "Down", "--no-public", "--at", "3h ago", "--quiet").out
    assert cli.here("declare", "Down", "--no-public", "--at", "3h ago", "--quiet").out == first
    assert cli.here("declare", "Down", "--no-public", "--quiet").out == "INC-2\n"
    assert cli.here("declare", "Down", "--no-public", "--at", "5h ago", "--quiet").out == "INC-3\n"


def test_a_key_is_unique_among_open_incidents(cli: Cli) -> None:
    cli.here("declare", "Disk is full", "--key", "alert-7", "--no-public")
    again = cli.here("declare", "Disk is fuller", "--key", "alert-7", "--no-public")
    assert again.out.startswith("INC-1: declared already with the key 'alert-7'")
    assert cli.here("resolve", "1", "--key", "r1").code == 0
    assert "the key 'r1' was used for this already" in cli.here("resolve", "1", "--key", "r1").out
    assert cli.here("declare", "Disk is full", "--key", "alert-7", "--no-public", "--quiet").out == "INC-2\n"
    # What has no key of its own gives a blank one.
    for title in ("First", "Second"):
        cli.here("declare", title, "--key", " ", "--no-public")
    assert len(cli.here("list", "--quiet", "--all").out.split()) == 4


def test_two_processes_with_one_key_declare_one_incident(cli: Cli) -> None:
    cli.configure("")

    def declare(title: str) -> str:
        return cli("declare", title, "--key", "alert-7", "--no-public", "--quiet").out

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(declare, "abcdef")) == {"INC-1\n"}
    assert cli("list", "--quiet", "--all").out == "INC-1\n"


WRITING = [
    ["declare", "Payments fail", "--public", "We are on it."],
    ["declare", "Ledger is late", "-s", "sev3", "--service", "checkout"],
    ["ack", "1"],
    ["update", "1", "Bad deploy", "--status", "identified", "--edit"],
    ["resolve", "1", "Rolled back"],
    ["cancel", "1", "--reason", "None"],
    ["reopen", "2", "--reason", "Back"],
    ["note", "1", "Seen in Frankfurt"],
    ["assign", "1", "commander", "dana"],
    ["restrict", "1"],
    ["link", "add", "1", "tracker", "OPS-9"],
    ["public", "post", "1", "Still on it."],
    ["public", "post", "1", "--edit"],
    ["public", "correct", "1", "We are on it now."],
    ["public", "draft", "1", "Soon."],
    ["public", "approve", "2"],
    ["public", "reject", "2"],
    ["retry", "INC-1"],
]


def test_a_dry_run_writes_nothing(cli: Cli) -> None:
    install(cli.site)
    broken = '[plugins.broken]\nuse = "broken"\n'
    cli.configure(CATALOGUE + STATUS_PAGE + TRACKER + broken)
    (cli.home / "refuse").touch()
    cli.here("declare", "Checkout is down", "-s", "sev1", "--public", "We are on it.", code=3)
    cli.here("declare", "Over", "--no-public", "--drill", code=3)
    cli.here("public", "draft", "2", "Wait.", code=3)
    cli.here("resolve", "2", code=3)
    failed = cli.here("deliveries", "--quiet").out.split()[0]
    before = tables(cli)
    editor = {"EDITOR": "touch edited"}
    writing = [*WRITING, ["skip", failed, "--reason", "By hand"]]
    shown = {" ".join(args): cli.here(*args, "--dry-run", env=editor) for args in writing}
    assert tables(cli) == before
    assert len(told(cli)) == 1
    assert not (cli.home / "edited").exists()
    assert all(done.out.endswith("Nothing was written or sent.\n") for done in shown.values())

    declared = shown["declare Payments fail --public We are on it."].out.splitlines()
    assert declared[0] == "INC-3 would record:"
    assert "  event 1: declared sev2: Payments fail" in declared
    assert "    to tracker: incident_declared" in declared
    assert "  event 2: for customers (investigating): We are on it." in declared
    assert "    to page: public_update" in declared
    automatic = shown["declare Ledger is late -s sev3 --service checkout"].out
    assert "event 2: for customers (investigating): We are investigating a problem with Checkout" in automatic
    assert "then asks whether to tell customers: The problem with" in shown["resolve 1 Rolled back"].out
    assert "broken: incident_declared failed: no such project" in shown["retry INC-1"].out


def test_times(cli: Cli) -> None:
    cli.here("declare", "Down", "--started-at", "90m ago", "--at", "2026-01-02T03:04+01:00", code=2)
    cli(
        "declare", "Down", "--started-at", "2026-01-02 02:00", "--at", "2026-01-02T03:04+01:00", "--no-public"
    )
    incident = cli.here("show", "1", "--json").json()
    assert incident["declared_at"] == "2026-01-02T02:04:00Z"
    assert incident["started_at"] == "2026-01-02T02:00:00Z"
    cli.here("ack", "1", "--at", "2 h ago")
    acknowledged = datetime.fromisoformat(cli.here("show", "1", "--json").json()["acknowledged_at"])
    assert abs(datetime.now(acknowledged.tzinfo) - acknowledged - timedelta(hours=2)) < timedelta(minutes=1)


def test_who_acts(cli: Cli) -> None:
    cli.here("declare", "Down", "--no-public")
    cli.configure('[core]\nactor = "configured"\ndrainer = false\n')
    cli.here("note", "One")
    cli.here("note", "Two", env={"CHATOPS_ACTOR": "from the environment"})
    cli.here("note", "Three", "--as", "from  the\x1b[31m command", env={"CHATOPS_ACTOR": "x"})
    login = pwd.getpwuid(os.getuid()).pw_name
    actors = [event["actor"] for event in cli.here("timeline", "--json").json()]
    expected = [os.environ.get("LOGNAME") or os.environ.get("USER") or login]
    assert actors == [*expected, "configured", "from the environment", "from the command"]


def test_json_holds_the_whole_answer(team: Cli) -> None:
    answer = team.here("declare", "Down", "--json", "--public", "We are on it.")
    body = answer.json()
    assert set(body) == {"incident", "events", "deliveries", "repeated", "dry_run", "requests"}
    assert body["incident"]["links"][0]["link"]["id"] == "OPS-1"
    assert [event["kind"] for event in body["events"]] == ["declared", "public_update_published"]
    delivered = {(d["instance"], d["hook"], d["state"]) for d in body["deliveries"]}
    assert delivered == {("tracker", "incident_declared", "done"), ("page", "public_update", "done")}
    # What a plugin prints is no part of the answer.
    assert "a plugin says something" in answer.err
    quiet = team.here("declare", "Other", "--quiet", "--no-public")
    assert (quiet.out, "a plugin says something" in quiet.err) == ("INC-2\n", True)
