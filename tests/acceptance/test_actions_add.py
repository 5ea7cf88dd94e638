"""`chatops actions add`: to an incident, where it is recorded once, and to a document, whose bytes stay."""

import re
from pathlib import Path

import pytest

from tests.acceptance.helpers import events, tables
from tests.kit import Cli

BEFORE = "# Checkout was down\r\n\r\n## Action items\r\n\r\n- [x] Roll back @lee\r\n\r\n## Timeline\r\n"
SAID = ("--owner", "dana", "--due", "2099-12-01")
PEOPLE = '[people.dana]\nemail = "dana@example.com"\n[people.lee]\n'


@pytest.fixture
def paper(cli: Cli) -> Path:
    paper = cli.home / "pm.md"
    paper.write_bytes(BEFORE.encode())
    return paper


def bare(text: str) -> str:
    return re.sub(r" <!-- action:[a-z0-9]{12} -->", "", text)


def test_an_incident_has_one_more(team: Cli) -> None:
    team("declare", "Checkout is down", "--no-public")
    done = team("actions", "add", "INC-1", "Alert", "on", "it", *SAID, "--ticket", "OPS-12")
    assert done.out.splitlines()[0] == "INC-1: added: Alert on it (dana, due 2099-12-01)"
    (item,) = team("show", "INC-1", "--json").json()["action_items"]
    assert re.fullmatch("[a-z0-9]{12}", item.pop("id"))
    assert item == {"text": "Alert on it", "owner": "dana", "due": "2099-12-01", "ticket": "OPS-12"}
    team("resolve", "INC-1")
    assert "no owner and no due date yet" in team("actions", "add", "INC-1", "Write it down").out
    assert events(team, "INC-1").count("action_item_added") == 2


def test_the_same_is_recorded_once(team: Cli) -> None:
    team("declare", "Checkout is down", "--no-public")
    team("actions", "add", "Alert on it", *SAID, "--key", "k1")
    again = team("actions", "add", "INC-1", "Alert on it", *SAID)
    assert "this action item is recorded already" in again.out
    keyed = team("actions", "add", "Something else", "--key", "k1")
    assert "was used for this already" in keyed.out
    team("actions", "add", "Alert on it", "--owner", "lee", "--due", "2099-12-01")
    assert events(team, "INC-1").count("action_item_added") == 2


def test_a_dry_run_records_nothing(team: Cli) -> None:
    team("declare", "Checkout is down", "--no-public")
    before = tables(team)["events"]
    assert "action item: Alert" in team("actions", "add", "Alert", "--dry-run").out
    assert tables(team)["events"] == before


def test_a_document_has_one_more(cli: Cli, paper: Path) -> None:
    cli.configure(PEOPLE)
    done = cli.here("actions", "add", "pm.md", "Alert", "on", "<b>slow</b>", *SAID, "--ticket", "OPS-12")
    assert done.out == "pm.md:6: added: Alert on <b>slow</b> (dana, due 2099-12-01)\n"
    line = "- [ ] Alert on \\<b\\>slow\\</b\\> (@dana, due 2099-12-01, OPS-12)\r\n"
    after = paper.read_bytes().decode()
    assert bare(after) == BEFORE.replace("@lee\r\n", f"@lee\r\n{line}")
    (item,) = cli.here("actions", "list", "pm.md", "--open", "--json").json()
    assert (item["text"], item["owner"], item["due"]) == ("Alert on <b>slow</b>", "dana", "2099-12-01")
    assert item["ticket"]["key"] == "OPS-12"
    assert item["key"] == f"item:{item['id']}"
    again = cli.here("actions", "add", "pm.md", "Alert on <b>slow</b>", *SAID)
    assert again.out == "pm.md:6: this action item stands there already.\n"
    assert paper.read_bytes().decode() == after


def test_what_would_change_is_shown(cli: Cli, paper: Path) -> None:
    done = cli.here("actions", "add", "pm.md", "Alert \x1b[31m", "--dry-run")
    assert [bare(line) for line in done.out.splitlines() if line.startswith("+")] == [
        "+++ b/pm.md",
        "+- [ ] Alert",
    ]
    assert paper.read_bytes() == BEFORE.encode()
    (item,) = [cli.here("actions", "add", "pm.md", "Alert", "--json").json()]
    assert (item["path"], item["line"]) == ("pm.md", 6)
    assert cli.here("actions", "add", "pm.md", "Else", "-q").out.startswith("item:")


def test_a_new_section_and_a_heading_of_the_team(cli: Cli, paper: Path) -> None:
    paper.write_text("# T\n\n## What we will change\n")
    cli.here("actions", "add", "pm.md", "One", "--heading", "What we will change")
    assert bare(paper.read_text()) == "# T\n\n## What we will change\n\n- [ ] One\n"
    paper.write_text("# T")
    cli.here("actions", "add", "pm.md", "One")
    assert bare(paper.read_text()) == "# T\n\n## Action items\n\n- [ ] One\n"
    cli.configure('[actions]\nheadings = ["Promises"]\n')
    paper.write_text("# Promises\n")
    cli.here("actions", "add", "pm.md", "One")
    assert bare(paper.read_text()) == "# Promises\n\n- [ ] One\n"


def test_a_file_needs_no_configuration_that_can_be_read(cli: Cli, paper: Path) -> None:
    cli.configure("[people\n")
    done = cli.here("actions", "add", "pm.md", "One", "--owner", "@sam")
    assert "cannot be read" in done.err
    assert "(@sam)" in paper.read_text()
    assert not (cli.home / ".local").exists()


def test_an_owner_is_named_as_in_the_configuration(cli: Cli, paper: Path) -> None:
    cli.configure(PEOPLE)
    cli.here("actions", "add", "pm.md", "One", "--owner", "Dana@example.com")
    assert "One (@dana)" in paper.read_text()
    done = cli.here("actions", "add", "pm.md", "Two", "--owner", "sam", "--due", "2020-01-01")
    assert done.err == "sam is not in [people], so that a ticket will have no assignee.\n"
    assert "2020-01-01 is past already." in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.md", "One"), "There is no file gone.md"),
        (("pm.md",), "action item is empty"),
        (("pm.md", "One", "--due", "next week"), "--due: 'next week' is no date that can be read"),
        (("pm.md", "One", "--due", "03/04/2025"), "may be March 4 or April 3"),
        (("pm.md", "One", "--ticket", "no ticket"), "Write its key, such as OPS-12"),
        ((".", "Mend", "it"), ". is a folder. Name the file in it"),
        (("pm.md", "One", "--at", "14:05"), "are for an incident"),
        (("pm.md", "One", "-m", "Two"), "Say the words once"),
        (("pm.md", "x" * 5001), "at most 5,000 fit"),
        (("INC-9", "One"), "There is no incident INC-9"),
    ],
)
def test_misuse(cli: Cli, paper: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in cli.here("actions", "add", *arguments, code=2).err
    assert paper.read_bytes() == BEFORE.encode()


def test_what_would_be_read_otherwise_is_not_written(cli: Cli, paper: Path) -> None:
    assert (
        "would not be read there as it was meant" in cli.here("actions", "add", "pm.md", "None", code=1).err
    )
    assert paper.read_bytes() == BEFORE.encode()
    paper.write_bytes(b"# Actions\n- caf\xe9\n")
    assert "is not UTF-8" in cli.here("actions", "add", "pm.md", "One", code=1).err
