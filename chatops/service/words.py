"""Words to customers: what would be said, said, put right, or left waiting for somebody's yes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chatops import events as e
from chatops.errors import UsageError, WrongState
from chatops.incident import Draft, Incident
from chatops.public import PublicUpdate
from chatops.service.act import Act, Pen, Recorded
from chatops.service.desk import SAME_UPDATE
from chatops.service.incidents import Incidents
from chatops.settings import Policy
from chatops.text import clean_text, clean_title


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What customers would be told, whole."""

    title: str
    text: str
    status: e.Status
    impact: e.Impact
    components: tuple[e.PublicComponent, ...] = ()
    notify: bool = True
    displayed_at: datetime | None = None


class Words(Incidents):
    """Speaks to customers. Nothing internal goes into what they are told but what is given here."""

    def policy(self, incident: Incident) -> Policy:
        """Who decides on public words, by the incident's severity. Nobody asks for a restricted one or an
        exercise: their words are only said on purpose.
        """
        found = self.config.severities.get(incident.severity)
        if incident.restricted or incident.drill or found is None:
            return "manual"
        return found.public

    def compose(
        self,
        incident: Incident,
        text: str = "",
        *,
        title: str = "",
        status: e.Status | None = None,
        notify: bool = True,
    ) -> Wording:
        """What would be said now: the given words, or the draft for the incident's status."""
        saying = status or incident.status
        return Wording(
            title=clean_title(title, "public title") if title else self._title(incident),
            text=clean_text(text, "public text") if text else self._draft(incident, saying),
            status=saying,
            impact=self.config.impact(incident.severity),
            components=self._components(incident, saying),
            notify=notify,
        )

    def publish(self, target: UUID, words: Wording, act: Act) -> Recorded:
        """Say the words. The same words a second time within a minute are a repetition."""

        def writing(pen: Pen) -> None:
            last = pen.incident.public[-1] if pen.incident.public else None
            if last and _shown(last) == _shown(words) and abs(act.at - last.at) <= SAME_UPDATE:
                pen.repeated = "customers were told exactly this a moment ago"
            else:
                self._say(pen, words)

        return self.write(target, act, writing, kind=e.PublicUpdatePublished)

    def correct(self, target: UUID, text: str, act: Act, sequence: int | None = None) -> Recorded:
        """Put right the words of public update number `sequence`, or of the last one."""
        words = clean_text(text, "public text")

        def writing(pen: Pen) -> None:
            known = [update.sequence for update in pen.incident.public]
            number = sequence if sequence is not None else known[-1] if known else 1
            if number not in known:
                there = f"the last one is {known[-1]}" if known else "customers were told nothing yet"
                raise UsageError(f"{pen.incident.name} has no public update {number}: {there}.")
            if pen.incident.public[number - 1].text == words:
                pen.repeated = "the words are these already"
            else:
                pen.add(e.PublicUpdateCorrected(**pen.stamp(), sequence=number, text=words))

        return self.write(target, act, writing, kind=e.PublicUpdateCorrected)

    def draft(self, target: UUID, words: Wording, act: Act) -> Recorded:
        """Leave words for somebody to say yes to; a newer draft replaces an older one."""

        def writing(pen: Pen) -> None:
            stamp = pen.stamp()
            pen.add(e.PublicUpdateDrafted(**stamp, title=words.title, text=words.text, status=words.status))

        return self.write(target, act, writing, kind=e.PublicUpdateDrafted)

    def approve(self, target: UUID, act: Act, *, notify: bool = True) -> Recorded:
        """Say the words that wait."""

        def writing(pen: Pen) -> None:
            draft = _waiting(pen.incident)
            # What was drafted before the end is not said as if it still went on.
            status = draft.status if pen.incident.open else "resolved"
            words = self.compose(pen.incident, draft.text, title=draft.title, status=status, notify=notify)
            pen.add(e.PublicUpdateApproved(**pen.stamp()))
            self._say(pen, words)

        return self.write(target, act, writing, kind=e.PublicUpdateApproved)

    def reject(self, target: UUID, reason: str, act: Act) -> Recorded:
        """Leave the words that wait unsaid."""
        text = clean_text(reason, "reason") if reason else ""

        def writing(pen: Pen) -> None:
            _waiting(pen.incident)
            pen.add(e.PublicUpdateRejected(**pen.stamp(), reason=text))

        return self.write(target, act, writing, kind=e.PublicUpdateRejected)

    def _say(self, pen: Pen, words: Wording) -> None:
        said: dict[str, Any] = {name: getattr(words, name) for name in words.__struct_fields__}
        pen.add(e.PublicUpdatePublished(**pen.stamp(), sequence=len(pen.incident.public) + 1, **said))

    def _title(self, incident: Incident) -> str:
        if incident.public:
            return incident.public[-1].title
        services = self.config.public_services(incident.services)
        settings = self.config.public
        return settings.title.replace("{services}", services) if services else settings.title_without_services

    def _draft(self, incident: Incident, status: e.Status) -> str:
        settings = self.config.public
        services = self.config.public_services(incident.services) or settings.some_services
        about = "cancelled" if incident.state == "cancelled" else status
        return str(getattr(settings, about)).replace("{services}", services)

    def _components(self, incident: Incident, status: e.Status) -> tuple[e.PublicComponent, ...]:
        """The incident's components as customers know them; all is well with them once it is resolved."""
        before = {c.id: c.status for words in incident.public for c in words.components}
        shown = []
        for name, state in incident.components.items():
            known = self.config.components.get(name)
            if known is not None:
                identity = self.config.component_id(name)
                now: e.ComponentStatus = "operational" if status == "resolved" else state
                old = before.get(identity, "operational")
                shown.append(e.PublicComponent(identity, known.public_name, now, old))
        return tuple(shown)


def _shown(words: Wording | PublicUpdate) -> tuple[object, ...]:
    """What customers see of it."""
    return words.title, words.text, words.status, {c.id: c.status for c in words.components}


def _waiting(incident: Incident) -> Draft:
    if incident.draft is None:
        raise WrongState(incident=incident.name, problem="has no public words that wait for a yes")
    return incident.draft
