"""A post-mortem becomes one page, and stays that page."""

from datetime import timedelta

import pytest
import time_machine

from chatops.events import utcnow
from chatops.incident import Incident
from chatops.sandbox import Fault
from chatops_confluence.sandbox import Page, Version
from tests.plugins.test_confluence_support import FILE, TITLE, WORDS, Wiki, a_wiki

wiki = a_wiki

FRONT = """\
---
id: 01938a3e-0000-7000-8000-000000000001
incident: INC-12
title: Checkout returns 500s
severity: sev1
---
"""
LATER = WORDS.replace("30 orders", "31 orders")


def test_a_post_mortem_is_a_page_of_the_space(wiki: Wiki) -> None:
    incident = wiki.declare()
    assert wiki.publish(incident) == "done"
    page = wiki.page
    assert (page.title, page.space, page.parent, page.status) == (TITLE, "65538", "98305", "current")
    assert page.labels == ["postmortem", f"chatops-{incident.id}"]
    assert page.body.startswith("<h2>Executive summary</h2><p>A disk was full, and 30 orders were lost.</p>")
    assert "<ac:task-status>incomplete</ac:task-status><ac:task-body>Watch the disk" in page.body
    assert "action:01ab" not in page.body
    assert f'<a href="{FILE}">the post-mortem</a>' in page.body
    (owned,) = wiki.service.incident(incident.id).links
    address = f"{wiki.sandbox.url}/confluence/wiki/spaces/OPS/pages/{page.id}"
    assert (owned.link.kind, owned.link.id, owned.link.url) == ("postmortem", page.id, address)
    assert owned.link.title == TITLE


def test_the_property_says_what_we_wrote(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    (known,) = wiki.page.properties
    assert known.key == "chatops"
    said = {key: known.value[key] for key in ("incident", "version", "title")}
    assert said == {"incident": str(incident.id), "version": 1, "title": TITLE}
    wiki.publish(incident, LATER)
    assert (known.value["version"], known.number, wiki.page.latest.number) == (2, 2, 2)


def test_each_publication_takes_few_requests_and_one_that_changes_nothing_writes_none(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    assert wiki.requests()[-3:] == ["POST pages", "POST content/ID/label", "POST pages/ID/properties"]
    wiki.publish(incident)
    assert wiki.requests() == ["GET pages/ID"]
    wiki.publish(incident, LATER)
    assert wiki.requests() == ["GET pages/ID", "PUT pages/ID", "PUT pages/ID/properties/ID"]
    wiki.publish(incident, LATER)
    assert wiki.requests() == ["GET pages/ID"]


def test_the_title_is_the_documents_and_follows_it(wiki: Wiki) -> None:
    incident = wiki.declare(title="Something is slow")
    wiki.publish(incident, FRONT + WORDS)
    assert wiki.page.title == "INC-12 Checkout returns 500s"
    assert "---" not in wiki.page.body
    wiki.publish(incident, FRONT.replace("returns 500s", "was down") + WORDS)
    assert (wiki.page.title, wiki.page.latest.number) == ("INC-12 Checkout was down", 2)


def test_the_page_stays_the_same_when_the_incident_is_renamed(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.rename(incident, "Payments fail")
    assert wiki.publish(incident) == "done"
    assert wiki.page.title == "INC-1 Payments fail"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [("{date}: {title} ({severity})", "-22: Checkout returns 500s (sev2)"), ("{incident}", "INC-1")],
)
def test_the_setting_says_how_pages_are_called(wiki: Wiki, title: str, wanted: str) -> None:
    wiki.configure('space = "OPS"', f'space = "OPS"\ntitle = "{title}"')
    incident = wiki.declare()
    wiki.publish(incident)
    assert wiki.page.title.endswith(wanted[3:] if "date" in title else wanted)


def test_an_exercise_says_so_and_a_long_title_is_cut(wiki: Wiki) -> None:
    incident = wiki.declare(drill=True)
    wiki.publish(incident, FRONT.replace("returns 500s", "x" * 300) + WORDS)
    title = wiki.page.title
    assert (title[:17], title[-1], len(title)) == ("[Exercise] INC-12", "\N{HORIZONTAL ELLIPSIS}", 255)


def test_a_page_that_people_renamed_or_moved_keeps_that_and_gets_our_words(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.site.edit(wiki.page.id, title="The big one")
    wiki.site.move(wiki.page.id, "DOCS")
    wiki.requests()
    assert wiki.publish(incident) == "done"
    assert [said for said in wiki.requests() if not said.startswith("GET")] == []
    assert wiki.publish(incident, LATER) == "done"
    assert (wiki.page.title, wiki.page.space) == ("The big one", "65540")
    assert "31 orders" in wiki.page.body


def test_labels_that_were_added_to_the_settings_are_added_and_taken_ones_stay_away(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.page.labels.remove("postmortem")
    wiki.configure('space = "OPS"', 'space = "OPS"\nlabels = ["postmortem", "sre"]')
    wiki.publish(incident)
    assert wiki.page.labels == [f"chatops-{incident.id}", "sre"]


def lost(fault: Fault, wiki: Wiki) -> Page:
    """Publish while this happens, try again, and look that there is one page with all that belongs to it."""
    incident = wiki.declare()
    wiki.plan(fault)
    assert not wiki.publish(incident).startswith("done")
    with time_machine.travel(utcnow() + timedelta(minutes=2), tick=True):
        assert wiki.again(incident) == "done"
    assert wiki.page.labels == ["postmortem", f"chatops-{incident.id}"]
    assert wiki.page.properties[0].value["incident"] == str(incident.id)
    return wiki.page


@pytest.mark.parametrize("path", ["pages$", "label", "properties"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "garbage"])
def test_after_a_lost_answer_there_is_one_page(wiki: Wiki, kind: str, path: str) -> None:
    page = lost(Fault(kind=kind, method="POST", path=path), wiki)  # type: ignore[arg-type]
    assert (page.title, page.latest.number) == (TITLE, 1)


@pytest.mark.parametrize(("path", "kind"), [(r"pages/\d+$", "drop_after"), ("properties", "drop_before")])
def test_after_a_lost_answer_to_a_change_nothing_is_taken_for_an_edit(
    wiki: Wiki, path: str, kind: str
) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.plan(Fault(kind=kind, method="PUT", path=path))  # type: ignore[arg-type]
    wiki.publish(incident, LATER)
    assert wiki.again(incident) == "done"
    assert (wiki.page.latest.number, wiki.page.properties[0].value["version"]) == (2, 2)
    assert wiki.publish(incident) == "done"
    assert "30 orders" in wiki.page.body


def test_a_job_that_was_faster_is_no_fault(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.plan(Fault(kind="status", status=409, method="POST", path="properties"))
    assert wiki.publish(incident) == "done"
    assert wiki.page.properties == []
    assert wiki.publish(incident, LATER) == "done"
    assert wiki.page.properties[0].value["version"] == 2


def unlinked(wiki: Wiki) -> Incident:
    """An incident that has a page, and a store that knows nothing of it, as a CI job's."""
    before, incident = wiki.declare(), wiki.declare(title="Payments fail")
    wiki.publish(before)
    page, old, new = wiki.page, str(before.id), str(incident.id)
    page.versions[0] = Version(1, page.title, page.body.replace(old, new))
    page.labels[:] = [label.replace(old, new) for label in page.labels]
    page.properties[0].value["incident"] = new
    return incident


def test_a_page_is_found_by_its_label_whatever_it_is_called(wiki: Wiki) -> None:
    incident = unlinked(wiki)
    wiki.site.edit(wiki.page.id, title="The big one")
    assert wiki.publish(incident, LATER) == "done"
    assert (wiki.page.title, "31 orders" in wiki.page.body) == ("INC-2 Payments fail", True)


def test_a_page_with_the_label_of_an_incident_that_is_not_its_own_is_left_alone(wiki: Wiki) -> None:
    incident = wiki.declare()
    stray = wiki.site.write("Notes", "<p>Mine.</p>", labels=(f"chatops-{incident.id}",))
    assert wiki.publish(incident) == "done"
    assert (stray.latest.number, len(wiki.pages)) == (1, 2)


def test_a_copy_of_the_page_is_not_taken_for_it(wiki: Wiki) -> None:
    incident = unlinked(wiki)
    first = wiki.page
    copy = wiki.site.write(f"Copy of {TITLE}", first.body, labels=tuple(first.labels))
    copy.properties += first.properties
    wiki.site.pages.reverse()
    assert wiki.publish(incident, LATER) == "done"
    assert (len(wiki.site.pages), first.latest.number, copy.latest.number) == (3, 2, 1)


def test_our_own_version_is_known_before_the_property_says_so(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.plan(Fault(kind="drop_before", method="PUT", path="properties"))
    wiki.publish(incident, LATER)
    wiki.skip(incident)
    assert wiki.publish(incident, WORDS.replace("30", "32")) == "done"
    assert "32 orders" in wiki.page.body


@pytest.mark.parametrize("gone", ["trashed", "deleted"])
def test_a_page_that_is_gone_is_made_anew_on_request(wiki: Wiki, gone: str) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    old = wiki.page
    old.status = gone
    assert "chatops retry --recreate" in wiki.publish(incident, LATER)
    assert wiki.recreate(incident) == "done"
    new = wiki.pages[-1]
    assert (len(wiki.pages), new.title, new.latest.number) == (2, TITLE, 1)
    wiki.publish(incident)
    assert (old.latest.number, new.latest.number) == (1, 2)


def test_what_is_still_there_is_not_made_anew(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.plan(Fault(kind="status", status=400, method="PUT"))
    assert wiki.publish(incident, LATER).startswith("failed")
    assert wiki.recreate(incident) == "done"
    assert "31 orders" in wiki.page.body


def test_a_dry_run_sends_nothing_and_knows_what_would_be_sent(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.record(incident)
    sent = wiki.rehearse(incident)
    assert [f"{one.method} {one.url.split('/wiki/')[1]}" for one in sent] == [
        "POST api/v2/pages",
        "POST rest/api/content/rehearsal1/label",
        "POST api/v2/pages/rehearsal1/properties",
    ]
    assert wiki.pages == []
