"""What a step of `ctx.once` belongs to: one event, or the whole incident; always one instance."""

import pytest

from chatops import errors
from tests.kit import act, deliver
from tests.stage import Remote, Stage, again, declare, lane, say, ticket, update

pytestmark = pytest.mark.any_store


@pytest.fixture
def remote() -> Remote:
    return Remote()


def test_what_belongs_to_the_incident_is_shared_by_its_events(stage: Stage, remote: Remote) -> None:
    service = stage.service("[plugins.teller]\n")
    stage.play("teller", ticket(remote, scope="incident"))
    incident = declare(service)
    update(service, incident, "more")
    deliver(service, incident)
    assert remote.asked == [f"create {incident.id}.teller.ticket"]
    assert lane(service, incident, "teller") == ["incident_declared done", "incident_updated done"]


def test_what_belongs_to_an_event_is_made_for_each(stage: Stage, remote: Remote) -> None:
    service = stage.service("[plugins.teller]\n")
    stage.play("teller", ticket(remote))
    incident = declare(service)
    update(service, incident, "more")
    deliver(service, incident)
    keys = [event.id for event in service.store.log.events(incident.id) if event.actor == "dana"]
    assert remote.asked == [f"create {key}.teller.ticket" for key in keys]


@pytest.mark.parametrize("end", ["superseded", "skipped"])
def test_a_lost_creation_of_words_that_were_given_up_is_found_by_the_next(
    stage: Stage, remote: Remote, end: str
) -> None:
    service = stage.service("[plugins.page]\n")
    remote.lost = errors.Unknown("no answer")
    stage.play("page", ticket(remote, scope="incident"))
    incident = declare(service)
    say(service, incident, "one")
    deliver(service, incident)
    first = service.store.deliveries.unsettled(incident.id)[0]
    assert first.state == "unconfirmed"
    if end == "skipped":
        service.skip(first, "enough", act())
    say(service, incident, "two")
    remote.lost = None
    again(service, incident)
    assert lane(service, incident, "page") == [f"public_update {end}", "public_update done"]
    key = f"{incident.id}.page.ticket"
    assert remote.asked == [f"create {key}", f"find {key}"]


def test_two_instances_of_one_plugin_never_share_a_key(stage: Stage, remote: Remote) -> None:
    service = stage.service("[plugins.eu]\nuse='teller'\n[plugins.us]\nuse='teller'\n")
    for name in ("eu", "us"):
        stage.play(name, ticket(remote, scope="incident"))
    incident = declare(service)
    deliver(service, incident)
    assert sorted(remote.asked) == [f"create {incident.id}.{name}.ticket" for name in ("eu", "us")]
