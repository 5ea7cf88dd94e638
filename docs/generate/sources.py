"""What a class, a function or a name looks like where it is written, whatever Python reads it."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from types import ModuleType
from typing import Any


@cache
def module_tree(module: ModuleType) -> ast.Module:
    """The source of a module."""
    return ast.parse(inspect.getsource(module))


def function(thing: Any) -> ast.FunctionDef:
    """The source of a function. Raises TypeError for anything else."""
    found = _tree(thing)
    if not isinstance(found, ast.FunctionDef):
        raise TypeError(f"{thing} is no function")
    return found


def body(cls: type) -> list[ast.stmt]:
    """The statements of one class."""
    found = _tree(cls)
    return found.body if isinstance(found, ast.ClassDef) else []


def family(cls: type) -> list[type]:
    """The class and those of ours that it derives from, itself first."""
    return [c for c in cls.__mro__ if re.match(r"chatops(_\w+)?(\.|$)", c.__module__)]


def said(cls: type) -> dict[str, str]:
    """The docstring of each attribute, which stands below it, and of each method; those of its bases, too."""
    found: dict[str, str] = {}
    for each in reversed(family(cls)):
        statements = body(each)
        for statement, below in zip_longest(statements, statements[1:]):
            match statement, below:
                case ast.FunctionDef(name=name), _:
                    found[name] = ast.get_docstring(statement) or found.get(name, "")
                case (
                    ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[name] = inspect.cleandoc(text)
    return {name: text.strip() for name, text in found.items() if text}


def fields(cls: type) -> Iterator[tuple[str, str, str]]:
    """Name, type and default of each attribute that the class itself declares, as they are written."""
    for statement in body(cls):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
                if "ClassVar" not in ast.unparse(kind):
                    default = ast.unparse(value) if value else ""
                    yield name, plain(kind), _EMPTY.get(default, default)


def written(name: str, home: ModuleType) -> str:
    """The expression that a name stands for, in this module or the one it is imported from; else empty."""
    for statement in module_tree(home).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return ast.unparse(value)
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                return ast.unparse(value)
            case ast.ImportFrom(module=str(module)) if name in {alias.name for alias in statement.names}:
                return written(name, sys.modules[module])
    return ""


def signature(found: ast.FunctionDef) -> str:
    """`name(arguments) -> result`, without `self`."""
    arguments = found.args
    everyone = [*arguments.posonlyargs, *arguments.args]
    own = everyone[0].arg if everyone and everyone[0].arg in {"self", "cls"} else ""
    text = re.sub(rf"^{own}(, |$)", "", ast.unparse(arguments)) if own else ast.unparse(arguments)
    result = f" -> {plain(found.returns)}" if found.returns else ""
    unquoted = _QUOTED.sub(r": \1", text)
    return f"{found.name}({unquoted}){result}"


def plain(annotation: ast.expr | None) -> str:
    """An annotation without the quotes that imports ask for."""
    match annotation:
        case None:
            return "Any"
        case ast.Constant(value=str(text)):
            return text
    return ast.unparse(annotation)


_EMPTY = {"msgspec.field(default_factory=dict)": "{}"}
_QUOTED = re.compile(r": '([^']+)'")


@cache
def _tree(thing: Any) -> ast.stmt:
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
