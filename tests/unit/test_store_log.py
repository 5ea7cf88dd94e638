"""What is asked of the log: keys, lists, public incidents, a new name."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chatops.events import Link, utcnow
from chatops.service import Service
from chatops.service.incidents import Declaration
from chatops.settings import When
from chatops.store.rows import Traits
from tests.kit import act, raw
from tests.stage import declare, say

pytestmark = pytest.mark.any_store


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Service:
    return make_service("")


def test_a_key_is_unique_among_open_incidents(service: Service) -> None:
    def alert() -> int:
        return service.declare(Declaration(title="an alert"), act(key="alert-7")).incident.number

    assert alert() == alert() == 1
    service.resolve(service.numbered(1).id, "", act())
    assert alert() == 2, "next week's alert is a new one"
    with (
        pytest.raises(Exception, match=r"UNIQUE constraint|unique constraint"),
        raw(service.store) as connection,
    ):
        connection.execute("UPDATE incidents SET state = 'open'")


def test_a_key_is_unique_within_its_incident(service: Service) -> None:
    one, two = declare(service, "one"), declare(service, "two")
    for incident in (one, two, one):
        service.note(incident.id, "a note", act(key="k"))
    assert [service.incident(i.id).version for i in (one, two)] == [2, 2]
    assert service.store.log.event_with_key(one.id, "other") is None


def test_what_is_listed_is_what_was_asked_for(service: Service) -> None:
    old = declare(service, "old", services=("checkout",), severity="sev1")
    service.resolve(old.id, "", act())
    drill = declare(service, "drill", drill=True)
    new = declare(service, "new", services=("billing", "checkout"))
    log = service.store.log

    def titles(**filters: object) -> list[str]:
        return [incident.title for incident in log.listed(**filters)]  # type: ignore[arg-type]

    assert titles() == ["new", "drill", "old"]
    assert titles(most=1) == ["new"]
    assert titles(state="resolved") == ["old"]
    assert titles(severity="sev1") == ["old"]
    assert titles(service="checkout") == ["new", "old"]
    assert titles(service="check") == []
    assert titles(drill=True) == ["drill"]
    assert titles(drill=False) == ["new", "old"]
    assert titles(since=new.declared_at) == ["new"]
    assert [i.title for i in log.open_since(drill.declared_at)] == ["new", "drill"]
    assert log.open_since(utcnow() + timedelta(minutes=1)) == []


def test_public_incidents_are_read_in_pages_the_newest_words_first(service: Service) -> None:
    for number in range(5):
        say(service, declare(service, str(number)), f"words {number}")
    declare(service, "of no concern")
    found = [incident.title for incident, joined in service.store.log.public("page")]
    assert found == ["4", "3", "2", "1", "0"]


def test_what_customers_still_hear_of_is_told_with_who_has_joined(service: Service) -> None:
    for title in ("public", "also public"):
        say(service, declare(service, title), "words")
    first, second = (incident.id for incident, _ in service.store.log.publicly_open())
    declare(service, "of no concern")
    service.store.instances.put("page", "page", "here", When())
    service.store.deliveries.join(second, "page")
    found = {incident.id: joined for incident, joined in service.store.log.publicly_open("page")}
    assert found == {first: False, second: True}
    assert not any(joined for _, joined in service.store.log.publicly_open())


def test_an_instance_keeps_all_of_its_own_under_a_new_name(service: Service) -> None:
    store = service.store
    store.instances.put("old", "jira", "here", When(severity=("sev1",)))
    store.instances.learn("old", Traits(("incident_declared",), public=False, drills=True))
    incident = declare(service, severity="sev1")
    store.steps.posted(incident.id, "old", "ticket", utcnow(), utcnow())
    ticket = Link("ticket", "OPS-1")
    service.add_link(incident.id, "old", ticket, act())
    service.rename("old", "new", act())
    assert service.incident(incident.id).link("new", "ticket") == ticket
    assert service.incident(incident.id).link("old", "ticket") is None
    (row,) = [row for row in store.instances.all() if row.enabled]
    assert (row.name, row.filters.severity) == ("new", ("sev1",))
    assert store.deliveries.joined(incident.id) == {"new"}
    assert [d.instance for d in store.deliveries.of_incident(incident.id)] == ["new"]
    assert store.steps.get(incident.id, "new", "ticket")
    assert store.steps.get(incident.id, "old", "ticket") is None


def test_who_holds_a_remote_object_is_known(service: Service) -> None:
    first, second, third = (declare(service, title) for title in ("One", "Two", "Three"))
    ticket = Link("ticket", "OPS-7")
    service.add_link(first.id, "jira", ticket, act())
    service.add_link(second.id, "other", ticket, act())
    service.add_link(third.id, "jira", Link("ticket", "OPS-8"), act())
    assert [incident.id for incident in service.store.log.holding("jira", ticket)] == [first.id]
    assert service.store.log.holding("jira", Link("channel", "OPS-7")) == []
