"""What a request does to an incident: it is refused whole, or takes effect whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypedDict

from chatops import COMPONENT_STATUSES
from chatops_statuspage.sandbox.state import (
    BODY_LIMIT,
    IMPACTS,
    NAME_LIMIT,
    STATUSES,
    Component,
    Incident,
    Update,
    now,
)

Find = Callable[[str], Component | None]
COMPONENT: Final = ("", *COMPONENT_STATUSES)


class Fields(TypedDict, total=False):
    """What requests say of an incident, and of the other things that can be changed."""

    name: str
    body: str | None
    status: str
    impact_override: str
    components: dict[str, str]
    component_ids: list[str]
    metadata: dict[str, Any]
    deliver_notifications: bool
    backfilled: bool
    display_at: datetime
    body_draft: str
    notify_subscribers: bool


def wrong(fields: Fields, component: Find) -> str:
    """What Statuspage would not take of an incident's fields, in its words; nothing where all is well."""
    named = fields.get("components", {})
    named_ids = [*named, *fields.get("component_ids", [])]
    missing = [known for known in named_ids if component(known) is None]
    checks = {
        "Name can't be blank": not fields.get("name", "same").strip(),
        f"Name is too long (maximum is {NAME_LIMIT} characters)": len(fields.get("name", "")) > NAME_LIMIT,
        f"Body is too long (maximum is {BODY_LIMIT} characters)": len(fields.get("body") or "") > BODY_LIMIT,
        "Status is not included in the list": fields.get("status", STATUSES[0]) not in STATUSES,
        "Impact override is not included in the list": fields.get("impact_override", "none") not in IMPACTS,
        "Component status is not included in the list": not set(named.values()) <= set(COMPONENT),
        f"Could not find components: {', '.join(missing)}": bool(missing),
        "Metadata top level values must be objects": not all(
            isinstance(value, dict) for value in fields.get("metadata", {}).values()
        ),
        "Components cannot be specified for a backfilled incident": bool(fields.get("backfilled") and named),
    }
    return next((words for words, found in checks.items() if found), "")


def change(incident: Incident, fields: Fields, component: Find) -> Update | None:
    """Make of the incident what the fields say; the words that this adds, where it adds any."""
    before = incident.status
    incident.name = fields.get("name", incident.name)
    incident.status = fields.get("status", incident.status)
    incident.impact_override = fields.get("impact_override", incident.impact_override)
    incident.metadata = fields.get("metadata", incident.metadata)
    incident.updated_at = now()
    affected = _set_components(incident, fields, component)
    if incident.status == before and not fields.get("body"):
        return None
    _stamp(incident)
    words = Update(
        status=incident.status,
        body=fields.get("body") or "",
        deliver_notifications=fields.get("deliver_notifications", True),
        affected=affected,
    )
    incident.updates.insert(0, words)
    return words


def _set_components(incident: Incident, fields: Fields, component: Find) -> list[dict[str, str]]:
    statuses = fields.get("components", {})
    listed = fields.get("component_ids", [known.id for known in incident.components])
    incident.components = [
        found for known in dict.fromkeys([*listed, *statuses]) if (found := component(known)) is not None
    ]
    affected = []
    for known in incident.components:
        old = known.status
        if known.id in statuses:
            known.become(statuses[known.id])
        affected.append({"code": known.id, "name": known.name, "old_status": old, "new_status": known.status})
    return affected


def _stamp(incident: Incident) -> None:
    if incident.status == "monitoring":
        incident.monitoring_at = incident.monitoring_at or now()
    incident.resolved_at = (incident.resolved_at or now()) if incident.over else None
