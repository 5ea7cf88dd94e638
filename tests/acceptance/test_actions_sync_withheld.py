"""What `chatops actions sync` does not file, does not write and refuses."""

import errno
import threading

import pytest

from tests.syncing import DOCUMENT, Desk, desk, link, written

__all__ = ["desk", "written"]


def test_a_restricted_post_mortem_is_told_only_to_a_tracker_that_is_cleared(written: Desk) -> None:
    text = DOCUMENT.replace("ticket: OPS-1", "restricted: true")
    written.write("2025-03-18.md", text)
    told = written.sync()
    assert "plugins.jira.when.restricted is not set" in told.out
    assert told.out.endswith("1 withheld.\n")
    assert (written.writes, written.text("2025-03-18.md")) == ([], text)
    written.configure("[plugins.jira.when]\nrestricted = true\n")
    assert written.sync().out.endswith("3 filed.\n")


UNTOLD = (
    ("ticket: OPS-1", "restricted: maybe", 4),
    ("ticket: OPS-1", "restricted:", 4),
    ("ticket: OPS-1", "ticket: [OPS-1", 4),
    ("---\n# Post", "# Post", 1),
    ("---\nid", "\n---\nid", 2),
    ("---", "+++", 1),
)


@pytest.mark.parametrize(("old", "new", "line"), UNTOLD)
@pytest.mark.parametrize("cleared", ["", "[plugins.jira.when]\nrestricted = true\n"])
def test_where_nobody_can_tell_whether_it_is_restricted_nothing_is_filed(
    written: Desk, old: str, new: str, line: int, cleared: str
) -> None:
    text = DOCUMENT.replace(old, new)
    written.write("2025-03-18.md", text)
    written.configure(cleared)
    told = written.sync(code=1)
    assert f"! line {line}: withheld: " in told.out
    assert "so that nobody can tell" in told.out or "says neither yes nor no" in told.out
    assert "Alert on slow payments" not in told.out
    assert told.out.endswith("1 withheld.\n")
    assert (written.writes, written.text("2025-03-18.md")) == ([], text)


@pytest.mark.parametrize(
    "said", ["restricted: 'true'", "Restricted: yes", "restricted: 1", "RESTRICTED: true"]
)
def test_restricted_is_understood_however_it_is_written(written: Desk, said: str) -> None:
    written.write("2025-03-18.md", DOCUMENT.replace("ticket: OPS-1", said))
    told = written.sync()
    assert "plugins.jira.when.restricted is not set" in told.out
    assert "Alert on slow payments" not in told.out
    assert written.writes == []


def test_an_item_of_somebody_elses_tracker_is_left_alone(desk: Desk) -> None:
    desk.write(
        "pm.md", "# Actions\n- fix (https://git.example.com/ops/tools/issues/7)\n- [x] done long ago\n"
    )
    before = desk.bytes()
    assert desk.sync().out == "2 items in 1 document: everything is in step.\n"
    assert (desk.bytes(), desk.jira.issues) == (before, [])


def test_a_dry_run_shows_what_would_be_filed_and_changes_nothing(written: Desk) -> None:
    before = written.bytes()
    told = written.sync("--dry-run")
    assert (written.bytes(), written.writes, len(written.jira.issues)) == (before, [], 1)
    lines = told.out.splitlines()
    assert "  + line 10: NEW-1 would be filed (Alert on slow payments)" in lines
    assert "4 items in 1 document: 3 would be filed." in lines
    assert "Would send:" in lines
    assert f"  jira: POST {written.jira.url}/rest/api/3/issue/bulk" in lines
    assert '"summary": "Alert on slow payments"' in told.out
    assert lines[-1] == "Nothing was written or sent."
    assert "\n-- Document the rollback\n" in told.out
    assert "\n+- Document the rollback ([NEW-2](" in told.out
    data = written.sync("--dry-run", "--json").json()
    assert (data["filed"], [r["method"] for r in data["requests"]][:1]) == (3, ["POST"])
    assert written.jira.token not in told.out + str(data)


class TestRefused:
    def test_no_tracker(self, desk: Desk) -> None:
        desk.write("pm.md", "# Actions\n- fix\n")
        desk.configure(actions="")
        told = desk.sync(code=4)
        assert "[actions] tracker is not set" in told.err

    def test_no_credentials(self, written: Desk) -> None:
        before = written.bytes()
        written.cli.configure(
            written.cli.home.joinpath("chatops.toml").read_text().replace(written.jira.token, "wrong")
        )
        told = written.sync(code=4)
        assert "plugins.jira.token" in told.err
        assert (written.bytes(), len(written.jira.issues)) == (before, 1)

    def test_a_secret_that_is_not_there(self, written: Desk) -> None:
        text = written.cli.home.joinpath("chatops.toml").read_text()
        line = next(line for line in text.splitlines() if line.startswith("token"))
        written.cli.configure(text.replace(line, 'token = { env = "NOT_THERE" }'))
        assert "NOT_THERE" in written.sync(code=4).err

    def test_a_plugin_that_keeps_no_tickets(self, desk: Desk) -> None:
        desk.write("pm.md", "# Actions\n- fix\n")
        desk.configure('[plugins.page]\nuse = "status_html"\n', ACTIONS_OF_PAGE)
        assert (
            "actions.tracker: the plugin of page does not answer action_items_push" in desk.sync(code=4).err
        )

    def test_a_tracker_that_is_down(self, written: Desk) -> None:
        before = written.bytes()
        written.fault(kind="status", status=400, path="search", times=None)
        told = written.sync(code=1)
        assert "run this again" in told.err
        assert written.bytes() == before

    def test_unreadable_files_are_said_and_the_others_done(self, written: Desk) -> None:
        written.write("binary.md", "# Actions\n- a\0b\n")
        (written.folder / "latin.md").write_bytes(b"# Actions\n- caf\xe9\n")
        (written.folder / "loop.md").symlink_to("loop.md")
        written.write("deep.md", "# Actions\n" + "".join(f"{'  ' * n}- a\n" for n in range(1_000)))
        told = written.sync(code=1)
        assert "latin.md is not UTF-8" in told.err
        assert "deep.md is nested" in told.err
        assert "loop.md cannot be read" in told.err
        assert len(written.jira.issues) == 4


ACTIONS_OF_PAGE = '[actions]\ntracker = "page"\n'


def test_a_checkout_that_cannot_be_written_is_said_and_nothing_is_filed_twice(
    written: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    before = written.bytes()
    with monkeypatch.context() as read_only:
        read_only.setattr("chatops.actions.files.tempfile.mkstemp", refused)
        for _ in range(2):
            told = written.sync(code=1)
            assert "cannot be written (Read-only file system)" in told.out
    assert (written.bytes(), len(written.jira.issues)) == (before, 4)
    written.sync()
    assert link(written, "OPS-2") in written.text("2025-03-18.md")
    assert len(written.jira.issues) == 4


def test_a_document_that_somebody_edits_meanwhile_is_left_to_them(written: Desk) -> None:
    """It is read before its tickets are filed, and compared again before it is replaced."""
    path = written.folder / "2025-03-18.md"
    written.fault(kind="wait", path="issue/bulk$", seconds=0.4)
    edits = threading.Timer(0.2, lambda: path.write_text(DOCUMENT.replace("Rolled back", "Rolled it back")))
    edits.start()
    told = written.sync(code=1)
    edits.join()
    assert "changed meanwhile" in told.out
    assert "Rolled it back" in written.text("2025-03-18.md")
    assert "OPS-" not in written.text("2025-03-18.md").replace("ticket: OPS-1", "")
    written.sync()
    assert len(written.jira.issues) == 4
