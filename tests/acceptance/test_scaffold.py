"""What `chatops plugins new` begins works at once, whatever it is told of."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatops.cli import hooks
from chatops.cli.plugins_new import hooks_of
from chatops.cli.plugins_scaffold import hooks_for
from chatops.hookspecs import GROUPS
from chatops.sandbox import FakeRemote, Sandbox
from tests.begun import begin, conforms, loaded
from tests.kit import Cli

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TOKEN = {"PAGER_TOKEN": FakeRemote.token}
#: The tests whose outcome depends on what a hook does; the others are asked of all hooks together.
OF_HOOKS = {
    "test_every_hook_works",
    "test_questions_are_answered",
    "test_the_same_key_twice_creates_once",
    "test_a_lost_reply_creates_once",
    "test_a_refusal_names_the_setting",
    "test_garbage_is_a_clean_error",
    "test_hostile_text_arrives_escaped",
}


def test_there_is_a_beginning_for_every_hook() -> None:
    known = {name for group in GROUPS.values() for name in hooks.hooks(group)}
    assert {*hooks_for(public=False), *hooks_for(public=True)} == known


@pytest.mark.long
@pytest.mark.parametrize(
    ("hook", "public"), [(hook, public) for public in (False, True) for hook in hooks_for(public=public)]
)
def test_it_conforms_with_any_hook(
    hook: str, public: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"{'public' if public else 'internal'}-{hook.replace('_', '-')}"
    chosen = hooks_of([hook], public=public)
    begun = begin(tmp_path, name, chosen, public=public)
    monkeypatch.syspath_prepend(str(begun))
    conforms(begun, tmp_path / "trials", OF_HOOKS)


@pytest.mark.long
@pytest.mark.parametrize("public", [False, True])
def test_it_conforms_with_all_hooks(public: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of two deliveries of one event, the suite looks at the last, which waits for the first.
    chosen = hooks_for(public=public)
    begun = begin(tmp_path, f"all-{'public' if public else 'internal'}", chosen, public=public)
    monkeypatch.syspath_prepend(str(begun))
    conforms(begun, tmp_path / "trials")


@pytest.mark.long
def test_it_is_typed_and_formatted(tmp_path: Path) -> None:
    """As the most usual tools want it, whichever hooks it has."""
    made = [
        begin(
            tmp_path,
            f"{'of-customers' if public else 'of-responders'}",
            hooks_for(public=public),
            public=public,
        )
        for public in (False, True)
    ]
    made += [
        begin(tmp_path, "a", ["resolve_link"]),
        begin(tmp_path, "a-name-of-several-words", ["check"]),
    ]
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        done = subprocess.run(
            [BIN / command[0], *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    modules = [folder / folder.name.replace("-", "_") for folder in made]
    done = subprocess.run(
        [BIN / "mypy", "--strict", "--cache-dir", ROOT / ".mypy_cache", *modules],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.timeout(300)
def test_it_works_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """As its author does it: nothing is there but Python and chatops."""
    kept = ("CHATOPS_", "COV", "PYTHONPATH", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if not name.startswith(kept)}
    env |= TOKEN | {"HOME": str(tmp_path)}

    def run(*command: str | Path, cwd: Path = tmp_path) -> str:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run(sys.executable, "-m", "venv", "venv")
    there = tmp_path / "venv" / "bin"
    run(there / "pip", "install", "--quiet", f"{ROOT}[testing]")
    run(there / "chatops", "plugins", "new", "pager")
    begun = tmp_path / "chatops-pager"
    run(there / "pip", "install", "--quiet", "-e", ".", cwd=begun)
    assert " passed" in run(there / "pytest", cwd=begun)
    with Sandbox(only=[FakeRemote]) as box:
        token = 'token = { env = "PAGER_TOKEN" }'
        text = f'[core]\ndrainer = false\n[plugins.pager]\nurl = "{box.url}/remote"\n{token}\n'
        (tmp_path / "chatops.toml").write_text(text)
        listed = json.loads(run(there / "chatops", "plugins", "list", "--json"))
        assert [row["state"] for row in listed if row["distribution"] == "chatops-pager"] == ["enabled"]
        told = run(there / "chatops", "declare", "Checkout returns 500s")
        assert f"pager: incident_declared  {box.url}/remote/cases/1" in told
        run(there / "chatops", "resolve", "INC-1")
    remote = box.standins["remote"]
    assert isinstance(remote, FakeRemote)
    assert remote.kept["cases/1"].fields["status"] == "resolved"


@pytest.mark.parametrize(
    "name", ["plugin", "link", "settings", "case", "any", "fake-remote", "plugin-conformance", "t", "true"]
)
def test_a_name_that_the_module_has_for_something_else_does_no_harm(
    name: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.here("plugins", "new", name)
    begun = cli.home / f"chatops-{name}"
    monkeypatch.syspath_prepend(str(begun))
    conforms(begun, cli.home / "trial", {"test_every_hook_works"})
    assert loaded(begun, "chatops.sandboxes").name == name
    for path in begun.rglob("*.py"):
        given = names(path)
        assert sorted(given) == sorted(set(given))


def names(path: Path) -> list[str]:
    """Each name that a module imports or defines, as often as it does."""
    tree = ast.parse(path.read_text())
    imported = [a.name for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names]
    return imported + [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
