"""What customers may see is made from the public words, and from nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from chatops import events as e
from chatops.incident import Incident, fold
from chatops.public import (
    PublicCorrection,
    PublicIncident,
    PublicPostmortem,
    PublicUpdate,
    public_event,
    public_incident,
    worst,
)
from tests.strategies import INCIDENT, histories

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def stamp(seq: int) -> dict[str, Any]:
    return {"id": e.new_id(), "incident": INCIDENT, "seq": seq, "at": at(seq), "actor": "dana"}


DECLARED = e.Declared(**stamp(1), number=12, title="Checkout is down", severity="sev1")


def words(seq: int, sequence: int, **facts: Any) -> e.PublicUpdatePublished:
    said = {"title": "Disruption", "text": f"Words {sequence}.", "status": "investigating", "impact": "minor"}
    return e.PublicUpdatePublished(**stamp(seq), sequence=sequence, **(said | facts))


def corrected(seq: int, sequence: int, text: str) -> e.PublicUpdateCorrected:
    return e.PublicUpdateCorrected(**stamp(seq), sequence=sequence, text=text)


def folded(*events: e.Event) -> Incident:
    incident = fold([DECLARED, *events])
    assert incident is not None
    return incident


def shown(*events: e.Event) -> PublicIncident:
    incident = public_incident(folded(*events))
    assert incident is not None
    return incident


def test_customers_know_nothing_before_the_first_words() -> None:
    draft = e.PublicUpdateDrafted(**stamp(2), title="Disruption", text="Soon", status="investigating")

    assert public_incident(folded()) is None
    assert public_incident(folded(draft)) is None


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_public_incident_is_the_sum_of_the_public_words(events: list[e.Event]) -> None:
    incident = fold(events)
    assert incident is not None
    public = (e.PublicUpdatePublished, e.PublicUpdateCorrected, e.PostmortemPublished)
    without = [events[0], *(event for event in events if isinstance(event, public))]
    other = fold(replace(event, seq=seq) for seq, event in enumerate(without, 1))
    assert other is not None

    assert public_incident(incident) == public_incident(other)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_only_words_corrections_and_postmortems_have_a_public_side(events: list[e.Event]) -> None:
    incident = fold(events)
    assert incident is not None

    for event in events:
        made = public_event(event, incident)
        public = event.public_hook is not None and getattr(event, "public_section", "some") != ""
        assert (made is not None) is public
        assert made is None or (made.id, made.incident) == (event.id, INCIDENT)


def test_what_customers_see_has_no_field_for_anything_internal() -> None:
    assert {
        kind: kind.__struct_fields__ for kind in (PublicIncident, PublicCorrection, PublicPostmortem)
    } == {
        PublicIncident: ("id", "drill", "updates", "postmortem"),
        PublicCorrection: ("id", "incident", "sequence", "at", "text"),
        PublicPostmortem: ("id", "incident", "at", "text"),
    }
    of_updates = set(PublicUpdate.__struct_fields__)
    assert not of_updates & {"actor", "key", "seq", "message", "severity", "services", "reason", "draft"}


def test_a_public_update_holds_the_words_as_they_were_said() -> None:
    component = e.PublicComponent("c1", "Checkout API", "major_outage")
    event = words(2, 1, components=(component,), notify=False, displayed_at=at(-10))

    assert public_event(event, folded(event)) == PublicUpdate(
        id=event.id,
        incident=INCIDENT,
        sequence=1,
        at=at(2),
        displayed_at=at(-10),
        title="Disruption",
        text="Words 1.",
        status="investigating",
        impact="minor",
        components=(component,),
        notify=False,
    )


def test_words_without_a_time_of_their_own_are_shown_at_the_time_of_writing() -> None:
    assert shown(words(2, 1)).updates[0].displayed_at == at(2)


def test_an_update_is_told_as_it_was_corrected() -> None:
    first, second = words(2, 1), words(3, 2)

    made = public_event(first, folded(first, second, corrected(4, 1, "Put right.")))

    assert isinstance(made, PublicUpdate)
    assert (made.text, made.corrected_at) == ("Put right.", at(4))


def test_a_correction_is_told_as_the_words_stand_now() -> None:
    early = corrected(3, 1, "Nearly right.")
    incident = folded(words(2, 1), early, corrected(4, 1, "Right."))

    made = public_event(early, incident)

    assert made == PublicCorrection(id=early.id, incident=INCIDENT, sequence=1, at=at(3), text="Right.")


def test_only_the_public_section_of_a_postmortem_is_public() -> None:
    event = e.PostmortemPublished(
        **stamp(3), document="Secret", url="https://wiki.internal", public_section="A timeout."
    )

    told = PublicPostmortem(id=event.id, incident=INCIDENT, at=at(3), text="A timeout.")
    assert public_event(event, folded(words(2, 1), event)) == told
    assert shown(words(2, 1), event).postmortem == told
    assert shown(words(2, 1), event).updated_at == at(3)


def test_a_postmortem_without_a_public_section_is_not_public() -> None:
    event = e.PostmortemPublished(**stamp(3), document="Secret")

    assert public_event(event, folded(words(2, 1), event)) is None
    assert shown(words(2, 1), event).postmortem is None


def test_the_latest_words_count() -> None:
    incident = shown(words(2, 1), words(3, 2, title="Checkout", status="monitoring", impact="critical"))

    assert (incident.title, incident.status, incident.impact) == ("Checkout", "monitoring", "critical")
    assert [update.sequence for update in incident.updates] == [1, 2]


def test_a_component_is_as_it_was_last_said_to_be() -> None:
    api, web = (
        e.PublicComponent("c1", "API", "major_outage"),
        e.PublicComponent("c2", "Web", "partial_outage"),
    )
    better = e.PublicComponent("c1", "API", "operational", "major_outage")

    incident = shown(words(2, 1, components=(api, web)), words(3, 2, components=(better,)), words(4, 3))

    assert incident.components == (better, web)


def test_the_times_are_those_that_customers_are_shown() -> None:
    said = (
        words(2, 1, displayed_at=at(-20)),
        words(3, 2, status="monitoring", displayed_at=at(-10)),
        words(4, 3, status="monitoring"),
        words(5, 4, status="resolved", displayed_at=at(-5)),
    )

    incident = shown(*said)

    assert (incident.created_at, incident.monitoring_at, incident.resolved_at) == (at(-20), at(-10), at(-5))


def test_what_goes_on_is_not_resolved() -> None:
    assert shown(words(2, 1)).resolved_at is None
    assert shown(words(2, 1, status="resolved"), words(3, 2)).resolved_at is None


def test_a_correction_is_the_newest_change() -> None:
    assert shown(words(2, 1), words(3, 2)).updated_at == at(3)
    assert shown(words(2, 1), words(3, 2), corrected(4, 1, "Right.")).updated_at == at(4)


def test_an_exercise_says_so() -> None:
    incident = fold([replace(DECLARED, drill=True), words(2, 1)])
    assert incident is not None
    public = public_incident(incident)

    assert public is not None
    assert public.drill


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], "operational"),
        (["operational"], "operational"),
        (["under_maintenance", "operational"], "under_maintenance"),
        (["degraded_performance", "under_maintenance"], "degraded_performance"),
        (["partial_outage", "degraded_performance"], "partial_outage"),
        (["partial_outage", "major_outage", "degraded_performance"], "major_outage"),
    ],
)
def test_the_worst_of_several(statuses: list[e.ComponentStatus], expected: e.ComponentStatus) -> None:
    assert worst(statuses) == expected
    assert worst(statuses[::-1]) == expected


def test_no_public_object_can_be_changed() -> None:
    for kind in (PublicIncident, PublicUpdate, PublicCorrection, PublicPostmortem, e.PublicComponent):
        assert issubclass(kind, msgspec.Struct)
        assert kind.__struct_config__.frozen
