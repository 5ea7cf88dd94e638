"""An incident changes while it is open, it ends, and the end is taken back."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from chatops import events as e
from chatops.errors import BadText, ChatopsError, UnknownName, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Recorded, Service
from chatops.service.incidents import Changes
from tests.incidents import NOON, Clock, clock, declare, incident, kinds, service
from tests.kit import act

__all__ = ["clock", "incident", "service"]

pytestmark = pytest.mark.any_store


class TestUpdate:
    def test_records_what_changed_and_nothing_else(self, service: Service, incident: Incident) -> None:
        changes = Changes(message="Worse", title="Payments fail", severity="sev1", status="investigating")

        (event,) = service.update(incident.id, changes, act("lee")).events

        assert isinstance(event, e.Updated)
        assert (event.message, event.actor) == ("Worse", "lee")
        assert event.title == e.Change("Checkout returns 500s", "Payments fail")
        assert event.severity == e.Change("sev2", "sev1")
        assert (event.status, event.services, event.components) == (None, None, None)

    def test_merges_components(self, service: Service, incident: Incident) -> None:
        service.update(incident.id, Changes(components={"api": "major_outage"}), act())
        after = service.update(incident.id, Changes(components={"web": "partial_outage"}), act()).incident

        assert after.components == {"api": "major_outage", "web": "partial_outage"}

    def test_can_take_every_service_away(self, service: Service) -> None:
        made = declare(service, services=("checkout",)).incident

        assert service.update(made.id, Changes(services=()), act()).incident.services == ()

    @pytest.mark.parametrize(
        "changes",
        [
            Changes(message="Rolling back"),
            Changes(message="Rolling back", status="identified"),
            Changes(severity="sev1", components={"api": "major_outage"}),
        ],
        ids=["words", "both", "changes"],
    )
    def test_is_recorded_once_a_minute(
        self, service: Service, incident: Incident, clock: Clock, changes: Changes
    ) -> None:
        service.update(incident.id, changes, act())
        clock.forward(seconds=55)

        again = service.update(incident.id, changes, act("lee"))

        assert again.repeated
        assert kinds(service, incident.id) == ["declared", "updated"]

    def test_may_say_the_same_a_while_later(self, service: Service, incident: Incident, clock: Clock) -> None:
        for _ in range(2):
            assert service.update(incident.id, Changes(message="Still at it"), act()).events
            clock.forward(seconds=61)

    @pytest.mark.parametrize(
        "other", [Changes(message="Rolled forth"), Changes(message="Rolling back", severity="sev3")]
    )
    def test_that_differs_is_recorded(self, service: Service, incident: Incident, other: Changes) -> None:
        service.update(incident.id, Changes(message="Rolling back"), act())

        assert service.update(incident.id, other, act()).events

    @pytest.mark.parametrize(
        "nothing", [Changes(), Changes(severity="sev2"), Changes(status="investigating", components={})]
    )
    def test_of_nothing_is_refused(self, service: Service, incident: Incident, nothing: Changes) -> None:
        with pytest.raises(UsageError, match=r"nothing to update.* INC-1 is sev2, investigating"):
            service.update(incident.id, nothing, act())

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            (Changes(message="\x00 "), BadText),
            (Changes(title=""), BadText),
            (Changes(severity="sev9"), UnknownName),
            (Changes(services=("nope",)), UnknownName),
            (Changes(components={"nope": "major_outage"}), UnknownName),
            (Changes(status="resolved"), UsageError),
        ],
    )
    def test_refuses_what_cannot_be(
        self, service: Service, incident: Incident, changes: Changes, error: type[ChatopsError]
    ) -> None:
        with pytest.raises(error):
            service.update(incident.id, changes, act())

        assert kinds(service, incident.id) == ["declared"]


class TestTheEnd:
    def test_is_recorded_with_its_words(self, service: Service, incident: Incident, clock: Clock) -> None:
        clock.forward(minutes=5)
        after = service.resolve(incident.id, "Rolled back", act("lee")).incident

        assert (after.state, after.status, after.closed_by) == ("resolved", "resolved", "lee")
        assert after.resolved_at == NOON + timedelta(minutes=5)

    @pytest.mark.parametrize("end", ["resolve", "cancel"])
    @pytest.mark.parametrize(
        "command",
        [
            lambda service, i: service.resolve(i, "", act()),
            lambda service, i: service.cancel(i, "A test", act()),
            lambda service, i: service.update(i, Changes(message="More"), act()),
            lambda service, i: service.acknowledge(i, act()),
        ],
        ids=["resolve", "cancel", "update", "acknowledge"],
    )
    def test_is_the_end_and_says_who_and_when(
        self, service: Service, incident: Incident, end: str, command: Callable[[Service, UUID], Recorded]
    ) -> None:
        getattr(service, end)(incident.id, "over", act("lee"))

        with pytest.raises(WrongState) as caught:
            command(service, incident.id)

        assert "INC-1 cannot be" in str(caught.value)
        assert f"{end.removesuffix('e')}" in str(caught.value)
        assert "by lee at 2026-11-21 12:30 UTC" in str(caught.value)
        assert "chatops reopen INC-1" in str(caught.value)
        assert len(kinds(service, incident.id)) == 2

    def test_leaves_room_for_what_comes_after(self, service: Service, incident: Incident) -> None:
        service.resolve(incident.id, "", act())

        service.note(incident.id, "For the post-mortem", act())
        service.assign(incident.id, "post-mortem owner", "lee", act())
        service.add_link(incident.id, "jira", e.Link("page", "P1"), act())
        service.restrict(incident.id, act())

        assert len(kinds(service, incident.id)) == 6

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_of_a_false_alarm_needs_a_reason(self, service: Service, incident: Incident, reason: str) -> None:
        with pytest.raises(BadText, match="reason"):
            service.cancel(incident.id, reason, act())

    @pytest.mark.parametrize("end", ["resolve", "cancel"])
    def test_can_be_taken_back(self, service: Service, incident: Incident, end: str) -> None:
        getattr(service, end)(incident.id, "over", act())

        after = service.reopen(incident.id, "It is back", act()).incident

        assert (after.state, after.status, after.closed_at) == ("open", "investigating", None)
        assert service.resolve(incident.id, "", act()).events

    def test_cannot_be_taken_back_before_it_came(self, service: Service, incident: Incident) -> None:
        with pytest.raises(WrongState, match="INC-1 is open already"):
            service.reopen(incident.id, "Why not", act())
