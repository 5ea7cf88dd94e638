"""What is not written, and why: people's words, others' pages, errors of the site."""

import base64
import logging
from http import HTTPStatus

import pytest

from chatops.sandbox import Fault, answer
from chatops_confluence.sandbox import Property
from chatops_confluence.sandbox.state import TOKEN, USER
from tests.kit import act
from tests.plugins.test_confluence_support import TITLE, WORDS, Wiki, a_wiki

wiki = a_wiki

LATER = WORDS.replace("30 orders", "31 orders")


def edit(wiki: Wiki, old: str = "30 orders", new: str = "300 orders") -> None:
    wiki.site.edit(wiki.page.id, body=wiki.page.body.replace(old, new))


def test_a_page_that_people_changed_is_not_overwritten_and_what_they_changed_is_shown(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki)
    how = wiki.publish(incident, LATER)
    assert how.startswith("failed: People have changed http://127.0.0.1")
    assert "`chatops postmortem publish INC-1 --force`" in how
    assert how.endswith(
        "What they changed: - A disk was full, and 30 orders were lost. + A disk was full, and 300 orders"
        " were lost."
    )
    assert (wiki.page.latest.number, "300 orders" in wiki.page.body) == (2, True)


def test_it_is_not_overwritten_either_where_nothing_of_ours_is_new(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki)
    assert wiki.publish(incident).startswith("failed: People have changed")


def test_force_overwrites_it_and_keeps_their_words_in_the_history(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki)
    assert wiki.publish(incident, force=True) == "done"
    assert [("300 orders" in v.body, v.number) for v in wiki.page.versions] == [
        (False, 1),
        (True, 2),
        (False, 3),
    ]
    assert wiki.publish(incident, LATER) == "done"
    assert wiki.page.properties[0].value["version"] == 4


def test_a_ticked_box_is_a_change_too(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki, "incomplete", "complete")
    assert "- [ ] Watch the disk + [x] Watch the disk" in wiki.publish(incident, LATER)


def test_a_long_change_is_shown_in_part(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki, "<h2>", "".join(f"<p>{'word ' * 60}{number}</p>" for number in range(99)) + "<h2>")
    how = wiki.publish(incident, LATER)
    assert len(how) < 1000
    assert "+ word word" in how
    assert how.endswith("lines more")


def test_our_words_as_confluence_spells_them_are_no_change_of_peoples(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    (first,) = wiki.page.versions
    wiki.page.versions[0] = type(first)(1, first.title, f"{first.body}<!-- stored anew -->")
    wiki.site.edit(wiki.page.id, title="Another title")
    assert wiki.publish(incident, LATER) == "done"


def test_a_change_that_comes_between_is_seen(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    page = wiki.page
    original = wiki.site.respond

    def respond(request: object) -> object:
        if getattr(request, "method", "") == "PUT" and page.latest.number == 1:
            edit(wiki)
        return original(request)  # type: ignore[arg-type]

    wiki.site.respond = respond  # type: ignore[method-assign,assignment]
    assert "300 orders" in wiki.publish(incident, LATER)
    assert page.latest.number == 2


def test_a_page_whose_old_versions_are_gone_is_compared_with_the_new_words(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    edit(wiki)
    del wiki.page.versions[0]
    how = wiki.publish(incident, LATER)
    assert "not known any more" in how
    assert "- A disk was full, and 31 orders were lost. + A disk was full, and 300 orders" in how


@pytest.mark.parametrize(
    "body", ["<p>Mine.</p>", "<p>chatops incident 01938a3e-0000-7000-8000-000000000001</p>"]
)
def test_a_title_that_somebody_elses_page_has_is_refused(wiki: Wiki, body: str) -> None:
    wiki.site.write(TITLE, body)
    incident = wiki.declare()
    how = wiki.publish(incident)
    whose = "of another incident" if "incident" in body else "that chatops did not write"
    assert f"has a page {TITLE!r} already, one {whose}: {wiki.sandbox.url}/confluence/wiki" in how
    assert "set plugins.wiki.title so that titles differ" in how
    assert wiki.page.body == body


def test_a_new_title_that_somebody_elses_page_has_is_refused(wiki: Wiki) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    other = wiki.site.write("INC-1 Payments fail", "<p>Mine.</p>")
    wiki.rename(incident, "Payments fail")
    assert "set plugins.wiki.title" in wiki.publish(incident)
    assert (other.body, wiki.pages[0].title) == ("<p>Mine.</p>", TITLE)


def test_a_page_that_was_linked_by_hand_is_overwritten_only_by_force(wiki: Wiki) -> None:
    mine = wiki.site.write("What happened", "<p>Mine.</p>")
    incident = wiki.declare()
    wiki.link(incident, mine.id)
    assert "- Executive summary" not in (how := wiki.publish(incident))
    assert how.startswith("failed: People have changed")
    assert mine.body == "<p>Mine.</p>"
    wiki.skip(incident)
    assert wiki.publish(incident, force=True) == "done"
    assert (wiki.page.title, "30 orders" in mine.body) == ("What happened", True)
    assert wiki.publish(incident, LATER) == "done"
    assert (wiki.page.title, "31 orders" in mine.body) == ("What happened", True)


def test_the_page_of_another_incident_is_never_overwritten(wiki: Wiki) -> None:
    value = {"incident": "01938a3e-0000-7000-8000-000000000001"}
    theirs = wiki.site.write("What happened", "<p>Mine.</p>")
    theirs.properties.append(Property("1", "chatops", value))
    incident = wiki.declare()
    wiki.link(incident, theirs.id)
    assert "is the page of another incident" in wiki.publish(incident, force=True)
    assert theirs.latest.number == 1


def test_nothing_of_a_restricted_incident_is_where_all_can_read_it(wiki: Wiki) -> None:
    wiki.configure('restricted_space = "SEC"', "when.restricted = true")
    incident = wiki.declare(restricted=True)
    how = wiki.publish(incident)
    assert how.startswith("skipped: the incident is restricted, and plugins.wiki.restricted_space")
    assert wiki.requests() == []


def test_a_restricted_incident_has_its_page_in_the_space_for_those(wiki: Wiki) -> None:
    wiki.configure("restricted_space", "when.restricted = true\nrestricted_space")
    incident = wiki.declare(restricted=True)
    assert wiki.publish(incident) == "done"
    assert (wiki.page.space, wiki.page.parent) == ("65539", "")


def test_a_page_of_an_incident_that_is_restricted_later_is_reported_and_not_written(wiki: Wiki) -> None:
    wiki.configure("restricted_space", "when.restricted = true\nrestricted_space")
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.service.restrict(incident.id, act(), on=True)
    assert "Whoever sees its space can read http" in wiki.again(incident)
    wiki.skip(incident)
    assert "is not in the space SEC" in wiki.publish(incident, LATER)
    wiki.site.move(wiki.page.id, "SEC")
    assert wiki.again(incident) == "done"
    assert "31 orders" in wiki.page.body


@pytest.mark.parametrize(
    ("setting", "other", "named"),
    [
        ('space = "OPS"', 'space = "NOPE"', "Check plugins.wiki.space"),
        ('parent = "98305"', 'parent = "1"', "Check plugins.wiki.space and plugins.wiki.parent"),
        (f'user = "{USER}"', 'user = "eve@example.com"', "Check plugins.wiki.token and plugins.wiki.user"),
    ],
)
def test_an_error_names_the_setting(wiki: Wiki, setting: str, other: str, named: str) -> None:
    wiki.configure(setting, other)
    assert named in wiki.publish(wiki.declare())
    assert wiki.pages == []


def test_a_permission_that_is_missing_is_called_one(wiki: Wiki) -> None:
    wiki.plan(Fault(kind="status", status=403, method="POST"))
    assert "plugins.wiki.token and plugins.wiki.user lacks a permission" in wiki.publish(wiki.declare())


@pytest.mark.parametrize(("method", "status"), [("GET", 429), ("GET", 502), ("POST", 429), ("POST", 500)])
def test_an_outage_is_waited_for(wiki: Wiki, method: str, status: int) -> None:
    incident = wiki.declare()
    wiki.plan(Fault(kind="status", status=status, method=method, path="/wiki/", times=None))
    assert wiki.publish(incident).split(":")[0] in {"retry", "unconfirmed"}
    assert HTTPStatus(status).phrase.upper() in wiki.service.store.deliveries.unsettled(incident.id)[0].reason
    assert wiki.pages == []


@pytest.mark.parametrize("body", ["[]", "{}", '{"id": 4}', "<html>"])
def test_an_answer_that_says_nothing_breaks_nothing(wiki: Wiki, body: str) -> None:
    incident = wiki.declare()
    wiki.publish(incident)
    wiki.plan(Fault(kind="garbage", method="GET", body=body, content_type="application/json", times=None))
    assert wiki.publish(incident, LATER).split(":")[0] in {"retry", "failed"}
    assert wiki.page.latest.number == 1


@pytest.mark.parametrize("document", ["word " * 1_000_100, "\N{SNOWMAN}" * 900_000], ids=["long", "wide"])
def test_a_post_mortem_of_more_than_5_mb_is_not_sent(wiki: Wiki, document: str) -> None:
    incident = wiki.declare()
    wiki.record(incident, document)
    assert "larger than 5 MB" in wiki.deliver(incident)[-1].reason
    assert [said for said in wiki.requests() if not said.startswith("GET")] == []


def test_no_secret_is_in_an_error_a_log_or_the_store(wiki: Wiki, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    incident = wiki.declare()
    pair = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
    said = {"errors": [{"title": f"Basic {pair} of {TOKEN} is wrong"}]}
    wiki.site.refusal = lambda status, words="": answer(said, status)  # type: ignore[method-assign]
    wiki.plan(Fault(kind="status", status=400, method="POST"))
    assert wiki.publish(incident).startswith("failed")
    told = caplog.text + repr(wiki.service.store.deliveries.unsettled(incident.id))
    assert {asked.headers["Authorization"] for asked in wiki.asked()} == {f"Basic {pair}"}
    assert [secret for secret in (TOKEN, pair) if secret in told] == []
