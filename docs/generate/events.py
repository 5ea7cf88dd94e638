"""Every kind of event, as the log and `--json` have it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chatops import events as e
from chatops.cli.hooks import doc
from chatops.codec import KINDS
from docs.generate import sources
from docs.generate.markdown import definition, prose, table, title

PARTS: tuple[type[msgspec.Struct], ...] = (e.Change, e.Link, e.PublicComponent, e.ActionItem)
WORDS = {
    "Status": e.STATUSES,
    "Impact": e.IMPACTS,
    "ComponentStatus": e.COMPONENT_STATUSES,
    "DetectedBy": e.DETECTORS,
}


def page() -> str:
    """The page about events."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from title("Events", "chatops/events.py")
    yield (
        "Everything that happens to an incident is an event: recorded first, never changed, and in its order."
        " What a plugin is told is made from them, `chatops timeline --json` shows them, and `chatops store"
        " export` writes them, a line of JSON each. A field that has its default is left out there. Times are"
        " UTC."
    )
    yield ""
    yield from ("## What every event has", "", prose(doc(e.Event)), "")
    yield from _fields(e.Event)
    for kind, cls in KINDS.items():
        yield from (f"## {kind}", "", prose(doc(cls)), "", _hooks(cls), "")
        yield from _fields(cls)
    yield from ("## Words", "", "The types that are one of a few words.", "")
    for name, values in WORDS.items():
        yield from definition(f"`{name}`", ", ".join(f"`{value}`" for value in values))
    for part in PARTS:
        yield from (f"## {part.__name__}", "", prose(doc(part)), "")
        yield from _fields(part)


def _hooks(cls: type[e.Event]) -> str:
    named = [f"[`{hook}`](../hooks.md#{hook})" for hook in (cls.hook, cls.public_hook) if hook]
    return f"Calls {' and '.join((*named, '[`event_recorded`](../hooks.md#event_recorded)'))}."


def _fields(cls: type[Any]) -> Iterator[str]:
    """The fields of its own, with types and defaults as they are written."""
    rows = [
        (f"`{name}`", f"`{kind}`", f"`{value}`" if value else "") for name, kind, value in sources.fields(cls)
    ]
    if rows:
        yield from table(("field", "type", "default"), rows)
