"""What holds for the house as a whole: its plugins, its commands, its files."""

import ast
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import entry_points
from itertools import pairwise

import click
import pytest

from chatops import Plugin
from chatops import config as configuration
from chatops.cli import COMMANDS, cli
from tests.house import ROOT, parsed, relative, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())
MOST_LINES = 300


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


@pytest.mark.parametrize("folder", ["bench", "chatops", "docs", "plugins", "tests"])
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
