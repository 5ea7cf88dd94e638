"""`chatops postmortem draft`: a file that people work on, and that is brought up to date."""

import os
import re
import shlex
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from tests.kit import COMMAND, Cli

DOC = (Path(__file__).parents[2] / "docs" / "postmortems.md").read_text("utf-8")
CONFIG = """\
[severities.sev1]
review_within = "5d"
[severities.sev2]
"""
NAME = "postmortems/2026-11-21-inc-1-checkout-returns-500s.md"


@pytest.fixture
def over(cli: Cli) -> Cli:
    """An incident that is over."""
    cli.configure(CONFIG)
    at = "2026-11-21 {}".format
    declared = (
        "Checkout returns 500s",
        "--severity",
        "sev1",
        "--started-at",
        at("11:40"),
        "--at",
        at("11:52"),
    )
    cli.here("declare", *declared, "--detected-by", "monitoring", "--no-public")
    cli.here("ack", "INC-1", "--at", at("11:55"))
    cli.here("update", "INC-1", "Rolled back", "--status", "monitoring", "--at", at("12:40"), "--no-public")
    cli.here("resolve", "INC-1", "--at", at("13:40"), "--no-public")
    return cli


def text(cli: Cli, name: str = NAME) -> str:
    return (cli.home / name).read_text()


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_first_draft(over: Cli) -> None:
    done = over("postmortem", "draft")
    assert done.out.splitlines()[0] == f"Wrote {NAME}"
    assert done.out.endswith(f"Then: chatops postmortem lint {NAME}\n")
    assert done.err == ""
    said = text(over)
    for row in (
        "| Detected by | monitoring |",
        "| Time to detect | 12 min |",
        "| Time to acknowledge | 3 min |",
        "| Time to mitigate | 48 min |",
        "| Time to resolve | 1 h 48 min |",
        "| Total downtime | 1 h |",
        "| 2026-11-21 11:40 | | it began, as far as is known |",
    ):
        assert row in said
    assert "\nreview_due: 2026-11-26\n" in said
    assert stat.S_IMODE((over.home / NAME).stat().st_mode) == 0o644
    # The metrics have the same figures.
    figures = over("metrics", "--json").json()["total"]
    assert (figures["detect"]["mean"], figures["resolve"]["mean"]) == (720, 6480)


def test_the_docs_print_what_they_show(cli: Cli) -> None:
    cli.configure("")
    shown = next(block for block in re.findall(r"```console\n(.*?)```", DOC, re.DOTALL) if "draft" in block)
    printed = ""
    for line in shown.splitlines():
        if line.startswith("$ chatops "):
            printed += f"{line}\n{cli.here(*shlex.split(line)[2:]).out}"
    assert printed == shown


def test_drafting_again_leaves_what_people_wrote(over: Cli) -> None:
    over("postmortem", "draft", "INC-1")
    path = over.home / NAME
    renamed = path.with_name("checkout, ours.md")
    mine = path.read_text().replace("| Time to detect | 12 min |", "| Time to detect | 2 min |")
    renamed.write_text(mine.replace("_Two or three", "We broke it. _Two or three"))
    path.unlink()
    over("actions", "add", "INC-1", "Alert on it", "--owner", "dana")
    over("note", "INC-1", "It was the cache")
    done = over("postmortem", "draft", "INC-1", "--json").json()
    assert done == {
        "path": "postmortems/checkout, ours.md",
        "created": False,
        "refreshed": ["timeline (1 new event)", "action items (1 new)"],
        "left": ["stats > time to detect (you wrote 2 min; it is 12 min)"],
    }
    assert "We broke it. _Two or three" in renamed.read_text()
    assert [item["text"] for item in over("actions", "list", "postmortems", "--json").json()] == [
        "Alert on it"
    ]
    before = renamed.stat().st_mtime_ns
    assert over("postmortem", "draft").out == (
        "postmortems/checkout, ours.md\nNothing to refresh.\n"
        "Left alone: stats > time to detect (you wrote 2 min; it is 12 min).\n"
    )
    assert renamed.stat().st_mtime_ns == before
    assert over("postmortem", "draft", "-q").out == "postmortems/checkout, ours.md\n"


def test_what_people_know_of_the_start_is_computed_with(cli: Cli) -> None:
    cli.here("declare", "It is down", "--at", "2026-11-21 11:52", "--no-public")
    assert "INC-1 is still open: draft it again when it is over." in cli.here("postmortem", "draft").out
    path = cli.home / "postmortems/2026-11-21-inc-1-it-is-down.md"
    mine = path.read_text().replace("started_at: null", "started_at: 2026-11-21T11:40:00Z")
    path.write_text(mine.replace("detected_by: null", "detected_by: customer"))
    refreshed = cli.here("postmortem", "draft", "--json").json()["refreshed"]
    assert refreshed == ["stats (detected by, time to detect)", "timeline"]
    assert "| Time to detect | 12 min |" in path.read_text()


def test_a_dry_run_writes_nothing(over: Cli) -> None:
    done = over("postmortem", "draft", "--dry-run")
    assert "# Post-mortem: Checkout returns 500s" in done.out
    assert f"Would write {NAME}" in done.out
    assert not (over.home / "postmortems").exists()
    over("postmortem", "draft")
    before = text(over)
    over("note", "INC-1", "It was the cache")
    done = over("postmortem", "draft", "--dry-run")
    assert f"+++ b/{NAME}" in done.out
    assert "note: It was the cache |" in done.out
    assert "Would refresh: timeline (1 new event)." in done.out
    assert text(over) == before


def test_a_restricted_exercise(cli: Cli) -> None:
    cli.here(
        "declare", "Someone is inside", "--restricted", "--drill", "--at", "2026-11-21 11:52", "--no-public"
    )
    done = cli.here("postmortem", "draft", "INC-1")
    path = cli.home / "postmortems/2026-11-21-inc-1.md"
    assert "It is restricted: only you can read the file." in done.out
    assert "It was an exercise" in done.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "> This was an exercise." in path.read_text()
    # As after a checkout.
    path.chmod(0o644)
    cli.here("postmortem", "draft", "INC-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_template_of_ones_own(over: Cli) -> None:
    over.configure(CONFIG + "[postmortem]\ntemplate = 'ours.md.j2'\ndir = 'pm'\n")
    template = over.home / "ours.md.j2"
    template.write_text("# {{ title }}\n\n{{ computed('timeline') }}\n")
    other = over.home / "elsewhere"
    other.mkdir()
    over("postmortem", "draft", "-q")
    said = text(over, f"pm/{Path(NAME).name}")
    assert said.endswith("<!-- /chatops:timeline -->\n")
    over("note", "INC-1", "It was the cache")
    assert over("postmortem", "draft").out.endswith("Refreshed: timeline (1 new event).\n")
    template.write_text("{{ titel }}")
    done = over("postmortem", "draft", code=2)
    assert (
        f"The template {template}, line 1: 'titel' is undefined. What it can use: id, incident," in done.err
    )
    template.unlink()
    assert f"postmortem.template: there is no file {template}" in over("postmortem", "draft", code=4).err
    done = over("postmortem", "draft", "--template", "gone.j2", code=2)
    assert "There is no template gone.j2." in done.err


def test_which_incident_is_meant(over: Cli) -> None:
    over("declare", "Search is slow", "--no-public")
    assert "search-is-slow" in over("postmortem", "draft").out
    assert "There is no incident INC-9" in over("postmortem", "draft", "INC-9", code=2).err
    assert "checkout" in over("postmortem", "draft", "-i", "INC-1").out


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
