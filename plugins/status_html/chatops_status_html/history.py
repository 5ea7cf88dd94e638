"""From what customers were told to the page that shows it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from chatops import worst
from chatops_status_html import words
from chatops_status_html.page import Component, Incident, Page, Update
from chatops_status_html.settings import StatusHtmlComponent, StatusHtmlConfig

if TYPE_CHECKING:
    from datetime import datetime

    from chatops import ComponentStatus, ComponentView, PublicIncident, PublicUpdate


def page_of(
    history: Iterable["PublicIncident"],
    components: Sequence["ComponentView"],
    config: StatusHtmlConfig,
    about: UUID,
) -> Page:
    """The page that these facts add up to, now that there is news of the incident `about`."""
    incidents: list[Incident] = []
    older: list[Incident] = []
    for place, told in enumerate(history):
        # One that is still open is shown however many came after it.
        shown = place < config.incidents or told.status != "resolved"
        if shown or told.id == about:
            (incidents if shown else older).append(_incident(told, config))
    incidents.sort(key=lambda i: i.created_at, reverse=True)
    name = config.page_id or words.short_id(config.base or config.title)
    urn = f"urn:uuid:{uuid5(NAMESPACE_URL, f'chatops page {name}')}"
    return Page(config, name, urn, tuple(incidents), tuple(older), tuple(_components(incidents, components)))


def _incident(told: "PublicIncident", config: StatusHtmlConfig) -> Incident:
    zone, postmortem = config.zone, told.postmortem
    updates = [_update(update, config) for update in reversed(told.updates)]
    if postmortem:
        at, name = postmortem.at.astimezone(zone), postmortem.id
        text = words.printable(postmortem.text)
        updates.insert(0, Update(words.short_id(name), _urn(name), "postmortem", text, at, at, None))
    return Incident(
        id=words.short_id(told.id),
        title=words.printable(told.title),
        # Statuspage calls an incident by its post-mortem once there is one.
        status="postmortem" if postmortem and told.status == "resolved" else told.status,
        open=told.status != "resolved",
        impact=told.impact,
        drill=told.drill,
        created_at=told.created_at.astimezone(zone),
        updated_at=told.updated_at.astimezone(zone),
        monitoring_at=told.monitoring_at and told.monitoring_at.astimezone(zone),
        resolved_at=told.resolved_at and told.resolved_at.astimezone(zone),
        updates=tuple(updates),
        components=told.components,
    )


def _update(update: "PublicUpdate", config: StatusHtmlConfig) -> Update:
    return Update(
        id=words.short_id(update.id),
        urn=_urn(update.id),
        status=update.status,
        text=words.printable(update.text),
        at=update.displayed_at.astimezone(config.zone),
        written_at=update.at.astimezone(config.zone),
        corrected_at=update.corrected_at and update.corrected_at.astimezone(config.zone),
        components=update.components,
        notify=update.notify,
    )


def _components(incidents: Sequence[Incident], configured: Sequence["ComponentView"]) -> Iterator[Component]:
    """The configured ones in their order, then what else is named by an open incident."""
    asked: dict[str, list[ComponentStatus]] = {}
    changed: dict[str, datetime] = {}
    others: dict[str, str] = {}
    for incident in incidents:
        for component in incident.components:
            asked.setdefault(component.id, []).append(component.status if incident.counts else "operational")
            if incident.counts:
                others.setdefault(component.id, component.name)
        for update in incident.updates:
            for component in update.components:
                changed[component.id] = max(update.at, changed.get(component.id, update.at))
    for view in configured:
        others.pop(view.id, None)
        own = view.settings.description if isinstance(view.settings, StatusHtmlComponent) else ""
        # The history was read under the lock; the state of a component may be older.
        status = worst(asked[view.id]) if view.id in asked else view.status
        yield Component(view.id, view.name, own, status, changed.get(view.id))
    for id_, name in others.items():
        yield Component(id_, name, "", worst(asked[id_]), changed.get(id_))


def _urn(name: UUID) -> str:
    return f"urn:uuid:{uuid5(name, 'status_html')}"
