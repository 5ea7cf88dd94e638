"""What Statuspage remembers, as its API shows it. A fact that is not there is left out."""

from datetime import datetime
from typing import Any

from chatops_statuspage.sandbox.state import Component, Incident, Postmortem, Subscriber, Update

Json = dict[str, Any]


def page(identity: str, name: str, url: str) -> Json:
    """A page."""
    return {
        "id": identity,
        "name": name,
        "subdomain": "example",
        "url": url,
        "time_zone": "UTC",
        "allow_page_subscribers": True,
        "allow_email_subscribers": True,
        "viewers_must_be_team_members": False,
    }


def component(known: Component, page_id: str) -> Json:
    """A component as it is now."""
    return {
        "id": known.id,
        "page_id": page_id,
        "name": known.name,
        "description": known.description,
        "status": known.status,
        "position": known.position,
        "showcase": True,
        "only_show_if_degraded": False,
        "group": False,
        "created_at": iso(known.created_at),
        "updated_at": iso(known.updated_at),
    }


def incident(known: Incident, page_id: str) -> Json:
    """An incident with its updates, the newest first."""
    after = known.postmortem
    return _told(
        {
            "id": known.id,
            "page_id": page_id,
            "name": known.name,
            "status": known.status,
            "impact": known.impact,
            "impact_override": known.impact_override,
            "shortlink": known.shortlink,
            "metadata": known.metadata,
            "components": [component(affected, page_id) for affected in known.components],
            "incident_updates": [update(words, known) for words in known.updates],
            "created_at": known.created_at,
            "updated_at": known.updated_at,
            "monitoring_at": known.monitoring_at,
            "resolved_at": known.resolved_at,
            "postmortem_body": after.body if after and after.published_at else None,
            "postmortem_published_at": bool(after and after.published_at),
            "postmortem_notified_subscribers": bool(after and after.notified),
            "postmortem_ignored": False,
        }
    )


def update(words: Update, of: Incident) -> Json:
    """Words of an incident."""
    return _told(
        {
            "id": words.id,
            "incident_id": of.id,
            "status": words.status,
            "body": words.body,
            "affected_components": words.affected,
            "deliver_notifications": words.deliver_notifications,
            "created_at": words.created_at,
            "updated_at": words.updated_at,
            "display_at": words.display_at,
        }
    )


def postmortem(known: Postmortem) -> Json:
    """A post-mortem, as its writers see it."""
    return _told(
        {
            "body_draft": known.draft,
            "body": known.body,
            "body_draft_updated_at": known.updated_at,
            "published_at": known.published_at,
            "notify_subscribers": known.notified,
            "notify_twitter": False,
            "created_at": known.created_at,
            "updated_at": known.updated_at,
        }
    )


def subscriber(known: Subscriber) -> Json:
    """A subscriber."""
    where = {"sms": "phone_number", "webhook": "endpoint", "slack": "workspace_name"}
    return {
        "id": known.id,
        "mode": known.mode,
        where.get(known.mode, "email"): known.address,
        "created_at": iso(known.created_at),
    }


def iso(at: datetime) -> str:
    """`2019-02-20T12:00:19.418Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(fields: Json) -> Json:
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }
