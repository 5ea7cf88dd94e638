"""Payloads of events that did not happen, to try a template with."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

import msgspec

from chatops import (
    ActionItem,
    Event,
    Incident,
    Link,
    OwnedLink,
    PublicCorrection,
    PublicIncident,
    PublicPostmortem,
    PublicUpdate,
)
from chatops_webhook.payload import Json, internal_of, public_of

_ID: Final = UUID("01938a3e-0000-7000-8000-000000000001")
_AT: Final = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
#: What breaks a template that puts quotes around it.
_TEXT: Final = 'It says "no" \\ and\nstops'
_VALUES: Final[dict[Any, Any]] = {
    UUID: _ID,
    datetime: _AT,
    str: _TEXT,
    int: 1,
    bool: True,
    Link: Link("ticket", "OPS-7", "https://tracker.example.com/OPS-7", _TEXT),
    ActionItem: ActionItem("a1", _TEXT, owner="dana", due="2026-12-01"),
}
_KEY: Final = f"{_ID}.sample"


def internal_samples(kinds: Iterable[str]) -> Iterator[Json]:
    """A payload of each of these kinds of event."""
    incident = _made(Incident)
    for kind in Event.__subclasses__():
        if str(kind.__struct_config__.tag) in kinds:
            event = _made(kind)
            yield internal_of(event, incident, (OwnedLink("tracker", _VALUES[Link]),), _KEY)


def public_samples(kinds: Iterable[str]) -> Iterator[Json]:
    """A payload of each of these kinds of words to customers."""
    update = _made(PublicUpdate)
    incident = PublicIncident(id=_ID, drill=False, updates=(update,))
    events = {
        "public_update": update,
        "public_correction": _made(PublicCorrection),
        "public_postmortem": _made(PublicPostmortem),
    }
    yield from (public_of(kind, events[kind], incident, _KEY) for kind in kinds)


def _made(kind: type[msgspec.Struct]) -> Any:
    """One of this kind, in which only what has to be there is said."""
    hints = msgspec.structs.fields(kind)
    return kind(**{field.name: _value(field.type) for field in hints if field.required})


def _value(wanted: Any) -> Any:
    return get_args(wanted)[0] if get_origin(wanted) is Literal else _VALUES[wanted]
