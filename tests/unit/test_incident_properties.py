"""What holds of an incident's state whatever its events are."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chatops import events as e
from chatops.codec import Opaque
from chatops.incident import Incident, apply, fold
from tests.folding import NOON
from tests.strategies import INCIDENT, histories


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
