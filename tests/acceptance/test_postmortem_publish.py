"""`chatops postmortem publish`, as a person with a store runs it, and as a job that has only a checkout."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from chatops.sandbox import Fault, Sandbox
from chatops_slack.sandbox import SlackStandIn
from chatops_statuspage.sandbox import Incident as Public
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.acceptance.helpers import Process, Terminal, service
from tests.kit import Cli, Done
from tests.processes import FOLDER, Remote
from tests.unit.test_publishing_support import BODY, document, of_incident, written

PUBLISH = ("postmortem", "publish")
FILE = "postmortems/checkout.md"
ALONE = (*PUBLISH, FILE, "--no-store")
URL = "https://example.com/postmortems/checkout.md"
DOCUMENT_URL = '\n[actions]\ndocument_url = "https://example.com/{path}"\n'


class Team:
    """A team with one incident that is over, its post-mortem, and the stand-ins that are told."""

    def __init__(self, cli: Cli, box: Sandbox) -> None:
        self.cli = cli
        self.box = box
        cli.here("declare", "Checkout", "returns", "500s", "--severity", "sev1", "--public", "We look.")
        cli.here("resolve", "INC-1", "Rolled", "back", "--public", "It is over.")
        self.write()
        box.log.clear()

    def write(self, body: str = BODY, **keys: Any) -> None:
        with service(self.cli) as opened:
            text = of_incident(opened.numbered(1), body, public_title="Service disruption", **keys)
        written(self.cli.home / "postmortems", text)

    def publish(self, *args: str, code: int = 0) -> Done:
        return self.cli.here(*PUBLISH, *args, code=code)

    @property
    def posts(self) -> list[str]:
        """What the incident's channel was told of the post-mortem."""
        slack = cast("SlackStandIn", self.box.standins["slack"])
        (channel,) = [c for c in slack.workspace.channels.values() if c.name.startswith("inc-")]
        return [message.text for message in channel.messages if "post-mortem" in message.text]

    @property
    def public(self) -> Public:
        """The public incident."""
        (found,) = cast("StatuspageStandIn", self.box.standins["statuspage"]).incidents
        return found

    @property
    def explained(self) -> str:
        """What customers read of the post-mortem."""
        return self.public.postmortem.body if self.public.postmortem else ""

    def writes(self) -> list[str]:
        """What was written at the remotes since it was last asked for."""
        asked = [a for a in self.box.log.all() if a.method != "GET"]
        self.box.log.clear()
        return [f"{a.standin} {a.path.split('/')[-1]}" for a in asked]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(only=[SlackStandIn, StatuspageStandIn]) as served:
        yield served


@pytest.fixture
def told(flow: Cli, box: Sandbox) -> Team:
    assert flow.config
    flow.configure(flow.config.read_text() + DOCUMENT_URL)
    return Team(flow, box)


def test_the_incidents_document_is_published_once(told: Team) -> None:
    done = told.publish("INC-1", "--public")
    assert f"INC-1: the post-mortem {FILE} is published." in done.out
    assert "for customers: A disk was full." in done.out
    assert told.posts == [f":books: *The post-mortem of INC-1 is published*: <{URL}|read it>"]
    assert told.explained == "A disk was full."
    assert told.writes()
    again = told.publish("INC-1", "--public")
    assert "published already, and is unchanged" in again.out
    assert told.writes() == []
    shown = told.cli.here("show", "INC-1", "--json").json()
    assert (shown["postmortem_url"], shown["public_postmortem"]["text"]) == (URL, "A disk was full.")


def test_a_file_of_the_store_is_its_incidents(told: Team) -> None:
    assert "INC-1: the post-mortem" in told.publish(FILE, "--public").out
    assert "unchanged" in told.publish("INC-1").out


def test_a_changed_document_is_published_anew_in_the_same_places(told: Team) -> None:
    told.publish("INC-1", "--public")
    told.write(BODY.replace("A disk", "Two disks"))
    done = told.publish("INC-1", "--public")
    assert "for customers: Two disks were" not in done.out
    assert told.explained == "Two disks was full."
    assert len(told.posts) == 1
    told.writes()
    assert told.publish("INC-1", "--force", "--public").out.startswith("INC-1: the post-mortem")
    assert "statuspage postmortem" not in told.writes()


def test_off_a_terminal_customers_are_given_nothing_unless_it_is_said(told: Team) -> None:
    done = told.publish("INC-1")
    assert "Customers are not given the section for them. To do it: the same with --public" in done.err
    assert (told.explained, len(told.posts)) == ("", 1)
    told.write(BODY + "\nMore.\n")
    silent = told.publish("INC-1", "--no-public")
    assert (silent.err, told.explained) == ("", "")
    assert "  for customers: " not in silent.out


def test_on_a_terminal_a_person_is_asked(told: Team) -> None:
    with Terminal(told.cli, *PUBLISH, "INC-1") as terminal:
        terminal.expect("Give customers this section?")
        terminal.expect("A disk was full.")
        terminal.expect("Give it to them? [y/N]")
        terminal.press("\n")
        assert "Customers are not given" in terminal.end(0)
    assert told.explained == ""
    with Terminal(told.cli, *PUBLISH, "INC-1", "--force") as terminal:
        terminal.expect("Give it to them? [y/N]")
        terminal.press("y\n")
        terminal.end(0)
    assert told.explained == "A disk was full."
    told.write(BODY.replace("db-7", "db-8"))
    with Terminal(told.cli, *PUBLISH, "INC-1") as terminal:
        assert "Give customers" not in terminal.end(0)


@pytest.mark.parametrize("args", [("INC-1",), (FILE, "--no-store")])
def test_a_dry_run_sends_nothing_and_shows_what_would_be(told: Team, args: tuple[str, ...]) -> None:
    done = told.publish(*args, "--public", "--dry-run")
    assert '"body_draft": "A disk was full."' in done.out
    assert URL in done.out
    assert "Nothing was written or sent." in done.out
    assert "is published without" not in done.out
    assert told.writes() == []
    assert told.cli.here("show", "INC-1", "--json").json()["postmortem_url"] == ""
    said = told.publish(*args, "--public", "--dry-run", "--json").json()
    assert (said["dry_run"], len(said["requests"])) == (True, 3)


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


def test_a_draft_that_nobody_has_touched_says_so(told: Team) -> None:
    (told.cli.home / FILE).unlink()
    path = told.cli.here("postmortem", "draft", "INC-1", "-q").out.strip()
    found = told.cli.here("postmortem", "lint", path, "--json", code=5).json()
    places = sum(one["rule"] in {"empty-section", "stats-missing"} for one in found)
    words = f"{places} places are as the draft left them: chatops postmortem lint {path}"
    done = told.publish("INC-1", "--no-public")
    assert words in " ".join(done.err.split())
    assert len(told.posts) == 1
    with Terminal(told.cli, *PUBLISH, path, "--no-store", "--no-public") as terminal:
        terminal.expect("Publish it as it is? [y/N]")
        terminal.press("n\n")
        assert "Nothing was published." in terminal.end(1)
    with Terminal(told.cli, *PUBLISH, path, "--force", "--no-public") as terminal:
        terminal.expect("Publish it as it is? [y/N]")
        terminal.press("y\n")
        terminal.end(0)


def test_customers_who_have_the_section_are_not_said_to_have_none(told: Team) -> None:
    told.publish("INC-1", "--public")
    told.write(BODY.replace("db-7", "db-8"))
    assert "Customers have the section for them already." in told.publish("INC-1", "--public").out
    assert "Customers have" not in told.publish("INC-1", "--no-public", "--force").out


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


#: Dies between what its remote has done and our knowing of it.
WIKI = """
class Wiki(Folder):
    @hookimpl
    def postmortem_published(self, event, ctx):
        return ctx.once("page", create=self.create, find=self.find)
"""


@pytest.mark.parametrize("alone", [False, True])
def test_killed_after_the_remote_has_it_and_run_again_it_is_there_once(
    cli: Cli, remote: Remote, alone: bool
) -> None:
    cli.site.install(FOLDER + WIKI, folder="Folder", wiki="Wiki")
    cli.configure(f"[plugins.wiki]\nfolder = '{remote.folder}'\n")
    cli("declare", "Checkout", "--no-public")
    with service(cli) as opened:
        written(cli.home / "postmortems", of_incident(opened.numbered(1)))
    args = (*ALONE, "--no-public") if alone else (*PUBLISH, "INC-1", "--no-public")
    remote.arm("die-after-page")
    cli(*args, code=9)
    assert len(remote.objects("page")) == 1
    if alone:
        cli(*args)
    else:
        assert "unchanged" in cli(*args, code=3).out
        cli("retry", "INC-1")
    assert len(remote.objects("page")) == 1
    assert remote.names("looked-for-page")


def test_what_is_internal_reaches_no_customer(told: Team) -> None:
    for args in (("INC-1",), (FILE, "--no-store")):
        told.box.log.clear()
        told.publish(*args, "--public", "--force")
        sent = [a for a in told.box.log.all() if a.standin == "statuspage"]
        assert sent
        wire = "\n".join(f"{a.path}?{a.query} {a.headers} {a.body!r}" for a in sent)
        for internal in ("internal", "500s", "INC-", "db-7", URL, "What happened, in words"):
            assert internal not in wire


def test_no_token_is_shown(told: Team) -> None:
    for args in (("INC-1",), (FILE, "--no-store"), (FILE, "--no-store", "--dry-run", "--json")):
        done = told.publish(*args, "--public", "--force")
        assert "sandbox-" not in done.out.replace("sandbox-jira", "") + done.err


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("INC-2",), 2, "There is no incident INC-2"),
        (("INC-1", "--dir", "empty"), 2, "No file in 'empty' is the post-mortem of INC-1"),
        (("nothing.md",), 2, "There is no file 'nothing.md', and it is no incident's name"),
        (("--no-store",), 2, "only a file can be published"),
        (("INC-1", "--no-store"), 2, "only a file can be published"),
        ((FILE, "-i", "1"), 2, "Name the incident or its file, not both."),
        (("bad.md",), 1, "bad.md is not UTF-8 (line 1), so it is not published"),
    ],
)
def test_what_cannot_be_published_says_what_to_do(
    told: Team, args: tuple[str, ...], code: int, words: str
) -> None:
    (told.cli.home / "bad.md").write_bytes(b"\xff")
    assert words in told.publish(*args, code=code).err
    assert told.writes() == []


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("severity:", "restricted: maybe\nseverity:"), "`restricted: maybe` says neither yes nor no"),
        (("severity:", "restricted:\nseverity:"), "`restricted` without a value says neither yes nor no"),
        (("severity:", "severity: [\nseverity:"), "the front matter cannot be read"),
        (("---\nac", "\n---\nac"), "line 2: front matter begins on the first line"),
        (("---\n\n", "\n"), "line 1: the front matter has no end"),
        (("---\n", "+++\n"), "line 1: front matter between +++ is not read"),
    ],
)
def test_where_nobody_can_tell_whether_it_is_restricted_nobody_is_told(
    told: Team, change: tuple[str, str], words: str, alone: bool
) -> None:
    path = told.cli.home / FILE
    path.write_text(path.read_text().replace(*change))
    done = told.publish(FILE, *(["--no-store"] if alone else []), "--public", code=1)
    assert words in " ".join(done.err.split())
    assert told.writes() == []


@pytest.mark.parametrize("said", ["true", "'true'", "yes", "1"])
def test_a_document_that_is_restricted_reaches_only_who_is_cleared(told: Team, said: str) -> None:
    path = told.cli.home / FILE
    path.write_text(path.read_text().replace("severity:", f"Restricted: {said}\nseverity:"))
    assert "No plugin was told" in told.cli.here(*ALONE, "--public").out
    refused = told.publish(FILE, "--public", code=1)
    assert "says that it is restricted, and INC-1 is not: chatops restrict INC-1" in " ".join(
        refused.err.split()
    )
    assert "Give customers" not in refused.out
    assert told.writes() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: ", "id: INC-1 # "),
        ("id: ", "ours: "),
        ("id: ", "incident_id: "),
        ("id: ", "Incident: inc1\nold: "),
    ],
)
def test_a_file_that_names_an_incident_of_the_store_is_not_taken_for_another(
    told: Team, old: str, new: str
) -> None:
    path = told.cli.home / FILE
    path.write_text(path.read_text().replace(f"\n{old}", f"\n{new}", 1))
    refused = told.publish(FILE, "--public", code=2)
    assert "is of INC-1, as far as its front matter says" in " ".join(refused.err.split())
    assert "--no-store" in refused.err
    assert told.writes() == []


def test_a_file_that_may_not_be_read_is_misuse_as_one_that_is_not_there(
    told: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so that the system's answer is played."""
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert f"{FILE} may not be read." in told.cli.here(*ALONE, code=2).err
    assert f"{FILE} may not be read." in told.cli.here("actions", "add", FILE, "Mend it", code=2).err
    for command in (("actions", "list"), ("actions", "sync"), ("actions", "stamp"), ("postmortem", "lint")):
        assert "is not readable" in told.cli.here(*command, FILE, code=2).err


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_not_published(told: Team, data: bytes, alone: bool) -> None:
    (told.cli.home / FILE).write_bytes(data)
    done = told.publish(FILE, *(["--no-store"] if alone else []), code=1)
    assert f"{FILE} is empty, so it is not published" in done.err
    assert told.writes() == []


def test_an_incident_that_customers_know_nothing_of_is_not_explained_to_them(told: Team) -> None:
    told.cli.here("declare", "Quiet", "--severity", "sev4", "--no-public")
    with service(told.cli) as opened:
        text = of_incident(opened.numbered(2))
    written(told.cli.home / "postmortems", text, "quiet.md")
    done = told.publish("INC-2", "--public")
    assert "Customers were told nothing of INC-2, so they are not given its post-mortem." in done.err
    alone = told.cli.here(*PUBLISH, "postmortems/quiet.md", "--no-store", "--public").err
    # The front matter of this one says otherwise than the store does.
    assert "Customers were told nothing" not in alone


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
