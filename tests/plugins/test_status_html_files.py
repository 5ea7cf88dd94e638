"""The folder that the page is written to, and who writes to it when."""

import fcntl
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pluggy
import pytest

from chatops import CatchUp, Deadline, Rejected, Unavailable
from chatops.events import new_id
from chatops.hookspecs import PublicHooks
from chatops.public import PublicCorrection, PublicIncident
from chatops_status_html import StatusHtml, StatusHtmlConfig
from chatops_status_html.files import LOCK, Folder
from tests.plugins.test_status_html_support import NOON, context, draw, incident, read, said


def snapshot(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def test_the_folder_is_made_and_everybody_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        draw(tmp_path / "a" / "status", incident())
    finally:
        os.umask(before)
    folder = tmp_path / "a" / "status"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    for found in folder.rglob("[!.]*"):
        assert stat.S_IMODE(found.stat().st_mode) == (0o755 if found.is_dir() else 0o644), found


def test_drawing_again_changes_no_byte_and_no_file(tmp_path: Path) -> None:
    told = incident()
    draw(tmp_path, told)
    before, inodes = snapshot(tmp_path), {p: p.stat().st_ino for p in tmp_path.rglob("*")}
    draw(tmp_path, told)
    assert snapshot(tmp_path) == before
    assert {p: p.stat().st_ino for p in tmp_path.rglob("*")} == inodes


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    real_replace, real_fsync = os.replace, os.fsync

    def replace(source: str, target: Path) -> None:
        assert Path(source).parent == tmp_path
        calls.append(("replace", target.name))
        real_replace(source, target)

    def fsync(descriptor: int) -> None:
        calls.append(("fsync", ""))
        real_fsync(descriptor)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "fsync", fsync)
    draw(tmp_path, incident())
    assert calls[:3] == [("fsync", ""), ("replace", "index.html"), ("fsync", "")]
    assert sum(kind == "replace" for kind, _ in calls) == len(snapshot(tmp_path)) - 1


def test_a_full_disk_leaves_the_old_page_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(tmp_path, incident(said("Old words.")))
    before = snapshot(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        draw(tmp_path, incident(said("New words.")))
    assert snapshot(tmp_path) == before


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    draw(tmp_path, incident())
    orphan = tmp_path / ".status_html-abc123.tmp"
    mine = [tmp_path / name for name in ("robots.txt", ".htaccess", "notes.tmp", "incidents/extra.html")]
    for file in (orphan, *mine):
        file.write_text("x")
    draw(tmp_path, incident())
    assert not orphan.exists()
    assert all(file.read_text() == "x" for file in mine)


def test_no_reader_ever_sees_half_a_page(tmp_path: Path) -> None:
    told = [incident(said("A " * 40_000)), incident(said("B " * 60_000))]
    draw(tmp_path, told[0])
    stop, faults, seen = threading.Event(), list[str](), set[str]()

    def watch() -> None:
        while not stop.is_set():
            html = (tmp_path / "index.html").read_text("utf-8")
            if not html.endswith("</html>\n"):
                faults.append(f"index.html ends in {html[-40:]!r}")
            seen.add("A" if "A A" in html else "B")
            json.loads((tmp_path / "incidents.json").read_text("utf-8"))

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        for n in range(40):
            draw(tmp_path, told[n % 2])
    finally:
        stop.set()
        reader.join()
    assert not faults
    assert seen == {"A", "B"}


WRITER = """
import sys, pathlib
from tests.plugins.test_status_html_support import context, incident, said
from chatops_status_html import StatusHtml, StatusHtmlConfig
folder, log, name = map(pathlib.Path, sys.argv[1:])
plugin = StatusHtml(StatusHtmlConfig(path=str(folder)), "status-page")
for n in range(25):
    with log.open("a") as file:
        file.write(f"{name} {n}\\n")
    # The log stands for the store: what is read of it last must be what is drawn last.
    plugin.public_correction(context([incident()], seconds=60, read=lambda: iter([
        incident(said(f"{len(log.read_text().splitlines())} events"))
    ])))
"""


def test_two_processes_draw_and_the_last_has_seen_everything(tmp_path: Path) -> None:
    folder, log = tmp_path / "status", tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(log), name], env=environment, cwd=root
        )
        for name in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert read(folder).texts["words"] == ["50 events"]
    assert not list(folder.rglob("*.tmp"))


def test_the_history_is_read_under_the_lock(tmp_path: Path) -> None:
    tmp_path.joinpath(LOCK).touch()
    taken: list[bool] = []

    def history() -> Iterator[PublicIncident]:
        with (tmp_path / LOCK).open() as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                taken.append(True)
        return iter([incident()])

    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
    plugin.public_correction(context([incident()], read=history))
    assert taken == [True]


def test_a_page_that_somebody_holds_is_given_up_in_time(tmp_path: Path) -> None:
    with Folder(tmp_path, "plugins.x.path").locked(Deadline(10)):
        deadline = Deadline(1.3)
        plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
        with pytest.raises(Unavailable, match="another process is drawing the page"):
            plugin.public_correction(context([incident()], seconds=deadline.remaining()))
        assert deadline.remaining() > 0
    draw(tmp_path, incident())


@pytest.mark.parametrize("below", ["", "below"])
def test_a_path_that_is_a_file_is_the_users_mistake(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(Rejected, match=r"plugins\.status-page\.path is .*file.* is a file; name a folder"):
        draw(file / below, incident())
    assert file.read_text() == "x"


def test_an_index_of_somebody_elses_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>My home page</h1>")
    with pytest.raises(Rejected, match=r"plugins\.status-page\.path .* an index\.html of somebody else's"):
        draw(tmp_path, incident())
    assert snapshot(tmp_path) == {"index.html": b"<h1>My home page</h1>"}


def test_a_page_that_was_copied_without_its_lock_is_ours(tmp_path: Path) -> None:
    draw(tmp_path, incident())
    (tmp_path / LOCK).unlink()
    draw(tmp_path, incident(said("Newer.")))
    assert read(tmp_path).texts["words"] == ["Newer."]


def test_the_link_leads_to_the_incident(tmp_path: Path) -> None:
    told = incident(said("Words.", title="Title"))
    link = draw(tmp_path, told, config=StatusHtmlConfig(url="https://status.example.com/"))
    assert (link.kind, link.title) == ("page", "Title")
    assert link.url == f"https://status.example.com/incidents/{link.id}.html"
    assert (tmp_path / "incidents" / f"{link.id}.html").is_file()
    assert draw(tmp_path, told).url == (tmp_path / "index.html").as_uri()


def test_it_takes_the_public_hooks_and_no_others(tmp_path: Path) -> None:
    manager = pluggy.PluginManager("chatops")
    manager.add_hookspecs(PublicHooks)
    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
    manager.register(plugin)
    manager.check_pending()
    taken = {caller.name for caller in manager.get_hookcallers(plugin) or ()}
    assert taken == {"public_update", "public_correction", "public_postmortem"}
    told = incident(said("Called by its hook."))
    event = PublicCorrection(id=new_id(), incident=told.id, sequence=1, at=NOON, text="")
    manager.hook.public_correction(event=event, ctx=context([told]))
    assert read(tmp_path).texts["words"] == ["Called by its hook."]


def test_it_is_for_customers_and_says_the_latest() -> None:
    assert StatusHtml.public
    assert not StatusHtml.drills
    assert StatusHtml.catch_up is CatchUp.LATEST
    assert StatusHtml.config_type is StatusHtmlConfig


def test_to_load_it_costs_no_template_engine() -> None:
    loaded = "import sys, chatops_status_html as s; s.StatusHtmlConfig(); print('jinja2' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-c", loaded], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
