"""The documentation cannot lie: all that there is has its place in it, and what it shows is run."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import msgspec
import pytest

from chatops.cli import cli as command_line
from chatops.cli.effective import fields
from chatops.codec import KINDS
from chatops.errors import ChatopsError
from chatops.testing import Cli
from docs.generate import commands, exit_codes, names, ours, pages, settings, sources
from tests import documents
from tests.documents import DOCS, ROOT

PAGES = sorted(DOCS.glob("*.md"))
MARKDOWN = [*PAGES, *sorted((DOCS / "decisions").glob("*.md")), *ours.readmes().values(), ROOT / "README.md"]
TABLES = [
    *(table for path, struct in settings.CORE.items() for table in settings.tables(path, struct)),
    *(table for name, cls in ours.plugins().items() for table in settings.tables_of(name, cls)),
]
COMMANDS = commands.commands()
#: Strictly, as `make docs` does, and everything anew.
OPTIONS = ("-W", "--keep-going", "-n", "-q", "-E", "-b", "html")
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


@pytest.mark.parametrize("folder", ours.readmes())
def test_a_readme_has_every_setting_of_its_plugin(folder: str) -> None:
    text = ours.readmes()[folder].read_text("utf-8")
    named = {
        name
        for cell in re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }
    mine = [cls for cls in ours.plugins().values() if cls.__module__.startswith(f"chatops_{folder}")]
    assert mine
    for cls in mine:
        assert set(fields(cls.config_type)) <= named


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_documented_with_its_fields(kind: str) -> None:
    section = page("events").partition(f"\n## {kind}\n\n")[2].partition("\n## ")[0]
    assert section[0].isupper()
    own = [name for name, _, _ in sources.fields(KINDS[kind])]
    assert {name for name in own if f"| `{name}` |" not in section} == set()
    assert {
        hook for hook in (KINDS[kind].hook, KINDS[kind].public_hook) if hook and f"#{hook})" not in section
    } == set()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_documented_with_its_options(words: commands.Words) -> None:
    section = page("commands").partition(f"\n### chatops {' '.join(words)}\n")[2].partition("\n##")[0]
    assert section
    options = {
        o for p in COMMANDS[words].params if isinstance(p, click.Option) and not p.hidden for o in p.opts
    }
    assert {option for option in options if option not in section} == set()
    assert all(p.help for p in COMMANDS[words].params if isinstance(p, click.Option) and not p.hidden)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_examples_of_a_command_are_understood(words: commands.Words) -> None:
    for line in re.findall(r"^ +(?:.*\$ )?(chatops .+)$", COMMANDS[words].help or "", re.MULTILINE):
        called = shlex.split(line.partition(" | ")[0].partition(" > ")[0], comments=True)[1:]
        command: click.Command = command_line
        ctx = command.make_context("chatops", called, resilient_parsing=True)
        while isinstance(command, click.Group):
            name, *called = [*ctx._protected_args, *ctx.args]
            found = command.get_command(ctx, name)
            assert found is not None, line
            command = found
            ctx = command.make_context(name, called, resilient_parsing=True)


def test_every_exit_code_is_documented() -> None:
    documented = set(exit_codes.documented())
    assert codes() | {error.exit_code for error in errors(ChatopsError)} | {0} == documented


def errors(kind: type[ChatopsError]) -> Iterator[type[ChatopsError]]:
    yield kind
    for derived in kind.__subclasses__():
        yield from errors(derived)


def codes() -> set[int]:
    """What the commands exit with by themselves."""
    found: set[int] = set()
    for path in sorted((ROOT / "chatops" / "cli").rglob("*.py")):
        module = import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case (
                    ast.Call(
                        func=ast.Attribute(attr="exit") | ast.Name(id="SystemExit"), args=[ast.Name(id=name)]
                    )
                    | ast.Return(value=ast.Name(id=name))
                ) if name.isupper() and isinstance(getattr(module, name), int):
                    found.add(getattr(module, name))
    return found


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


def test_the_commands_that_show_deliveries_work(cli: Cli) -> None:
    cli("declare", "Down", "--public", "Down.")
    (shown,) = documents.of(DOCS / "delivery.md", "sh")
    script = "".join(f"$ {line}\n" for line in shown.splitlines())
    assert "public_update" in documents.printed(script, cli)


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
