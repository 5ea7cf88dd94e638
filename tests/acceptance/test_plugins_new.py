"""`chatops plugins new`: what it writes and says, and what it refuses."""

import os
from pathlib import Path
from typing import Any

import pytest

from chatops.discovery import OURS
from tests.begun import points
from tests.kit import Cli

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
        ("jira", f"{OURS}, which is installed, has a plugin named jira. Take another name.\n"),
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


def test_who_corrects_words_is_told_them_first(cli: Cli) -> None:
    said = ("--public", "--hooks", "public_correction")
    done = cli.here("plugins", "new", "wall", *said, "--json").json()
    assert done["hooks"] == ["public_update", "public_correction"]
