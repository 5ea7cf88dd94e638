"""An event in one line of words, for the timeline."""

from chatops import events as e


def happened(event: e.Event) -> str:
    """What happened, as a responder would say it."""
    match event:
        case e.Declared():
            return f"declared {event.severity}: {event.title}"
        case e.Acknowledged():
            return "acknowledged"
        case e.Updated():
            return "; ".join([*_changes(event), *([event.message] if event.message else [])])
        case e.NoteAdded():
            return f"note: {event.text}"
        case e.RoleAssigned():
            return f"{event.person} is {event.role}"
        case e.Resolved():
            return f"resolved: {event.message}" if event.message else "resolved"
        case e.Cancelled() | e.Reopened():
            return f"{event.kind}: {event.reason}"
        case e.Restricted():
            return "restricted" if event.on else "no longer restricted"
        case e.LinkAdded():
            return f"{event.link.kind} {event.link.url or event.link.id}"
        case _:
            return _words(event)


def _words(event: e.Event) -> str:
    match event:
        case e.PublicUpdatePublished():
            return f"for customers ({event.status}): {event.text}"
        case e.PublicUpdateCorrected():
            return f"corrected public update {event.sequence}: {event.text}"
        case e.PublicUpdateDrafted():
            return f"drafted for customers: {event.text}"
        case e.InstanceRenamed():
            return f"{event.old} is called {event.new} now"
        case e.ActionItemAdded():
            return f"action item: {event.item.text}"
        case e.PostmortemPublished():
            return f"published the post-mortem {event.url}".strip()
        case _:
            return event.kind.replace("_", " ")


def _changes(event: e.Updated) -> list[str]:
    changed = [
        f"{name} {change.old} → {change.new}"
        for name in ("severity", "status", "title")
        if (change := getattr(event, name)) is not None
    ]
    if event.services:
        changed.append(f"services {', '.join(event.services.new) or 'none'}")
    if event.components:
        before, after = event.components.old, event.components.new
        changed += [
            f"{name} {state.replace('_', ' ')}" for name, state in after.items() if before.get(name) != state
        ]
    return changed
