"""What is measured of a real store, under a real configuration."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatops.errors import UsageError
from chatops.incident import Incident
from chatops.service import Act, Service
from chatops.service.incidents import Changes, Declaration
from chatops.service.metrics import measured

pytestmark = pytest.mark.any_store

START = datetime(2025, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Service:
    return make_service("")


def after(minutes: float) -> Act:
    return Act(actor="dana", at=START + timedelta(minutes=minutes))


def declare(service: Service, minutes: float = 0, **said: Any) -> Incident:
    declared = Declaration(**{"title": "Down", "severity": "sev2"} | said)
    return service.declare(declared, after(minutes), anew=True).incident


def say(service: Service, incident: Incident, minutes: float) -> None:
    service.publish(incident.id, service.compose(incident, f"Words {minutes}."), after(minutes))


def test_the_severity_of_the_moment_says_how_often_words_are_owed(service: Service) -> None:
    incident = declare(service)
    say(service, incident, 60)
    service.note(incident.id, "A note", after(61))
    service.update(incident.id, Changes(severity="sev1"), after(70))
    say(service, incident, 101)
    service.resolve(incident.id, "", after(110))
    found = measured(service).total().updates
    assert (found.kept, found.owed) == (2, 3)


def test_a_reopened_incident_owes_nothing_while_it_was_over(service: Service) -> None:
    incident = declare(service)
    service.resolve(incident.id, "", after(30))
    service.reopen(incident.id, "It is back", after(600))
    service.resolve(incident.id, "", after(661))
    total = measured(service).total()
    assert (total.updates.kept, total.updates.owed) == (0, 1)
    assert total.resolve.mean == 661 * 60


def test_nothing_is_owed_where_show_says_that_nothing_is(service: Service) -> None:
    for said in ({"severity": "sev4"}, {"restricted": True}, {"drill": True}):
        incident = declare(service, **said)
        assert service.public_update_due(incident) is None
        service.resolve(incident.id, "", after(600))
    assert measured(service).total().updates.owed == 0
    quiet = declare(service, restricted=True)
    say(service, quiet, 300)
    service.resolve(quiet.id, "", after(390))
    found = measured(service).total().updates
    assert (found.kept, found.owed) == (0, 1), "the first words were owed to nobody, the next are"


def test_only_what_was_declared_in_the_time_is_measured(service: Service) -> None:
    numbers = [declare(service, minutes).number for minutes in (0, 60, 120)]
    start, middle, end = (START + timedelta(minutes=minutes) for minutes in (0, 60, 120))

    def found(since: datetime | None, until: datetime | None) -> list[int]:
        return sorted(case.incident.number for case in measured(service, since, until).cases)

    assert found(None, None) == numbers
    assert found(middle, None) == numbers[1:]
    assert found(start, end) == numbers[:2]
    assert found(None, start) == []
    assert found(datetime(1, 1, 1, tzinfo=UTC), None) == numbers
    assert measured(service, middle, end).total().repeats == 1
    with pytest.raises(UsageError, match="--since has to be before --until"):
        measured(service, middle, middle)


def test_the_log_tells_the_turns_of_what_is_no_exercise(service: Service) -> None:
    old, new, drill = declare(service), declare(service, 60), declare(service, 60, drill=True)
    for incident in (old, new, drill):
        service.acknowledge(incident.id, after(70))
        service.update(incident.id, Changes(status="monitoring"), after(75))
        service.resolve(incident.id, "", after(80))
    log = service.store.log
    assert {key: [it.kind for it in turns] for key, turns in log.turns().items()} == {
        old.id: ["updated", "resolved"],
        new.id: ["updated", "resolved"],
    }
    assert log.turns(new.declared_at).keys() == {new.id}
