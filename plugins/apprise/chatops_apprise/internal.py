"""What responders and colleagues are told of each event. Nothing here is for customers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops import (
    Acknowledged,
    ActionItemAdded,
    Cancelled,
    Declared,
    Event,
    NoteAdded,
    PostmortemPublished,
    PublicUpdateCorrected,
    PublicUpdatePublished,
    Reopened,
    Resolved,
    RoleAssigned,
    Updated,
)
from chatops_apprise.fitting import Message, Tone

if TYPE_CHECKING:
    from chatops import Context


def message_of(event: Event, ctx: "Context") -> Message:
    """The event in words, with who did it, and where more can be read."""
    incident = ctx.incident
    what, text = _said(event, ctx)
    drill = "[DRILL] " if ctx.drill else ""
    lines = [text, f"{event.actor}, {event.at:%Y-%m-%d %H:%M} UTC", *_links(ctx)]
    return Message(
        title=f"{drill}{incident.name} {what}: {incident.title}",
        text="\n".join(filter(None, lines)),
        tone=_tone(event, ctx),
        end=f"(cut; chatops show {incident.name})",
    )


def _said(event: Event, ctx: "Context") -> tuple[str, str]:
    """What happened, in a word or two, and what there is to say of it."""
    match event:
        case Declared():
            services = ", ".join(ctx.incident.services)
            started = f"Started {event.started_at:%Y-%m-%d %H:%M} UTC." if event.started_at else ""
            said = (f"Status: {ctx.incident.status}.", services and f"Services: {services}.")
            return f"{ctx.incident.severity} declared", " ".join(filter(None, (*said, started)))
        case Acknowledged():
            return "acknowledged", f"{event.actor} has taken it on."
        case Updated():
            return "updated", "\n".join([*_changes(event), *filter(None, [event.message])])
        case Resolved():
            return "resolved", event.message
        case Cancelled():
            return "was a false alarm", event.reason
        case Reopened():
            return "reopened", event.reason
        case NoteAdded():
            return "note", event.text
        case RoleAssigned():
            return event.role, f"{event.person} is {event.role}."
        case _:
            return _afterwards(event)


def _afterwards(event: Event) -> tuple[str, str]:
    match event:
        case ActionItemAdded():
            item = event.item
            who = f"Owner: {item.owner}." if item.owner else ""
            due = f"Due: {item.due}." if item.due else ""
            return "action item", "\n".join(filter(None, (item.text, who, due)))
        case PublicUpdatePublished():
            return "customers were told", f"{event.title} ({event.status})\n{event.text}"
        case PublicUpdateCorrected():
            return "words to customers corrected", f"Update {event.sequence} now reads:\n{event.text}"
        case PostmortemPublished():
            return "post-mortem", event.url or "It can be read."
        case _:
            return event.kind.replace("_", " "), ""


def _changes(event: Updated) -> Iterator[str]:
    for name in ("severity", "status", "title"):
        if change := getattr(event, name):
            yield f"{name}: {change.old} \N{RIGHTWARDS ARROW} {change.new}"
    if event.services:
        yield f"services: {', '.join(event.services.new) or 'none'}"
    if event.components:
        before, after = event.components.old, event.components.new
        yield from (
            f"{name}: {state.replace('_', ' ')}" for name, state in after.items() if before.get(name) != state
        )


def _links(ctx: "Context") -> Iterator[str]:
    for owned in ctx.links:
        if owned.link.url:
            yield f"{owned.instance} {owned.link.kind}: {owned.link.url}"


def _tone(event: Event, ctx: "Context") -> Tone:
    match event:
        case Declared() | Reopened():
            return "failure"
        case Resolved() | Cancelled():
            return "success"
        case Updated() if ctx.incident.open:
            return "warning"
        case _:
            return "info"
