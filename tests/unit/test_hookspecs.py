"""Every hook is documented, typed with the event that calls it, and stands in the page of hooks."""

import ast
import sys
from pathlib import Path

import pytest

from chatops import events as e
from chatops import hookspecs
from chatops.cli import hooks as told
from chatops.codec import KINDS
from chatops.hookspecs import Hooks, PublicHooks
from docs.generate import hooks as page
from tests.hooks import HOOKS, QUESTIONS, every_hook


@every_hook
def test_says_when_it_is_called_what_to_return_and_what_a_second_call_means(name: str) -> None:
    lines = told.doc(HOOKS[name]).splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    assert [line.partition(": ")[0] for line in lines[2:5]] == ["Called", "Return", "Again"]
    assert lines[5] == ""
    assert lines.count("Example::") == 1


@every_hook
def test_its_example_is_tiny_and_imports_only_what_an_author_may(name: str) -> None:
    code = page.example(HOOKS[name])
    lines = [line for line in code.splitlines() if line]
    assert 6 <= len(lines) <= 17
    assert code.count("@hookimpl") == 1
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    assert not {m for m in modules if m.partition(".")[0] not in sys.stdlib_module_names} - {
        "chatops",
        "msgspec",
    }


def test_every_kind_of_event_names_hooks_that_there_are() -> None:
    internal = {kind.hook for kind in KINDS.values() if kind.hook}
    public = {kind.public_hook for kind in KINDS.values() if kind.public_hook}
    assert internal == set(_hooks(Hooks)) - QUESTIONS - {"event_recorded"}
    assert public == set(_hooks(PublicHooks)) - QUESTIONS


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.hook], ids=lambda kind: kind.__name__)
def test_a_hook_is_typed_with_the_event_that_calls_it(kind: type[e.Event]) -> None:
    assert kind.hook is not None
    assert f"(event: {kind.__name__}, ctx: Context)" in told.signature(HOOKS[kind.hook])


def test_every_hook_stands_in_the_page_and_in_the_table_of_contents() -> None:
    assert {*_hooks(Hooks), *_hooks(PublicHooks)} == set(HOOKS)
    contents = [line.split()[0] for line in told.doc(hookspecs).splitlines() if line.startswith(" " * 8)]
    assert contents == list(HOOKS)


def test_the_page_is_up_to_date() -> None:
    page_says = page.PAGE.read_text(encoding="utf-8")
    assert page_says == page.render(), "run python -m docs.generate.hooks"


def test_the_check_refuses_a_page_that_is_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "hooks.md"
    monkeypatch.setattr(page, "PAGE", copy)
    monkeypatch.setattr(sys, "argv", ["hooks", "--check"])
    with pytest.raises(SystemExit, match="out of date"):
        page.main()
    monkeypatch.setattr(sys, "argv", ["hooks"])
    page.main()
    monkeypatch.setattr(sys, "argv", ["hooks", "--check"])
    page.main()


def _hooks(spec: type) -> list[str]:
    return [name for name in dir(spec) if hasattr(getattr(spec, name), "chatops_spec")]
