"""What a plugin, its stand-in and its tests import, with what each name says of itself."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from types import ModuleType

from chatops.errors import ChatopsError
from docs.generate import names, sources
from docs.generate.markdown import code, definition, one_line, prose, title

#: What a module calls another one for itself.
_ALIAS = re.compile(r"\b\w\.(?=[A-Z])")
#: In characters; a default that makes a line longer is no help to whoever reads it.
_LONGEST = 160
KNOWN = {name for home in names.PUBLIC for name in names.home_of(home).__all__}


def page() -> str:
    """The page about the public names."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from title("Public names", "their docstrings")
    yield "All that a plugin may import: from `chatops` itself, `chatops.sandbox` and `chatops.testing`."
    yield "[](../stability.md) says what may change; [](../hooks.md) are a page of their own."
    yield ""
    for home in names.PUBLIC:
        module = names.home_of(home)
        for about, listed in _groups(module, home).items():
            heading = home if about is module else f"{home}: {about.__name__.rpartition('.')[2]}"
            yield from (f"## {heading}", "", prose(_said(about).partition("\n\n")[0]), "")
            for name in sorted(listed, key=str.casefold):
                yield from (f"### {name}", "")
                yield from _name(module, name)
    yield from ("## Fixtures", "", "pytest finds them wherever `chatops-incident[testing]` is installed.", "")
    for fixture in names.fixtures():
        yield from definition(f"`{sources.signature(fixture)}`", one_line(ast.get_docstring(fixture) or ""))


def _groups(module: ModuleType, home: str) -> dict[ModuleType, list[str]]:
    """The public names by the module that says what they are about; those of plugins come first."""
    if home != "chatops":
        return {module: module.__all__}
    found = {
        sys.modules[str(statement.module)]: [alias.name for alias in statement.names]
        for statement in sources.module_tree(module).body
        if isinstance(statement, ast.ImportFrom)
    }
    return dict(sorted(found.items(), key=lambda group: group[0].__name__ != "chatops.plugin"))


def _name(module: ModuleType, name: str) -> Iterator[str]:
    thing = getattr(module, name)
    if isinstance(thing, type):
        yield from _class(thing)
    elif inspect.isfunction(thing):
        yield from code(_shown(sources.signature(sources.function(thing))), "python")
        yield from (prose(_said(thing)), "")
    else:
        yield from code(f"{name} = {sources.written(name, module)}", "python")


def _class(cls: type) -> Iterator[str]:
    """Its attributes as they are written, what it says of itself, and what it says of each."""
    said = sources.said(cls)
    members = {name: _shown(line) for name, line in names.members(cls).items()}
    plain = [f"    {line}" for name, line in members.items() if name not in said and name != "__init__"]
    bases = ", ".join(base.__name__ for base in cls.__bases__ if base is not object)
    yield from code(
        "\n".join([f"class {cls.__name__}{bases and f'({bases})'}{':' if plain else ''}", *plain]), "python"
    )
    for base in sources.family(cls):
        # What nobody imports by its name is described where it is of use; an error's root says nothing.
        if base is cls or base.__name__ not in {*KNOWN, ChatopsError.__name__}:
            yield from (prose(_said(base)), "")
    for name, line in members.items():
        if name in said:
            yield from definition(f"`{line}`", *map(one_line, said[name].split("\n\n")))


def _shown(line: str) -> str:
    """A line of source as it reads elsewhere."""
    named = _ALIAS.sub("", line)
    return named if len(named) <= _LONGEST else named.partition(" = ")[0]


def _said(thing: object) -> str:
    return inspect.cleandoc(thing.__doc__ or "")
