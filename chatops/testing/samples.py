"""Events as they might have happened, for tests that need one in hand."""

from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from chatops import ActionItem, Link

T = TypeVar("T", bound=msgspec.Struct)

#: When every event of a test happened, unless it says otherwise.
AT: Final = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
INCIDENT: Final = UUID("01938a3e-0000-7000-8000-000000000001")
EVENT: Final = UUID("01938a3e-0000-7000-8000-0000000000e1")
_SAID: Final[dict[str, Any]] = {
    "id": EVENT,
    "incident": INCIDENT,
    "seq": 1,
    "at": AT,
    "actor": "dana",
    "number": 1,
    "title": "Checkout returns 500s",
    "severity": "sev2",
    "status": "investigating",
    "text": "A bad deploy took the database's connections",
    "reason": "It was a probe",
    "role": "commander",
    "person": "dana",
    "on": True,
    "instance": "dashboards",
    "link": Link("dashboard", "7", "https://example.com/dashboards/7", "Checkout"),
    "item": ActionItem("a1", "Alert on slow payments", "dana", "2026-04-01"),
    "sequence": 1,
    "impact": "major",
    "document": "# Checkout returns 500s\n",
    "displayed_at": AT,
    "old": "dashboards",
    "new": "boards",
}


def event(kind: type[T], **said: Any) -> T:
    """An event of this kind, or its public view, with every field that it has to have; say what matters:
    `event(NoteAdded, text="Rolled back")`. It happened at `AT`, UTC, to the incident `INCIDENT`.

    Raises TypeError for a field that it does not have.
    """
    fields = {field.name: field.required for field in msgspec.structs.fields(kind)}
    unknown = sorted(said.keys() - fields)
    if unknown:
        raise TypeError(f"{kind.__name__} has no {unknown[0]}; it has: {', '.join(fields)}")
    return kind(**{name: _SAID[name] for name, required in fields.items() if required} | said)
