"""`chatops actions list` with its filters, and `chatops actions report` in each of its forms."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chatops.events import utcnow
from tests.acceptance.helpers import Terminal
from tests.kit import Cli, shared

CONFIG = """
    [people.dana]
    email = "dana@example.com"
    names = ["Dana Okafor"]
    [actions]
    headings = ["What we will change"]
"""
FIRST = """\
---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
title: Checkout returns 500s
services: [checkout, ledger]
declared_at: 2025-08-21T11:52:00Z
resolved_at: 2025-10-02T11:52:00Z
---
## What we will change

- [x] Alert on slow payments @dana (due 2025-09-30)
- [ ] Document the rollback (Owner: Dana Okafor, due: 2025-09-01)
- [ ] Load test (@lee, due 2099-01-01, OPS-7)
"""
SECOND = "# The cache was <b>cold</b>\n\n## Actions\n\n- [ ] Warm it (due 2025-08-01)\n- [ ] Watch it\n"
SECRET = "---\ntitle: Breach\nincident: INC-13\nrestricted: true\n---\n## Actions\n- [ ] Rotate keys\n"


@pytest.fixture
def home(cli: Cli) -> Cli:
    cli.configure(CONFIG)
    folder = cli.home / "postmortems"
    folder.mkdir()
    (folder / "a.md").write_text(FIRST)
    (folder / "2025-07-01-cache.md").write_text(SECOND)
    return cli


def listed(cli: Cli, *arguments: str) -> list[str]:
    return [item["text"] for item in cli.here("actions", "list", *arguments, "--json").json()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "Warm it|Watch it|Alert on slow payments|Document the rollback|Load test"),
        (("--open",), "Warm it|Document the rollback|Load test|Watch it"),
        (("--overdue",), "Warm it|Document the rollback"),
        (("--owner", "@dana"), "Alert on slow payments|Document the rollback"),
        (("--owner", "dana@example.com", "--open"), "Document the rollback"),
        (("--owner", "LEE"), "Load test"),
        (("--owner", "nobody"), ""),
        (("--incident", "12", "--open"), "Document the rollback|Load test"),
        (("--incident", "01938A3E-0000-7000-8000-000000000001", "--overdue"), "Document the rollback"),
        (("--incident", "INC-1"), ""),
        (("--quarter", "2025Q3", "--overdue"), "Warm it|Document the rollback"),
        (("--quarter", "q3 2025", "--owner", "lee"), "Load test"),
        (("--quarter", "2025Q4"), ""),
    ],
)
def test_items_are_chosen(home: Cli, arguments: tuple[str, ...], expected: str) -> None:
    assert "|".join(listed(home, *arguments)) == expected


def test_the_day_is_the_users(home: Cli) -> None:
    now = utcnow()
    east = now.hour >= 10
    # Far enough from here it is another day: tomorrow in the east, yesterday in the west.
    due = now.date() if east else now.date() - timedelta(days=1)
    (home.home / "postmortems" / "today.md").write_text(f"# Actions\n- Today (due {due})\n")
    there = {"TZ": "Etc/GMT-14" if east else "Etc/GMT+12"}
    assert ("Today" in home("actions", "list", "--overdue", env=there).out) == east
    assert ("Today" in home("actions", "list", "--overdue").out) != east


def test_without_a_folder_it_is_asked_for(cli: Cli) -> None:
    for command in ("list", "report", "stamp"):
        said = cli.here("actions", command, code=2).err
        assert said.startswith("Error: There is no folder postmortems here (postmortem.dir).")
    cli.configure('[postmortem]\ndir = "pm"\n[actions]\nsurprise = 1\n')
    (cli.home / "pm").mkdir()
    done = cli.here("actions", "list")
    assert done.out == ""
    assert "surprise" in done.err


def test_rows_fit_a_terminal(cli: Cli) -> None:
    folder = cli.home / "a-folder-whose-name-is-rather-long" / "postmortems"
    folder.mkdir(parents=True)
    (folder / "2025-03-18 - Checkout was down for everybody.md").write_text("# Actions\n- Fix it\n")
    with Terminal(cli, "actions", "list", str(folder), columns=80) as screen:
        seen = screen.end(0)
    (row,) = [line for line in seen.splitlines() if "Fix it" in line]
    assert row.startswith("2025-03-18 …everybody.md:2")
    assert len(row.rstrip()) <= 80
    assert f"{folder.relative_to(cli.home)}/2025" in cli.here("actions", "list", str(folder)).out


def test_a_report_for_people(home: Cli) -> None:
    lines = home("actions", "report").out.splitlines()
    assert lines[0] == "5 action items in 2 documents: 1 done, 4 open, 2 overdue"
    assert lines[1] == "done if due  33% (1 of 3)"
    assert lines[2].startswith("open for     ")
    assert lines[2].endswith(" days (median, known of 4 of 4)")
    assert [line.split()[:5] for line in lines[5:8]] == [
        ["dana", "1", "1", "1", "2"],
        ["lee", "1", "0", "0", "1"],
        ["nobody", "2", "1", "0", "2"],
    ]
    assert [line.split()[0] for line in lines[10:12]] == ["checkout", "ledger"]
    assert "Nothing is done yet of:" in lines
    assert any(line.startswith("  The cache was cold (2 items, 1 overdue, open for ") for line in lines)
    assert "Open without an owner 2, a due date 1, a ticket 3." in lines


def test_a_report_for_programs(home: Cli) -> None:
    (home.home / "postmortems" / "undated.md").write_text("# Actions\n- When was it?\n")
    found = home("actions", "report", "--quarter", "2025Q3", "--json").json()
    assert (found["since"], found["until"], found["day_unknown"]) == ("2025-07-01", "2025-10-01", 1)
    report = found["report"]
    assert (report["documents"], report["total"]["items"], report["total"]["overdue"]) == (2, 5, 2)
    assert [one["about"]["title"] for one in report["untouched"]] == ["The cache was cold"]
    assert len(home("actions", "report", "-q").out.splitlines()) == 6
    since = home("actions", "report", "--since", "2025-08-01", "--until", "2025-09-01", "--json").json()
    assert since["report"]["total"]["items"] == 3
    assert (
        "1 document says no day, and is left out." in home("actions", "report", "--since", "2025-01-01").out
    )


@pytest.mark.parametrize("said", ["restricted: true", "Restricted: 'yes'", "restricted: maybe"])
def test_the_titles_of_restricted_incidents_are_kept_back(home: Cli, said: str) -> None:
    assert "restricted: true" in SECRET
    (home.home / "postmortems" / "secret.md").write_text(SECRET.replace("restricted: true", said))
    home("actions", "report", "--html", "report.html")
    for told in (
        home("actions", "report").out,
        home("actions", "report", "--markdown").out,
        home("actions", "report", "--json").out,
        (home.home / "report.html").read_text(),
    ):
        assert "INC-13" in told
        assert "Breach" not in told


class Page(HTMLParser):
    """The elements of a page, and what they name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.named: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.named |= {name for name, _ in attrs}


def test_a_page_loads_nothing_and_runs_nothing(home: Cli) -> None:
    done = home("actions", "report", "--html", "report.html")
    assert done.out == "Wrote report.html: 5 action items in 2 documents: 1 done, 4 open, 2 overdue\n"
    text = (home.home / "report.html").read_text()
    page = Page(text)
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object", "form"})
    assert page.named.isdisjoint({"src", "href", "style", "onclick", "onload"})
    assert "default-src 'none'; style-src 'sha256-" in text
    assert {"svg", "rect", "table"} <= page.tags
    assert home("actions", "report", "--html", "-").out.startswith("<!doctype html>")
    assert "cannot be written" in home("actions", "report", "--html", "/dev/null/x.html", code=2).err


def test_what_is_of_no_known_month_is_counted_beside_the_months(home: Cli) -> None:
    (home.home / "postmortems/undated.md").write_text("# Actions\n\n- One\n- Two\n")
    page = home.here("actions", "report", "--html", "-").out
    assert "2 items are of no known month." in page.partition("Month by month")[2].partition("</section>")[0]
    assert home.here("actions", "report", "--json").json()["report"]["months_unknown"] == 2


def test_markdown_for_a_wiki(home: Cli) -> None:
    (home.home / "postmortems" / "2025-07-01-cache.md").write_text(SECOND.replace("<b>", "`<script>`*"))
    told = home("actions", "report", "--markdown").out
    assert "| dana | 1 | 1 | 1 | 2 | 50% |" in told
    assert "The cache was \\<script\\>\\*cold" in told


def test_no_items_are_no_mistake(cli: Cli) -> None:
    (cli.home / "postmortems").mkdir()
    assert cli.here("actions", "report").out == "No action items.\n"
    told = cli.here("actions", "report", "--quarter", "2026Q3").out
    assert told == "No action items of incidents declared since 2026-07-01 and before 2026-10-01.\n"
    assert "0 action items" in cli.here("actions", "report", "--markdown").out
    assert cli.here("actions", "report", "--json").json()["report"]["total"]["items"] == 0
    assert "<svg" not in cli.here("actions", "report", "--html", "-").out


def test_real_post_mortems_are_counted(cli: Cli) -> None:
    folder = str(shared("data/postmortems"))
    found = cli.here("actions", "report", folder, "--json").json()["report"]
    assert (found["documents"], found["total"]["items"], found["total"]["done"]) == (38, 120, 1)
    assert (found["total"]["ownerless"], found["total"]["aged"], len(found["untouched"])) == (119, 0, 37)
    assert len(listed(cli, folder, "--open")) == 119
    assert listed(cli, folder, "--overdue") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "--json", "--markdown"), "Choose one of --json, --quiet, --markdown and --html."),
        (("report", "--quarter", "2026Q3", "--since", "1d"), "Say --quarter, or --since and --until."),
        (("report", "--quarter", "2026Q5"), "is no quarter. Write it as 2026Q3."),
        (("list", "--quarter", "9999Q4"), "is no quarter. Write it as 2026Q3."),
    ],
)
def test_misuse(home: Cli, arguments: tuple[str, ...], said: str) -> None:
    assert said in home("actions", *arguments, code=2).err


def test_the_docs_print_what_they_show(cli: Cli) -> None:
    doc = (Path(__file__).parents[2] / "docs" / "action-items.md").read_text("utf-8")
    (sample,) = re.findall(r"```markdown\n(.*?)```", doc, re.DOTALL)
    paper = cli.home / "postmortems" / "INC-12.md"
    paper.parent.mkdir()
    paper.write_text(sample)
    blocks = re.findall(r"```console\n\$ chatops (.*?)\n(.*?)```", doc, re.DOTALL)
    assert [command.split()[:2] for command, _ in blocks] == [["actions", "list"], ["actions", "add"]]
    for command, shown in blocks:
        # What was to come when the docs were written may be past now, which is said below.
        assert cli.here(*command.split()).out.startswith(shown)


def test_a_report_is_read_from_files_alone(home: Cli, tmp_path: Path) -> None:
    home("actions", "report", env={"CHATOPS_STORE": str(tmp_path)})
    assert not (home.home / ".local").exists()
