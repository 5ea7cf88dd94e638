"""`chatops metrics` through the installed command: each format, an empty store, titles that mean harm."""

import csv
import io
import json
import os
import re
import subprocess
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chatops.events import utcnow
from chatops.metrics import Group
from chatops.service import Act
from chatops.service.incidents import Declaration
from tests.acceptance.helpers import Terminal, service
from tests.kit import COMMAND, Cli, shared

DOC = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'words'"


def blocks(language: str) -> list[str]:
    """The code blocks of docs/metrics.md in one language."""
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


def shell(cli: Cli, line: str) -> str:
    """What a line of the docs prints."""
    env = cli.env | {"PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}", "CHATOPS_ACTOR": "dana"}
    done = subprocess.run(line, shell=True, env=env, cwd=cli.home, capture_output=True, text=True, check=True)
    return done.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def declare(cli: Cli, title: str, **said: Any) -> None:
    """An incident that was declared 90 minutes ago, and nothing more."""
    with service(cli) as opened:
        then = Act(actor="dana", at=utcnow() - timedelta(minutes=90))
        opened.declare(Declaration(title=title, **said), then, anew=True)


class Page(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_docs_print_what_they_show(cli: Cli) -> None:
    cli.configure("")
    (shown,) = blocks("console")
    printed = ""
    for line in shown.splitlines():
        if line.startswith("$ "):
            printed += f"{line}\n{shell(cli, line[2:])}"
    assert printed == shown

    total = cli.here("metrics", "--json").json()["total"]
    (told,) = blocks("json")
    assert json.loads(told) == total
    _, by_month, page = blocks("sh")[0].splitlines()
    assert shell(cli, by_month) == shell(cli, page.replace("2026", "2024")).partition("Wrote")[0]
    assert [row["group"] for row in rows((cli.home / "incidents.csv").read_text())] == ["2025-03", "2025-04"]
    assert "<svg" in (cli.home / "metrics.html").read_text()


def test_an_empty_store(cli: Cli) -> None:
    cli.configure("")
    since = cli.here("metrics", "--by", "month", "--since", "90d").out
    assert since.startswith("No incident was declared since ")
    found = cli.here("metrics", "--json", "--by", "service").json()
    assert (found["total"]["incidents"], found["groups"], found["repeats"]) == (0, [], [])
    (row,) = rows(cli.here("metrics", "--csv").out)
    assert (row["group"], row["incidents"], row["resolve_mean"], row["updates_share"]) == ("all", "0", "", "")
    assert "0 incidents" in Page(cli.here("metrics", "--html", "-").out).words


def test_one_open_incident_in_every_form(team: Cli) -> None:
    declare(team, "Down", services=("checkout",))
    text = team("metrics").out
    assert text.startswith("1 incident, 1 still open\n")
    assert re.search(r"^resolve +- +- +- +0 of 1$", text, re.MULTILINE)
    assert "public updates on time  0% (0 of 1)" in text
    header, first, last, _ = team("metrics", "--by", "severity").out.splitlines()[2:]
    assert header.split()[:3] == ["severity", "incidents", "detect"]
    assert (first.split()[:2], last.split()[:2]) == (["sev2", "1"], ["all", "1"])
    data = team("metrics", "--by", "service", "--json").json()
    (group,) = msgspec.convert(data["groups"], list[Group])
    assert (group.name, group.figures.open, group.figures.resolve.unknown) == ("checkout", 1, 1)
    assert data["groups"][0]["figures"] == data["total"]
    (row,) = rows(team("metrics", "--by", "service", "--csv").out)
    assert (row["group"], row["updates_owed"], row["resolve_unknown"]) == ("checkout", "1", "1")


def test_hostile_names_do_no_harm(cli: Cli) -> None:
    cli.configure("")
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "plain, with comma", HOSTILE]
    for formula in [*formulas, HOSTILE]:
        declare(cli, HOSTILE, services=(formula,))
    names = {row["group"] for row in rows(cli.here("metrics", "--by", "service", "--csv").out)}
    assert names == {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "plain, with comma", HOSTILE}
    groups = cli.here("metrics", "--by", "service", "--json").json()["groups"]
    assert {group["name"] for group in groups} == set(formulas)

    cli.here("metrics", "--html", "metrics.html")
    page = Page((cli.home / "metrics.html").read_text())
    assert HOSTILE in page.words
    assert not {"script", "img", "link", "iframe", "a"} & set(page.tags)
    assert not {name for name, _ in page.attributes} & {"src", "href", "style", "onload", "srcset"}
    policy = next(value for _, value in page.attributes if value and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_a_restricted_title_is_nowhere(cli: Cli) -> None:
    cli.configure("")
    for _ in range(2):
        declare(cli, "Breach of the vault", restricted=True)
    for form in ([], ["--json"], ["--html", "-"]):
        shown = cli.here("metrics", *form).out
        assert "vault" not in shown
        assert "restricted" in shown


def test_what_cannot_be_is_said(cli: Cli) -> None:
    cli.configure("")
    assert "is not a time" in cli.here("metrics", "--since", "soon", code=2).err
    assert "--since has to be before" in cli.here("metrics", "--since", "1d", "--until", "2d", code=2).err
    assert "Did you mean 'month'?" in cli.here("metrics", "--by", "months", code=2).err
    for both in (["--json", "--csv"], ["--quiet", "--html", "x"]):
        assert "Choose one of" in cli.here("metrics", *both, code=2).err
    cli.here("metrics", "--html", "made/for/it.html")
    assert (cli.home / "made" / "for" / "it.html").is_file()
    (cli.home / "file").touch()
    assert "file/x cannot be written: " in cli.here("metrics", "--html", "file/x", code=2).err
    assert cli.here("metrics", "--since", "0001-01-03", "--until", "9999-12-30", "--quiet").out == ""


@pytest.mark.parametrize("columns", [40, 200])
def test_a_terminal(cli: Cli, columns: int) -> None:
    cli.configure("")
    declare(cli, "Down", services=("checkout",))
    with Terminal(cli, "metrics", "--by", "service", columns=columns) as terminal:
        lines = [line.rstrip() for line in terminal.end(0).splitlines()]
    assert max(map(len, lines)) <= columns
    if columns == 40:
        assert "  incidents     1" in lines[lines.index("checkout") :]
    else:
        assert lines[2].split()[:2] == ["service", "incidents"]


def test_a_real_history(cli: Cli) -> None:
    cli.configure("")
    cli.here("import", "statuspage", str(shared("data/statuspage-history.json")))
    found: dict[str, Any] = cli.here("metrics", "--json", "--by", "severity").json()
    total = found["total"]
    assert (total["incidents"], total["open"], total["resolve"]["known"]) == (22, 0, 22)
    assert total["mitigate"]["median"] <= total["resolve"]["median"] == 6355
    assert [group["name"] for group in found["groups"]] == ["sev2", "sev3", "sev4"]
    assert found["groups"][0]["figures"]["updates"] == {"owed": 23, "kept": 21, "share": 0.913}
