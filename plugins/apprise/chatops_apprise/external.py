"""What customers are told: words that somebody has written for them, and nothing that is internal."""

from typing import TYPE_CHECKING

from chatops_apprise.fitting import Message, Tone

if TYPE_CHECKING:
    from chatops import Impact, PublicContext, PublicCorrection, PublicPostmortem, PublicUpdate, Status

_TONES: "dict[Impact, Tone]" = {"none": "info", "minor": "warning", "major": "failure", "critical": "failure"}


def of_update(event: "PublicUpdate", ctx: "PublicContext") -> Message:
    """The words, the status, and how each component is that they name."""
    components = [f"{part.name}: {part.status.replace('_', ' ')}" for part in event.components]
    lines = [event.text, "", f"Status: {event.status}", *components]
    return Message(_titled(event.title, ctx), "\n".join(lines), _tone(event.status, event.impact))


def of_correction(event: "PublicCorrection", ctx: "PublicContext") -> Message:
    """The words as they read now, and when the wrong ones were said."""
    then = next((said for said in ctx.incident.updates if said.sequence == event.sequence), None)
    when = f" what we wrote at {then.displayed_at:%Y-%m-%d %H:%M} UTC" if then else " our words"
    tone = _tone(ctx.incident.status, ctx.incident.impact)
    return Message(_titled(ctx.incident.title, ctx), f"We correct{when}:\n{event.text}", tone)


def of_postmortem(event: "PublicPostmortem", ctx: "PublicContext") -> Message:
    """The public section of the post-mortem."""
    return Message(_titled(ctx.incident.title, ctx), event.text, "info")


def _titled(title: str, ctx: "PublicContext") -> str:
    return f"[Exercise] {title}" if ctx.drill else title


def _tone(status: "Status", impact: "Impact") -> Tone:
    return "success" if status == "resolved" else _TONES[impact]
