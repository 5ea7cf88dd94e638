"""What a channel is told of each event; every word of a person's is escaped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from chatops import (
    Acknowledged,
    ActionItemAdded,
    Cancelled,
    Change,
    Event,
    Incident,
    NoteAdded,
    PublicUpdateCorrected,
    PublicUpdatePublished,
    Reopened,
    Resolved,
    Restricted,
    Updated,
)
from chatops_slack.text import cut, linked, parts

#: A message that comes later than this after its event says when that was.
_LATE: Final = timedelta(minutes=2)
_NAME: Final = 100
_TITLE: Final = 500


def posts(event: Event, incident: Incident) -> list[str]:
    """The messages that tell of the event, in their order; a long text takes several."""
    header, text = _header(event, incident), "\n\n".join(_texts(event))
    if datetime.now(UTC) - event.at > _LATE:
        stamp = int(event.at.timestamp())
        header += f" (<!date^{stamp}^{{date_short_pretty}} {{time}}|{event.at:%Y-%m-%d %H:%M} UTC>)"
    first, *more = list(parts(text)) or [""]
    return [f"{header}\n{first}".strip(), *more]


def postmortem(incident: Incident, url: str) -> str:
    """The message that says where the post-mortem is, as far as anybody knows."""
    where = f": {linked(url, 'read it')}" if url else ""
    return f":books: *The post-mortem of {incident.name} is published*{where}"


def _header(event: Event, incident: Incident) -> str:  # noqa: C901  (one case for each kind)
    by = f"by {cut(event.actor, _NAME)}"
    match event:
        case Acknowledged():
            return f":eyes: *Acknowledged* {by}"
        case Updated():
            return "\n".join([f"*Update* {by}", *_changes(event)])
        case NoteAdded():
            return f":memo: *Note* {by}"
        case Resolved():
            return f":white_check_mark: *Resolved* {by}"
        case Cancelled():
            return f":no_entry_sign: *Cancelled, a false alarm* {by}"
        case Reopened():
            return f":rotating_light: *Reopened* {by}"
        case Restricted():
            now = "restricted: keep its words in this channel" if event.on else "no longer restricted"
            return f":lock: {incident.name} is *{now}* ({by})"
        case PublicUpdatePublished():
            facts = f"update {event.sequence}, {event.status}, impact {event.impact}"
            return f":mega: *Customers were told* ({facts}) {by}\n*{cut(event.title, _TITLE)}*"
        case PublicUpdateCorrected():
            return f":mega: *Customers now read, in place of update {event.sequence}* {by}"
        case ActionItemAdded():
            return f":ballot_box_with_check: *Action item* {by}{_promise(event)}"
    return f"{event.kind} {by}"


def _texts(event: Event) -> Iterator[str]:
    """What people wrote, as they wrote it."""
    match event:
        case Updated() | Resolved():
            yield event.message
        case Cancelled() | Reopened():
            yield event.reason
        case NoteAdded() | PublicUpdatePublished() | PublicUpdateCorrected():
            yield event.text
        case ActionItemAdded():
            yield event.item.text


def _changes(event: Updated) -> Iterator[str]:
    plain: tuple[tuple[str, Change[str] | None], ...] = (
        ("Title", event.title),
        ("Severity", event.severity),
        ("Status", Change(event.status.old, event.status.new) if event.status else None),
    )
    for name, change in plain:
        if change:
            yield f"{name}: {cut(change.old, _TITLE)} → *{cut(change.new, _TITLE)}*"
    if event.services:
        yield f"Services: {cut(', '.join(event.services.new) or 'none', _TITLE)}"
    if event.components:
        states = (f"{name} {state.replace('_', ' ')}" for name, state in event.components.new.items())
        yield f"Components: {cut(', '.join(states) or 'none', _TITLE)}"


def _promise(event: ActionItemAdded) -> str:
    owner = f" for {cut(event.item.owner, _NAME)}" if event.item.owner else ""
    due = f", due {cut(event.item.due, _NAME)}" if event.item.due else ""
    return f"{owner}{due}"
