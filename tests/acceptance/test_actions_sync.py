"""`chatops actions sync`: what is filed, what is written, and that again means nothing."""

import errno
import threading
from datetime import date
from pathlib import Path

import pytest

from tests.syncing import Desk, changed_lines, desk, git, ours, requests

__all__ = ["desk"]

DOCUMENT = """---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
ticket: OPS-1
---
# Post-mortem: Checkout returns 500s

## Action items

- [ ] Alert on slow payments @dana (due 2099-03-31) <!-- action:abcdefghjkmn -->
- Document the rollback
- [x] Rolled back
- None

| Action | Owner | Ticket |
|---|---|---|
| Add a **timeout** | lee | |
"""
PEOPLE = '\n[people.lee]\njira.account_id = "nobody-knows"\n'


@pytest.fixture
def written(desk: Desk) -> Desk:
    """One document, whose incident has a ticket."""
    desk.jira.put_issue("OPS", "The incident")
    desk.write("2025-03-18.md", DOCUMENT)
    return desk


def link(desk: Desk, key: str) -> str:
    return f"([{key}]({desk.jira.url}/browse/{key}))"


def test_each_new_item_gets_a_ticket_and_its_link(written: Desk) -> None:
    told = written.sync()
    dana = next(u.account for u in written.jira.users if u.email == "dana@example.com")
    assert written.summaries() == [
        "The incident",
        "Alert on slow payments",
        "Document the rollback",
        "Add a timeout",
    ]
    first = written.jira.issue("OPS-2")
    assert (first.fields["assignee"].account, first.fields["duedate"]) == (dana, "2099-03-31")
    text = written.text("2025-03-18.md")
    assert f"(due 2099-03-31) {link(written, 'OPS-2')} <!-- action:abcdefghjkmn -->\n" in text
    assert f"- Document the rollback {link(written, 'OPS-3')}\n" in text
    assert f"| Add a **timeout** | lee | [OPS-4]({written.jira.url}/browse/OPS-4) |\n" in text
    assert "+ line 10: OPS-2 filed (Alert on slow payments)" in told.out
    assert told.out.endswith("4 items in 1 document: 3 filed.\n")
    assert "OPS-4 but" in told.out
    assert "lee" in told.out


def test_the_ticket_leads_to_the_document_and_to_the_incidents_ticket(written: Desk) -> None:
    written.sync()
    (back,) = written.jira.issue("OPS-2").remote_links
    assert back.object["url"] == "https://git.example.com/pm/postmortems/2025-03-18.md"
    assert back.object["title"] == "Post-mortem: Checkout returns 500s"
    tied = {(one.inward, one.outward) for one in written.jira.issue_links}
    incident = written.jira.issue("OPS-1").id
    assert all(incident in ends for ends in tied)
    assert len(tied) == 3


def test_a_second_run_does_nothing(written: Desk) -> None:
    written.sync()
    before = written.bytes()
    written.sandbox.log.clear()
    told = written.sync()
    assert told.out == "4 items in 1 document: everything is in step.\n"
    assert (written.bytes(), written.writes) == (before, [])
    assert requests(written.sandbox.log.all()) == {"POST issue/bulkfetch": 1}


def test_without_writing_it_files_once(written: Desk) -> None:
    before = written.bytes()
    written.sync("--no-write")
    written.sandbox.log.clear()
    told = written.sync("--no-write")
    assert told.out.endswith("4 items in 1 document: everything is in step.\n")
    assert (written.bytes(), written.writes, len(written.jira.issues)) == (before, [], 4)
    written.sync()
    assert len(written.jira.issues) == 4
    assert link(written, "OPS-2") in written.text("2025-03-18.md")


def test_what_is_done_is_ticked_and_what_is_dropped_is_told(written: Desk) -> None:
    written.sync()
    written.closes("OPS-2")
    written.closes("OPS-4", "Won't Do")
    told = written.sync()
    assert "- [x] Alert on slow payments @dana" in written.text("2025-03-18.md")
    assert "✓ line 10: OPS-2 is done (Alert on slow payments)" in told.out
    assert "≠ line 17: OPS-4 dropped: it was closed without being done (Won't Do) (Add a timeout)" in told.out
    assert told.out.endswith("1 done, 1 dropped.\n")
    written.sandbox.log.clear()
    again = written.sync()
    assert (written.writes, again.out.splitlines()[-1]) == ([], "4 items in 1 document: 1 dropped.")


def test_a_reopened_ticket_is_told_and_not_unticked(written: Desk) -> None:
    written.sync()
    written.closes("OPS-2")
    written.sync()
    written.jira.transition("OPS-2", "In Progress")
    before = written.bytes()
    assert "OPS-2 differs: the document says that it is done" in written.sync().out
    assert written.bytes() == before


class TestDrift:
    def differing(self, desk: Desk, wins: str) -> str:
        desk.write("pm.md", "# Actions\n- Alert @dana (due 2099-03-31)\n")
        desk.configure(f"[actions.wins]\n{wins}\n")
        desk.sync()
        issue = desk.jira.issue("OPS-1")
        issue.fields |= {"summary": "Alert *soon*", "duedate": "2099-04-30"}
        issue.fields["assignee"] = next(u for u in desk.jira.users if u.email != "dana@example.com")
        return desk.sync().out

    def test_by_default_it_is_told(self, desk: Desk) -> None:
        told = self.differing(desk, "")
        assert "the ticket is called 'Alert *soon*'" in told
        assert "the document says 2099-03-31, the ticket 2099-04-30" in told
        assert "the document says dana, the ticket" in told
        assert told.endswith("1 item in 1 document: 3 different.\n")
        assert desk.text("pm.md").count("2099-03-31") == 1

    def test_the_document_may_win(self, desk: Desk) -> None:
        self.differing(desk, 'title = "document"\nowner = "document"\ndue = "document"')
        issue = desk.jira.issue("OPS-1")
        assert (issue.fields["summary"], issue.fields["duedate"]) == ("Alert", "2099-03-31")
        assert issue.fields["assignee"].email == "dana@example.com"
        desk.sandbox.log.clear()
        assert desk.sync().out == "1 item in 1 document: everything is in step.\n"
        assert desk.writes == []

    def test_the_ticket_may_win(self, desk: Desk) -> None:
        self.differing(desk, 'title = "ticket"\nowner = "ticket"\ndue = "ticket"')
        name = desk.jira.issue("OPS-1").fields["assignee"].display
        line = desk.text("pm.md").splitlines()[1]
        assert line.startswith("- Alert \\*soon\\* ")
        assert "2099-04-30" in line
        assert name.split()[0].lower() in line.lower()
        desk.sandbox.log.clear()
        assert desk.sync().out == "1 item in 1 document: everything is in step.\n"
        assert desk.writes == []


def test_a_document_that_was_renamed_takes_its_tickets_along(written: Desk) -> None:
    written.sync()
    (written.folder / "2025-03-18.md").rename(written.folder / "checkout.md")
    told = written.sync()
    assert "OPS-2 changed: the ticket's document" in told.out
    links = [issue.remote_links for issue in written.jira.issues[1:]]
    assert [len(of_one) for of_one in links] == [1, 1, 1]
    assert {one.object["url"] for of_one in links for one in of_one} == {
        "https://git.example.com/pm/postmortems/checkout.md"
    }
    written.sandbox.log.clear()
    written.sync()
    assert written.writes == []


def test_a_ticket_that_is_moved_or_deleted_is_not_filed_again(written: Desk) -> None:
    written.sync()
    other = next(p.key for p in written.jira.projects if p.key != "OPS")
    moved = written.jira.move("OPS-2", other).key
    written.jira.delete("OPS-3")
    told = written.sync()
    assert f"OPS-2 is {moved} now" in told.out
    assert link(written, moved) in written.text("2025-03-18.md")
    assert "not found" in told.out
    assert "OPS-3" in told.out
    assert link(written, "OPS-3") in written.text("2025-03-18.md")
    assert len(written.jira.issues) == 3


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


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000,
        "x <script>alert(1)</script> & <b>bold</b>",
        "{{ 7*7 }} {% raw %} ${HOME}",
        "h1. Title {code}x{code} [~admin] *b*",
        "] ) ( [ | \\ ` é \U0001f600",
    ],
)
def test_whatever_an_item_says_arrives_as_it_is_and_stays(desk: Desk, text: str) -> None:
    desk.write("pm.md", f"# Actions\r\n- {text}\r\n\ttab")
    desk.sync()
    (summary,) = desk.summaries()
    assert len(summary) <= 255
    assert desk.text("pm.md").startswith(f"# Actions\r\n- {text}")
    assert desk.text("pm.md").endswith("\r\n\ttab") or "\ttab (" in desk.text("pm.md")
    before = desk.bytes()
    desk.sandbox.log.clear()
    desk.sync()
    assert (desk.bytes(), desk.writes) == (before, [])


@pytest.mark.parametrize("name", ["a b.md", "-x.md", "new\nline.md", "quote'\".md", "sub/ü.md", "é\udcff.md"])
def test_odd_names_of_files(desk: Desk, name: str) -> None:
    desk.write(name, "# Actions\n- fix")
    (told,) = desk.sync("--json").json()["happened"]
    assert told["path"].endswith(name.replace("\udcff", "\\xff"))
    assert desk.text(name) == f"# Actions\n- fix {link(desk, 'OPS-1')}"
    assert desk.sync().out.endswith("everything is in step.\n")


def test_a_copied_id_is_one_item(desk: Desk) -> None:
    desk.write("a.md", "# Actions\n- fix <!-- action:abcdefghjkmn -->\n")
    desk.write("b.md", "# Actions\n- fix <!-- action:abcdefghjkmn -->\n- other\n")
    told = desk.sync(code=1)
    assert desk.summaries() == ["fix", "other"]
    assert "delete the comment of the copy" in told.out


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


def test_json_and_quiet(written: Desk) -> None:
    data = written.sync("--json").json()
    assert (data["documents"], data["items"], data["filed"]) == (1, 4, 3)
    first = data["happened"][0]
    assert (first["what"], first["line"], first["ticket"]) == ("filed", 10, "OPS-2")
    written.write("more.md", "# Actions\n- more\n")
    assert written.sync("--quiet").out == "OPS-5\n"


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


class TestCheck:
    def test_it_asks_nobody_and_exits_with_5(self, written: Desk) -> None:
        before = written.bytes()
        told = written.sync("--check", code=5)
        assert "2025-03-18.md:11: undated:" in told.out
        assert "2025-03-18.md:10: unlinked:" in told.out
        assert (written.bytes(), written.sandbox.log.all()) == (before, [])

    def test_what_it_looks_for_is_configured(self, written: Desk) -> None:
        written.configure(actions='[actions]\ncheck = ["overdue"]\n')
        assert written.sync("--check").out.endswith("no findings.\n")
        text = DOCUMENT.replace("2099-03-31", "2020-03-31")
        written.write("2025-03-18.md", text)
        told = written.sync("--check", "--format", "github", code=5)
        assert told.out.startswith("::error file=")

    def test_it_needs_no_configuration(self, written: Desk) -> None:
        (written.cli.home / "chatops.toml").unlink()
        written.cli.config = None
        assert "unlinked" in written.sync("--check", code=5).out

    def test_only_what_a_change_touched(self, written: Desk) -> None:
        git(written.folder, "init", "-q")
        git(written.folder, "add", ".")
        git(written.folder, "commit", "-qm", "before")
        git(written.folder, "checkout", "-qb", "branch")
        assert "git cannot say" in written.sync("--check", "--changed-since", "main", code=2).err
        here = ["actions", "sync", str(written.folder), "--check", "--changed-since"]

        def run(ref: str, code: int) -> str:
            return inside(written, [*here, ref], code)

        run("main", 0)
        path = written.folder / "2025-03-18.md"
        path.write_text(path.read_text().replace("- None", "- A new one (due 2099-01-01)"))
        written.write("new.md", "# Actions\n- quite new\n")
        told = run("main", 5)
        assert ":13: ownerless" in told
        assert "new.md:2: undated" in told
        assert ":10:" not in told
        assert "git cannot say" in run("no-such-branch", 2)
        assert "is no commit" in run("--output=x", 2)

    def test_it_goes_with_nothing_that_writes(self, written: Desk) -> None:
        written.sync("--check", "--dry-run", code=2)
        written.sync("--changed-since", "main", code=2)


def inside(desk: Desk, args: list[str], code: int) -> str:
    """The command, run in the folder itself."""
    import subprocess

    from tests.kit import COMMAND

    done = subprocess.run(
        [COMMAND, *args], cwd=desk.folder, env=desk.cli.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_git_shows_only_lines_of_items(desk: Desk, tmp_path: Path) -> None:
    text = "# Title\r\n\r\n  odd \t\r\n## Actions\r\n* a\r\n\r\ntext  \r\n1) b\r\n# End"
    desk.write("pm.md", text)
    git(desk.folder, "init", "-q")
    git(desk.folder, "add", ".")
    git(desk.folder, "commit", "-qm", "before")
    desk.sync()
    assert changed_lines(git(desk.folder, "diff", "--no-color")) == ["* a", "1) b"]


def test_due_dates_are_days(written: Desk) -> None:
    written.sync()
    assert date.fromisoformat(written.jira.issue("OPS-2").fields["duedate"]) == date(2099, 3, 31)
    assert ours(written.jira.issue("OPS-2"))["key"] == "item:abcdefghjkmn"


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
