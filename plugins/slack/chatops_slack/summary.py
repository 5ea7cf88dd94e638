"""What a channel shows of the incident at any time: the pinned summary, the topic, an announcement."""

from collections.abc import Sequence
from typing import Final

from chatops import Incident, OwnedLink
from chatops_slack.text import cut, linked

#: Slack's limit for a topic (docs.slack.dev, conversations.setTopic).
LONGEST_TOPIC: Final = 250
#: chat.update takes 4,000 characters; the facts before it take less than the rest.
_LONGEST_LINKS: Final = 2_200
_LONG: Final = 350


def summary(incident: Incident, links: Sequence[OwnedLink]) -> str:
    """The words of the pinned message."""
    facts = "\n".join(_facts(incident))
    lines: list[str] = []
    room = _LONGEST_LINKS
    for owned in links:
        name = linked(owned.link.url, owned.link.title or owned.link.id)
        line = f"• {cut(owned.link.kind, 50)}: {name}"
        room -= len(line) + 1
        if room < 0:
            lines.append(f"• and {len(links) - len(lines)} more")
            break
        lines.append(line)
    return "\n\n".join([facts, "\n".join(lines)]) if lines else facts


def _facts(incident: Incident) -> list[str]:
    lines = [
        f"*{_mark(incident)}{incident.name}: {cut(incident.title, 2 * _LONG)}*",
        f"Severity: *{cut(incident.severity, 50)}*   Status: *{state(incident)}*",
    ]
    if incident.services:
        lines.append(f"Services: {cut(', '.join(incident.services), _LONG)}")
    if incident.roles:
        roles = ", ".join(f"{role}: {person}" for role, person in incident.roles.items())
        lines.append(cut(roles, _LONG))
    lines.append(f"Declared by {cut(incident.declared_by, 100)}, {incident.declared_at:%Y-%m-%d %H:%M} UTC")
    if incident.acknowledged_by:
        lines.append(f"Acknowledged by {cut(incident.acknowledged_by, 100)}")
    if incident.restricted:
        lines.append(":lock: Restricted: keep its words in this channel")
    return lines


def topic(incident: Incident) -> str:
    """The line at the top of the channel: how bad it is, how far it is, who leads."""
    leads = next((who for role, who in incident.roles.items() if is_commander(role)), "")
    leader = f" | commander: {leads}" if leads else ""
    return cut(f"{_mark(incident)}{incident.severity} | {state(incident)}{leader}", LONGEST_TOPIC)


def announcement(incident: Incident, channel: str) -> str:
    """What other channels are told of the incident; `channel` is the id of its own."""
    about = f"{incident.severity} {incident.name}: {incident.title}"
    return f":rotating_light: *{_mark(incident)}{cut(about, 2 * _LONG)}* Follow it in <#{channel}>"


def state(incident: Incident) -> str:
    """How far the incident is, in a word or two."""
    return "cancelled (a false alarm)" if incident.state == "cancelled" else incident.status


def is_commander(role: str) -> bool:
    """Whether who has this role leads."""
    return "commander" in role.lower()


def _mark(incident: Incident) -> str:
    return "EXERCISE " if incident.drill else ""
