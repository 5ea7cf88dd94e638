"""The commands of an incident's life, on a real store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops import events as e
from chatops.errors import BadText, BadTime, ChatopsError, NoIncident, UnknownName, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Act, Recorded, Service
from chatops.service.incidents import Changes, Declaration
from tests.kit import act

pytestmark = pytest.mark.any_store

NOON = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
CONFIG = """
[components.api]
public_name = "API"
[components.web]
public_name = "Web"
[services.checkout]
[services.search]
"""
PEOPLE = "[people.dana]\n[people.lee]\n"


class Clock:
    """The time, which stands still until it is moved."""

    def __init__(self, mover: time_machine.Traveller) -> None:
        self._mover = mover

    def forward(self, **span: float) -> None:
        self._mover.shift(timedelta(**span))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOON.timestamp(), tick=False) as mover:
        yield Clock(mover)


@pytest.fixture
def service(make_service: Callable[[str], Service], clock: Clock) -> Iterator[Service]:
    """A service whose snapshots are compared, in the end, with what their events fold to."""
    made = make_service(CONFIG)
    yield made
    for incident in made.store.log.all_ids():
        assert made.store.log.rebuilt(incident) == made.store.log.incident(incident)


@pytest.fixture
def incident(service: Service) -> Incident:
    return declare(service, "Checkout returns 500s").incident


def declare(
    service: Service, title: str = "Down", *, anew: bool = False, key: str | None = None, **said: Any
) -> Recorded:
    return service.declare(Declaration(title=title, **said), act(key=key), anew=anew)


def kinds(service: Service, incident: UUID) -> list[str]:
    return [event.kind for event in service.store.log.events(incident)]


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
