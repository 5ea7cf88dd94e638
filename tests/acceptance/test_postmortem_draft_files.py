"""`chatops postmortem draft` on files as they are: somebody else's, unreadable, half written, elsewhere."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.drafting import CONFIG, NAME, over, text
from tests.kit import COMMAND, Cli

__all__ = ["over"]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_of_somebody_else_is_never_overwritten(over: Cli) -> None:
    path = over.home / NAME
    path.parent.mkdir()
    path.write_text("# Notes\n")
    done = over("postmortem", "draft", code=1)
    assert f"{NAME} is there already, and is not the post-mortem of INC-1: rename it, or" in done.err
    assert text(over) == "# Notes\n"


def broken(over: Cli) -> Path:
    over("postmortem", "draft")
    return over.home / NAME


def test_files_that_cannot_be_read(over: Cli) -> None:
    path = broken(over)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"## Fault", b"## F\xe4ult"))
    assert f"{NAME} is not UTF-8 (line " in over("postmortem", "draft", code=1).err
    path.write_bytes(data.replace(b"services: [", b"services: [["))
    assert "The front matter is no YAML" in over("postmortem", "draft", code=1).err
    assert path.read_bytes() != data
    path.write_bytes(data)
    path.with_name("copy.md").write_bytes(data)
    path.with_name("\udcff.md").write_bytes(data)
    copies = over("postmortem", "draft", "--json").json()
    assert copies["path"] == NAME
    assert copies["left"] == [
        f"postmortems/copy.md (it has the same id as {NAME})",
        f"postmortems/\\xff.md (it has the same id as {NAME})",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("---\nid", "\n---\nid"), ("---\nid", "+++\nid"), ("\n---\n#", "\n#"), ("\n---\n\n#", "\n\n#")],
)
def test_a_document_whose_top_cannot_be_read_gets_no_second_one(over: Cli, old: str, new: str) -> None:
    path = broken(over)
    text = path.read_text()
    renamed = path.with_name("ours.md")
    renamed.write_text(text.replace(old, new, 1))
    path.unlink()
    if renamed.read_text() != text:
        assert "ours.md is left as it is: line " in over.here("postmortem", "draft", code=1).err
        assert not path.exists()


def test_folders_that_cannot_be_written(over: Cli) -> None:
    (over.home / "file").write_text("")
    done = over("postmortem", "draft", "--dir", "file", code=2)
    assert "file is no folder. Name another one with --dir" in done.err
    done = over("postmortem", "draft", "--dir", "file/below", code=1)
    assert "cannot be written" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(over: Cli) -> None:
    (over.home / "postmortems").mkdir(mode=0o500)
    assert "cannot be written (Permission denied)" in over("postmortem", "draft", code=1).err


def test_a_pipe_and_odd_files_are_passed_over(over: Cli) -> None:
    folder = over.home / "postmortems"
    folder.mkdir()
    os.mkfifo(folder / "pipe.md")
    (folder / "gone.md").symlink_to("nowhere")
    (folder / "picture.md").write_bytes(bytes(range(256)))
    done = over("postmortem", "draft")
    assert f"Wrote {NAME}" in done.out


KILLED = """
import os, signal
def killed(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)
os.{call} = killed
"""


@pytest.mark.parametrize(
    ("call", "first"),
    [("fsync", True), ("link", True), ("unlink", True), ("fsync", False), ("replace", False)],
)
def test_killed_half_way_it_writes_nothing_half(over: Cli, call: str, first: bool) -> None:
    """Killed before a step, there is the old file or the new one, whole; the next draft is as ever."""
    folder = over.home / "postmortems"
    if not first:
        over("postmortem", "draft")
        over("note", "INC-1", "It was the cache")
    before = snapshot(folder) if folder.exists() else {}
    (over.site.folder / "sitecustomize.py").write_text(KILLED.format(call=call))
    ended = subprocess.run([COMMAND, "postmortem", "draft"], env=over.env, cwd=over.home, check=False)
    assert ended.returncode == -signal.SIGKILL
    (over.site.folder / "sitecustomize.py").unlink()
    seen = {name: data for name, data in snapshot(folder).items() if name.endswith(".md")}
    done = over("postmortem", "draft", "--json").json()
    if call != "unlink":
        assert {name: data for name, data in seen.items() if not name.startswith(".")} == before
    assert (done["created"], bool(done["refreshed"])) == (first and call != "unlink", not first)
    assert [path.name for path in folder.glob("[!.]*.md")] == [Path(NAME).name]


def test_a_subfolder_has_no_documents_of_its_own(over: Cli) -> None:
    """Where the configuration is found above, what it names is found from there."""
    over.configure(CONFIG + "[postmortem]\ntemplate = 'ours.md.j2'\ndir = 'pm'\n")
    (over.home / "ours.md.j2").write_text("# {{ title }}\n\n## Actions\n\n- Mend it\n")
    below = over.home / "src/app"
    below.mkdir(parents=True)
    env = {name: value for name, value in over.env.items() if name != "CHATOPS_CONFIG"}

    def there(*args: str) -> str:
        run = [str(COMMAND), *args]
        return subprocess.run(run, env=env, cwd=below, stdout=subprocess.PIPE, text=True, check=True).stdout

    assert there("postmortem", "draft", "-q") == f"../../pm/{Path(NAME).name}\n"
    assert over("postmortem", "draft", "-q").out == f"pm/{Path(NAME).name}\n"
    assert there("actions", "list").splitlines()[1].startswith("../../pm/")
    assert "No plugin" in there("postmortem", "publish", f"../../pm/{Path(NAME).name}", "--no-store")
    assert "Nothing was written" in there("postmortem", "publish", "INC-1", "--dry-run")
    assert there("postmortem", "draft", "--dir", "mine", "-q").startswith("mine/")


def test_what_a_user_configures_for_all_repositories_names_a_folder_of_each(over: Cli) -> None:
    own = over.home / ".config/chatops/chatops.toml"
    own.parent.mkdir(parents=True)
    own.write_text(CONFIG + "[postmortem]\ndir = 'pm'\n")
    over.config = None
    (over.home / "chatops.toml").unlink()
    assert over.here("postmortem", "draft", "-q").out == f"pm/{Path(NAME).name}\n"
    assert (over.home / "pm").is_dir()
