"""A post-mortem is published where there is no store: which plugins are told, of what, and once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chatops import errors
from chatops.context import Skipped
from chatops.events import Link
from chatops.service import Service
from chatops.service.publishing import Paper, Publication
from chatops.service.publishing_storeless import Job, known, past
from chatops.store import Delivery
from tests.kit import Site, act
from tests.stage import Call, Remote, Stage, link, ticket
from tests.unit.test_publishing_support import EVERYTHING, ID, document

BOTH = "[plugins.every]\n[plugins.customers]\n"
OTHER = "[plugins.other]\nuse = 'every'\n"
Publish = Callable[..., list[Delivery]]


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.site.install(EVERYTHING, every="Every", customers="EveryPublic")
    return stage


@pytest.fixture
def publish(stage: Stage, tmp_path: Path) -> Iterator[Publish]:
    """Publishes a document as a job does; each time on a store of its own."""
    with ExitStack() as stack:

        def publishing(toml: str, text: str = document(), **more: Any) -> list[Delivery]:
            path = tmp_path / "chatops.toml"
            path.write_text(toml)
            service = stack.enter_context(Service.storeless(path))
            paper = Paper.of(Path("checkout.md"), text.encode())
            who = act("ci")
            said = {"document": paper.text, "public_section": paper.for_customers, **more}
            job = Job(service, past(paper, service.config, who), Publication(**said))
            return list(job.run(who))

        yield publishing


def ended(deliveries: list[Delivery]) -> set[str]:
    return {f"{d.instance} {d.hook} {d.state}" for d in deliveries}


def test_nothing_but_the_publication_is_told(stage: Stage, publish: Publish) -> None:
    links = [{"instance": "every", "kind": "ticket", "id": "OPS-7", "url": "https://example.com/OPS-7"}]
    made = link("postmortem")
    stage.play("every", lambda call: made if call.hook == "postmortem_published" else None)
    publish(BOTH + OTHER, document(links=links), url="https://example.com/a.md")
    for instance in ("every", "other"):
        assert sorted(stage.told(instance)) == ["event_recorded", "postmortem_published"]
        assert {call.event.kind for call in stage.of(instance)} == {"postmortem_published"}
    assert stage.told("customers") == ["public_postmortem"]


def test_plugins_see_the_incident_as_the_document_has_it(stage: Stage, publish: Publish) -> None:
    links = [
        {"instance": "every", "kind": "ticket", "id": "OPS-7", "url": "https://example.com/OPS-7"},
        {"instance": "", "kind": "ticket", "id": "OPS-8"},
        {"instance": "other", "kind": "channel", "id": "C1"},
    ]
    publish(BOTH, document(links=links, acknowledged_at="2026-11-21T11:55:00Z"), url="https://example.com/a")
    call = stage.of("every")[0]
    incident = call.ctx.incident
    assert (incident.id, incident.name, incident.title) == (UUID(ID), "INC-12", "Checkout returns 500s")
    assert (incident.severity, incident.services, incident.detected_by) == ("sev1", ("checkout",), "customer")
    assert incident.declared_at == datetime(2026, 11, 21, 11, 52, tzinfo=UTC)
    assert incident.acknowledged_at == datetime(2026, 11, 21, 11, 55, tzinfo=UTC)
    assert incident.resolved_at == datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    assert call.ctx.link("ticket").id == "OPS-7"
    assert [owned.instance for owned in call.ctx.links] == ["every", "other"]
    assert (call.event.url, call.event.actor) == ("https://example.com/a", "ci")


def test_a_public_plugin_gets_nothing_but_the_section(stage: Stage, publish: Publish) -> None:
    publish(BOTH)
    (call,) = stage.of("customers")
    assert call.event.text == "A disk was full."
    seen = repr((call.event, call.ctx.incident, call.ctx.key, call.ctx.link("x")))
    assert call.ctx.incident.title == "Checkout"
    assert "internal" not in seen
    assert "500s" not in seen


def test_what_customers_were_told_nothing_of_reaches_none(stage: Stage, publish: Publish) -> None:
    done = publish(BOTH, document(public_title=None))
    assert stage.told("customers") == []
    assert "customers public_postmortem skipped" in ended(done)


def test_a_page_that_is_drawn_from_all_incidents_is_left_alone(stage: Stage, publish: Publish) -> None:
    stage.play("customers", lambda call: list(call.ctx.history) and None)
    (skipped,) = [d for d in publish(BOTH) if d.instance == "customers"]
    assert (skipped.state, "only where the store is" in skipped.reason) == ("skipped", True)


@pytest.mark.parametrize(
    ("when", "keys", "told"),
    [
        ("severity = ['sev1']", {}, True),
        ("severity = ['sev2']", {}, False),
        ("services = ['search']", {}, False),
        ("restricted = false", {"restricted": True}, False),
        ("restricted = true", {"restricted": True}, True),
        ("drills = false", {"drill": True}, False),
    ],
)
def test_filters_decide_who_is_told(
    stage: Stage, publish: Publish, when: str, keys: dict[str, Any], told: bool
) -> None:
    publish(f"[plugins.every.when]\n{when}\n", document(**keys))
    assert bool(stage.of("every")) == told


def test_what_one_job_has_created_the_next_one_finds(stage: Stage, publish: Publish) -> None:
    remote = Remote()
    stage.play("every", lambda call: ticket(remote)(call) if call.hook != "event_recorded" else None)
    publish("[plugins.every]\n")
    publish("[plugins.every]\n")
    assert remote.verbs == ["find", "create", "find"]
    assert len({asked.split()[1] for asked in remote.asked}) == 1
    publish("[plugins.every]\n", document("## Other\n"))
    assert remote.verbs == ["find", "create", "find", "find", "create"]


def test_without_a_find_it_is_created_again_under_the_same_key(stage: Stage, publish: Publish) -> None:
    remote = Remote()
    stage.play("every", ticket(remote, find=None, scope="incident"))
    publish("[plugins.every]\n")
    publish("[plugins.every]\n")
    assert set(remote.asked) == {f"create {ID}.every.ticket"}


def test_one_that_fails_harms_no_other(stage: Stage, publish: Publish) -> None:
    stage.fail("every", errors.Unavailable("it is down"))
    done = ended(publish(BOTH))
    assert "every postmortem_published retry" in done
    assert "customers public_postmortem done" in done


@pytest.mark.parametrize(
    ("error", "unusable"),
    [(errors.Unauthorized("plugins.every.token: no"), True), (errors.Rejected("no"), False)],
)
def test_a_failure_says_whether_the_configuration_is_to_blame(
    stage: Stage, tmp_path: Path, error: Exception, unusable: bool
) -> None:
    stage.fail("every", error)
    path = tmp_path / "chatops.toml"
    path.write_text("[plugins.every]\n[plugins.gone]\n")
    paper = Paper.of(Path("checkout.md"), document().encode())
    with Service.storeless(path) as service:
        job = Job(service, past(paper, service.config, act()), Publication(document="x"))
        found = {d.instance: job.unusable(d) for d in job.run(act())}
    assert found == {"every": unusable, "gone": True}


def test_who_only_says_where_it_is_is_told_where_another_has_put_it(stage: Stage, publish: Publish) -> None:
    def put(call: Call) -> Link | None:
        return link("postmortem") if call.hook == "postmortem_published" else None

    stage.play("every", put)
    publish(BOTH + OTHER)
    told = [call.event.url for call in stage.of("other") if call.hook == "postmortem_published"]
    assert told == ["", link("postmortem").url]
    assert stage.told("every").count("postmortem_published") == 1
    assert stage.told("customers") == ["public_postmortem"]


def test_a_restricted_document_is_a_restricted_incident_to_who_is_cleared(
    stage: Stage, publish: Publish
) -> None:
    said = document(restricted="yes")
    publish("[plugins.every.when]\nrestricted = true\n[plugins.other]\nuse = 'every'\n", said)
    assert {call.ctx.incident.restricted for call in stage.of("every")} == {True}
    assert stage.of("other") == []


def test_of_each_plugin_the_last_outcome_is_told_once(stage: Stage, publish: Publish) -> None:
    def put(call: Call) -> Link | None:
        return link("postmortem") if call.hook == "postmortem_published" else None

    stage.play("every", put)
    stage.play("other", lambda call: None if getattr(call.event, "url", "") else Skipped("it has no address"))
    done = publish(BOTH + OTHER)
    assert sorted(f"{d.instance} {d.hook} {d.state}" for d in done) == [
        "customers public_postmortem done",
        "every event_recorded done",
        "every postmortem_published done",
        "other event_recorded done",
        "other postmortem_published done",
    ]
    # What failed in the first place is never told of the address.
    stage.fail("other", errors.Unavailable("it is down"))
    again = [f"{d.hook} {d.state}" for d in publish(BOTH + OTHER) if d.instance == "other"]
    assert again == ["postmortem_published retry"]


def test_where_the_file_has_an_address_nobody_is_told_twice(stage: Stage, publish: Publish) -> None:
    stage.play("every", lambda call: link("postmortem") if call.hook != "event_recorded" else None)
    publish(BOTH + OTHER, url="https://example.com/a.md")
    assert stage.told("other").count("postmortem_published") == 1


def test_a_document_without_front_matter_is_an_incident_of_its_own(stage: Stage, publish: Publish) -> None:
    done = publish(BOTH, "# Post-mortem: A disk was full\n\n## For customers\n\nIt was.\n")
    incident = stage.of("every")[0].ctx.incident
    assert (incident.title, incident.number, incident.links) == ("A disk was full", 0, ())
    assert "customers public_postmortem skipped" in ended(done)


@pytest.mark.parametrize(
    "keys",
    [
        {"title": "x" * 5000, "public_title": "y\x07" * 5000},
        {"title": "\u202e", "incident": "INC-" + "9" * 40, "severity": ""},
        {"links": [{"instance": "a"}, {"kind": "b"}, 3, None]},
        {"declared_at": "2026-11-21T14:00:00Z", "resolved_at": "2026-11-21T13:00:00Z"},
        {"declared_at": None, "started_at": None, "resolved_at": None},
    ],
)
def test_whatever_the_front_matter_holds_becomes_an_incident(
    keys: dict[str, Any], make_service: Callable[[str], Service], site: Site
) -> None:
    config = make_service().config  # type: ignore[call-arg]
    paper = Paper.of(Path("a.md"), document(**keys).encode())
    events = past(paper, config, act())
    incident = known(events)
    assert 0 < len(incident.title) <= 250
    assert incident.declared_at <= datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    assert [event.id for event in past(paper, config, act("another"))] == [event.id for event in events]
