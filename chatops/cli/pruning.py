"""Takes out of a module what is not needed: the scaffold of a plugin begins with everything."""

import ast
from collections.abc import Sequence
from typing import Final

#: As wide as formatters make a line that nobody has told otherwise.
WIDTH: Final = 88
Import = ast.Import | ast.ImportFrom


def only(source: str, cls: str, wanted: set[str]) -> str:
    """The module with these of the decorated methods of `cls`, with what they use, and nothing else."""
    methods = _methods(_class(ast.parse(source), cls))
    source = _without(source, [m for m in methods if m.decorator_list and m.name not in wanted])
    while unused := _unused(ast.parse(source), cls):
        source = _without(source, unused)
    return _with_fewer_imports(source)


def docs(source: str, cls: str) -> dict[str, str]:
    """The docstring of each method of `cls` that has one."""
    methods = _methods(_class(ast.parse(source), cls))
    return {method.name: doc for method in methods if (doc := ast.get_docstring(method))}


def _class(tree: ast.Module, name: str) -> ast.ClassDef:
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)


def _methods(cls: ast.ClassDef) -> list[ast.FunctionDef]:
    return [node for node in cls.body if isinstance(node, ast.FunctionDef)]


def _unused(tree: ast.Module, cls: str) -> list[ast.stmt]:
    """What is defined in the module, or in `cls` without a decorator, and used by nothing in it."""
    used = {*_used(tree), cls}
    inner = (method for method in _methods(_class(tree, cls)) if not method.decorator_list)
    return [node for node in (*inner, *tree.body) if _name(node) not in {"", *used}]


def _name(node: ast.stmt) -> str:
    """The name that a definition gives; none for another statement."""
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name() as target]):
            return target.id
        case _:
            return ""


def _used(tree: ast.Module) -> set[str]:
    """Every name that is looked up, as it is or as an attribute."""
    nodes = list(ast.walk(tree))
    plain = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return plain | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _without(source: str, nodes: Sequence[ast.stmt]) -> str:
    """The module without these, and without the empty lines above them."""
    lines = source.splitlines()
    gone: set[int] = set()
    for node in nodes:
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        while not lines[first - 1].strip():
            first -= 1
        gone.update(range(first, node.end_lineno or node.lineno))
    return "\n".join(line for number, line in enumerate(lines) if number not in gone) + "\n"


def _with_fewer_imports(source: str) -> str:
    tree = ast.parse(source)
    used = _used(tree)
    imports = [node for node in tree.body if isinstance(node, Import)]
    lines = source.splitlines(keepends=True)
    text, before = "", 0
    for node in imports:
        apart = bool(before) and node.lineno - before > 1
        before = node.end_lineno or node.lineno
        kept = [alias.name for alias in node.names if alias.name in used]
        if kept:
            text += "\n" * (apart and bool(text) and not text.endswith("\n\n"))
            text += _written(node, kept)
        elif apart and text and not text.endswith("\n\n"):
            text += "\n"
    return "".join([*lines[: imports[0].lineno - 1], text.rstrip("\n"), "\n", *lines[before:]])


def _written(node: Import, names: Sequence[str]) -> str:
    if isinstance(node, ast.Import):
        return f"import {', '.join(names)}\n"
    start = f"from {node.module} import"
    line = f"{start} {', '.join(names)}"
    if len(line) <= WIDTH:
        return f"{line}\n"
    return "".join([f"{start} (\n", *(f"    {name},\n" for name in names), ")\n"])
