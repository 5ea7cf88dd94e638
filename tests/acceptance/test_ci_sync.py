"""The jobs of docs/ci that keep action items and tickets in step, run as they stand."""

import json
import re
import subprocess

import pytest

from tests.ci import FOLDER
from tests.ci_place import BRANCH, DOCUMENT, Place, of_all, place
from tests.syncing import desk, git

__all__ = ["desk", "place"]

SYNCED = "Keep action items and their tickets in step [skip ci]"
MORE = "\n- [ ] Add a timeout @dana (due 2099-05-31)\n"


def linked(place: Place, name: str = "one.md", branch: str = "main") -> list[str]:
    """The tickets that a document leads to, in its order."""
    return re.findall(r"\(\[(OPS-\d+)\]\(http", place.file(name, branch))


def other(name: str) -> str:
    """A document of other items."""
    return f"---\nid: {name}\n---\n# Actions\n- Alert on {name} @dana\n- Test {name} @marta\n"


def once_each(place: Place, *keys: str) -> None:
    """Each item has one open ticket, and these are all."""
    tickets = place.desk.by_item()
    assert set(tickets.values()) == {1}, tickets
    assert sorted(i.key for i in place.desk.jira.issues if not i.resolved) == sorted(keys)


class TestOpenMain:
    @of_all
    def test_it_files_and_pushes_and_a_ticket_leads_to_its_document(self, place: Place) -> None:
        told = place.run("sync")
        assert "2 items in 1 document: 2 filed." in told.out
        assert linked(place) == ["OPS-1", "OPS-2"]
        said = git(place.remote, "log", "--format=%an <%ae>: %s", "--name-only", "-1", "main").splitlines()
        assert said == [f"chatops <chatops@example.com>: {SYNCED}", "", "postmortems/one.md"]
        (link,) = place.desk.jira.issue("OPS-1").remote_links
        expected = {
            "github": "https://github.com/ops/pm/blob/HEAD/postmortems/one.md",
            "gitlab": "https://gitlab.com/ops/pm/-/blob/HEAD/postmortems/one.md",
            "bitbucket": "http://bitbucket.org/ops/pm/src/HEAD/postmortems/one.md",
        }
        assert link.object["url"] == expected[place.service]

    def test_the_second_run_does_nothing_and_the_nightly_one_ticks_what_was_closed(
        self, place: Place
    ) -> None:
        place.run("sync")
        place.desk.sandbox.log.clear()
        told = place.run("sync")
        assert "everything is in step" in told.out
        assert (place.commits(), place.desk.writes) == ([SYNCED, "The first"], [])
        place.desk.closes("OPS-1")
        place.run("sync")
        assert "- [x] Alert on slow payments @dana" in place.file("one.md")
        assert "- [ ] Document the rollback @marta" in place.file("one.md")
        assert place.commits() == [SYNCED, SYNCED, "The first"]

    def test_where_a_person_is_quicker_both_changes_are_kept_and_nothing_is_filed_twice(
        self, place: Place
    ) -> None:
        reworded = DOCUMENT.replace("the rollback", "how to roll back") + MORE
        place.outpace({"one.md": reworded, "two.md": other("two")})
        told = place.run("sync")
        assert "Attempt 1 was not let in" in told.err
        assert place.commits() == [SYNCED, "A person was quicker", "The first"]
        assert "Document how to roll back @marta" in place.file("one.md")
        assert linked(place) == ["OPS-1", "OPS-2", "OPS-3"]
        once_each(place, *linked(place), *linked(place, "two.md"))
        assert len(place.desk.jira.issues) == 5

    def test_a_person_who_is_always_quicker_ends_it(self, place: Place) -> None:
        place.outpace({"two.md": other("two")}, times=9)
        told = place.run("sync", 1)
        assert "Attempt 5 was not let in" in told.err
        assert place.commits() == [*["A person was quicker"] * 5, "The first"]
        tickets = place.desk.by_item()
        assert (len(tickets), set(tickets.values())) == (4, {1})

    def test_a_protected_main_is_said(self, place: Place) -> None:
        place.protect()
        # What is written does not matter here, and the real command takes its time at each attempt.
        place.stand_in("chatops", "echo more >> postmortems/one.md")
        told = place.run("sync", 1)
        assert "main takes no push. Where it is protected, take the job that works by a request." in told.err

    def test_two_at_once_end_with_one_ticket_each(self, place: Place) -> None:
        jobs = [place.start("sync"), place.start("sync")]
        ended = [job.communicate(timeout=100) for job in jobs]
        assert [job.returncode for job in jobs] == [0, 0], ended
        once_each(place, *linked(place))
        place.desk.sandbox.log.clear()
        place.run("sync")
        assert place.desk.writes == []

    def test_without_credentials_it_fails_with_4_and_pushes_nothing(self, place: Place) -> None:
        told = place.run("sync", 4, JIRA_TOKEN="wrong")
        assert "plugins.jira.token" in told.err
        assert (place.commits(), place.desk.jira.issues) == (["The first"], [])

    def test_what_was_done_before_a_failure_is_pushed_and_the_job_fails(self, place: Place) -> None:
        place.push(
            "One that cannot be read",
            {"three.md": "# Actions\n" + "".join(f"{'  ' * n}- a\n" for n in range(1_000))},
        )
        told = place.run("sync", 1)
        assert "three.md is nested" in told.err
        assert linked(place) == ["OPS-1", "OPS-2"]

    def test_odd_names_of_files(self, place: Place) -> None:
        names = ["-x.md", "a b.md", "new\nline.md", "$(touch x) 'q\".md", "ü.md"]
        place.push("Odd", {name: other(f"odd{number}") for number, name in enumerate(names)})
        place.run("sync")
        assert [len(linked(place, name)) for name in names] == [2] * 5


def test_without_writing_it_files_once_and_pushes_nothing(place: Place) -> None:
    """The line of the page that stands in the place of the job's commands."""
    page = (FOLDER.parent / "ci.md").read_text("utf-8")
    (line,) = re.findall(r"```sh\n(chatops actions sync .*)\n```", page)
    for said in ("2 filed", "everything is in step"):
        folder = place.checkout("sync")
        done = subprocess.run(
            ["sh", "-e", "-c", line],
            cwd=folder,
            env=place.env(folder),
            capture_output=True,
            text=True,
            check=True,
        )
        assert said in done.stdout
        assert git(folder, "diff", "--stat") == ""
    assert (place.commits(), len(place.desk.jira.issues)) == (["The first"], 2)


class TestByRequest:
    @pytest.fixture(autouse=True)
    def _protected(self, place: Place) -> None:
        place.protect()

    def requests(self, place: Place) -> int:
        """How many requests the job has asked for."""
        if place.service == "gitlab":
            options = place.top / "options"
            return options.read_text().count("merge_request.create") if options.exists() else 0
        return sum("create" in call or "--output" in call for call in place.asked())

    @of_all
    def test_it_proposes_once_and_leaves_main_alone(self, place: Place) -> None:
        self.note_options(place)
        told = place.run("sync-by-request")
        assert "2 filed" in told.out
        assert place.commits() == ["The first"]
        assert linked(place, branch=BRANCH) == ["OPS-1", "OPS-2"]
        before = git(place.remote, "rev-parse", BRANCH)
        self.asks(place)
        place.desk.sandbox.log.clear()
        place.run("sync-by-request", GIT_COMMITTER_DATE="2099-01-01T00:00:00Z")
        assert (git(place.remote, "rev-parse", BRANCH), self.requests(place)) == (before, 1)
        assert place.desk.writes == []

    def note_options(self, place: Place) -> None:
        place.hook(
            "post-receive",
            f"""
            for number in 0 1 2 3; do
              eval "echo \\$GIT_PUSH_OPTION_$number" >> '{place.top}/options'
            done
            """,
        )

    def asks(self, place: Place) -> None:
        """The service is asked for the right thing."""
        asked = place.asked()
        if place.service == "github":
            assert [call[:3] for call in asked] == [["gh", "pr", "list"], ["gh", "pr", "create"]]
            assert asked[1][3:9] == [
                "--head",
                BRANCH,
                "--base",
                "main",
                "--title",
                "Keep action items and their tickets in step",
            ]
        elif place.service == "gitlab":
            assert (place.top / "options").read_text().splitlines() == [
                "merge_request.create",
                "merge_request.target=main",
                "merge_request.title=Keep action items and their tickets in step",
                "merge_request.remove_source_branch",
            ]
        else:
            self.asks_bitbucket(asked)

    def asks_bitbucket(self, asked: list[list[str]]) -> None:
        look, make = asked
        url = "https://api.bitbucket.org/2.0/repositories/ops/pm/pullrequests"
        assert (look[-1], make[-1]) == (url, url)
        assert f'q=state="OPEN" AND source.branch.name="{BRANCH}"' in look
        assert json.loads(make[make.index("--data") + 1]) == {
            "title": "Keep action items and their tickets in step",
            "source": {"branch": {"name": BRANCH}},
            "destination": {"branch": {"name": "main"}},
            "close_source_branch": True,
        }
        assert "Authorization: Bearer token-of-the-runner" in make

    def test_when_main_moves_on_the_proposal_is_written_anew(self, place: Place) -> None:
        place.run("sync-by-request")
        (place.remote / "hooks" / "pre-receive").unlink()
        place.push("More", {"one.md": DOCUMENT.rstrip() + MORE})
        place.protect()
        place.run("sync-by-request")
        assert linked(place, branch=BRANCH) == ["OPS-1", "OPS-2", "OPS-3"]
        assert place.commits(BRANCH) == ["Keep action items and their tickets in step", "More", "The first"]
        once_each(place, "OPS-1", "OPS-2", "OPS-3")

    def test_a_job_that_has_waited_starts_from_main_as_it_is_now(self, place: Place) -> None:
        waiting = place.checkout("sync-by-request")
        git(place.remote, "config", "core.hooksPath", "/dev/null")
        place.push("More", {"two.md": other("two")})
        place.run("sync-by-request", folder=waiting)
        assert len(linked(place, "two.md", BRANCH)) == 2
        assert place.commits(BRANCH)[1:] == ["More", "The first"]

    def test_what_was_merged_takes_its_branch_along_and_nightly_a_closed_ticket_makes_a_new_one(
        self, place: Place
    ) -> None:
        place.run("sync-by-request")
        git(place.remote, "update-ref", "refs/heads/main", BRANCH)
        for _ in range(2):
            place.run("sync-by-request")
            assert place.branches() == ["main"]
        place.desk.closes("OPS-1")
        place.run("sync-by-request")
        assert "- [x] Alert on slow payments" in place.file("one.md", BRANCH)
        assert "- [ ] Alert on slow payments" in place.file("one.md")

    def test_a_tracker_that_is_down_withdraws_nothing(self, place: Place) -> None:
        place.run("sync-by-request")
        place.desk.fault(kind="status", status=400, path="search", times=None)
        place.run("sync-by-request", 1)
        assert linked(place, branch=BRANCH) == ["OPS-1", "OPS-2"]
