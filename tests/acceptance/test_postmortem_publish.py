"""`chatops postmortem publish`, as a person with a store runs it."""

import pytest

from tests.acceptance.helpers import Terminal, service
from tests.kit import Cli
from tests.processes import FOLDER, Remote
from tests.publishing import ALONE, FILE, PUBLISH, URL, Team, box, told
from tests.unit.test_publishing_support import BODY, of_incident, written

__all__ = ["box", "told"]


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
