"""What else is recorded of an incident, and that whatever is done its log is the truth."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops import events as e
from chatops.errors import BadText, BadTime, NoIncident, UnknownName, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Act, Service
from chatops.service.incidents import Changes, Declaration
from tests.incidents import NOON, Clock, clock, declare, incident, kinds, service
from tests.kit import act

__all__ = ["clock", "incident", "service"]

pytestmark = pytest.mark.any_store
PEOPLE = "[people.dana]\n[people.lee]\n"


class TestPeople:
    def test_the_first_to_acknowledge_stays(self, service: Service, incident: Incident) -> None:
        service.acknowledge(incident.id, act("lee"))

        again = service.acknowledge(incident.id, act("sam"))

        assert "lee" in again.repeated
        assert again.incident.acknowledged_by == "lee"
        assert kinds(service, incident.id) == ["declared", "acknowledged"]

    def test_take_roles(self, service: Service, incident: Incident) -> None:
        service.assign(incident.id, "scribe", "dana", act())
        after = service.assign(incident.id, "scribe", "lee", act()).incident

        assert after.roles == {"scribe": "lee"}
        assert service.assign(incident.id, " scribe ", "lee", act()).repeated

    def test_are_known_where_they_are_configured(self, make_service: Callable[[str], Service]) -> None:
        service = make_service(PEOPLE)
        made = declare(service).incident

        assert service.assign(made.id, "scribe", "lee", act()).events
        with pytest.raises(UnknownName, match="Did you mean 'dana'"):
            service.assign(made.id, "scribe", "danna", act())


class TestRestricting:
    def test_is_recorded_once(self, service: Service, incident: Incident) -> None:
        assert service.restrict(incident.id, act()).incident.restricted
        assert service.restrict(incident.id, act()).repeated
        assert not service.restrict(incident.id, act(), on=False).incident.restricted
        assert service.restrict(incident.id, act(), on=False).repeated
        assert kinds(service, incident.id) == ["declared", "restricted", "restricted"]


class TestLinks:
    def test_are_adopted_once(self, service: Service, incident: Incident) -> None:
        ticket = e.Link("ticket", "OPS-7", "https://x.example/OPS-7", data={"a": [1]})

        assert service.add_link(incident.id, "jira", ticket, act()).incident.link("jira", "ticket") == ticket
        assert service.add_link(incident.id, "jira", ticket, act()).repeated

    def test_replace_one_of_their_kind(self, service: Service, incident: Incident) -> None:
        for number in ("OPS-7", "OPS-8"):
            after = service.add_link(incident.id, "jira", e.Link("ticket", number), act()).incident

        assert [owned.link.id for owned in after.links] == ["OPS-8"]


class TestNotes:
    def test_keep_their_lines(self, service: Service, incident: Incident) -> None:
        (event,) = service.note(incident.id, " one\r\n\ttwo{} %s \x1b[0m\n", act()).events

        assert isinstance(event, e.NoteAdded)
        assert event.text == "one\n\ttwo{} %s"

    def test_are_not_empty(self, service: Service, incident: Incident) -> None:
        with pytest.raises(BadText, match="note"):
            service.note(incident.id, "\u200b", act())


class TestTimes:
    def test_in_the_past_are_believed(self, service: Service) -> None:
        began, ended = NOON - timedelta(minutes=30), NOON - timedelta(minutes=20)
        incident = service.declare(Declaration(title="told late"), act(at=began)).incident

        assert service.resolve(incident.id, "", act(at=ended)).incident.closed_at == ended

    def test_before_the_declaration_are_refused(self, service: Service, incident: Incident) -> None:
        with pytest.raises(WrongState, match=r"was declared at .* before"):
            service.resolve(incident.id, "", act(at=NOON - timedelta(minutes=20)))

    def test_of_a_command_with_the_key_of_another_are_no_repetition(self, service: Service) -> None:
        alert = act(key="alert-7")
        incident = service.declare(Declaration(title="an alert"), alert).incident

        assert service.resolve(incident.id, "", alert).incident.state == "resolved"
        assert service.resolve(incident.id, "", alert).repeated
        service.reopen(incident.id, "it came back", act())
        assert service.resolve(incident.id, "", alert).events

    def test_in_the_future_are_refused(self, clock: Clock) -> None:
        with pytest.raises(BadTime, match="lies in the future"):
            act(at=NOON + timedelta(minutes=2))

    def test_of_a_clock_that_is_a_little_ahead_are_taken(self, clock: Clock) -> None:
        assert act(at=NOON + timedelta(seconds=50)).at > NOON


def test_an_unknown_incident_is_an_error(service: Service) -> None:
    for command in (
        lambda i: service.note(i, "x", act()),
        lambda i: service.resolve(i, "", act()),
        service.incident,
    ):
        with pytest.raises(NoIncident):
            command(e.new_id())


COMMANDS: dict[str, Callable[[Service, UUID, Act, str], object]] = {
    "note": lambda s, i, a, w: s.note(i, w, a),
    "update": lambda s, i, a, w: s.update(i, Changes(message=w, title=w), a),
    "worse": lambda s, i, a, w: s.update(i, Changes(severity="sev1", status="monitoring"), a),
    "parts": lambda s, i, a, w: s.update(
        i, Changes(services=("search",), components={"api": "major_outage"}), a
    ),
    "acknowledge": lambda s, i, a, w: s.acknowledge(i, a),
    "assign": lambda s, i, a, w: s.assign(i, "scribe", w, a),
    "restrict": lambda s, i, a, w: s.restrict(i, a, on=len(w) % 2 == 0),
    "link": lambda s, i, a, w: s.add_link(i, "jira", e.Link("ticket", w, data={"w": w}), a),
    "resolve": lambda s, i, a, w: s.resolve(i, w, a),
    "cancel": lambda s, i, a, w: s.cancel(i, w, a),
    "reopen": lambda s, i, a, w: s.reopen(i, w, a),
    "publish": lambda s, i, a, w: s.publish(i, s.compose(s.incident(i), w), a),
    "correct": lambda s, i, a, w: s.correct(i, w, a),
    "draft": lambda s, i, a, w: s.draft(i, s.compose(s.incident(i), w), a),
    "approve": lambda s, i, a, w: s.approve(i, a),
    "reject": lambda s, i, a, w: s.reject(i, w, a),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(COMMANDS)),
            st.sampled_from(["x", "yy", "</b>{} %s", "😀\n"]) | st.text(max_size=5),
            st.sampled_from([None, None, "k1", "k2"]),
            st.integers(0, 90),
        ),
        max_size=12,
    )
)
def test_whatever_is_done_the_log_is_the_truth(
    service: Service, steps: list[tuple[str, str, str | None, int]]
) -> None:
    made = declare(service, components={"web": "partial_outage"}, anew=True).incident

    for name, words, key, minutes in steps:
        before = service.incident(made.id)
        given = act(key=key, at=NOON - timedelta(minutes=minutes))
        try:
            COMMANDS[name](service, made.id, given, words)
        except UsageError:
            assert service.incident(made.id) == before
        assert service.store.log.rebuilt(made.id) == service.incident(made.id)

    assert [event.seq for event in service.store.log.events(made.id)] == list(
        range(1, service.incident(made.id).version + 1)
    )
