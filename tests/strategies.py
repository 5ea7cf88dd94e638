"""What hypothesis draws: any event of each kind, and any history that an incident can have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from chatops import events as e
from chatops.codec import KINDS, Opaque

INCIDENT = UUID("01938a3e-0000-7000-8000-000000000001")

#: The store writes times in UTC, and years have four digits in ISO 8601.
TIMES = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
COUNTS = st.integers(1, 2**31)
WORDS = st.text(max_size=8)
SERVICES = st.lists(st.sampled_from(["checkout", "search", "mail"]), max_size=2).map(tuple)
COMPONENTS = st.dictionaries(
    st.sampled_from(["api", "web"]), st.sampled_from(e.COMPONENT_STATUSES), max_size=2
)
JSON = WORDS | st.integers(-9, 9) | st.none() | st.booleans() | st.lists(WORDS, max_size=2)
LINKS = st.builds(
    e.Link,
    kind=st.sampled_from(["ticket", "channel", "page"]),
    id=WORDS,
    url=WORDS,
    title=WORDS,
    data=st.dictionaries(WORDS, JSON, max_size=2),
)


def _changes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.builds(e.Change, values, values)


_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "id": st.uuids(),
    "at": TIMES,
    "started_at": st.none() | TIMES,
    "displayed_at": st.none() | TIMES,
    "seq": COUNTS,
    "number": COUNTS,
    "sequence": COUNTS,
    "link": LINKS,
    "instance": st.sampled_from(["jira", "chat"]),
    "role": st.sampled_from(["incident commander", "scribe"]),
    "services": SERVICES,
}
_OF_UPDATES = {
    "title": _changes(WORDS),
    "severity": _changes(st.sampled_from(["sev1", "sev2", "sev3"])),
    "status": _changes(st.sampled_from(e.STATUSES)),
    "services": _changes(SERVICES),
    "components": _changes(COMPONENTS),
}


def events_of(kind: type[e.Event]) -> st.SearchStrategy[e.Event]:
    """Any event of one kind, every field drawn."""
    names = [field.name for field in msgspec.structs.fields(kind)]
    known = _BY_NAME | (_OF_UPDATES if kind is e.Updated else {})
    return st.builds(kind, **{name: known.get(name, ...) for name in names})


any_event = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: events_of(KINDS[kind]))


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any], most: int = 12) -> list[e.Event]:
    """The events of one incident, in their order: declared first, its public updates counted."""
    later = [kind for kind in KINDS.values() if kind is not e.Declared]
    drawn = [draw(events_of(e.Declared))]
    drawn += [draw(events_of(draw(st.sampled_from(later)))) for _ in range(draw(st.integers(0, most)))]
    drawn += draw(st.lists(_OPAQUE, max_size=1))
    history: list[e.Event] = []
    said = 0
    for event in drawn:
        facts: dict[str, Any] = {"incident": INCIDENT, "seq": len(history) + 1}
        if isinstance(event, e.PublicUpdatePublished):
            said += 1
            facts["sequence"] = said
        elif isinstance(event, e.PublicUpdateCorrected):
            if not said:
                continue
            facts["sequence"] = draw(st.integers(1, said))
        history.append(replace(event, **facts))
    return history


_OPAQUE = st.builds(
    Opaque, id=st.uuids(), incident=st.uuids(), seq=COUNTS, at=TIMES, actor=WORDS, kind_name=WORDS
)
