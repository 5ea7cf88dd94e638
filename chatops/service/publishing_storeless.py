"""Publishes a post-mortem where there is no store, for a job that has only a checkout: nothing is kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import uuid5

from msgspec.structs import replace

from chatops import events as e
from chatops.config import Config
from chatops.dispatch.drain import Drain
from chatops.dispatch.in_time import in_time
from chatops.dispatch.lease import Owner
from chatops.dispatch.loading import LOAD_SECONDS
from chatops.dispatch.outcome import Raised
from chatops.dispatch.plan import admits
from chatops.dispatch.record import record
from chatops.dispatch.watch import Watch
from chatops.dispatch.whose import enable
from chatops.engine.local import PATIENCE, Run
from chatops.incident import Incident, fold
from chatops.postmortem.sections import sections
from chatops.registry import Loaded, Registry
from chatops.service.act import Act
from chatops.service.publishing import Paper, Publication
from chatops.service.service import Service
from chatops.service.source import cleaned
from chatops.store import Delivery, Store
from chatops.text import TITLE_LIMIT, clean_title

PUBLISHED: Final = "postmortem_published"
#: Where the document does not say when: what was posted since is then looked for among all that there is.
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"(\d{1,9})\s*\Z")


def past(paper: Paper, config: Config, act: Act) -> list[e.Event]:
    """The events that the document's front matter stands for: who and what it is about, and its links.

    Their ids follow from the document's own, so that each job finds what earlier ones have created.
    """
    front, identity = paper.front, paper.identity
    times = (front.declared_at, front.started_at, front.acknowledged_at, front.resolved_at)
    began = min((time for time in times if time), default=_LONG_AGO)
    events: list[e.Event] = []

    def stamp(at: datetime | None = None) -> e.Stamp:
        seq = len(events) + 1
        own, when = uuid5(identity, str(seq)), at or began
        return e.Stamp(id=own, incident=identity, seq=seq, at=when, actor=act.actor, key=None)

    number = _NUMBER.search(front.incident)
    events.append(
        e.Declared(
            **stamp(front.declared_at),
            number=int(number[1]) if number else 0,
            title=_title(paper),
            severity=front.severity,
            services=front.services,
            started_at=front.started_at,
            detected_by=front.detected_by,
            restricted=paper.restricted,
            drill=front.drill,
        )
    )
    if front.acknowledged_at:
        events.append(e.Acknowledged(**stamp(front.acknowledged_at)))
    for found in front.links:
        if found.instance and found.kind and found.id:
            link = e.Link(found.kind, found.id, found.url, found.title)
            events.append(e.LinkAdded(**stamp(), instance=found.instance, link=link))
    if front.public_title:
        title = cleaned(clean_title, front.public_title, TITLE_LIMIT, "(no title)")
        impact = config.impact(front.severity)
        # What was said to customers stands where it was said. That they know is all that is needed here.
        events.append(
            e.PublicUpdatePublished(
                **stamp(), sequence=1, title=title, text="", status="resolved", impact=impact, notify=False
            )
        )
    events.append(e.Resolved(**stamp(front.resolved_at)))
    return events


class Job:
    """One publication. What it could not deliver is lost with its store, and delivered by the next one."""

    def __init__(self, service: Service, before: list[e.Event], said: Publication) -> None:
        self._service = service
        self._said = said
        self._before = before
        self._joined: list[str] = []
        self._watch = _Kinds()

    @property
    def incident(self) -> Incident:
        """The incident as it is known by now."""
        return self._service.incident(self._before[0].incident)

    def run(self, act: Act) -> Run:
        """Tell every plugin whose filters let the incident in; each delivery as it ends, and of two that are
        of one thing the last that did.
        """
        run = Run()
        run.begin(self._work(act))
        return run

    @property
    def deliveries(self) -> list[Delivery]:
        """All deliveries, and of two that are of one thing the last that ended."""
        found: dict[tuple[str, str], Delivery] = {}
        for delivery in self._service.store.deliveries.of_incident(self.incident.id):
            if delivery.state != "pending" or _thing(delivery) not in found:
                found[_thing(delivery)] = delivery
        return list(found.values())

    def unusable(self, delivery: Delivery) -> bool:
        """Whether it failed for want of a configuration or of credentials that will do."""
        return self._watch.kinds.get(delivery.id) in {"NotLoaded", "Unauthorized"}

    def _work(self, act: Act) -> Iterator[Delivery]:
        store, config = self._service.store, self._service.config
        loaded = self._loaded()
        with store.transaction():
            for name, found in loaded.items():
                if found:
                    store.instances.learn(name, found.traits)
            incident = record(store, None, self._before, tell=False)
            for row in store.instances.all():
                if row.enabled and admits(row, incident):
                    store.deliveries.join(incident.id, row.name)
                    self._joined.append(row.name)
            self._tell(self._said, act, self._joined)
        with Owner(store) as owner:
            drain = Drain(store, config, owner, self._service.rehearsal, self._watch, brief=True)
            if self._said.url:
                yield from drain.run(incident.id, PATIENCE)
                return
            first = list(drain.run(incident.id, PATIENCE))
            found_at = [o for o in self.incident.links if o.link.kind == "postmortem" and o.link.url]
            last: set[tuple[str, str]] = set()
            if found_at:
                # Nobody hears of links here, so that those who only say where it is are told once more.
                page = found_at[-1]
                others = [name for name in self._joined if name != page.instance]
                self._tell(replace(self._said, url=page.link.url, public_section=""), act, others)
                for delivery in drain.run(incident.id, PATIENCE):
                    last.add(_thing(delivery))
                    yield delivery
            yield from (delivery for delivery in first if _thing(delivery) not in last)

    def _loaded(self) -> dict[str, Loaded | None]:
        """The plugins; None for one that cannot be loaded, which is said where it is to be called."""
        store, config = self._service.store, self._service.config
        with store.transaction():
            enable(store, config)
        registry = Registry(config)
        found = in_time({name: partial(registry.load, name) for name in config.instances}, LOAD_SECONDS)
        return {name: one if isinstance(one, Loaded) else None for name, one in found.items()}

    def _tell(self, said: Publication, act: Act, instances: list[str]) -> None:
        store, before = self._service.store, self.incident
        whole = f"{said.document}\0{said.url}\0{said.public_section}"
        event = e.PostmortemPublished(
            id=uuid5(before.id, sha256(whole.encode()).hexdigest()),
            incident=before.id,
            seq=before.version + 1,
            at=act.at,
            actor=act.actor,
            document=said.document,
            url=said.url,
            public_section=said.public_section,
            overwrite=said.overwrite,
        )
        record(store, before, [event], tell=False)
        for name in instances:
            for hook in _hooks(store, name, said):
                store.deliveries.add(
                    event=event.id, incident=before.id, instance=name, hook=hook, position=event.seq
                )


class _Kinds(Watch):
    """Remembers what was raised."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[int, str] = {}

    def ended(
        self, store: Store, delivery: Delivery, error: Raised | None, seconds: float | None = None
    ) -> None:
        super().ended(store, delivery, error, seconds)
        self.kinds[delivery.id] = error.kind if error else ""


def _thing(delivery: Delivery) -> tuple[str, str]:
    return delivery.instance, delivery.hook


def _hooks(store: Store, instance: str, said: Publication) -> list[str]:
    """All that the instance is told: that there was an incident, it knows, or need not know any more. Of one
    whose plugin was not loaded it is to be said why.
    """
    traits = store.instances.get(instance).traits
    if traits is None:
        return [PUBLISHED]
    wanted = [PUBLISHED, *(["public_postmortem"] if said.public_section else []), "event_recorded"]
    return [hook for hook in wanted if hook in traits.hooks]


def known(before: list[e.Event]) -> Incident:
    """The incident that the events of `past` add up to."""
    found = fold(before)
    if found is None:
        raise ValueError("there are no events")
    return found


def _title(paper: Paper) -> str:
    headings = (one.title.removeprefix("Post-mortem:") for one in sections(paper.text) if one.level == 1)
    named = paper.front.title or next(headings, "") or paper.path.stem
    return cleaned(clean_title, named, TITLE_LIMIT, "(no title)")
