"""`chatops plugins new`: what is begun works at once, whatever it is told of."""

import ast
import importlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chatops.cli import hooks
from chatops.cli.plugins_scaffold import Scaffold, hooks_for
from chatops.discovery import OURS
from chatops.hookspecs import GROUPS
from chatops.sandbox import FakeRemote, Sandbox
from chatops.testing import PluginConformance, Trial
from tests.kit import Cli

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TOKEN = {"PAGER_TOKEN": FakeRemote.token}
FILES = [
    "README.md",
    "pyproject.toml",
    "chatops_pager/__init__.py",
    "chatops_pager/sandbox.py",
    "chatops_pager/py.typed",
    "tests/test_pager.py",
    ".github/workflows/ci.yml",
    ".gitignore",
]
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


def begin(folder: Path, name: str, chosen: Sequence[str], *, public: bool = False) -> Path:
    """Write the files of a plugin; the folder that they are in."""
    made = Scaffold(name, chosen, public)
    for path, text in made.files().items():
        (folder / made.distribution / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / made.distribution / path).write_text(text)
    return folder / made.distribution


def points(begun: Path) -> dict[str, dict[str, str]]:
    """The entry points that a distribution would have."""
    found: dict[str, dict[str, str]] = tomllib.loads((begun / "pyproject.toml").read_text())["project"][
        "entry-points"
    ]
    return found


def loaded(begun: Path, group: str) -> Any:
    """What the only entry point of the group is; the folder is on the path."""
    (target,) = points(begun)[group].values()
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def conforms(begun: Path, folder: Path, only: set[str] | None = None) -> None:
    """Run the inherited tests of a plugin, in this process."""

    class Case(PluginConformance):
        plugin = loaded(begun, "chatops")
        standin = loaded(begun, "chatops.sandboxes")

    case = Case()
    for test, arguments in inherited():
        if only is None or test in only:
            with Trial(folder / test, case.plugin, case.standin, case.settings) as trial:
                try:
                    getattr(case, test)(trial, *arguments)
                except pytest.skip.Exception:
                    continue


def inherited() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The tests of the suite; of those with a parameter, with one value of it."""
    chosen = {"status": 401, "moment": "503", "garbage": "wrong types"}
    for name, test in vars(PluginConformance).items():
        if name.startswith("test_"):
            yield name, tuple(chosen[mark.args[0]] for mark in getattr(test, "pytestmark", []))


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
    begun = begin(tmp_path, name, [hook], public=public)
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


def test_what_is_made_is_listed(cli: Cli) -> None:
    done = cli.here("plugins", "new", "pager")
    made = cli.home / "chatops-pager"
    assert sorted(str(p.relative_to(made)) for p in made.rglob("*") if p.is_file()) == sorted(FILES)
    for path in (str(made), *FILES, "cd chatops-pager", "pip install -e '.[test]'", "pytest"):
        assert path in done.out
    assert "chatops plugins try pager" in done.out
    assert list(cli.home.iterdir()) == [made]
    assert made.stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_programs_are_told_where_it_is(cli: Cli) -> None:
    (cli.home / "plugins").mkdir()
    done = cli.here("plugins", "new", "pager", "--dir", "plugins", "--json").json()
    assert done == {
        "name": "pager",
        "distribution": "chatops-pager",
        "path": str(cli.home / "plugins/chatops-pager"),
        "hooks": ["incident_declared", "incident_resolved"],
        "public": False,
        "files": FILES,
        "next": [
            "cd plugins/chatops-pager",
            "pip install -e '.[test]'",
            "pytest",
            "chatops plugins try pager",
        ],
    }
    quiet = cli.here("plugins", "new", "wall", "--public", "-q").out
    assert quiet == f"{cli.home / 'chatops-wall'}\n"
    assert "PublicPlugin[Settings]" in (cli.home / "chatops-wall/chatops_wall/__init__.py").read_text()


def test_a_dry_run_lists_the_files_and_writes_none(cli: Cli) -> None:
    done = cli.here("plugins", "new", "pager", "--dry-run")
    assert f"Would make {cli.home / 'chatops-pager'}" in done.out
    assert "chatops_pager/sandbox.py" in done.out
    assert list(cli.home.iterdir()) == []


@pytest.mark.parametrize(
    "said", [("--hooks", "check, note_added"), ("--hooks", "check", "--hooks", "note_added")]
)
def test_hooks_are_named_together_or_one_by_one(said: tuple[str, ...], cli: Cli) -> None:
    done = cli.here("plugins", "new", "pager", *said, "--json").json()
    assert done["hooks"] == ["note_added", "check"]
    readme = (cli.home / "chatops-pager/README.md").read_text()
    assert "| `note_added` | Add the note. |\n| `check` | Say what" in readme
    assert "incident_declared" not in readme


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            ("--hooks", "incident_delcared"),
            "Did you mean 'incident_declared'? There are: incident_declared, ",
        ),
        (
            ("--hooks", "incident_delcared"),
            "event_recorded, resolve_link, audience, check, action_items_pull",
        ),
        (("--hooks", "public_update"), "public_update is for a plugin that faces customers: begin it with"),
        (("--hooks", "note_added", "--public"), "faces responders: begin it without --public"),
        (("--hooks", " , "), "Name a hook, or leave --hooks out. There are: incident_declared"),
        (("--dir", "nowhere"), "Directory 'nowhere' does not exist"),
    ],
)
def test_what_cannot_be_is_said(said: tuple[str, ...], answer: str, cli: Cli) -> None:
    assert answer in cli.here("plugins", "new", "pager", *said, code=2).err
    assert list(cli.home.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Pager", "'Pager' cannot be a plugin's name. It has small letters and digits"),
        ("Pager", "For example: pager"),
        ("my pager", "For example: my-pager"),
        ("2fa", "For example: fa"),
        ("../pager", "For example: pager"),
        ("a--b", "For example: a-b"),
        ("pager\n", "For example: pager"),
        ("pägér", "cannot be a plugin's name"),
        ("", "cannot be a plugin's name"),
        ("-", "cannot be a plugin's name"),
        ("p" * 41, "The name has 41 characters; at most 40 fit."),
        ("class", "is a word of Python's own"),
        ("async", "is a word of Python's own"),
        ("chatops-pager", "leave it out of 'chatops-pager'. For example: pager"),
        ("incident", "chatops-incident is installed already"),
        ("jira", f"{OURS}, which is installed, has a plugin named jira"),
        ("status-html", f"{OURS}, which is installed, has a plugin named status_html"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(name: str, answer: str, cli: Cli) -> None:
    assert answer in cli.here("plugins", "new", "--", name, code=2).err
    assert list(cli.home.iterdir()) == []


def test_a_name_that_is_taken_is_refused(cli: Cli) -> None:
    cli.site.install("class A(Plugin): ...", on_call="A")
    told = cli("plugins", "new", "on-call", code=2).err
    assert "test-plugins, which is installed, has a plugin named on_call. Take another name" in told


@pytest.mark.parametrize(
    "name", ["plugin", "link", "settings", "case", "any", "fake-remote", "plugin-conformance", "t"]
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


def test_what_is_there_is_left_as_it_is(cli: Cli) -> None:
    there = cli.home / "chatops-pager"
    there.mkdir()
    assert f"{there} is there already" in cli.here("plugins", "new", "pager", code=2).err
    there.rmdir()
    there.symlink_to("nowhere")
    assert f"{there} is there already" in cli.here("plugins", "new", "pager", code=2).err
    assert list(cli.home.iterdir()) == [there]


def test_what_cannot_be_written_leaves_nothing_behind(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_text

    def full(path: Path, *args: Any, **more: Any) -> int:
        if path.name == "ci.yml":
            raise OSError(28, "No space left on device")
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "write_text", full)
    told = cli.here("plugins", "new", "pager", code=2).err
    assert f"{cli.home / 'chatops-pager'} cannot be written: No space left on device" in told
    assert list(cli.home.iterdir()) == []


def test_a_dry_run_needs_no_pytest(cli: Cli) -> None:
    """The stand-in answers where nobody has the tools of a developer, whatever the token is."""
    cli.here("plugins", "new", "pager")
    begun = cli.home / "chatops-pager"
    (cli.site.folder / "pytest.py").write_text("raise ImportError('there is no pytest')")
    for group, found in points(begun).items():
        cli.site.point(group, found)
    cli.configure('[plugins.pager]\nurl = "https://pager.invalid/v1"\ntoken = { env = "PAGER_TOKEN" }\n')
    env = {"PAGER_TOKEN": "another-token", "PYTHONPATH": f"{cli.site.folder}{os.pathsep}{begun}"}
    done = cli("declare", "Checkout returns 500s", "--dry-run", env=env)
    assert "POST https://pager.invalid/v1/cases" in done.out
    assert (
        "PATCH https://pager.invalid/v1/cases/rehearsal1"
        in cli("plugins", "try", "pager", "--event", "incident_resolved", env=env).out
    )
