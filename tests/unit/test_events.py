"""Every event can be read back, by this version and by the next."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
import time_machine
from hypothesis import given, settings

from chatops import events as e
from chatops.codec import KINDS, AnyEvent, Opaque, decode, encode
from chatops.events import new_id
from tests.strategies import events_of

GOLDEN = Path(__file__).parents[1] / "golden"
LINES = [
    (file.stem, line)
    for file in sorted(GOLDEN.glob("events-v*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
NOON = datetime(2026, 11, 21, 12, 30, 0, 250_000, tzinfo=UTC)

golden = pytest.mark.parametrize(
    ("version", "line"), LINES, ids=lambda value: value if len(value) < 20 else None
)


def stamp(seq: int) -> dict[str, Any]:
    return {
        "id": UUID(int=0x01938A3E_0000_7000_8000_000000000100 + seq),
        "incident": UUID("01938a3e-0000-7000-8000-000000000001"),
        "seq": seq,
        "at": NOON,
        "actor": "dana",
        "key": f"alert-{seq}",
    }


EXPECTED: tuple[e.Event, ...] = (
    e.Declared(
        **stamp(1),
        number=12,
        title="Checkout returns 500s — «café»",
        severity="sev1",
        status="identified",
        services=("checkout", "search"),
        components={"checkout-api": "major_outage", "web": "degraded_performance"},
        started_at=datetime(2026, 11, 21, 12, 10, tzinfo=UTC),
        detected_by="customer",
        restricted=True,
        drill=True,
    ),
    e.Acknowledged(**stamp(2)),
    e.Updated(
        **stamp(3),
        message="Found a bad deploy,\nrolling back",
        title=e.Change("Checkout returns 500s — «café»", "Payments fail"),
        severity=e.Change("sev1", "sev2"),
        status=e.Change("identified", "monitoring"),
        services=e.Change(("checkout", "search"), ("checkout",)),
        components=e.Change({"checkout-api": "major_outage"}, {"checkout-api": "partial_outage"}),
    ),
    e.NoteAdded(**stamp(4), text="The deploy of 11:58 is rolled back"),
    e.RoleAssigned(**stamp(5), role="incident commander", person="lee"),
    e.Resolved(**stamp(6), message="The rollback helped"),
    e.Cancelled(**stamp(7), reason="A test of the alarm"),
    e.Reopened(**stamp(8), reason="It is back"),
    e.Restricted(**stamp(9), on=True),
    e.LinkAdded(
        **stamp(10),
        instance="jira",
        link=e.Link(
            "ticket",
            "OPS-7",
            "https://tickets.example.com/OPS-7",
            "OPS-7: Payments fail",
            {"epic": None, "watchers": ["dana", "lee"], "version": 3},
        ),
    ),
    e.ActionItemAdded(**stamp(11), item=e.ActionItem("A-1", "Add a timeout", "dana", "2026-12-01", "OPS-9")),
    e.PublicUpdatePublished(
        **stamp(12),
        sequence=2,
        title="Checkout: service disruption",
        text="Some payments fail.",
        status="monitoring",
        impact="critical",
        components=(e.PublicComponent("q2x0v9m1wxjl", "Checkout API", "partial_outage", "major_outage"),),
        notify=False,
        displayed_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    ),
    e.PublicUpdateCorrected(**stamp(13), sequence=2, text="Some card payments fail."),
    e.PublicUpdateDrafted(
        **stamp(14), title="Checkout: service disruption", text="It is over.", status="resolved"
    ),
    e.PublicUpdateApproved(**stamp(15)),
    e.PublicUpdateRejected(**stamp(16), reason="Too early"),
    e.PostmortemPublished(
        **stamp(17),
        document="# Checkout\n\nWhat happened",
        url="https://wiki.example.com/checkout",
        public_section="A timeout was missing.",
    ),
    e.InstanceRenamed(**stamp(18), old="jira", new="jira-ops"),
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_is_read_back_as_it_was_written(kind: type[e.Event]) -> None:
    @settings(max_examples=15, deadline=None)
    @given(events_of(kind))
    def check(event: e.Event) -> None:
        assert decode(encode(event)) == event
        assert type(decode(encode(event).decode())) is kind

    check()


@golden
def test_a_golden_line_loses_nothing(version: str, line: str) -> None:
    """Also not where it says what is the default: a renamed field would go unnoticed there."""
    event = decode(line)

    assert not isinstance(event, Opaque)
    assert msgspec.json.decode(encode(event)) == msgspec.json.decode(line)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda event: event.kind)
def test_the_first_schema_means_what_it_meant(expected: e.Event) -> None:
    lines = [line for version, line in LINES if version == "events-v1"]

    assert expected in [decode(line) for line in lines]


def test_the_golden_files_hold_every_kind_with_every_field() -> None:
    bodies = [msgspec.json.decode(line) for _, line in LINES]
    held = {(body["kind"], field) for body in bodies for field in body}
    known = {(name, field.name) for name, kind in KINDS.items() for field in msgspec.structs.fields(kind)}

    assert known - held == set(), "add lines to tests/golden for what is new"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_says_what_it_is(kind: type[e.Event]) -> None:
    event = next(event for event in EXPECTED if isinstance(event, kind))

    assert event.kind == msgspec.json.decode(encode(event))["kind"]
    assert KINDS[event.kind] is kind


def test_every_kind_is_part_of_the_union() -> None:
    assert set(KINDS.values()) == set(get_args(AnyEvent)) == set(e.Event.__subclasses__()) - {Opaque}


def test_an_unknown_kind_is_kept_as_opaque() -> None:
    body = msgspec.json.encode(
        {**msgspec.to_builtins(EXPECTED[1]), "kind": "paged_the_moon", "phase": ["full", 1], "text": 5}
    )

    event = decode(body)

    assert isinstance(event, Opaque)
    assert (event.kind, event.hook, event.public_hook) == ("paged_the_moon", None, None)
    assert (event.id, event.seq, event.at, event.actor, event.key) == (
        EXPECTED[1].id,
        2,
        NOON,
        "dana",
        "alert-2",
    )


@golden
def test_unknown_fields_are_tolerated(version: str, line: str) -> None:
    newer = {**msgspec.json.decode(line), "invented_later": {"by": ["a newer version"]}}

    assert decode(msgspec.json.encode(newer)) == decode(line)


@pytest.mark.parametrize(
    ("kind", "field", "wrong"),
    [
        ("declared", "number", "twelve"),
        ("declared", "status", "burning"),
        ("declared", "components", {"api": "on fire"}),
        ("updated", "severity", "sev1"),
        ("resolved", "at", "yesterday"),
        ("restricted", "on", 1),
        ("link_added", "link", {"kind": "ticket", "id": 7}),
        ("public_update_published", "impact", "huge"),
        ("acknowledged", "id", "not-a-uuid"),
    ],
)
def test_a_known_kind_with_a_wrong_value_is_an_error(kind: str, field: str, wrong: object) -> None:
    event = next(event for event in EXPECTED if event.kind == kind)
    body = {**msgspec.to_builtins(event), field: wrong}

    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{field}"):
        decode(msgspec.json.encode(body))


@pytest.mark.parametrize("field", ["id", "incident", "seq", "at", "actor"])
@pytest.mark.parametrize("kind", ["resolved", "paged_the_moon"])
def test_no_event_is_read_without_its_stamp(kind: str, field: str) -> None:
    body = {**msgspec.to_builtins(EXPECTED[5]), "kind": kind}
    del body[field]

    with pytest.raises(msgspec.ValidationError, match=field):
        decode(msgspec.json.encode(body))


@pytest.mark.parametrize("garbage", [b"", b"{", b"null", b"[]", b'{"kind": 5}', b"\xff"])
def test_what_is_no_event_is_an_error(garbage: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(garbage)


def test_a_new_id_is_a_version_7_uuid_of_this_millisecond() -> None:
    with time_machine.travel(NOON, tick=False):
        made = new_id()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_are_sorted_by_their_millisecond() -> None:
    def over_time() -> Iterator[UUID]:
        for millisecond in range(200):
            with time_machine.travel(NOON.timestamp() + millisecond / 1000 + 0.0005, tick=False):
                yield new_id()

    made = list(over_time())

    assert made == sorted(made)
    assert [str(i) for i in made] == sorted(str(i) for i in made)


def test_ids_of_one_millisecond_differ() -> None:
    with time_machine.travel(NOON, tick=False):
        made = {new_id() for _ in range(2000)}

    assert len(made) == 2000
    assert {i.version for i in made} == {7}


def test_now_is_in_utc() -> None:
    assert e.utcnow().tzinfo is UTC
