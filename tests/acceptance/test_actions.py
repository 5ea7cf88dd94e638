"""`chatops actions`: the items of post-mortems are listed, and get ids that no reader sees."""

import re
from pathlib import Path

import pytest

from tests.acceptance.helpers import Terminal
from tests.kit import Cli

POSTMORTEM = b"""\
---
id: pm-7
---
# Checkout was down

## Action items

- [ ] Alert on slow payments @dana (due 2025-03-31)
- [x] Roll back by hand, OPS-12
- Write it down (due 03/04/2025)
"""
UNCLEAR = (
    "Warning: pm/a.md: line 10: The due date '03/04/2025' may be March 4 or April 3; "
    "write it as 2025-03-31.\n"
)


@pytest.fixture
def folder(cli: Cli) -> Path:
    folder = cli.home / "pm"
    folder.mkdir()
    (folder / "a.md").write_bytes(POSTMORTEM)
    (folder / "README.md").write_text("# About\n\n- nothing to do\n")
    (folder / "picture.md").write_bytes(b"\x89PNG\0# Actions\n- no")
    return folder


def test_items_are_listed(cli: Cli, folder: Path) -> None:
    done = cli.here("actions", "list", "pm")
    assert done.out.splitlines() == [
        "where       state    owner  due         ticket  action item",
        "pm/a.md:8   overdue  dana   2025-03-31          Alert on slow payments",
        "pm/a.md:9   done                        OPS-12  Roll back by hand",
        "pm/a.md:10  open                                Write it down",
    ]
    assert done.err == UNCLEAR


def test_open_items_as_json_and_ids(cli: Cli, folder: Path) -> None:
    first, last = cli.here("actions", "list", "pm", "--open", "--json").json()
    assert first.pop("key") == cli.here("actions", "list", "pm/a.md", "-q").out.splitlines()[0]
    assert first == {
        "path": "pm/a.md",
        "document": "pm-7",
        "line": 8,
        "kind": "task",
        "section": "Action items",
        "text": "Alert on slow payments",
        "owner": "dana",
        "due": "2025-03-31",
        "ticket": None,
        "done": False,
        "id": None,
        "notes": [],
    }
    assert last["line"] == 10


def test_what_has_no_items_says_so_on_a_terminal_alone(cli: Cli, folder: Path) -> None:
    (folder / "a.md").unlink()
    for command in ("list", "stamp"):
        done = cli.here("actions", command, "pm")
        assert (done.out, done.err) == ("", "")
        with Terminal(cli, "actions", command, "pm", "-q") as terminal:
            assert terminal.end(0) == ""
    with Terminal(cli, "actions", "list", "pm") as terminal:
        assert terminal.end(0) == "No action items.\n"
    with Terminal(cli, "actions", "list", "pm", "--overdue") as terminal:
        assert terminal.end(0) == "No such action items.\n"
    with Terminal(cli, "actions", "stamp", "pm") as terminal:
        assert terminal.end(0) == "No action item needs an id.\n"


@pytest.mark.parametrize("command", ["list", "stamp", "report", "sync"])
@pytest.mark.parametrize(
    ("data", "words"), [(b"\x89PNG\0", "is no text"), (b"# Notes\n\xff", "is not UTF-8 (line 2)")]
)
def test_a_file_that_is_named_and_is_no_text_is_said(
    cli: Cli, folder: Path, command: str, data: bytes, words: str
) -> None:
    (folder / "named.md").write_bytes(data)
    more = ("--check",) if command == "sync" else ()
    done = cli.here("actions", command, "pm/named.md", *more, code=1)
    assert f"Warning: pm/named.md {words}" in done.err
    assert "named.md" not in cli.here("actions", command, "pm", *more, code=None).err
    # As ever, what nobody named is only said.
    (folder / "b.md").write_bytes(b"# Actions\n\xff")
    if command in {"list", "report"}:
        assert "b.md is not UTF-8" in cli.here("actions", command, "pm").err


def test_a_dry_run_shows_a_diff_and_writes_nothing(cli: Cli, folder: Path) -> None:
    lines = cli.here("actions", "stamp", "pm", "--dry-run").out.splitlines()
    assert lines[:2] == ["--- a/pm/a.md", "+++ b/pm/a.md"]
    assert [line for line in lines[2:] if line.startswith("-")] == [
        "-- [ ] Alert on slow payments @dana (due 2025-03-31)",
        "-- Write it down (due 03/04/2025)",
    ]
    assert (folder / "a.md").read_bytes() == POSTMORTEM


def test_new_items_are_stamped_once(cli: Cli, folder: Path) -> None:
    said = cli.here("actions", "stamp", "pm").out.splitlines()
    assert said == [
        "pm/a.md: 2 items stamped.",
        "  line 8: Alert on slow payments",
        "  line 10: Write it down",
    ]
    stamped = (folder / "a.md").read_bytes()
    assert re.sub(rb" <!-- action:[a-z0-9]{12} -->", b"", stamped) == POSTMORTEM
    ids = cli.here("actions", "list", "pm", "-q").out.splitlines()
    assert [key.partition(":")[0] for key in ids] == ["item", "ticket", "item"]
    again = cli.here("actions", "stamp", "pm", "--json")
    assert (again.json(), (folder / "a.md").read_bytes()) == ([], stamped)


def test_what_cannot_be_stamped_is_said_and_the_rest_is(cli: Cli, folder: Path) -> None:
    (folder / "b.md").write_bytes(b"# Actions\n- caf\xe9\n")
    done = cli.here("actions", "stamp", "pm", code=1)
    assert "2 items stamped" in done.out
    assert done.err == UNCLEAR + "Warning: pm/b.md is not UTF-8 (line 2), so it is not read.\n"
    assert "b.md is not UTF-8" in cli.here("actions", "list", "pm").err


def test_an_id_in_two_files_is_reported(cli: Cli, folder: Path) -> None:
    for name in ("b.md", "c.md"):
        (folder / name).write_text("# Actions\n- fix <!-- action:abcdefghjkmn -->\n")
    said = cli.here("actions", "list", "pm/b.md", "pm/c.md").err
    assert said == "Warning: pm/c.md:2: The item has the id of pm/b.md:2. Delete the copy's comment.\n"


def test_misuse(cli: Cli, folder: Path) -> None:
    assert "'gone.md' does not exist" in cli.here("actions", "list", "gone.md", code=2).err
    assert "There is no folder postmortems here" in cli.here("actions", "stamp", code=2).err
    own = cli.here("actions", "list", "pm/README.md", "--heading", "About", "--json").json()
    assert [item["text"] for item in own] == ["nothing to do"]


def test_odd_names_and_words_do_no_harm(cli: Cli, folder: Path) -> None:
    odd = folder / "new\nline\x1b[31m\udcff.md"
    odd.write_text("# Actions\n- \x1b[31mred\n")
    done = cli.here("actions", "stamp", "pm/" + odd.name)
    assert "\x1b" not in done.out
    assert cli.here("actions", "list", "pm/" + odd.name, "--json").json()[0]["path"].endswith("\\xff.md")


def test_thousands_of_files_of_which_few_are_post_mortems(cli: Cli, folder: Path) -> None:
    for n in range(2000):
        (folder / f"{n}.md").write_text(f"# Page {n}\n\nSome words, and more.\n\n- a list\n")
    assert len(cli.here("actions", "list", "pm", "-q").out.splitlines()) == 3


def test_the_hook_of_the_repository_calls_the_command(cli: Cli, folder: Path) -> None:
    import yaml

    stamp, lint = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    for hook in (stamp, lint):
        assert (hook["entry"].split()[0], hook["types"]) == ("chatops", ["markdown"])
    assert "2 items stamped" in cli.here(*stamp["entry"].split()[1:], "pm/a.md").out
    assert "pm/a.md:" in cli.here(*lint["entry"].split()[1:], "pm/a.md", code=5).out


def test_no_markdown_is_loaded_by_other_commands(cli: Cli) -> None:
    (cli.site.folder / "sitecustomize.py").write_text(
        "import atexit, sys\n"
        "atexit.register(lambda: print({'yaml', 'markdown_it'} & set(sys.modules), file=sys.stderr))\n"
    )
    assert cli("declare", "Checkout is down", "--no-public").err.endswith("set()\n")
