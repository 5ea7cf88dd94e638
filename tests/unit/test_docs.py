"""The documentation cannot lie: all that there is has its place in it, and what it shows is run."""

import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import msgspec
import pytest

from chatops.codec import KINDS
from chatops.testing import Cli
from docs.generate import commands, names, ours, pages, settings, sources
from docs.generate.markdown import prose
from tests import documents
from tests.chaos.broken import MUTANTS
from tests.documents import DOCS, ROOT

PAGES = sorted(DOCS.glob("*.md"))
MARKDOWN = [*PAGES, *sorted((DOCS / "decisions").glob("*.md")), *ours.readmes().values(), ROOT / "README.md"]
TABLES = [
    *(table for path, struct in settings.CORE.items() for table in settings.tables(path, struct)),
    *(table for name, cls in ours.plugins().items() for table in settings.tables_of(name, cls)),
]
#: Strictly, as `make docs` does, and everything anew.
OPTIONS = ("-W", "--keep-going", "-n", "-q", "-E", "-b", "html")
COMMANDS = commands.commands()
#: The command that docs/plugin-commands.md adds to them.
ADDED = "rota"
VARIABLE = re.compile(r"\b_?CHATOPS_[A-Z_]*[A-Z]\b")
#: What a page or a style sheet would fetch, and what a script would.
FETCHED = (
    re.compile(
        r"<(?:script|link|img|iframe|source|use|image)\b[^>]*?\b(?:src|href)=[\"']?\s*(?:https?:)?//[^>]*>"
    ),
    re.compile(r"@import[^;]*;|url\(\s*[\"']?\s*(?:https?:)?//[^)]*\)"),
    re.compile(r"(?:fetch|import|importScripts)\(\s*[\"'](?:https?:)?//[^)]*\)"),
)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def page(name: str) -> str:
    """A generated page."""
    return pages.PAGES[name]()


def terms(path: Path) -> set[str]:
    """The names that a page defines."""
    lines = re.findall(r"^(.+)\n: ", path.read_text("utf-8"), re.MULTILINE)
    return {name for line in lines for name in re.findall(r"`([^`]+)`", line)}


@pytest.mark.parametrize("table", TABLES, ids=[f"{table.path}" for table in TABLES])
def test_every_setting_says_what_it_is(table: settings.Table) -> None:
    said = sources.said(table.struct)
    assert {name for name in table.settings if not said.get(name, "").endswith((".", ")"))} == set()
    text = page("configuration") + page("plugin-settings")
    section = text.partition(f"# `[{table.path}]`\n")[2].partition("\n##")[0]
    assert {name for name in table.settings if f"\n`{name}`: " not in section} == set()


def test_a_setting_that_says_nothing_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(msgspec.Struct):
        url: str = ""

    monkeypatch.setattr(settings, "CORE", {"silent": Silent})
    with pytest.raises(ValueError, match=r"Silent\.url says nothing of itself"):
        settings.core()


def test_every_section_of_the_configuration_has_its_place() -> None:
    from chatops.config import SECTIONS

    assert {path.partition(".")[0] for path in settings.CORE} == set(SECTIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_documented_with_its_fields(kind: str) -> None:
    assert KINDS[kind].__doc__, "it says nothing of itself"
    section = page("events").partition(f"\n## {kind}\n\n")[2].partition("\n## ")[0]
    assert section[0].isupper()
    own = [name for name, _, _ in sources.fields(KINDS[kind])]
    assert {name for name in own if f"| `{name}` |" not in section} == set()
    assert {
        hook for hook in (KINDS[kind].hook, KINDS[kind].public_hook) if hook and f"#{hook})" not in section
    } == set()


def test_every_environment_variable_is_documented() -> None:
    places = [ROOT / "chatops", ROOT / "plugins"]
    read = {
        v
        for place in places
        for path in place.rglob("*.py")
        for v in VARIABLE.findall(path.read_text("utf-8"))
    }
    known = {name for name in terms(DOCS / "environment.md") if VARIABLE.fullmatch(name)}
    assert known == {name for name in read if f"_{name}" not in read}


def test_a_docstring_keeps_its_lists_and_shows_no_markup() -> None:
    said = prose("All, by `*`:\n\n* one * two;\n* *three* <b>.\n\nExample::\n\n    four()")
    assert said == "All, by `*`:\n\n* one \\* two;\n* \\*three\\* \\<b>.\n\nExample:\n\n    four()"


def test_a_public_name_is_written_as_a_plugin_would_write_it() -> None:
    lines = [line for line in page("names").splitlines() if line.startswith(("    ", "`"))]
    assert [line for line in lines if re.search(r"\b[a-z]\.[A-Z]", line) or len(line) > 200] == []


def test_every_public_name_is_documented() -> None:
    text = page("names")
    for home in names.PUBLIC:
        module = names.home_of(home)
        for name in module.__all__:
            section = text.partition(f"\n### {name}\n")[2].partition("\n##")[0]
            _, code, words = section.split("```")
            assert name in code
            # What is an alias can say nothing of itself.
            assert isinstance(getattr(module, name), type) <= bool(words.strip()), f"{home}.{name}"


@pytest.mark.parametrize("name", ["index.md", "getting-started.md"])
def test_every_command_prints_what_is_shown(name: str, cli: Cli) -> None:
    shown = "".join(documents.of(DOCS / name, "console"))
    assert shown
    assert documents.without_times(documents.printed(shown, cli), cli.home) == documents.without_times(
        shown, cli.home
    )


@pytest.mark.parametrize("path", MARKDOWN, ids=relative)
def test_every_command_that_a_page_names_is_there(path: Path) -> None:
    shown = "".join(block.text for block in documents.blocks(path))
    lines = re.findall(r"^(?:\$ |[A-Z_]+=\S+ )?(chatops [a-z].*)$", shown, re.MULTILINE)
    said = re.findall(r"`(?:[A-Z_]+=\S+ )?(chatops [a-z][^`]*)`", path.read_text("utf-8").replace("\n", " "))
    assert {line: wrong for line in (*lines, *said) if (wrong := misnamed(line))} == {}


def misnamed(line: str) -> list[str]:
    """The words of a command line that name no command or option."""
    words = shlex.split(re.split(r" (?:[|>;]|2>) ", line)[0], comments=True)[1:]
    if words[0] == ADDED:
        return []
    command = COMMANDS.get((words[0],))
    if isinstance(command, click.Group) and words[1:]:
        command = COMMANDS.get((words[0], words[1]))
    if command is None:
        return words[:2]
    options = {"--help", *(option for p in command.params for option in p.opts)}
    return [word for word in words if word.startswith("--") and word not in options]


def test_what_is_misnamed_is_found() -> None:
    wrong = ("shwo INC-1", "actions snyc", "retry 7 --recraete --json", "plugins try pager --event")
    assert [misnamed(f"chatops {line}") for line in wrong] == [
        ["shwo", "INC-1"],
        ["actions", "snyc"],
        ["--recraete"],
        [],
    ]


def test_the_commands_that_show_deliveries_work(cli: Cli) -> None:
    cli("declare", "Down", "--public", "Down.")
    (shown,) = documents.of(DOCS / "delivery.md", "sh")
    script = "".join(f"$ {line}\n" for line in shown.splitlines())
    assert "public_update" in documents.printed(script, cli)


def test_the_page_on_reliability_counts_what_is_broken_on_purpose() -> None:
    text = (DOCS / "reliability.md").read_text("utf-8")
    assert f"in {len(MUTANTS)} ways" in text
    assert f"{len(MUTANTS)} of {len(MUTANTS)} are" in text


def test_the_commands_that_record_names_are_modules() -> None:
    shown = re.findall(r"python -m (docs[\w.]+)", (DOCS / "stability.md").read_text("utf-8"))
    assert shown
    assert all(callable(import_module(module).main) for module in shown)


def test_the_examples_of_every_page_are_run_by_a_test() -> None:
    """A page with code has a test that reads it; what that runs is its own affair."""
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    runnable = {
        path
        for path in PAGES
        if {b.language for b in documents.blocks(path)} & {"console", "sh", "python", "toml"}
    }
    named = {path for path in runnable if f'"{path.name}"' in tests}
    assert {relative(path) for path in runnable - named - {DOCS / "hooks.md"}} == set()


@pytest.mark.parametrize("path", MARKDOWN, ids=relative)
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for words, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "code", text)):
        assert words, f"nobody sees a link without words where the repository is browsed: {target}"
        if not re.match(r"https?:|#|mailto:", target):
            file = (path.parent / target.partition("#")[0]).resolve()
            assert file.exists(), target
            assert pages.FOLDER not in file.relative_to(ROOT).parts, f"{target} is made by the build alone"


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example.com/x.js"></script>',
        "<img alt=x src='//cdn.example.com/x.png'>",
        '<link href="http://fonts.example.com/x.css" rel="stylesheet" />',
        '@import "x.css";',
        "url(https://fonts.example.com/x.woff2)",
        'fetch("https://api.example.com")',
    ],
)
def test_what_would_be_fetched_is_seen(text: str) -> None:
    assert [found for pattern in FETCHED for found in pattern.findall(text)]


@pytest.mark.long
def test_the_site_builds_strictly_and_fetches_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *OPTIONS, "-d", tmp_path / "doctrees", DOCS, tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = tmp_path / "site"
    for path in [*PAGES, *(DOCS / pages.FOLDER / f"{name}.md" for name in pages.PAGES)]:
        assert (made / path.relative_to(DOCS).with_suffix(".html")).is_file()
    looked = [path for path in made.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert {path.suffix for path in looked} >= {".html", ".css", ".js"}
    for path in looked:
        text = path.read_text("utf-8")
        assert [found for pattern in FETCHED for found in pattern.findall(text)] == [], path
    drawing = (made / "delivery.html").read_text("utf-8")
    assert 'class="drawing"' in drawing
    assert '<title id="delivery-title">' in drawing
