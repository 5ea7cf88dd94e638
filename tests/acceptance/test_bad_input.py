"""What cannot be understood gets a clear error and changes nothing; what is odd is kept as it was typed."""

import pytest

from tests.acceptance.helpers import CATALOGUE, STATUS_PAGE, Terminal, install, tables, told
from tests.kit import Cli

ODD = "{{ 7*7 }} %s %(x)s {0} [red]x[/red] </script> <b> $HOME `id` 🔥 \\n naïve 日本 \"q\" 'q' & \\x1b"
HOSTILE = f"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x07\u202eback\u2066 {ODD}"

#: A command, and what its error has to say.
WRONG = {
    "severity": (
        ["declare", "x", "-s", "sev11"],
        "no severity 'sev11'. Did you mean 'sev1'? There are: sev1,",
    ),
    "service": (
        ["declare", "x", "--service", "chekout"],
        "Did you mean 'checkout'? There are: checkout, pay",
    ),
    "service of an update": (
        ["update", "1", "--service", "a"],
        "There is no service 'a'. There are: checkout",
    ),
    "service of list": (["list", "--service", "chekout"], "Did you mean 'checkout'?"),
    "severity of list": (["list", "-s", "sev11"], "Did you mean 'sev1'?"),
    "state of list": (
        ["list", "--state", "opne"],
        "no state 'opne'. Did you mean 'open'? There are: open, res",
    ),
    "component": (["declare", "x", "--component", "api=operational"], "no component 'api'. There are: check"),
    "component status": (
        ["update", "1", "--component", "checkout-api=majr outage"],
        "There is no component status 'majr outage'. Did you mean 'major_outage'? There are: operational,",
    ),
    "component without status": (
        ["declare", "x", "--component", "checkout-api"],
        "is no NAME=STATUS, such as checkout-api=maj",
    ),
    "status": (
        ["update", "1", "--status", "monitering"],
        "Did you mean 'monitoring'? There are: investigating",
    ),
    "status of declare": (["declare", "x", "--status", "resolved"], "There is no status 'resolved'."),
    "status of post": (["public", "post", "1", "x", "--status", "done"], "There is no status 'done'."),
    "detector": (["declare", "x", "--detected-by", "alert"], "There are: monitoring, customer, employee."),
    "incident": (["show", "INC-99"], "There is no incident INC-99. `chatops list --all` shows"),
    "incident by word": (["ack", "checkout"], "There is no incident 'checkout'."),
    "incident of -i": (["note", "-i", "x", "y"], "There is no incident 'x'."),
    "incident without end": (["show", "9" * 5000], f"There is no incident {'9' * 18}...."),
    "command": (
        ["delcare", "x"],
        "There is no command 'delcare'. Did you mean 'declare'? There are: declare,",
    ),
    "command of a noun": (["public", "psot", "1"], "Did you mean 'post'? There are: approve, correct,"),
    "option": (
        ["declare", "x", "--severty", "sev1"],
        "No such option '--severty'. Did you mean '--severity'?",
    ),
    "option without value": (["declare", "x", "--severity"], "Option '--severity' requires an argument."),
    "no title": (["declare"], "Missing argument 'TITLE...'."),
    "blank title": (["declare", "  ", "\t"], "The title is empty."),
    "invisible title": (["declare", "\u202e\x07"], "The title is empty."),
    "long title": (["declare", "x" * 10_000], "The title has 10,000 characters; at most 250 fit."),
    "blank new title": (["update", "1", "--title", " "], "The title is empty."),
    "long message": (["update", "1", "x" * 20_001], "The message has 20,001 characters; at most 20,000 fit."),
    "blank note": (["note", "1", " "], "The note is empty."),
    "no reason": (["cancel", "1"], "The reason is empty."),
    "blank reason": (["cancel", "1", "--reason", " "], "The reason is empty."),
    "nothing to update": (
        ["update", "1"],
        "There is nothing to update: say a message, or what changes. INC-1 is",
    ),
    "resolved by update": (["update", "1", "--status", "resolved"], "is resolved with: chatops resolve"),
    "long key": (["declare", "x", "--key", "x" * 300], "The key has 300 characters"),
    "no time": (["declare", "x", "--at", "tomorrow"], "'tomorrow' is not a time. Write a time as 14:05"),
    "odd time": (["declare", "x", "--started-at", "25:61"], "'25:61' is not a time."),
    "endless time": (["ack", "1", "--at", f"{'9' * 5000}d"], "is not a time."),
    "future": (["ack", "1", "--at", "2999-01-01"], "lies in the future."),
    "began in the future": (["declare", "x", "--started-at", "2999-01-01T00:00Z"], "lies in the future."),
    "extra": (["show", "1", "\x1b[31m2"], "Got unexpected extra argument (2)"),
}


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team with a catalogue, a status page, and an open incident."""
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE)
    cli.here("declare", "Down", "--no-public")
    return cli


def test_what_is_wrong_is_said_and_changes_nothing(team: Cli) -> None:
    before = tables(team)
    for what, (args, error) in WRONG.items():
        done = team.here(*args, code=2)
        assert done.err.startswith("Error: "), what
        assert error in done.err, what
        assert "\x1b" not in done.err, what
        assert done.out == "", what
    assert tables(team) == before


def test_what_is_over_stays_over(team: Cli) -> None:
    team.here("declare", "Over", "--no-public", "--at", "2026-01-02T03:00Z")
    team.here("resolve", "2", "--as", "dana", "--at", "2026-01-02T03:04Z")
    before = tables(team)
    for args, doing in (
        (["resolve", "2"], "resolved"),
        (["update", "2", "x"], "updated"),
        (["ack", "2"], "acknowledged"),
        (["cancel", "2", "--reason", "x"], "cancelled"),
    ):
        assert team.here(*args, code=2).err == (
            f"Error: INC-2 cannot be {doing}: it was resolved by dana at 2026-01-02 03:04 UTC.\n"
            "If it is not over: chatops reopen INC-2 --reason TEXT.\n"
        )
    assert tables(team) == before


def test_odd_text_is_kept_and_shown_as_it_was_typed(team: Cli) -> None:
    team(
        "update", "1", "--title", f"T {HOSTILE}", "--public-title", f"P {HOSTILE}", "--public", f"W {HOSTILE}"
    )
    team.here("note", "1", f"N {HOSTILE}", "--as", HOSTILE)
    team.here("assign", "1", HOSTILE, HOSTILE)
    team.here("public", "draft", "1", f"D {HOSTILE}")
    event = team.here("timeline", "1", "--json").json()[-3]
    assert (event["text"], event["actor"]) == (f"N red  back {ODD}", f"red back {ODD}")
    assert (told(team)[0]["title"], told(team)[0]["text"]) == (f"P red back {ODD}", f"W red  back {ODD}")

    for command, texts in {
        "list": [f"T red back {ODD}"],
        "show": [f"T red back {ODD}", f"W red  back {ODD}", f"D red  back {ODD}", f"red back {ODD}"],
        "timeline": [f"N red  back {ODD}", f"red back {ODD} is red back {ODD}"],
    }.items():
        piped = team(command).out
        with Terminal(team, command, columns=400) as terminal:
            shown = terminal.end(0)
        for text in texts:
            assert text in piped
            assert " ".join(text.split()) in " ".join(shown.split())
        for character in "\x07\u202e\u2066":
            assert character not in piped + terminal.raw
        assert "\x1b" not in piped
        assert "\x1b[31m" not in terminal.raw


def test_bytes_that_are_no_text_lose_only_themselves(team: Cli) -> None:
    team.here("note", "1", b"caf\xe9 \xff closed".decode(errors="surrogateescape"))
    assert "note: caf  closed" in team.here("timeline", "1").out


def test_a_message_of_many_lines_cannot_pass_for_events(team: Cli) -> None:
    team.here("note", "1", "first\n  2026-01-01 00:00:00  eve: resolved\u2028third\r\nlast")
    lines = team.here("timeline", "1").out.splitlines()[2:]
    assert [line.strip() for line in lines[1:]] == ["2026-01-01 00:00:00  eve: resolved", "third", "last"]
    assert all(line.startswith(" " * 23) for line in lines[1:])
