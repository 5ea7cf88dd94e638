"""What is asked on a real terminal, and what becomes of each answer."""

import pytest

from tests.acceptance.helpers import (
    CATALOGUE,
    CTRL_C,
    STATUS_PAGE,
    Terminal,
    events,
    install,
    tables,
    told,
    until,
)
from tests.kit import Cli

ON_IT = "We are investigating a problem with Checkout and will post an update as soon as we know more."
PROMPT = "[y]es, [e]dit, [n]o [n]: "
DECLARE = ("declare", "Bob's", "deploy", "--service", "checkout")
SLOW = """
    [plugins.slow]
    use = "slow"
"""


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team with a catalogue and a status page."""
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE)
    return cli


def test_the_draft_is_shown_whole_and_sent_on_yes(team: Cli) -> None:
    with Terminal(team, *DECLARE, "--component", "checkout-api=major_outage") as terminal:
        terminal.expect(PROMPT)
        assert told(team) == []
        assert terminal.seen.splitlines() == [
            "INC-1 declared: Bob's deploy (sev2, investigating)",
            "",
            "Tell customers?",
            "  Checkout: service disruption",
            f"  {ON_IT}",
            "  Checkout API: major outage",
            "  on page, 1,204 subscribers",
            PROMPT,
        ]
        terminal.press("maybe\n")
        terminal.expect("Say y, e or n.")
        terminal.expect(PROMPT)
        terminal.press("YES\n")
        assert terminal.end(0).endswith("  ✓ page: public_update\n")
    assert [(words["title"], words["text"]) for words in told(team)] == [
        ("Checkout: service disruption", ON_IT)
    ]


@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n", CTRL_C, "\x04"])
def test_without_a_yes_nothing_is_sent(team: Cli, answer: str) -> None:
    with Terminal(team, *DECLARE) as terminal:
        terminal.expect(PROMPT)
        terminal.press(answer)
        seen = terminal.end(0)
    assert seen.endswith("Customers were told nothing. To tell them:\n  chatops public post INC-1 --edit\n")
    assert told(team) == []
    assert events(team, "1") == ["declared"]


def test_an_editor_changes_the_words_and_they_are_shown_again(team: Cli) -> None:
    editor = {"EDITOR": "sed -i s/problem/small\\ problem/"}
    with Terminal(team, *DECLARE, env=editor) as terminal:
        terminal.expect(PROMPT)
        terminal.press("e\n")
        terminal.expect("a small problem with Checkout")
        terminal.expect(PROMPT.replace("[n]:", "[y]:"))
        assert told(team) == []
        terminal.press("y\n")
        terminal.end(0)
    assert told(team)[0]["text"] == ON_IT.replace("problem", "small problem")


def test_an_editor_that_fails_or_saves_nothing_leaves_the_draft(team: Cli) -> None:
    for editor in ("/nowhere/vi", "true", "truncate -s 0"):
        with Terminal(team, *DECLARE, "--new", env={"EDITOR": editor}) as terminal:
            terminal.expect(PROMPT)
            terminal.press("e\n")
            terminal.expect(ON_IT)
            terminal.expect(PROMPT)
            terminal.press("n\n")
            terminal.end(0)
    assert told(team) == []


def test_ctrl_c_belongs_to_the_editor_while_it_runs(team: Cli) -> None:
    editor = team.home / "editor"
    hears = "trap 'echo heard >> $1; exit 0' INT"
    editor.write_text(f"#!/bin/sh\n{hears}\ntouch editing\nwhile :; do sleep 0.05; done\n")
    editor.chmod(0o755)
    with Terminal(team, *DECLARE, "--edit", env={"EDITOR": str(editor)}) as terminal:
        until(team.home / "editing")
        terminal.press(CTRL_C)
        terminal.end(0)
    assert told(team)[0]["text"].endswith("heard")


def test_the_deliveries_are_under_way_while_it_asks(cli: Cli) -> None:
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE + SLOW)
    (cli.home / "hang").touch()
    with Terminal(cli, *DECLARE) as terminal:
        terminal.expect(PROMPT)
        until(cli.home / "called")
        terminal.press(CTRL_C)
        terminal.expect("Customers were told nothing.")
        terminal.press(CTRL_C)
        seen = terminal.end(3)
    assert "Stopped. INC-1 is recorded.\n  … slow: incident_declared pending\n" in seen
    assert events(cli, "1") == ["declared"]


def test_resolve_asks_which_and_what_to_say(team: Cli) -> None:
    team(*DECLARE, "--public", "We are on it.")
    with Terminal(team, "resolve") as terminal:
        terminal.expect("INC-1: Bob's deploy. This one? [Y/n]: ")
        terminal.press("n\n")
        assert terminal.end(130).endswith("Stopped. Nothing was recorded.\n")
    with Terminal(team, "cancel", "--reason", "x") as terminal:
        terminal.expect("This one? [Y/n]: ")
        terminal.press(CTRL_C)
        assert terminal.end(130).endswith("\nStopped. Nothing was recorded.\n")
    assert events(team, "1") == ["declared", "public_update_published"]
    with Terminal(team, "resolve", "-m", "Rolled back") as terminal:
        terminal.expect("This one?")
        terminal.press("\n")
        terminal.expect("The problem with Checkout has been resolved.")
        terminal.expect(PROMPT)
        terminal.press("y\n")
        terminal.end(0)
    assert [words["status"] for words in told(team)] == ["investigating", "resolved"]


@pytest.mark.parametrize(
    "quiet",
    [
        ("--restricted",),
        ("--drill",),
        ("--no-public",),
        ("--severity", "sev4"),
        ("--public", "We are on it."),
        ("--json",),
        ("--quiet",),
        ("--dry-run",),
    ],
)
def test_what_is_not_to_be_asked_is_not_asked(team: Cli, quiet: tuple[str, ...]) -> None:
    with Terminal(team, *DECLARE, *quiet) as terminal:
        assert "Tell customers?" not in terminal.end(0)
    assert len(told(team)) == ("--public" in quiet)


def test_an_update_asks_where_customers_would_notice(team: Cli) -> None:
    team(*DECLARE, "--no-public")
    with Terminal(team, "update", "Looking", "at", "it") as terminal:
        assert "Tell customers?" not in terminal.end(0)
    with Terminal(team, "update", "Found it", "--status", "identified", "--no-notify") as terminal:
        terminal.expect("We have found the cause of the problem with Checkout")
        terminal.expect("on page, 1,204 subscribers, who get no mail")
        terminal.press("y\n")
        terminal.end(0)
    with Terminal(team, "update", "Rolling back") as terminal:
        assert "Tell customers?" not in terminal.end(0)
    with Terminal(team, "update", "Rolled back", "--status", "monitoring") as terminal:
        terminal.expect(PROMPT)
        terminal.press("n\n")
        terminal.end(0)
    assert len(told(team)) == 1


def test_the_editor_of_public_post(team: Cli) -> None:
    team(*DECLARE, "--no-public")
    before = tables(team)
    with Terminal(team, "public", "post", "--edit", env={"EDITOR": "true"}) as terminal:
        assert "Stopped. Nothing was recorded." in terminal.end(130)
    assert tables(team) == before
    with Terminal(team, "public", "post", "--edit", env={"EDITOR": "sed -i s/problem/hitch/"}) as terminal:
        terminal.end(0)
    assert told(team)[0]["text"] == ON_IT.replace("problem", "hitch")
