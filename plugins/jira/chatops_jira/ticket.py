"""What a new ticket says, and what an update changes in it."""

import hashlib
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chatops import Context, Incident, Link, Updated
from chatops_jira.document import Block, Bullets, Line, Paragraph, Span, one_line, written
from chatops_jira.fields import Fields
from chatops_jira.links import others
from chatops_jira.reading import PROPERTY
from chatops_jira.settings import JiraConfig, JiraService, named

Filed = dict[str, list[str]]


def label_of(key: str, start: str = "chatops") -> str:
    """The label by which the search finds the ticket of this key."""
    return f"{start}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def link(config: JiraConfig, key: str, data: dict[str, Any] | None = None) -> Link:
    """The link to a ticket; `data` is what its services have filed it under."""
    return Link("ticket", key, config.page(key), key, data or {})


def summary(incident: Incident) -> str:
    """The ticket's title."""
    exercise = "[Exercise] " if incident.drill else ""
    return one_line(f"{exercise}{incident.name} {incident.title}")


def filed_under(ctx: Context) -> Filed:
    """The components and labels that the incident's services ask for."""
    asked = [s.settings for s in ctx.services.values() if isinstance(s.settings, JiraService)]
    components = [settings.component for settings in asked if settings.component]
    labels = [label for settings in asked for label in settings.labels]
    return {"components": list(dict.fromkeys(components)), "labels": list(dict.fromkeys(labels))}


def new(config: JiraConfig, fields: Fields, ctx: Context, key: str) -> dict[str, Any]:
    """The request that creates the ticket, with our key in it."""
    incident, filed = ctx.incident, filed_under(ctx)
    components = dict.fromkeys([*config.components, *filed["components"]])
    said: dict[str, Any] = {
        "project": {"key": config.project},
        "issuetype": named(config.issue_type),
        "summary": summary(incident),
        "description": written(_description(ctx), cloud=config.cloud),
        "labels": list(dict.fromkeys([label_of(key), *config.labels, *filed["labels"]])),
        "components": [{"name": name} for name in components],
        "priority": named(config.priority[incident.severity])
        if incident.severity in config.priority
        else None,
        "security": named(config.security_level) if incident.restricted else None,
        **fields.values(incident, ctx),
    }
    ours = {"key": key, "incident": str(incident.id), "name": incident.name}
    return {
        "fields": {name: value for name, value in said.items() if value not in (None, [])},
        "properties": [{"key": PROPERTY, "value": ours}],
    }


def changed(config: JiraConfig, fields: Fields, ctx: Context, event: Updated, filed: Filed) -> dict[str, Any]:
    """The request that brings the ticket in line with an update; empty where nothing changes.

    `filed` is what we have filed it under so far: what a person added in Jira stays.
    """
    said: dict[str, Any] = {}
    if event.title:
        said["summary"] = summary(ctx.incident)
    if event.severity and event.severity.new in config.priority:
        said["priority"] = named(config.priority[event.severity.new])
    said |= _rendered_anew(fields, ctx, _before(ctx.incident, event))
    operations = _refiled(config, filed, filed_under(ctx)) if event.services else {}
    return {k: v for k, v in {"fields": said, "update": operations}.items() if v}


def given(fields: Fields, ctx: Context, role: str) -> dict[str, Any]:
    """The request that writes a new role into the fields that show it; empty where none does."""
    before = {name: person for name, person in ctx.incident.roles.items() if name != role}
    said = _rendered_anew(fields, ctx, replace(ctx.incident, roles=before))
    return {"fields": said} if said else {}


def byline(what: str, actor: str, at: datetime) -> Block:
    """The line above somebody's words."""
    return Paragraph(((Span(what, strong=True), Span(f" by {actor}, {_time(at)}")),))


def _before(incident: Incident, event: Updated) -> Incident:
    names = ("title", "severity", "status", "services", "components")
    old = {name: change.old for name in names if (change := getattr(event, name)) is not None}
    return replace(incident, **old)


def _rendered_anew(fields: Fields, ctx: Context, before: Incident) -> dict[str, Any]:
    """Only what our words change, so that what a person wrote into a field stays."""
    was = fields.values(before, ctx)
    return {k: v for k, v in fields.values(ctx.incident, ctx).items() if was.get(k) != v}


def _refiled(config: JiraConfig, before: Filed, after: Filed) -> dict[str, Any]:
    kept = {"components": set(config.components), "labels": set(config.labels)}
    operations: dict[str, Any] = {}
    for name, wrap in (("components", lambda value: {"name": value}), ("labels", str)):
        add = [value for value in after[name] if value not in before.get(name, [])]
        drop = [v for v in before.get(name, []) if v not in after[name] and v not in kept[name]]
        said = [{"add": wrap(value)} for value in add] + [{"remove": wrap(value)} for value in drop]
        if said:
            operations[name] = said
    return operations


def _description(ctx: Context) -> list[Block]:
    incident = ctx.incident
    facts = {
        "Severity": incident.severity,
        "Services": ", ".join(incident.services),
        "Status": incident.status,
        "Declared": f"{_time(incident.declared_at)} by {incident.declared_by}",
        "Began": _time(incident.started_at) if incident.started_at else "",
        "Detected by": incident.detected_by or "",
        **{role.capitalize(): person for role, person in incident.roles.items()},
    }
    points = [_fact(name, value) for name, value in facts.items() if value]
    points += [_fact(owned.instance, "", owned.link) for owned in others(ctx)]
    heading = Paragraph(((Span(f"{incident.name}: {incident.title}", strong=True),),))
    end = "This is how it began. chatops adds what happens as comments."
    return [heading, Bullets(tuple(points)), Paragraph(((Span(end),),))]


def _fact(name: str, value: str, link: Link | None = None) -> Line:
    shown = Span(link.title or link.url, link.url) if link else Span(value)
    return (Span(f"{name}:", strong=True), Span(" "), shown)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
