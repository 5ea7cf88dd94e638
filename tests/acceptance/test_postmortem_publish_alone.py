"""`chatops postmortem publish` without a store, as a job runs it that has only a checkout."""

from pathlib import Path

import pytest

from chatops.sandbox import Fault
from tests.acceptance.helpers import Process, service
from tests.kit import Cli
from tests.publishing import ALONE, FILE, PUBLISH, Team, box, told
from tests.unit.test_publishing_support import document, of_incident, written

__all__ = ["box", "told"]


def test_a_job_without_a_store_publishes_the_same_and_twice_nothing(told: Team) -> None:
    done = told.cli.here(*ALONE, "--public")
    assert "nothing of it is kept here" in done.out
    assert (told.explained, len(told.posts)) == ("A disk was full.", 1)
    assert told.writes()
    told.cli.here(*ALONE, "--public")
    assert told.writes() == []
    # A person with the store finds what the job has posted.
    told.publish("INC-1", "--public")
    assert (told.writes(), len(told.posts)) == ([], 1)


def test_a_store_that_does_not_know_the_incident_is_left_out(told: Team) -> None:
    other = {"CHATOPS_STORE": str(told.cli.home / "other.db")}
    done = told.cli.here(*PUBLISH, FILE, "--public", env=other)
    assert "without a store" in done.out
    assert not Path(other["CHATOPS_STORE"]).exists()
    told.cli.here("declare", "Something", "else", "--severity", "sev4", "--no-public", env=other)
    assert "without a store" in told.cli.here(*PUBLISH, FILE, env=other).out
    assert told.cli.here("list", "--json", env=other).json()[0]["title"] == "Something else"
    assert len(told.cli.here("list", "--json", env=other).json()) == 1


def test_a_job_answers_as_json(told: Team) -> None:
    said = told.cli.here(*ALONE, "--no-public", "--json").json()
    assert (said["document"], said["incident"]["name"], said["dry_run"]) == (FILE, "INC-1", False)
    assert [(d["instance"], d["hook"], d["state"]) for d in said["deliveries"]] == [
        ("slack", "postmortem_published", "done")
    ]
    assert told.cli.here(*ALONE, "--no-public", "--quiet").out == "INC-1\n"


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (
            Fault(kind="status", standin="statuspage", status=503, times=None),
            1,
            "Run it again: what is there already",
        ),
        (
            Fault(kind="status", standin="statuspage", status=401, times=None),
            4,
            "Mend the configuration or the credentials",
        ),
    ],
)
def test_a_remote_that_is_down_harms_no_other_and_the_next_run_mends_it(
    told: Team, fault: Fault, code: int, words: str
) -> None:
    told.box.faults.plan(fault)
    done = told.cli.here(*ALONE, "--public", code=code)
    assert "✗ status: public_postmortem" in done.out
    assert "✓ slack: postmortem_published" in done.out
    assert words in done.err
    assert (len(told.posts), told.explained) == (1, "")
    told.box.faults.clear()
    told.cli.here(*ALONE, "--public")
    assert (len(told.posts), told.explained) == (1, "A disk was full.")


def test_what_lacks_a_link_says_where_a_job_reads_them(told: Team) -> None:
    (told.cli.home / "alone.md").write_text("# Disk full\n")
    done = told.cli.here(*PUBLISH, "alone.md", "--no-store", "--no-public")
    link = "`links: [{instance: slack, kind: channel, id: C024BE91L}]` in the front matter names one"
    assert f"- slack: postmortem_published skipped: it has no channel; {link}" in done.out
    assert "link add" not in done.out
    told.write(links=[])
    named = told.cli.here(*ALONE, "--no-public").out
    assert "Links are read from the document's front matter. Once it is linked: chatops postmortem" in named


def test_a_post_whose_answer_was_lost_is_not_made_again(told: Team) -> None:
    told.box.faults.plan(Fault(kind="drop_after", standin="slack", path="chat.postMessage$"))
    assert "✗ slack: postmortem_published failed" in told.cli.here(*ALONE, "--no-public", code=1).out
    told.cli.here(*ALONE, "--no-public")
    told.publish("INC-1", "--no-public")
    assert len(told.posts) == 1


def test_a_job_that_is_stopped_says_what_to_do(told: Team) -> None:
    told.box.faults.plan(Fault(kind="wait", standin="statuspage", seconds=60))
    with Process(told.cli, *ALONE, "--public") as process:
        while "slack" not in process.line():
            pass
        process.interrupt()
        done = process.end()
    assert (done.code, "run it again for the rest" in done.err) == (1, True)
    assert "Nothing was recorded" not in done.err


def test_without_a_configuration_nothing_is_told(cli: Cli) -> None:
    written(cli.home / "postmortems", document())
    assert "The configuration cannot be used: there is none." in cli.here(*ALONE, code=4).err
    cli.configure("[plugins.gone]\n")
    done = cli.here(*ALONE, "--no-public", code=4)
    assert "gone is not installed" in done.out
    cli.configure("[plugins\n")
    assert "does not say which plugins to tell" in cli.here(*ALONE, code=4).err
    cli.configure('[plugins.gone.when]\nseverity = ["sev3"]\n')
    assert "No plugin was told" in cli.here(*ALONE, "--no-public").out


#: Hears of every event.
NOTED = """
class Noted(Plugin):
    @hookimpl
    def event_recorded(self, event, ctx):
        with open("heard", "a") as file:
            print(event.kind, file=file)
"""


def test_a_job_tells_of_nothing_but_the_publication(cli: Cli) -> None:
    cli.site.install(NOTED, noted="Noted")
    cli.configure("[plugins.noted]\n")
    written(cli.home / "postmortems", document())
    cli.here(*ALONE, "--no-public")
    assert (cli.home / "heard").read_text() == "postmortem_published\n"
    assert not (cli.home / ".local").exists()


def test_the_page_in_a_folder_is_left_to_who_has_the_store(cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "page"
    cli.configure(f"[plugins.web]\nuse = 'status_html'\npath = '{page}'\n")
    cli.here("declare", "Checkout", "--public", "We look.")
    cli.here("resolve", "INC-1", "--public", "Over.")
    with service(cli) as opened:
        text = of_incident(opened.numbered(1), public_title="Service disruption")
    written(cli.home / "postmortems", text)
    before = {path: path.read_bytes() for path in page.rglob("*") if path.is_file()}
    assert "known only where the store is" in cli.here(*ALONE, "--public").out
    assert {path: path.read_bytes() for path in page.rglob("*") if path.is_file()} == before
    cli.here(*PUBLISH, "INC-1", "--public")
    assert "A disk was full." in "".join(path.read_text() for path in page.rglob("*.html"))


def test_a_file_whose_name_is_no_text_is_published(cli: Cli) -> None:
    cli.site.install(NOTED, noted="Noted")
    cli.configure("[plugins.noted]\n")
    name = "new\nline\udcff.md"
    (cli.home / name).write_text("# Disk full\n")
    told = cli.here(*PUBLISH, name, "--no-store", "--no-public")
    assert "new line.md is published without a store" in told.out
    data = cli.here(*PUBLISH, name, "--no-store", "--no-public", "--json").json()
    assert (data["document"], data["incident"]["title"]) == ("new\nline\\xff.md", "Disk full")
