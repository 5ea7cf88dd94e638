"""The page as JSON, in the shape that Statuspage serves below `/api/v2/`, so that its clients can read it.

A fact that is not held is null, and none is made up.
"""

from typing import Any

import msgspec

from chatops_status_html.page import Component, Incident, Page, Update
from chatops_status_html.words import INDICATOR, iso

Json = dict[str, Any]


def incidents(page: Page) -> bytes:
    """`incidents.json`: every incident on the page, the newest first."""
    return _encoded({"page": _page(page), "incidents": [_incident(i, page) for i in page.incidents]})


def summary(page: Page) -> bytes:
    """`summary.json`: the components, the incidents that are not resolved, and the state of it all."""
    indicator = "maintenance" if page.state == "maintenance" else page.indicator
    components = [_component(component, n, page) for n, component in enumerate(page.components, 1)]
    return _encoded(
        {
            "page": _page(page),
            "components": components,
            "incidents": [_incident(incident, page) for incident in page.active],
            "scheduled_maintenances": [],
            "status": {"indicator": indicator, "description": INDICATOR[indicator]},
        }
    )


def _encoded(document: Json) -> bytes:
    return msgspec.json.encode(document) + b"\n"


def _page(page: Page) -> Json:
    return {
        "id": page.id,
        "name": page.title,
        "url": page.config.base,
        "time_zone": page.config.time_zone,
        "updated_at": iso(page.updated_at) if page.updated_at else None,
    }


def _incident(incident: Incident, page: Page) -> Json:
    return {
        "name": incident.title,
        "status": incident.status,
        "created_at": iso(incident.created_at),
        "updated_at": iso(incident.updated_at),
        "monitoring_at": iso(incident.monitoring_at) if incident.monitoring_at else None,
        "resolved_at": iso(incident.resolved_at) if incident.resolved_at else None,
        "shortlink": page.address(incident.href),
        "id": incident.id,
        "page_id": page.id,
        "incident_updates": [_update(update, incident) for update in incident.updates],
        "impact": incident.impact,
    }


def _update(update: Update, incident: Incident) -> Json:
    affected = [
        {"code": c.id, "name": c.name, "old_status": c.old_status, "new_status": c.status}
        for c in update.components
    ]
    return {
        "status": update.status,
        "body": update.text,
        "created_at": iso(update.written_at),
        "updated_at": iso(update.changed_at),
        "display_at": iso(update.at),
        "affected_components": affected or None,
        "deliver_notifications": update.notify,
        "tweet_id": None,
        "id": update.id,
        "incident_id": incident.id,
        "custom_tweet": None,
    }


def _component(component: Component, position: int, page: Page) -> Json:
    return {
        "id": component.id,
        "name": component.name,
        "status": component.status,
        "created_at": None,
        "updated_at": iso(component.changed_at) if component.changed_at else None,
        "position": position,
        "description": component.description or None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page.id,
        "group": False,
        "only_show_if_degraded": False,
    }
