"""An incident is declared, and declared again; and what a key makes one command of."""

from datetime import timedelta
from typing import Any

import pytest

from chatops.errors import BadText, BadTime, ChatopsError, UnknownName, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Declaration
from tests.incidents import NOON, Clock, clock, declare, incident, kinds, service
from tests.kit import act

__all__ = ["clock", "incident", "service"]

pytestmark = pytest.mark.any_store


class TestDeclare:
    def test_records_all_that_was_said(self, service: Service) -> None:
        recorded = service.declare(
            Declaration(
                title="  Checkout\nreturns \x1b[31m500s ",
                severity="sev1",
                status="identified",
                services=("checkout", "search"),
                components={"api": "major_outage"},
                started_at=NOON - timedelta(minutes=9),
                detected_by="customer",
                restricted=True,
                drill=True,
            ),
            act(key="alert-1"),
        )

        made = recorded.incident
        assert made == service.store.log.incident(made.id)
        assert (made.name, made.title, made.severity) == ("INC-1", "Checkout returns 500s", "sev1")
        assert (made.status, made.services) == ("identified", ("checkout", "search"))
        assert (made.components, made.detected_by) == ({"api": "major_outage"}, "customer")
        assert (made.restricted, made.drill, made.key) == (True, True, "alert-1")
        assert (made.declared_at, made.declared_by) == (NOON, "dana")
        assert made.started_at == NOON - timedelta(minutes=9)
        assert [event.kind for event in recorded.events] == ["declared"]

    def test_numbers_each_incident(self, service: Service) -> None:
        assert [declare(service, title).incident.name for title in "abc"] == ["INC-1", "INC-2", "INC-3"]

    def test_takes_the_default_severity(self, service: Service) -> None:
        assert declare(service).incident.severity == "sev2"

    @pytest.mark.parametrize(
        ("said", "error", "names"),
        [
            ({"title": " \n"}, BadText, "title"),
            ({"title": "x" * 251}, BadText, "251"),
            ({"severity": "sev9"}, UnknownName, "'sev9'"),
            ({"services": ("checkuot",)}, UnknownName, "'checkout'"),
            ({"components": {"apii": "major_outage"}}, UnknownName, "'api'"),
            ({"started_at": NOON + timedelta(minutes=5)}, BadTime, "future"),
            ({"started_at": NOON + timedelta(seconds=30)}, UsageError, "started after"),
        ],
    )
    def test_refuses_what_cannot_be_and_records_nothing(
        self, service: Service, said: dict[str, Any], error: type[ChatopsError], names: str
    ) -> None:
        with pytest.raises(error, match=names):
            declare(service, **said)

        assert service.store.log.all_ids() == []


class TestDeclaringAgain:
    def test_returns_the_open_incident_and_says_so(self, service: Service, clock: Clock) -> None:
        first = declare(service, services=("checkout",)).incident
        clock.forward(minutes=9)

        again = declare(service, "  Down ", services=("checkout",), severity="sev1")

        assert (again.incident, again.events) == (first, ())
        assert "dana" in again.repeated
        assert "--new" in again.repeated
        assert len(service.store.log.all_ids()) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"title": "Down again"},
            {"services": ("search",)},
            {"drill": True},
            {"anew": True},
            {"key": "alert-2"},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_is_another_incident_where_anything_tells_them_apart(
        self, service: Service, other: dict[str, Any]
    ) -> None:
        first = declare(service, services=("checkout",)).incident

        again = declare(service, **{"services": ("checkout",), **other})

        assert again.incident.id != first.id
        assert not again.repeated

    def test_is_another_incident_after_ten_minutes(self, service: Service, clock: Clock) -> None:
        first = declare(service).incident
        clock.forward(minutes=10, seconds=1)

        assert declare(service).incident.id != first.id

    def test_is_another_incident_once_the_first_is_over(self, service: Service) -> None:
        first = declare(service).incident
        service.resolve(first.id, "", act())

        assert declare(service).incident.id != first.id

    def test_of_something_earlier_is_known_too(self, service: Service) -> None:
        earlier = act(at=NOON - timedelta(hours=2))
        first = service.declare(Declaration(title="Down"), earlier).incident

        assert service.declare(Declaration(title="Down"), earlier).incident == first


class TestKeys:
    def test_are_unique_among_open_incidents(self, service: Service, clock: Clock) -> None:
        first = declare(service, "One", key="alert").incident
        clock.forward(days=2)

        for anew in (False, True):
            again = declare(service, "Another title", key="alert", anew=anew)
            assert (again.incident.id, again.events) == (first.id, ())
            assert "'alert'" in again.repeated

    @pytest.mark.parametrize("end", ["resolve", "cancel"])
    def test_are_free_again_after_the_end(self, service: Service, end: str) -> None:
        first = declare(service, key="alert").incident
        getattr(service, end)(first.id, "over", act())

        second = declare(service, key="alert").incident

        assert second.id != first.id
        assert second.open

    def test_forbid_to_reopen_one_whose_key_is_taken(self, service: Service) -> None:
        first = declare(service, key="alert").incident
        service.resolve(first.id, "", act())
        second = declare(service, key="alert").incident

        with pytest.raises(WrongState, match="INC-2 is open with the same key 'alert'"):
            service.reopen(first.id, "It is back", act())

        service.resolve(second.id, "", act())
        assert service.reopen(first.id, "It is back", act()).incident.open

    def test_of_another_command_make_it_a_repetition(self, service: Service, incident: Incident) -> None:
        once = service.note(incident.id, "Restarted", act(key="n1"))
        again = service.note(incident.id, "Restarted", act(key="n1"))

        assert (len(once.events), again.events) == (1, ())
        assert "'n1'" in again.repeated
        assert kinds(service, incident.id) == ["declared", "note_added"]

    def test_belong_to_one_incident(self, service: Service, incident: Incident) -> None:
        other = declare(service, "Other").incident
        service.note(incident.id, "Restarted", act(key="n1"))

        assert service.note(other.id, "Restarted", act(key="n1")).events
