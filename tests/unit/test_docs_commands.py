"""Every command, its examples and its exit codes are documented, and so they are."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click
import pytest

from chatops.cli import cli as command_line
from chatops.errors import ChatopsError, UnknownName
from chatops.testing import Cli
from docs.generate import commands, exit_codes
from tests import documents
from tests.documents import ROOT

COMMANDS = commands.commands()
every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
#: A help says first what the command does, in a sentence.
SENTENCE = re.compile(r"[A-Z][^\b]*\.(\n|$)")


@every_command
def test_a_command_is_documented_with_its_options(words: commands.Words) -> None:
    section = commands.page().partition(f"\n### chatops {' '.join(words)}\n")[2].partition("\n##")[0]
    assert section
    assert SENTENCE.match(COMMANDS[words].help or "")
    options = {
        o for p in COMMANDS[words].params if isinstance(p, click.Option) and not p.hidden for o in p.opts
    }
    assert {option for option in options if option not in section} == set()
    assert all(p.help for p in COMMANDS[words].params if isinstance(p, click.Option) and not p.hidden)


@every_command
def test_the_examples_of_a_command_are_understood(
    words: commands.Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postmortems").mkdir()
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^ +(?:.*\$ )?(chatops .+)$", COMMANDS[words].help or "", re.MULTILINE):
        called = shlex.split(line.partition(" | ")[0].partition(" > ")[0], comments=True)[1:]
        for document in (word for word in called if word.endswith(".md")):
            Path(document).touch()
        understand(called)


@pytest.mark.parametrize("words", ["nte INC-1 Words", "note --nope Words", "update --status over"])
def test_an_example_that_is_wrong_is_found(words: str) -> None:
    with pytest.raises((click.UsageError, UnknownName)):
        understand(words.split())


def understand(called: list[str]) -> None:
    """Read these arguments as the command line would, and run nothing. Raises what it would."""
    command: click.Command = command_line
    ctx = command.make_context("chatops", called)
    while isinstance(command, click.Group):
        name, found, called = command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert found is not None
        command = found
        ctx = command.make_context(name, called, parent=ctx)


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
    for path in (ROOT / "chatops" / "__main__.py", *sorted((ROOT / "chatops" / "cli").rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found |= codes_of(import_module(name), path.read_text("utf-8"))
    return found


def codes_of(module: ModuleType, source: str) -> set[int]:
    """The numbers that an exit is given; and those that are returned by what gives the command its code."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="exit" | "_exit") | ast.Name(id="SystemExit"), args=[value]
            ):
                found |= numbers(value, module)
            case ast.Return(value=ast.expr() as value) if module.__name__ == "chatops.cli":
                found |= numbers(value, module)
    return found


def numbers(value: ast.expr, module: ModuleType) -> set[int]:
    """Those that stand there, or that a name in capitals stands for."""
    match value:
        case ast.Constant(value=int(number)):
            return {number}
        case ast.Name(id=name) if name.isupper() and isinstance(getattr(module, name, None), int):
            return {getattr(module, name)}
        case ast.BoolOp(values=either):
            return set().union(*(numbers(one, module) for one in either))
        case ast.IfExp(body=one, orelse=other):
            return numbers(one, module) | numbers(other, module)
    return set()


@pytest.mark.parametrize(
    "source", ["sys.exit(7)", "os._exit(7)", "raise SystemExit(owed or 7)", "ctx.exit(7 if owed else 0)"]
)
def test_a_code_is_found_where_it_is_written(source: str) -> None:
    assert 7 in codes_of(commands, source)


def test_a_command_of_a_plugin_works_as_it_is_shown(cli: Cli) -> None:
    page = documents.DOCS / "plugin-commands.md"
    (code,), (project,), (shown,) = (documents.of(page, kind) for kind in ("python", "toml", "console"))
    (cli.site.folder / "chatops_rota.py").write_text(code)
    cli.site.point("chatops.commands", tomllib.loads(project)["project"]["entry-points"]["chatops.commands"])
    assert documents.printed(shown, cli) == shown
    assert "rota" in cli("--help").out.partition("From plugins:")[2]


def test_every_group_of_entry_points_is_said() -> None:
    text = (documents.DOCS / "plugin-commands.md").read_text("utf-8")
    read = "".join(path.read_text("utf-8") for path in (ROOT / "chatops").rglob("*.py"))
    groups = re.findall(r'(?:GROUP: Final = |GROUP = |Discovery\()"(chatops[\w.]*)"', read)
    assert set(groups) == set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))
