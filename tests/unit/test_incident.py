"""The state of an incident is the sum of its events, whatever they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chatops import events as e
from chatops.codec import Opaque
from chatops.incident import Incident, OwnedLink, apply, fold
from tests.strategies import INCIDENT, histories

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Made = tuple[type[e.Event], dict[str, Any]]


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def history(*made: Made) -> list[e.Event]:
    """A history, one event a minute, by dana; it begins with a plain declaration."""
    declared = (e.Declared, {"number": 12, "title": "Checkout is down", "severity": "sev2"})
    if not made or made[0][0] is not e.Declared:
        made = (declared, *made)
    return [
        kind(**{"id": e.new_id(), "incident": INCIDENT, "seq": seq, "at": at(seq), "actor": "dana", **facts})
        for seq, (kind, facts) in enumerate(made, 1)
    ]


def folded(*made: Made) -> Incident:
    incident = fold(history(*made))
    assert incident is not None
    return incident


def said(sequence: int = 1, status: str = "investigating") -> Made:
    facts = {"sequence": sequence, "title": "Disruption", "text": f"Words {sequence}.", "status": status}
    return e.PublicUpdatePublished, {**facts, "impact": "minor"}


def linked(instance: str, kind: str, identity: str) -> Made:
    return e.LinkAdded, {"instance": instance, "link": e.Link(kind, identity)}


ACKNOWLEDGED: Made = (e.Acknowledged, {})
RESOLVED: Made = (e.Resolved, {"message": "Rolled back"})
CANCELLED: Made = (e.Cancelled, {"reason": "A test"})
REOPENED: Made = (e.Reopened, {"reason": "It is back"})
MONITORING: Made = (
    e.Updated,
    {"status": e.Change("investigating", "monitoring")},
)


def test_no_events_are_no_incident() -> None:
    assert fold([]) is None


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_version_counts_the_events(events: list[e.Event]) -> None:
    incident = fold(events)

    assert incident is not None
    assert incident.version == len(events)
    assert incident.updated_at == events[-1].at


@settings(max_examples=60, deadline=None)
@given(histories(), st.data())
def test_a_history_can_be_folded_in_two_parts(events: list[e.Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(events)))
    incident = fold(events[:cut])

    for event in events[cut:]:
        incident = apply(incident, event)

    assert incident == fold(events)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_an_incident_is_read_back_as_it_was_written(events: list[e.Event]) -> None:
    incident = fold(events)

    assert msgspec.json.decode(msgspec.json.encode(incident), type=Incident) == incident


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_holds_for_every_incident(events: list[e.Event]) -> None:
    incident = fold(events)

    assert incident is not None
    owners = [(o.instance, o.link.kind) for o in incident.links]
    assert len(owners) == len(set(owners))
    assert incident.open is (incident.closed_at is None) is (incident.closed_by is None)
    assert (incident.acknowledged_at is None) is (incident.acknowledged_by is None)
    assert [words.sequence for words in incident.public] == list(range(1, len(incident.public) + 1))
    assert not (incident.owes_the_end and incident.open)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_each_link_is_the_last_of_its_kind(events: list[e.Event]) -> None:
    incident = fold(events)

    assert incident is not None
    last = {(x.instance, x.link.kind): x.link for x in events if isinstance(x, e.LinkAdded)}
    assert {(o.instance, o.link.kind): o.link for o in incident.links} == last
    assert all(incident.link(instance, kind) == link for (instance, kind), link in last.items())


@settings(max_examples=60, deadline=None)
@given(histories(), st.data())
def test_a_gap_or_a_repetition_is_an_error(events: list[e.Event], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    wrong = data.draw(st.integers(0, len(events) + 2).filter(lambda seq: seq != place + 1))
    events[place] = replace(events[place], seq=wrong)

    with pytest.raises(ValueError, match=f"event {wrong} cannot follow event {place}"):
        fold(events)


@settings(max_examples=30, deadline=None)
@given(histories().filter(lambda events: len(events) > 1))
def test_the_first_event_is_the_declaration(events: list[e.Event]) -> None:
    headless = [replace(event, seq=seq) for seq, event in enumerate(events[1:], 1)]

    with pytest.raises(ValueError, match="begins with its one declaration"):
        fold(headless)


@settings(max_examples=30, deadline=None)
@given(histories())
def test_an_incident_is_declared_once(events: list[e.Event]) -> None:
    again = replace(events[0], seq=len(events) + 1)

    with pytest.raises(ValueError, match="begins with its one declaration"):
        fold([*events, again])


@settings(max_examples=30, deadline=None)
@given(histories(), st.text(max_size=5))
def test_an_unknown_event_changes_nothing_but_the_version(events: list[e.Event], kind: str) -> None:
    before = fold(events)
    assert before is not None
    unknown = Opaque(
        id=e.new_id(),
        incident=INCIDENT,
        seq=len(events) + 1,
        at=NOON,
        actor="newer",
        kind_name=kind,
    )

    assert apply(before, unknown) == replace(before, version=len(events) + 1, updated_at=NOON)


def test_the_declaration_is_the_first_state() -> None:
    started = at(-30)
    incident = folded(
        (
            e.Declared,
            {
                "key": "alert-1",
                "number": 3,
                "title": "Search is slow",
                "severity": "sev1",
                "status": "monitoring",
                "services": ("search",),
                "components": {"api": "partial_outage"},
                "started_at": started,
                "detected_by": "customer",
                "restricted": True,
                "drill": True,
            },
        )
    )

    assert incident == Incident(
        id=INCIDENT,
        number=3,
        title="Search is slow",
        severity="sev1",
        status="monitoring",
        services=("search",),
        components={"api": "partial_outage"},
        restricted=True,
        drill=True,
        detected_by="customer",
        key="alert-1",
        declared_by="dana",
        declared_at=at(1),
        started_at=started,
        monitoring_at=at(1),
        updated_at=at(1),
        version=1,
    )
    assert incident.name == "INC-3"


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    before = folded()
    changes: dict[str, e.Change[Any]] = {
        "title": e.Change("Checkout is down", "Payments fail"),
        "severity": e.Change("sev2", "sev1"),
        "status": e.Change("investigating", "identified"),
        "services": e.Change((), ("checkout",)),
        "components": e.Change({}, {"api": "major_outage"}),
    }
    for name, change in changes.items():
        after = folded((e.Updated, {"message": "More", name: change}))
        assert after == replace(before, version=2, updated_at=at(2), **{name: change.new})


def test_a_field_can_be_emptied() -> None:
    declared = {"number": 1, "title": "x", "severity": "sev1", "services": ("checkout",)}

    after = folded((e.Declared, declared), (e.Updated, {"services": e.Change(("checkout",), ())}))

    assert after.services == ()


def test_the_first_acknowledgement_stays() -> None:
    incident = folded(ACKNOWLEDGED, (e.Acknowledged, {"actor": "lee"}))

    assert (incident.acknowledged_at, incident.acknowledged_by) == (at(2), "dana")


def test_a_resolved_incident_says_when_and_by_whom() -> None:
    incident = folded((e.Resolved, {"actor": "lee"}))

    assert (incident.state, incident.status, incident.open) == ("resolved", "resolved", False)
    assert (incident.closed_at, incident.closed_by, incident.resolved_at) == (at(2), "lee", at(2))


def test_a_false_alarm_was_never_resolved() -> None:
    incident = folded(CANCELLED)

    assert (incident.state, incident.closed_at, incident.closed_by) == ("cancelled", at(2), "dana")
    assert incident.resolved_at is None
    assert incident.mitigated_at is None


@pytest.mark.parametrize("end", [RESOLVED, CANCELLED])
def test_a_reopened_incident_is_open_again(end: Made) -> None:
    incident = folded(end, REOPENED)

    assert (incident.state, incident.status) == ("open", "investigating")
    assert (incident.closed_at, incident.closed_by, incident.resolved_at) == (None, None, None)


@pytest.mark.parametrize(
    ("events", "mitigated"),
    [
        ([], None),
        ([RESOLVED], at(2)),
        ([MONITORING], at(2)),
        ([MONITORING, RESOLVED], at(2)),
        ([MONITORING, (e.Updated, {"status": e.Change("monitoring", "identified")}), MONITORING], at(2)),
        ([RESOLVED, REOPENED], None),
        ([RESOLVED, REOPENED, RESOLVED], at(4)),
        ([MONITORING, RESOLVED, REOPENED], at(2)),
    ],
)
def test_mitigated_is_the_first_monitoring_else_the_resolution(
    events: list[Made], mitigated: datetime | None
) -> None:
    assert folded(*events).mitigated_at == mitigated


def test_the_last_to_take_a_role_has_it() -> None:
    roles = [("commander", "dana"), ("scribe", "lee"), ("commander", "sam")]

    incident = folded(*((e.RoleAssigned, {"role": role, "person": person}) for role, person in roles))

    assert incident.roles == {"commander": "sam", "scribe": "lee"}


def test_a_new_link_replaces_one_of_its_kind_and_instance_only() -> None:
    incident = folded(
        linked("jira", "ticket", "OPS-1"),
        linked("chat", "ticket", "C1"),
        linked("jira", "page", "P1"),
        linked("jira", "ticket", "OPS-2"),
    )

    assert incident.links == (
        OwnedLink("chat", e.Link("ticket", "C1")),
        OwnedLink("jira", e.Link("page", "P1")),
        OwnedLink("jira", e.Link("ticket", "OPS-2")),
    )
    assert incident.link("chat", "page") is None


def test_restriction_follows_the_last_word() -> None:
    assert folded((e.Restricted, {"on": True})).restricted
    assert not folded((e.Restricted, {"on": True}), (e.Restricted, {"on": False})).restricted


def test_action_items_and_the_postmortem_are_kept() -> None:
    items = [e.ActionItem("A-1", "Add a timeout"), e.ActionItem("A-2", "Add an alarm")]
    published = {"document": "# Why", "url": "https://wiki.example.com/why"}

    incident = folded(
        *((e.ActionItemAdded, {"item": item}) for item in items), (e.PostmortemPublished, published)
    )

    assert incident.action_items == tuple(items)
    assert incident.postmortem_url == "https://wiki.example.com/why"
    assert incident.public_postmortem is None


DRAFTED: Made = (
    e.PublicUpdateDrafted,
    {"title": "Disruption", "text": "Soon.", "status": "identified"},
)


def test_a_draft_waits_and_is_public_to_nobody() -> None:
    incident = folded(DRAFTED)

    assert incident.draft is not None
    assert (incident.draft.text, incident.draft.at, incident.draft.actor) == ("Soon.", at(2), "dana")
    assert not incident.customers_know


@pytest.mark.parametrize(
    "settled", [(e.PublicUpdateApproved, {}), (e.PublicUpdateRejected, {"reason": "No"}), said()]
)
def test_a_draft_waits_no_more_once_it_is_settled(settled: Made) -> None:
    assert folded(DRAFTED, settled).draft is None


def test_a_correction_changes_the_words_that_it_names() -> None:
    incident = folded(said(1), said(2), (e.PublicUpdateCorrected, {"sequence": 1, "text": "Put right."}))

    assert [words.text for words in incident.public] == ["Put right.", "Words 2."]
    assert [words.corrected_at for words in incident.public] == [at(4), None]


@pytest.mark.parametrize(
    ("events", "owes"),
    [
        ([RESOLVED], False),
        ([said()], False),
        ([said(), RESOLVED], True),
        ([said(), CANCELLED], True),
        ([said(), RESOLVED, said(2, "resolved")], False),
        ([said(1, "resolved"), RESOLVED], False),
        ([said(), RESOLVED, REOPENED], False),
        ([said(1, "resolved"), said(2), RESOLVED], True),
    ],
)
def test_customers_who_heard_of_it_are_owed_the_end(events: list[Made], owes: bool) -> None:
    assert folded(*events).owes_the_end is owes


@pytest.mark.parametrize(
    ("events", "every", "due"),
    [
        ([], 30, at(31)),
        ([], None, None),
        ([said()], 30, at(32)),
        ([said(), said(2)], 30, at(33)),
        ([said(), (e.NoteAdded, {"text": "x"})], 30, at(32)),
        ([RESOLVED], 30, None),
        ([said(), RESOLVED], 30, at(3)),
        ([said(), RESOLVED], None, at(3)),
        ([said(), RESOLVED, said(2, "resolved")], 30, None),
    ],
)
def test_when_customers_are_owed_the_next_words(
    events: list[Made], every: int | None, due: datetime | None
) -> None:
    interval = timedelta(minutes=every) if every else None

    assert folded(*events).next_public_update(interval) == due
