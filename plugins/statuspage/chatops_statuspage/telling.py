"""Words for customers on their way to the page: said once, with the components as they are now."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

from chatops import (
    COMPONENT_STATUSES,
    ComponentStatus,
    Gone,
    Link,
    PublicContext,
    PublicUpdate,
    Rejected,
)
from chatops_statuspage.api import OURS, Api, Incident, Named
from chatops_statuspage.text import body_of, name_of

PAGE: Final = "page"


def own_page(ctx: PublicContext) -> Link | None:
    """The public incident that we opened for this incident; None for one that a person opened."""
    link = ctx.link(PAGE)
    return link if link and link.data.get("incident") == str(ctx.incident.id) else None


class Telling:
    """One public update on its way; `notify` says whether subscribers are mailed."""

    def __init__(self, api: Api, event: PublicUpdate, ctx: PublicContext, *, notify: bool) -> None:
        self._api = api
        self._event = event
        self._ctx = ctx
        self._notify = notify
        self._body = body_of(event.text, ctx.log)
        #: What is to be set, and what the page has, by Statuspage's ids.
        self._to_set: dict[str, str] = {}
        self._there: dict[str, Named] = {}
        self._seen: dict[str, Incident] = {}
        #: The ids of words that were said before, by their number.
        self._before: dict[str, str] = {}

    def tell(self) -> Link:
        """Say the words, set the components, and return the public incident."""
        ctx, event = self._ctx, self._event
        with ctx.components.changing(self._ids, self._current) as to_set:
            self._to_set = {self._ids[known]: status for known, status in to_set.items()}
            page = ctx.once("incident", create=self._create, find=self._find, scope="incident")
            update = page.data["update"]
            if page.data["seq"] < event.sequence:
                update = ctx.once(
                    "words", create=lambda _: self._say(page.id), find=lambda _: self._said(page.id)
                ).id
            for component, status in self._to_set.items():
                self._api.change_component(component, status)
        if update and event.displayed_at != event.at:
            self._api.change_update(page.id, update, {"display_at": event.displayed_at.isoformat()})
        return self._link(page, update)

    @cached_property
    def _ids(self) -> dict[str, str]:
        """Statuspage's ids of the incident's components, by ours; those without one are not on the page."""
        affected = {component.id for component in self._ctx.incident.components}
        return {
            view.id: view.settings.id
            for view in self._ctx.components
            if view.id in affected and view.settings is not None
        }

    def _current(self) -> Mapping[str, ComponentStatus]:
        """What the page says of the components now: read with the incident, where that has them all."""
        page = own_page(self._ctx)
        known = self._if_there(page.id) if page else None
        self._there = {found.id: found for found in (known and known.components) or ()}
        if not self._there.keys() >= set(self._ids.values()):
            self._there = {found.id: found for found in self._api.components()}
            self._warn_of_missing()
        return {
            known: status
            for known, theirs in self._ids.items()
            for status in COMPONENT_STATUSES
            if theirs in self._there and status == self._there[theirs].status
        }

    def _warn_of_missing(self) -> None:
        names = {view.id: view.name for view in self._ctx.components}
        for known, theirs in self._ids.items():
            if theirs not in self._there:
                self._ctx.log.warning(
                    "the page has no component %s, so %s is left out; change the component's %s.id, "
                    "chatops doctor lists those that there are",
                    theirs,
                    names[known],
                    self._ctx.instance,
                )

    def _create(self, _key: str) -> Link:
        linked, own = self._ctx.link(PAGE), own_page(self._ctx)
        if linked and own is None:
            raise Rejected(
                f"The public incident {linked.id} was linked by hand. What chatops did not open it does not"
                " change: say these words there, and then here: chatops skip."
            )
        # Told to make it anew, somebody may have thought that it was gone.
        still = self._if_there(own.id) if own else None
        if still:
            return self._page(still, still.said)
        fields = self._fields() | {"name": self._name, "impact_override": self._event.impact}
        made = self._api.create(fields | self._components(()))
        self._to_set.clear()
        return self._page(made, self._event.sequence)

    def _find(self, _key: str) -> Link | None:
        wanted = str(self._event.incident)
        found = next((known for known in self._api.newest() if known.ours == wanted), None)
        return self._page(found, found.said) if found else None

    def _say(self, identity: str) -> Link:
        """Add the words to the incident, unless a person has ended it."""
        incident = self._incident(identity)
        if incident.over and not self._goes_on_after(incident):
            return self._leave(incident)
        # These may be words whose answer was lost and whose place ours take: corrections need their id.
        if incident.said:
            self._before[str(incident.said)] = self._update_of(incident, incident.said)
        fields = self._fields(incident.metadata) | self._changes(incident)
        there = [component.id for component in incident.components or ()]
        changed = self._api.change(identity, fields | self._components(there))
        self._to_set.clear()
        return self._words(changed)

    def _said(self, identity: str) -> Link | None:
        incident = self._incident(identity)
        return self._words(incident) if incident.said >= self._event.sequence else None

    def _leave(self, incident: Incident) -> Link:
        """A person has resolved it: nothing is left to be said of the end, and it is not opened again."""
        if self._event.status == "resolved":
            self._ctx.log.info("the public incident %s was resolved by hand already", incident.id)
            return Link("words", "")
        raise Rejected(
            f"Somebody has resolved the public incident {incident.id} by hand, and these words"
            f" ({self._event.status}) would open it again before all subscribers. Open it again on Statuspage"
            " and then: chatops retry. Or leave these words out: chatops skip."
        )

    def _goes_on_after(self, incident: Incident) -> bool:
        """Whether it was resolved by words of ours, and goes on."""
        return any(
            words.status == "resolved"
            for words in self._ctx.incident.updates
            if incident.said <= words.sequence < self._event.sequence
        )

    def _fields(self, metadata: Any = None) -> dict[str, Any]:
        event = self._event
        others = metadata if isinstance(metadata, dict) else {}
        return {
            "status": event.status,
            "body": self._body,
            "deliver_notifications": self._notify,
            "metadata": others | {OURS: {"incident": str(event.incident), "seq": event.sequence}},
        }

    def _changes(self, incident: Incident) -> dict[str, Any]:
        """The name and the impact, where ours are new: a person may have edited them since."""
        told = self._told(incident.said)
        changes: dict[str, Any] = {}
        if told is None or told.title != self._event.title:
            changes["name"] = self._name
        if told is None or told.impact != self._event.impact:
            changes["impact_override"] = self._event.impact
        return changes

    def _told(self, sequence: int) -> PublicUpdate | None:
        return next((w for w in self._ctx.incident.updates if w.sequence == sequence), None)

    def _update_of(self, incident: Incident, sequence: int) -> str:
        told = self._told(sequence)
        return incident.update_of(told.text if told else self._body)

    def _components(self, listed: Any) -> dict[str, Any]:
        """The components to set, and all that are affected: those that a person has listed stay."""
        affected = [theirs for theirs in self._ids.values() if theirs in self._there]
        more: dict[str, Any] = {"components": dict(self._to_set)} if self._to_set else {}
        if set(affected) - set(listed):
            more["component_ids"] = sorted({*listed, *affected})
        return more

    @cached_property
    def _name(self) -> str:
        return name_of(self._event.title, self._ctx.log, drill=self._ctx.drill)

    def _incident(self, identity: str) -> Incident:
        """The incident as it was when this call first needed it."""
        if identity not in self._seen:
            self._seen[identity] = self._api.incident(identity)
        return self._seen[identity]

    def _if_there(self, identity: str) -> Incident | None:
        with suppress(Gone):
            return self._incident(identity)
        return None

    def _page(self, incident: Incident, said: int) -> Link:
        data = {
            "incident": str(self._event.incident),
            "seq": said,
            "update": self._update_of(incident, said),
        }
        return Link(PAGE, incident.id, url=incident.shortlink or "", title=self._event.title, data=data)

    def _words(self, incident: Incident) -> Link:
        return Link("words", incident.update_of(self._body))

    def _link(self, page: Link, update: str) -> Link:
        """The public incident, with the id of every update that is ours: corrections need them."""
        known = own_page(self._ctx)
        before = known.data if known and known.id == page.id else {"incident": page.data["incident"]}
        first = {str(page.data["seq"]): page.data["update"]}
        updates = {**self._before, **first, **before.get("updates", {})}
        if update:
            updates[str(self._event.sequence)] = update
        data = {**before, "updates": updates}
        return Link(PAGE, page.id, url=page.url, title=self._event.title, data=data)
