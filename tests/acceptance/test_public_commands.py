"""Words to customers, through the installed command and off a terminal, where nobody can be asked."""

import shlex

import pytest

from tests.acceptance.helpers import CATALOGUE, STATUS_PAGE, events, install, told
from tests.kit import Cli

ON_IT = "We are investigating a problem with Checkout and will post an update as soon as we know more."


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team with a catalogue and a status page."""
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE)
    return cli


def test_off_a_terminal_nothing_is_sent_and_the_line_to_send_it_is_printed(team: Cli) -> None:
    declared = team.here("declare", "Jo's secret deploy failed", "--service", "checkout")
    first, line = declared.err.splitlines()
    assert first == "Customers were told nothing. To tell them:"
    assert told(team) == []
    command = shlex.split(line)
    assert command == ["chatops", "public", "post", "INC-1", ON_IT]
    posted = team.here(*command[1:])
    assert posted.out == f"INC-1: for customers: {ON_IT}\n  ✓ page: public_update\n"
    assert [(words["title"], words["text"]) for words in told(team)] == [
        ("Checkout: service disruption", ON_IT)
    ]
    again = team.here(*command[1:])
    assert again.out.startswith("INC-1: customers were told exactly this")
    assert again.out.endswith("Nothing new was recorded.\n")
    # Nobody who reads JSON is asked, either, and what is said about it is no part of the answer.
    asked = team.here("declare", "Other", "--json")
    assert (asked.json()["incident"]["name"], "public post INC-2" in asked.err) == ("INC-2", True)


def test_the_policy_of_the_severity_decides(team: Cli) -> None:
    automatic = team.here("declare", "Slow", "--severity", "sev3", "--service", "checkout")
    assert f"For customers: {ON_IT}" in automatic.out
    manual = team.here("declare", "Slow, too", "--severity", "sev4")
    assert manual.err == ""
    team.here("update", "1", "Found it", "--status", "identified")
    team.here("resolve", "1")
    assert [words["status"] for words in told(team)] == ["investigating", "identified", "resolved"]
    # Who heard of it is owed its end, whatever the policy.
    team.here("public", "post", "2", "We know.")
    assert "chatops public post INC-2" in team.here("resolve", "2").err


def test_the_public_title_is_never_the_internal_one(team: Cli) -> None:
    for services in ([], ["ledger"], ["checkout", "payments"], ["checkout", "ledger"]):
        options = [option for name in services for option in ("--service", name)]
        team.here("declare", "Bob broke it", *options, "--public", "We are on it.", "--new")
    named = ["--public", "We are on it.", "--public-title", "Slow payments", "--new"]
    team.here("declare", "Bob broke it", *named)
    assert [words["title"] for words in told(team)] == [
        "Service disruption",
        "Service disruption",
        "Checkout and Payments: service disruption",
        "Checkout: service disruption",
        "Slow payments",
    ]


def test_words_with_a_command_and_none(team: Cli) -> None:
    component = ("--component", "checkout-api=major outage")
    told_once = team.here("declare", "Down", "-s", "sev1", *component, "--public", "Checkout is down.")
    assert "For customers: Checkout is down." in told_once.out
    assert told_once.err == ""
    quiet = team.here("update", "Rolling back", "--status", "identified", "--no-public")
    assert quiet.err == ""
    # A component that changed is news, though the words are the same.
    better = ("update", "--status", "investigating", "--component", "checkout-api=partial_outage")
    team.here(*better, "--public", "Checkout is down.")
    assert team.here("update", "--public", "Still down.").out.startswith("For customers: Still down.")
    team.here("resolve", "1", "--edit", "--no-notify", env={"EDITOR": "sed -i s/problem/trouble/"})
    assert [(words["text"], words["components"]) for words in told(team)] == [
        ("Checkout is down.", {"Checkout API": "major_outage"}),
        ("Checkout is down.", {"Checkout API": "partial_outage"}),
        ("Still down.", {"Checkout API": "partial_outage"}),
        (
            "The trouble with some of our services has been resolved. We apologise for the disruption.",
            {"Checkout API": "operational"},
        ),
    ]
    assert team.here("show", "1", "--json").json()["public"][-1]["notify"] is False


def test_an_editor_that_fails_takes_nothing_back(team: Cli) -> None:
    broken = team.here("declare", "Down", "--edit", env={"EDITOR": "/nowhere/vi"}, code=3)
    assert broken.out.startswith("INC-1 declared: Down")
    assert "Customers were told nothing. To tell them:\n  chatops public post INC-1 'We are" in broken.err
    emptied = team.here("update", "Found it", "--edit", env={"EDITOR": "truncate -s 0"})
    assert "Customers were told nothing." in emptied.err
    unsaved = team.here("public", "post", "--edit", env={"EDITOR": "true"}, code=130)
    assert unsaved.err.strip() == "Stopped. Nothing was recorded."
    assert team.here("update", "--edit", env={"EDITOR": "true"}, code=1).out == ""
    assert (told(team), events(team, "1")) == ([], ["declared", "updated"])


def test_bad_words_are_refused_before_anything_is_recorded(team: Cli) -> None:
    for bad in (["--public", "  "], ["--public", "x" * 30_000], ["--public", "x", "--no-public"]):
        assert team.here("declare", "Down", *bad, code=2).out == ""
    assert team.here("declare", "Down", "--public", "x", "--public-title", "x" * 300, code=2).out == ""
    assert team.here("list").out == "No incident yet.\n"


def test_draft_approve_and_reject(team: Cli) -> None:
    team.here("declare", "Down", "--service", "checkout", "--no-public")
    drafted = team.here("public", "draft", "Checkout fails for some.", "--title", "Checkout")
    assert drafted.out == (
        "INC-1: drafted: Checkout fails for some.\n  To tell customers: chatops public approve INC-1\n"
    )
    assert "Checkout fails for some. (chatops public approve INC-1)" in team.here("show").out
    assert told(team) == []
    approved = team.here("public", "approve", "--as", "marta")
    assert approved.out.startswith("INC-1: for customers: Checkout fails for some.\n")
    assert told(team)[0]["title"] == "Checkout"
    assert "INC-1 has no public words that wait for a yes." in team.here("public", "approve", code=2).err

    team.here("public", "draft", "1")
    assert team.here("show", "--json").json()["draft"]["text"] == ON_IT
    assert "the draft will not be sent" in team.here("public", "reject", "1", "--reason", "Too early").out
    assert team.here("show", "--json").json()["draft"] is None
    assert len(told(team)) == 1


def test_corrections(team: Cli) -> None:
    team.here("declare", "Down", "--no-public")
    assert "customers were told nothing yet" in team.here("public", "correct", "x", code=2).err
    team.here("public", "post", "Chekcout is down.")
    team.here("public", "post", "-m", "2 services are down.", "--status", "identified")
    fixed = team.here("public", "correct", "1", "Checkout is down.", "--update", "1")
    assert fixed.out.startswith("INC-1: customers now read: Checkout is down.\n  ✓ page: public_correction")
    team.here("public", "correct", "Both services are down.")
    texts = [words["text"] for words in team.here("show", "--json").json()["public"]]
    assert texts == ["Checkout is down.", "Both services are down."]
    assert "the words are these already" in team.here("public", "correct", "Both services are down.").out
    for number in ("0", "3", "-1"):
        wrong = team.here("public", "correct", "1", "x", "--update", number, code=2)
        assert f"INC-1 has no public update {number}: the last one is 2." in wrong.err


def test_the_end_is_owed_until_it_is_told(team: Cli) -> None:
    team.here("declare", "Down", "--service", "checkout", "--public", "We are on it.")
    team.here("resolve", "1", "--no-public", "--at", "1m")
    line = "INC-1: customers are owed the end: chatops public post INC-1 TEXT"
    assert line in team.here("list").out
    assert "the end is owed for 1 min: chatops public post INC-1 TEXT" in team.here("show", "1").out
    team.here("public", "post", "1", "All is well.")
    assert line not in team.here("list").out
    assert "owed" not in team.here("show", "1").out
    assert told(team)[-1]["status"] == "resolved"
    team.here("cancel", "1", "--reason", "x", code=2)
    assert "chatops public post INC-1" in team.here("reopen", "1", "--reason", "It is back").err
