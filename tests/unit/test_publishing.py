"""What is taken from a post-mortem's document, and what is recorded when it is published."""

from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from chatops import events as e
from chatops.actions.document import NotRead
from chatops.errors import BadText, Rejected, UsageError
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.publishing import NotPublished, Paper, Publication, paper_of, publish, told
from tests.kit import act, deliver
from tests.stage import Call, Remote, Stage, declare, say, ticket
from tests.unit.test_publishing_support import EVERYTHING, ID, document, of_incident, written

PLUGINS = "[plugins.every]\n[plugins.page]\n[plugins.auditor]\n"


def paper(text: str, name: str = "checkout.md") -> Paper:
    return Paper.of(Path(name), text.encode())


@pytest.fixture
def service(stage: Stage) -> Service:
    stage.site.install(EVERYTHING, every="Every")
    return stage.service(PLUGINS)


@pytest.fixture
def over(service: Service) -> Incident:
    """An incident that customers know of, delivered."""
    incident = declare(service)
    say(service, incident, "Over.", "resolved")
    service.resolve(incident.id, "", act())
    deliver(service, incident)
    return service.incident(incident.id)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("A disk was full.", "A disk was full."),
        ("_What happened._", ""),
        ("_What happened._\n\n*And why.*\n", ""),
        ("", ""),
        ("_What happened._\n\nA disk\nwas full.\n\n### Why\n\nOld.", "A disk\nwas full.\n\n### Why\n\nOld."),
        ("A disk <!-- db-7 -->was full.", "A disk was full."),
        ("A disk.\n\n<!-- internal\n\nlines -->\n\nFull.", "A disk.\n\nFull."),
        ("A disk.\n\n<!-- never closed", "A disk."),
        ("<!-- chatops:nothing -->", ""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_customers_are_given_what_stands_below_their_heading_and_no_comment_of_it(
    section: str, words: str, end: str
) -> None:
    text = f"# Post-mortem: x\n\ninternal\n\n## For customers\n\n{section}\n"
    more = "" if "never closed" in section else "\n## Action items\n\ninternal\n"
    assert paper((text + more).replace("\n", end)).for_customers == words


@pytest.mark.parametrize(
    "text",
    [
        "# x\n\ninternal\n",
        "## Client impact\n\n### For customers\n\ninternal\n",
        "> ## For customers\n> internal\n",
        "```\n## For customers\ninternal\n```\n",
        "<!--\n## For customers\n\ninternal\n-->\n",
        "---\na: |\n  ## For customers\n  internal\n---\n# x\n",
    ],
)
def test_a_document_without_that_heading_has_nothing_for_customers(text: str) -> None:
    assert paper(text).for_customers == ""


def test_a_section_that_is_too_long_for_customers_says_so() -> None:
    with pytest.raises(BadText, match="section for customers has 20,001 characters"):
        _ = paper(f"## For customers\n\n{'x' * 20_001}").for_customers


def test_a_document_is_known_by_its_incident_whatever_its_file_is_called() -> None:
    assert paper(document()).identity == paper(document("Other"), "b.md").identity == UUID(ID)
    names = [document(id="our-12"), document(id="our-13"), document(id=None), "# Plain\n"]
    identities = {paper(text).identity for text in names}
    assert len(identities) == 4
    assert identities == {paper(text).identity for text in names}
    assert paper("# Plain\n", "b.md").identity not in identities


def test_what_is_not_utf8_is_not_published(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"## For customers\n\n\xff")
    with pytest.raises(NotRead, match="is not UTF-8"):
        Paper.read(path)


def test_the_incidents_document_is_found_by_its_id(over: Incident, tmp_path: Path) -> None:
    written(tmp_path, document(), "other.md")
    written(tmp_path, f"It is like {over.id}.", "mentions.md")
    (tmp_path / "broken.md").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=f"chatops postmortem draft {over.name}"):
        paper_of(over, tmp_path)
    path = written(tmp_path / "2026", of_incident(over))
    assert paper_of(over, tmp_path).path == path


def test_plugins_are_told_the_document_and_customers_their_section(
    stage: Stage, service: Service, over: Incident
) -> None:
    said = Publication(document="internal", url="https://example.com/a.md", public_section="A disk.")
    recorded = publish(service, over.id, said, act())
    deliver(service, over)
    (internal,) = [call for call in stage.of("every") if call.hook == "postmortem_published"]
    public = stage.of("page")[-1]
    assert public.hook == "public_postmortem"
    assert internal.event == recorded.events[0]
    assert (internal.event.document, internal.event.url) == ("internal", said.url)
    assert public.event.text == "A disk."
    after = service.incident(over.id)
    assert (after.postmortem_url, told(after)) == (said.url, "A disk.")


def test_the_same_document_again_is_a_repetition_and_a_changed_one_is_not(
    service: Service, over: Incident
) -> None:
    said = Publication(document="a", url="https://example.com/a.md", public_section="A disk.")
    assert not publish(service, over.id, said, act()).repeated
    for same in (said, replace(said, url=""), replace(said, public_section="")):
        again = publish(service, over.id, same, act())
        assert (again.events, "unchanged" in again.repeated) == ((), True)
    news = (
        replace(said, document="b"),
        replace(said, document="b", url="https://example.com/b.md"),
        replace(said, document="b", public_section="Two disks."),
        replace(said, document="b", overwrite=True),
    )
    for other in news:
        assert len(publish(service, over.id, other, act()).events) == 1
    event = publish(service, over.id, replace(said, document="c", url=""), act()).events[0]
    assert isinstance(event, e.PostmortemPublished)
    assert event.url == "https://example.com/a.md"


@pytest.mark.parametrize("said", ["true", "maybe", "'yes'"])
def test_what_is_for_fewer_than_its_incident_is_never_recorded(
    service: Service, over: Incident, said: str
) -> None:
    """Whoever calls it, and whatever was looked at before."""
    document = f"---\nRestricted: {said}\n---\n# Post-mortem\n"
    for force in (False, True):
        with pytest.raises(NotPublished, match="line 2 of the document"):
            publish(service, over.id, Publication(document=document, overwrite=force), act())
    assert not service.store.deliveries.unsettled(over.id)
    service.restrict(over.id, act(), on=True)
    if said == "maybe":
        with pytest.raises(NotPublished):
            publish(service, over.id, Publication(document=document), act())
    else:
        assert publish(service, over.id, Publication(document=document), act()).events


def test_there_is_no_paper_of_which_nobody_can_tell_who_may_read_it() -> None:
    assert paper("---\nrestricted: yes\n---\n# Post-mortem\n").restricted is True
    assert paper("# Post-mortem\n").restricted is False
    with pytest.raises(NotPublished, match=r"checkout\.md, line 1: the front matter has no end"):
        paper("---\nrestricted: true\n# Post-mortem\n")
    with pytest.raises(NotRead, match="is empty"):
        paper("\n")


def test_the_same_key_is_a_repetition(service: Service, over: Incident) -> None:
    publish(service, over.id, Publication(document="a"), act(key="k"))
    assert publish(service, over.id, Publication(document="b"), act(key="k")).repeated


WIKI = """
class Wiki(Plugin):
    @hookimpl
    def postmortem_published(self, event, ctx):
        return Link("postmortem", "1", "https://wiki.example.com/1")
"""


def test_a_wiki_that_was_enabled_after_the_end_has_the_post_mortem_even_so(
    stage: Stage, service: Service, over: Incident
) -> None:
    """A chat, which begins with the declaration, does not begin with the end."""
    stage.site.install(WIKI, wiki="Wiki")
    service = stage.service(PLUGINS + "[plugins.wiki]\n[plugins.late]\nuse = 'every'\n")
    for text in ("a", "b"):
        other = declare(service)
        deliver(service, other)
        publish(service, over.id, Publication(document=text), act())
        deliver(service, over)
    mine = service.store.deliveries.of_lane(over.id, "wiki")
    assert [(d.hook, d.state) for d in mine] == [("postmortem_published", "done")] * 2
    assert [call for call in stage.of("late") if call.event.incident == over.id] == []
    assert service.incident(over.id).link("wiki", "postmortem")


def test_what_a_job_without_a_store_has_created_is_looked_for_first(
    stage: Stage, service: Service, over: Incident
) -> None:
    remote = Remote()
    remote.create(f"{over.id}.every.ticket")
    remote.asked.clear()
    stage.play("every", ticket(remote, scope="incident"))
    publish(service, over.id, Publication(document="a"), act())
    deliver(service, over)
    assert remote.verbs == ["find"]


def test_a_version_that_failed_does_not_hold_the_next_one_up(
    stage: Stage, service: Service, over: Incident
) -> None:
    """What customers are still owed is not given up with it."""

    def edited(call: Call) -> None:
        if call.hook == "postmortem_published" and not call.event.overwrite:
            raise Rejected("people have changed the page")

    def down(_call: Call) -> None:
        raise Rejected("down")

    stage.play("every", edited)
    stage.play("page", down)
    publish(service, over.id, Publication(document="a", public_section="A disk."), act())
    deliver(service, over)
    publish(service, over.id, Publication(document="a", overwrite=True), act())
    deliver(service, over)
    lane = service.store.deliveries.of_lane(over.id, "every")
    mine = [(d.state, d.reason) for d in lane if d.hook == "postmortem_published"]
    assert mine == [("superseded", "the post-mortem was published anew"), ("done", "")]
    owed = [d for d in service.store.deliveries.unsettled(over.id) if d.hook == "public_postmortem"]
    assert (owed[0].instance, owed[0].state) == ("page", "failed")
