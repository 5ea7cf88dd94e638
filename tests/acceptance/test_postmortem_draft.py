"""`chatops postmortem draft`: a file that people work on, and that is brought up to date."""

import re
import shlex
import stat
from pathlib import Path

from tests.drafting import CONFIG, NAME, over, text
from tests.kit import Cli

__all__ = ["over"]

DOC = (Path(__file__).parents[2] / "docs" / "postmortems.md").read_text("utf-8")


def test_the_first_draft(over: Cli) -> None:
    done = over("postmortem", "draft")
    assert done.out.splitlines()[0] == f"Wrote {NAME}"
    assert done.out.endswith(f"Then: chatops postmortem lint {NAME}\n")
    assert done.err == ""
    said = text(over)
    for row in (
        "| Detected by | monitoring |",
        "| Time to detect | 12 min |",
        "| Time to acknowledge | 3 min |",
        "| Time to mitigate | 48 min |",
        "| Time to resolve | 1 h 48 min |",
        "| Total downtime | 1 h |",
        "| 2026-11-21 11:40 | | it began, as far as is known |",
    ):
        assert row in said
    assert "\nreview_due: 2026-11-26\n" in said
    assert stat.S_IMODE((over.home / NAME).stat().st_mode) == 0o644
    # The metrics have the same figures.
    figures = over("metrics", "--json").json()["total"]
    assert (figures["detect"]["mean"], figures["resolve"]["mean"]) == (720, 6480)


def test_the_docs_print_what_they_show(cli: Cli) -> None:
    cli.configure("")
    shown = next(block for block in re.findall(r"```console\n(.*?)```", DOC, re.DOTALL) if "draft" in block)
    printed = ""
    for line in shown.splitlines():
        if line.startswith("$ chatops "):
            printed += f"{line}\n{cli.here(*shlex.split(line)[2:]).out}"
    assert printed == shown


def test_drafting_again_leaves_what_people_wrote(over: Cli) -> None:
    over("postmortem", "draft", "INC-1")
    path = over.home / NAME
    renamed = path.with_name("checkout, ours.md")
    mine = path.read_text().replace("| Time to detect | 12 min |", "| Time to detect | 2 min |")
    renamed.write_text(mine.replace("_Two or three", "We broke it. _Two or three"))
    path.unlink()
    over("actions", "add", "INC-1", "Alert on it", "--owner", "dana")
    over("note", "INC-1", "It was the cache")
    done = over("postmortem", "draft", "INC-1", "--json").json()
    assert done == {
        "path": "postmortems/checkout, ours.md",
        "created": False,
        "refreshed": ["timeline (1 new event)", "action items (1 new)"],
        "left": ["stats > time to detect (you wrote 2 min; it is 12 min)"],
    }
    assert "We broke it. _Two or three" in renamed.read_text()
    assert [item["text"] for item in over("actions", "list", "postmortems", "--json").json()] == [
        "Alert on it"
    ]
    before = renamed.stat().st_mtime_ns
    assert over("postmortem", "draft").out == (
        "postmortems/checkout, ours.md\nNothing to refresh.\n"
        "Left alone: stats > time to detect (you wrote 2 min; it is 12 min).\n"
    )
    assert renamed.stat().st_mtime_ns == before
    assert over("postmortem", "draft", "-q").out == "postmortems/checkout, ours.md\n"


def test_what_people_know_of_the_start_is_computed_with(cli: Cli) -> None:
    cli.here("declare", "It is down", "--at", "2026-11-21 11:52", "--no-public")
    assert "INC-1 is still open: draft it again when it is over." in cli.here("postmortem", "draft").out
    path = cli.home / "postmortems/2026-11-21-inc-1-it-is-down.md"
    mine = path.read_text().replace("started_at: null", "started_at: 2026-11-21T11:40:00Z")
    path.write_text(mine.replace("detected_by: null", "detected_by: customer"))
    refreshed = cli.here("postmortem", "draft", "--json").json()["refreshed"]
    assert refreshed == ["stats (detected by, time to detect)", "timeline"]
    assert "| Time to detect | 12 min |" in path.read_text()


def test_a_dry_run_writes_nothing(over: Cli) -> None:
    done = over("postmortem", "draft", "--dry-run")
    assert "# Post-mortem: Checkout returns 500s" in done.out
    assert f"Would write {NAME}" in done.out
    assert not (over.home / "postmortems").exists()
    over("postmortem", "draft")
    before = text(over)
    over("note", "INC-1", "It was the cache")
    done = over("postmortem", "draft", "--dry-run")
    assert f"+++ b/{NAME}" in done.out
    assert "note: It was the cache |" in done.out
    assert "Would refresh: timeline (1 new event)." in done.out
    assert text(over) == before


def test_a_restricted_exercise(cli: Cli) -> None:
    cli.here(
        "declare", "Someone is inside", "--restricted", "--drill", "--at", "2026-11-21 11:52", "--no-public"
    )
    done = cli.here("postmortem", "draft", "INC-1")
    path = cli.home / "postmortems/2026-11-21-inc-1.md"
    assert "It is restricted: only you can read the file." in done.out
    assert "It was an exercise" in done.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "> This was an exercise." in path.read_text()
    # As after a checkout.
    path.chmod(0o644)
    cli.here("postmortem", "draft", "INC-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_template_of_ones_own(over: Cli) -> None:
    over.configure(CONFIG + "[postmortem]\ntemplate = 'ours.md.j2'\ndir = 'pm'\n")
    template = over.home / "ours.md.j2"
    template.write_text("# {{ title }}\n\n{{ computed('timeline') }}\n")
    other = over.home / "elsewhere"
    other.mkdir()
    over("postmortem", "draft", "-q")
    said = text(over, f"pm/{Path(NAME).name}")
    assert said.endswith("<!-- /chatops:timeline -->\n")
    over("note", "INC-1", "It was the cache")
    assert over("postmortem", "draft").out.endswith("Refreshed: timeline (1 new event).\n")
    template.write_text("{{ titel }}")
    done = over("postmortem", "draft", code=2)
    assert (
        f"The template {template}, line 1: 'titel' is undefined. What it can use: id, incident," in done.err
    )
    template.unlink()
    assert f"postmortem.template: there is no file {template}" in over("postmortem", "draft", code=4).err
    done = over("postmortem", "draft", "--template", "gone.j2", code=2)
    assert "There is no template gone.j2." in done.err


def test_which_incident_is_meant(over: Cli) -> None:
    over("declare", "Search is slow", "--no-public")
    assert "search-is-slow" in over("postmortem", "draft").out
    assert "There is no incident INC-9" in over("postmortem", "draft", "INC-9", code=2).err
    assert "checkout" in over("postmortem", "draft", "-i", "INC-1").out
