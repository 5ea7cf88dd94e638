"""The public names and their signatures: `python -m docs.generate.names [--check]` records them."""

import ast
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Final

from chatops.cli.hooks import hooks
from chatops.cli.hooks import signature as hook_signature
from chatops.hookspecs import GROUPS, INTERFACE
from docs.generate import sources
from docs.generate.committed import ROOT, keep

PUBLIC: Final = ("chatops", "chatops.sandbox", "chatops.testing")
RECORDED: Final = ROOT / "tests" / "golden" / "public_names.txt"


def render() -> str:
    """A line for each name, and for each member of a class."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for home in PUBLIC:
        for name in sorted(home_of(home).__all__):
            yield from described(home, name)
    yield from (f"fixture {sources.signature(fixture)}" for fixture in fixtures())
    for spec in GROUPS.values():
        yield from (f"hook {hook_signature(hook)}" for hook in hooks(spec).values())
    yield f"hooks of version {INTERFACE}"


def described(home: str, name: str) -> Iterator[str]:
    """A public name, and all that it has which is public."""
    thing = getattr(home_of(home), name)
    if isinstance(thing, type):
        bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
        yield f"{home}.{name}({bases})" if bases else f"{home}.{name}"
        yield from (f"{home}.{name}.{member}" for member in sorted(members(thing).values()))
    elif callable(thing) and hasattr(thing, "__code__"):
        yield f"{home}.{sources.signature(sources.function(thing))}"
    else:
        yield f"{home}.{name} = {sources.written(name, home_of(home))}"


def home_of(package: str) -> ModuleType:
    """The module that lists the public names of a package."""
    return import_module("chatops.api" if package == "chatops" else package)


def members(cls: type) -> dict[str, str]:
    """What is public of a class and of those of ours that it derives from, each as it is written."""
    found: dict[str, str] = {}
    for each in reversed(sources.family(cls)):
        for statement in sources.body(each):
            name, said = _member(statement)
            if name and (not name.startswith("_") or name == "__init__"):
                found[name] = said
    return found


def fixtures() -> Iterator[ast.FunctionDef]:
    """The fixtures that authors' tests ask for."""
    for statement in sources.module_tree(import_module("chatops.testing.fixtures")).body:
        if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            yield statement


def _member(statement: ast.stmt) -> tuple[str, str]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name, ast.unparse(statement)
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name, ast.unparse(statement)
        case ast.FunctionDef(name=name):
            marks = {ast.unparse(mark) for mark in statement.decorator_list}
            if marks & {"property", "cached_property"}:
                return name, f"{name}: {sources.plain(statement.returns)} (read only)"
            return name, sources.signature(statement)
    return "", ""


def main() -> None:
    """Record the names, or with `--check` say whether they are as recorded."""
    keep(RECORDED, render(), "docs.generate.names")


if __name__ == "__main__":
    main()
