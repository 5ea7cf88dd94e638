"""`chatops actions sync`: what is filed, what is written, and that again means nothing."""

from pathlib import Path

import pytest

from tests.syncing import Desk, changed_lines, desk, git, link, ours, requests, written

__all__ = ["desk", "written"]


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
    assert ours(first)["key"] == "item:abcdefghjkmn"
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


def test_json_and_quiet(written: Desk) -> None:
    data = written.sync("--json").json()
    assert (data["documents"], data["items"], data["filed"]) == (1, 4, 3)
    first = data["happened"][0]
    assert (first["what"], first["line"], first["ticket"]) == ("filed", 10, "OPS-2")
    written.write("more.md", "# Actions\n- more\n")
    assert written.sync("--quiet").out == "OPS-5\n"


def test_git_shows_only_lines_of_items(desk: Desk, tmp_path: Path) -> None:
    text = "# Title\r\n\r\n  odd \t\r\n## Actions\r\n* a\r\n\r\ntext  \r\n1) b\r\n# End"
    desk.write("pm.md", text)
    git(desk.folder, "init", "-q")
    git(desk.folder, "add", ".")
    git(desk.folder, "commit", "-qm", "before")
    desk.sync()
    assert changed_lines(git(desk.folder, "diff", "--no-color")) == ["* a", "1) b"]
