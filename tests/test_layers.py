"""Who imports whom, and what is said where: the layers of the core, and what a plugin may use."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

from chatops import api, sandbox
from tests.house import ROOT, parsed, relative, sources

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
    ("soundness",),
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


class Import(NamedTuple):
    """One imported name. `module` is where it is, as far as a file tells; `now` says that it is imported
    together with the importing module, `typing` that it is imported for the type checker alone.
    """

    module: str
    name: str
    now: bool
    typing: bool


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


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
