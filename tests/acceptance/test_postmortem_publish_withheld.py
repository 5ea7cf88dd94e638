"""What `chatops postmortem publish` keeps back: from customers, from who is not cleared, from everybody."""

import os

import pytest

from tests.acceptance.helpers import service
from tests.publishing import ALONE, FILE, PUBLISH, URL, Team, box, told
from tests.unit.test_publishing_support import of_incident, written

__all__ = ["box", "told"]


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
