"""The parts of a post-mortem that are computed, each between two comments that no reader sees."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from chatops import events as e
from chatops.codec import Opaque
from chatops.describe import happened
from chatops.postmortem.facts import Facts
from chatops.postmortem.words import UNKNOWN, moment, shown, took

OPEN: Final = "<!-- chatops:{name} {state} -->"
CLOSE: Final = "<!-- /chatops:{name} -->"
STATS: Final = "stats"
TIMELINE: Final = "timeline"
ITEMS: Final = "action-items"
#: What happened to the record rather than in the incident; items have a section of their own.
_ASIDE: Final = (e.InstanceRenamed, e.PostmortemPublished, e.ActionItemAdded, Opaque)
#: Characters of an event. A longer one is somebody's log; `chatops timeline` has all of it.
_MOST_EVENT: Final = 600
#: Events, and characters of all of them: escaped, they are still fewer than are read of a document.
_MOST_EVENTS: Final = 2_000
_MOST_CHARACTERS: Final = 300_000
_MARKUP: Final = re.compile(r"[\s-]+")


class Row(NamedTuple):
    """A row of the stats. `known` says whether its value is more than a place to fill in."""

    label: str
    value: str
    meaning: str
    known: bool


class Block(NamedTuple):
    """A computed part. `state` is what its mark remembers of what was written; `entries` are the lines of
    the timeline, by the number of their event.
    """

    name: str
    body: str
    state: str
    entries: Mapping[int, str] = {}

    def __str__(self) -> str:
        if not self.body:
            return OPEN.format(name=self.name, state=self.state)
        return "\n\n".join(
            (OPEN.format(name=self.name, state=self.state), self.body, CLOSE.format(name=self.name))
        )


def digest(text: str) -> str:
    """What a text is compared by; what a formatter aligns does not matter."""
    return hashlib.sha256(_MARKUP.sub(" ", text).strip().encode()).hexdigest()[:8]


def stats(facts: Facts) -> Block:
    """The stats, as a table."""
    found = rows(facts)
    lines = [f"| {row.label} | {row.value} | {row.meaning} |" for row in found]
    state = " ".join(digest(f"{row.label} {row.value}") for row in found)
    return Block(STATS, "\n".join(("| What | Value | How it is counted |", "|---|---|---|", *lines)), state)


def rows(facts: Facts) -> list[Row]:
    """The rows of the stats."""
    incident = facts.incident
    updates = str(len(incident.public))
    if told := incident.public:
        after = max(0.0, (told[0].at - incident.declared_at).total_seconds())
        updates += f", the first after {took(after)}"
    return [
        Row("Affected users", UNKNOWN, "how many noticed, or might have", known=False),
        Row(
            "Detected by",
            incident.detected_by or UNKNOWN,
            "monitoring, customer or employee: it measures the monitoring",
            known=incident.detected_by is not None,
        ),
        _time(facts, "Time to detect", "detect", "from its start to its declaration"),
        _time(facts, "Time to acknowledge", "acknowledge", "from its declaration until somebody took it on"),
        _time(facts, "Time to mitigate", "mitigate", "from its declaration until customers were well again"),
        _time(facts, "Time to resolve", "resolve", "from its declaration to its end"),
        _time(facts, "Total downtime", "downtime", "from its start until customers were well again"),
        Row("Public updates", updates, "what customers were told", known=True),
    ]


def _time(facts: Facts, label: str, name: str, meaning: str) -> Row:
    seconds = facts.times.get(name)
    if seconds is not None:
        return Row(label, took(seconds), meaning, known=True)
    if facts.incident.state == "cancelled":
        return Row(label, "none: a false alarm", meaning, known=True)
    ends = name in {"mitigate", "resolve", "downtime"}
    unknown = UNKNOWN.replace("fill in", "it is still open") if ends and facts.incident.open else UNKNOWN
    return Row(label, unknown, meaning, known=False)


def timeline(facts: Facts) -> Block:
    """What happened, as a table: in the order of its times, though some were noted down late."""
    told = [event for event in _news(facts.events) if not isinstance(event, _ASIDE)]
    more, told = len(told[_MOST_EVENTS:]), told[:_MOST_EVENTS]
    room = min(_MOST_EVENT, _MOST_CHARACTERS // max(1, len(told)))
    entries = {event.seq: _event(event, room) for event in told}
    whole = [entries[event.seq] for event in sorted(told, key=lambda event: event.at)]
    if began := facts.incident.started_at:
        whole.insert(0, f"| {moment(began)} | | it began, as far as is known |")
    if more:
        whole.append(f"| | | and {more:,} more: `chatops timeline {facts.incident.name}` |")
    body = "\n".join(("| Time (UTC) | Who | What happened |", "|---|---|---|", *whole))
    return Block(TIMELINE, body, f"{max(entries, default=0)} {digest(body)}", entries)


def _news(events: Iterable[e.Event]) -> Iterator[e.Event]:
    """The events without the links that say where something is, and it was there already."""
    known: dict[tuple[str, str], str] = {}
    for event in events:
        if isinstance(event, e.LinkAdded):
            where, own = event.link.url or event.link.id, (event.instance, event.link.kind)
            if known.get(own) == where:
                continue
            known[own] = where
        yield event


def _event(event: e.Event, room: int) -> str:
    return f"| {moment(event.at)} | {shown(event.actor, 80)} | {shown(happened(event), room)} |"


def compute(facts: Facts) -> dict[str, Block]:
    """Every computed part, by the name that its marks and a template know it by."""
    # Where the items stand, no comment can enclose them; its mark remembers how many were added.
    return {block.name: block for block in (stats(facts), timeline(facts), Block(ITEMS, "", "0"))}
