"""What holds for the house as a whole: its layers, its words, its plugins, its commands, its files."""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from chatops import Plugin, api, sandbox
from chatops import config as configuration
from chatops.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())

#: From the lowest; a module imports its own layer and lower ones. The names are those below `chatops`.
LAYERS = (
    ("errors", "events", "interrupts", "remarks", "values"),
    ("discovery", "text", "public", "incident", "describe", "tracking", "codec", "logs", "deadline", "trace"),
    ("actions",),
    ("postmortem",),
    ("http", "metrics"),
    ("context",),
    ("hookspecs",),
    ("plugin",),
    ("api",),
    ("finding", "reading", "settings", "usable", "config"),
    ("store", "registry"),
    ("sandbox",),
    ("dispatch",),
    ("engine",),
    ("service",),
    ("cli", "__main__"),
    ("testing",),
)
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}

#: What a command of the core is never about. Where it must be named, it says why.
VENDORS = {"confluence", "jira", "opsgenie", "pagerduty", "slack", "statuspage", "trello"}
NAMED = {
    ("chatops/actions/patterns.py", "jira"): "a label that writers give a ticket",
    ("chatops/actions/tables.py", "jira"): "a name that writers give the column of tickets",
    ("chatops/cli/history.py", "statuspage"): "the format of a public history has no other name",
    ("chatops/service/history.py", "statuspage"): "what is imported is known again by where it came from",
    ("chatops/service/source.py", "statuspage"): "the format of a public history has no other name",
    ("chatops/cli/people.py", "jira"): "an example in an error",
    ("chatops/service/act.py", "slack"): "what a clock may be ahead",
    ("chatops/service/desk.py", "slack"): "what a clock may be ahead",
}
SQL = re.compile(
    r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA)\b", re.DOTALL
)
MOST_LINES = 300


class Import(NamedTuple):
    """One imported name. `module` is where it is, as far as a file tells; `now` says that it is imported
    together with the importing module, `typing` that it is imported for the type checker alone.
    """

    module: str
    name: str
    now: bool
    typing: bool


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[Import]:
    tree = parsed(path)
    guards = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    typing = {inner for guard in guards for statement in guard.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        now = node in tree.body
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", now, node in typing)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{relative(path)} imports relatively"
            for alias in node.names:
                yield Import(str(node.module), alias.name, now, node in typing)


def of_core(found: Import) -> str | None:
    """The module of the core that is imported, or None for another one."""
    parts = found.module.split(".")
    if parts[0] != "chatops":
        return None
    inner = ROOT.joinpath(*parts, found.name)
    is_module = found.name and (inner.is_dir() or inner.with_suffix(".py").exists())
    return f"{found.module}.{found.name}" if is_module else found.module


def layer(name: str) -> int:
    """The layer of a module; the package itself hands out the public names."""
    _, _, inner = name.partition(".")
    top = inner.split(".")[0] or "api"
    assert top in LAYER, f"give {name} a place in LAYERS, and in the design"
    return LAYER[top]


@pytest.mark.parametrize("path", sources("chatops"), ids=relative)
def test_no_layer_imports_a_higher_one(path: Path) -> None:
    importing = module(path)
    # Types count, too: who names a higher layer's type depends on it. `__version__` is everybody's.
    found = {name for i in imports(path) if (name := of_core(i)) and i.name != "__version__"}
    assert {name for name in found if layer(name) > layer(importing)} == set()


def test_modules_do_not_import_each_other() -> None:
    graph = {
        module(path): {name for i in imports(path) if i.now and (name := of_core(i))} - {module(path)}
        for path in sources("chatops")
    }
    TopologicalSorter(graph).prepare()


def test_importing_the_package_imports_nothing_of_it() -> None:
    assert [i for i in imports(ROOT / "chatops" / "__init__.py") if of_core(i) and not i.typing] == []


def test_public_objects_are_made_without_the_internal_ones() -> None:
    found = {of_core(i) for i in imports(ROOT / "chatops" / "public.py") if not i.typing}
    assert found - {None} == {"chatops.events"}


@pytest.mark.parametrize("path", sources("chatops"), ids=relative)
def test_click_lives_in_cli_and_sql_in_store(path: Path) -> None:
    place = path.relative_to(ROOT).parts[1]
    roots = {i.module.split(".")[0] for i in imports(path)}
    assert "click" not in roots or place == "cli"
    assert not {"sqlite3", "psycopg"} & roots or place == "store"
    texts = [
        n.value for n in ast.walk(parsed(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    assert place == "store" or [text for text in texts if SQL.search(text)] == []


def test_the_core_knows_no_vendor() -> None:
    """Neither in a name nor in a text; a docstring may take one for an example."""
    found = {(relative(path), word) for path in sources("chatops") for word in words_of(path) & VENDORS}
    assert found == set(NAMED)
    data = [path for path in (ROOT / "chatops").rglob("*") if path.suffix in {".sql", ".toml", ".template"}]
    assert data
    assert [path for path in data if words(path.read_text()) & VENDORS] == []


def words(text: str) -> set[str]:
    """PagerDuty is both one word and two."""
    return {
        word.lower() for pattern in ("[A-Z]?[a-z]+|[A-Z]+", "[A-Za-z]+") for word in re.findall(pattern, text)
    }


def words_of(path: Path) -> set[str]:
    """Every word of the names and texts of a module."""
    tree = parsed(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    found = words(path.stem)
    for node in ast.walk(tree):
        if node not in docstrings:
            for value in vars(node).values():
                found |= words(value) if isinstance(value, str) else set()
    return found


@pytest.mark.parametrize("path", sources("plugins"), ids=relative)
def test_plugins_import_public_names_and_not_each_other(path: Path) -> None:
    own = path.relative_to(ROOT).parts[2]
    for i in imports(path):
        root = i.module.split(".")[0]
        assert root == own or not root.startswith("chatops_"), f"imports another plugin, {i.module}"
        if root == "chatops":
            public = {"chatops": api.__all__, "chatops.sandbox": sandbox.__all__}
            assert i.module in public, f"imports {i.module}; what a plugin needs is in chatops itself"
            assert i.name in public[i.module], f"{i.name!r} is not public"


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_is_whole(name: str) -> None:
    package = f"chatops_{name}"
    assert (ROOT / "plugins" / name / "README.md").is_file()
    assert f"plugins/{name}/{package}" in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert f"$MYPY_CONFIG_FILE_DIR/plugins/{name}" in PROJECT["tool"]["mypy"]["mypy_path"]
    ours = PROJECT["project"]["name"]
    points = {p.name: p for p in entry_points(group="chatops") if p.dist and p.dist.name == ours}
    written = PROJECT["project"]["entry-points"]["chatops"]
    assert {point.name: point.value for point in points.values()} == written
    found = points[name].load()
    assert issubclass(found, Plugin)
    assert found.__module__.split(".")[0] == package


def test_the_wheel_has_the_data_of_its_packages() -> None:
    """Hatchling takes whatever is in a package, but for what the project or git leaves out."""
    hatch = PROJECT["tool"]["hatch"]["build"]
    assert hatch == {"targets": {"wheel": {"packages": hatch["targets"]["wheel"]["packages"]}}}
    packages = [ROOT / package for package in hatch["targets"]["wheel"]["packages"]]
    data = [
        p
        for package in packages
        for p in package.rglob("*")
        if p.is_file() and p.suffix not in {".py", ".pyc"}
    ]
    assert {".sql", ".toml", ".html"} <= {path.suffix for path in data}
    lines = (ROOT / ".gitignore").read_text().splitlines()
    ignored = [line.strip("/") for line in lines if line and not line.startswith("#")]
    for path in data:
        parts = [relative(path), *path.relative_to(ROOT).parts]
        assert [pattern for pattern in ignored if any(fnmatch(part, pattern) for part in parts)] == []


def test_the_example_configuration_is_one() -> None:
    found = configuration.load(ROOT / "config.example.toml")
    assert found.problems == []
    assert {instance.use for instance in found.instances.values()} == {
        *PROJECT["project"]["entry-points"]["chatops"]
    }


@pytest.mark.parametrize("folder", ["chatops", "plugins"])
def test_files_are_short(folder: str) -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in sources(folder)}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize(
    "name",
    [
        ".ci/run",
        ".pre-commit-hooks.yaml",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "bench/run.py",
        "chatops/py.typed",
        "config.example.toml",
        "docs/action-items.md",
        "docs/ci.md",
        "docs/decisions",
        "docs/hooks.md",
        "docs/operations.md",
        "docs/postmortems.md",
        "plugins",
        "pyproject.toml",
    ],
)
def test_what_people_look_for_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_checks_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command that does something, by the words that call it."""
    found: dict[tuple[str, ...], click.Command] = {}

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            ctx = click.Context(command)
            for name in command.list_commands(ctx):
                inner = command.get_command(ctx, name)
                assert inner is not None
                walk(inner, (*words, name))
        else:
            found[words] = command

    walk(cli, ())
    return found


@pytest.mark.parametrize(("path", "command"), commands().items(), ids=map(" ".join, commands()))
def test_every_command_shows_how_it_is_called(path: tuple[str, ...], command: click.Command) -> None:
    assert re.search(rf"^ +.*\bchatops {' '.join(path)}\b", command.help or "", re.MULTILINE)
    assert any("--json" in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_in_one_way(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.short_help in {None, COMMANDS[name].help}


@cache
def called() -> set[str]:
    """The words that follow each other in what the acceptance tests call."""
    found: set[str] = set()
    for path in sources("tests/acceptance"):
        for node in ast.walk(parsed(path)):
            texts = (
                list(getattr(node, "args", ())) if isinstance(node, ast.Call) else getattr(node, "elts", ())
            )
            known = [
                t.value if isinstance(t, ast.Constant) and isinstance(t.value, str) else "" for t in texts
            ]
            found |= {*known, *map(" ".join, pairwise(known))}
    return found


def test_every_command_is_called_by_an_acceptance_test() -> None:
    assert {path for name in commands() if (path := " ".join(name)) not in called()} == set()
