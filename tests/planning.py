"""An incident, event by event, and who is told of it."""

from typing import Any

from msgspec.structs import replace

from chatops import events as e
from chatops.dispatch.plan import plan
from chatops.hookspecs import Hooks, PublicHooks, hook_names
from chatops.incident import Incident, apply
from chatops.settings import When
from chatops.store import Instance, Traits
from tests.strategies import INCIDENT

Made = tuple[type[e.Event], dict[str, Any]]
EVERY_HOOK = tuple(hook_names(Hooks))
EVERY_PUBLIC_HOOK = tuple(hook_names(PublicHooks))


def internal(name: str = "jira", hooks: tuple[str, ...] = EVERY_HOOK, **when: Any) -> Instance:
    return Instance(
        name=name,
        plugin=name,
        source="chatops.toml",
        enabled=True,
        filters=When(**when),
        traits=Traits(hooks, public=False, drills=True),
        paused_until=None,
    )


def public(name: str = "status", hooks: tuple[str, ...] = EVERY_PUBLIC_HOOK, **when: Any) -> Instance:
    return replace(internal(name, **when), traits=Traits(hooks, public=True, drills=False))


def never_loaded(name: str = "new", **when: Any) -> Instance:
    return replace(internal(name, **when), traits=None)


class Story:
    """An incident, event by event, and who has joined it."""

    def __init__(self, *instances: Instance, **declared: Any) -> None:
        self.instances = instances
        self.joined: set[str] = set()
        self.incident: Incident | None = None
        facts = {"number": 1, "title": "x", "severity": "sev2", "services": ("checkout",), **declared}
        self.first = self.then(e.Declared, **facts)

    def then(self, kind: type[e.Event], **facts: Any) -> list[tuple[str, str]]:
        """What comes next: who is told, as (instance, hook)."""
        seq = self.incident.version + 1 if self.incident else 1
        stamp: dict[str, Any] = {
            "id": e.new_id(),
            "incident": INCIDENT,
            "seq": seq,
            "at": e.utcnow(),
            "actor": "dana",
        }
        self.event = kind(**stamp, **facts)
        self.incident = apply(self.incident, self.event)
        self.plan = plan(self.event, self.incident, self.instances, self.joined)
        self.joined |= set(self.plan.joining)
        return [(told.instance, told.hook) for told in self.plan.deliveries]

    def happens(self, event: Made) -> list[tuple[str, str]]:
        return self.then(event[0], **event[1])

    def say(self, status: str = "investigating") -> list[tuple[str, str]]:
        said = len(self.incident.public) if self.incident else 0
        words = {"title": "t", "text": f"Words {said}", "status": status, "impact": "minor"}
        return self.then(e.PublicUpdatePublished, sequence=said + 1, **words)


UPDATE: Made = (e.Updated, {"message": "x"})
ANYTHING: list[tuple[type[e.Event], dict[str, Any], str]] = [
    (e.Acknowledged, {}, "incident_acknowledged"),
    (e.Updated, {"message": "x"}, "incident_updated"),
    (e.NoteAdded, {"text": "x"}, "note_added"),
    (e.RoleAssigned, {"role": "x", "person": "y"}, "role_assigned"),
    (e.Resolved, {}, "incident_resolved"),
    (e.Cancelled, {"reason": "x"}, "incident_cancelled"),
    (e.Reopened, {"reason": "x"}, "incident_reopened"),
    (e.Restricted, {"on": True}, "incident_restricted"),
    (e.LinkAdded, {"instance": "chat", "link": e.Link("c", "1")}, "links_changed"),
    (e.ActionItemAdded, {"item": e.ActionItem("1", "x")}, "action_item_added"),
    (e.PostmortemPublished, {"document": "x"}, "postmortem_published"),
]
