"""Which incidents have happened before."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from chatops.incident import Incident

#: An incident repeats another one of the last so many days.
WITHIN: Final = timedelta(days=90)
#: The share of their words, numbers aside, that two similar titles have in common.
ALIKE: Final = 0.6
#: Stands for the title of a restricted incident, and of those that are like it.
RESTRICTED: Final = "restricted"
_WORD = re.compile(r"\w+")


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents, by name and the oldest first, of which each repeats an earlier one."""

    incidents: tuple[str, ...]
    title: str
    services: tuple[str, ...]
    first_at: datetime
    last_at: datetime


def repeated(incidents: Iterable[Incident]) -> dict[UUID, UUID]:
    """For each incident that repeats earlier ones, the latest of those."""
    found: dict[UUID, UUID] = {}
    seen: dict[str | None, dict[frozenset[str], Incident]] = {}
    for incident in _by_time(incidents):
        words = _words(incident.title)
        own = [seen.setdefault(service, {}) for service in incident.services or (None,)]
        earlier = [before for those in own if (before := _latest(those, words, incident))]
        if earlier:
            found[incident.id] = max(earlier, key=lambda before: (before.declared_at, before.number)).id
        for those in own:
            # The latest comes last, so that the search can end at the first that is too old.
            those.pop(words, None)
            those[words] = incident
    return found


def chains(incidents: Iterable[Incident], of: Mapping[UUID, UUID]) -> list[Repeat]:
    """Those that repeat each other, together; the most frequent first. `of` is what `repeated` found."""
    together: dict[UUID, list[Incident]] = {}
    for incident in _by_time(incidents):
        chain = together.get(of[incident.id], []) if incident.id in of else []
        chain.append(incident)
        together[incident.id] = chain
    once = {id(chain): chain for chain in together.values() if len(chain) > 1}
    return sorted(map(_repeat, once.values()), key=lambda it: (-len(it.incidents), it.first_at))


def _repeat(chain: list[Incident]) -> Repeat:
    hidden = any(incident.restricted for incident in chain)
    return Repeat(
        incidents=tuple(incident.name for incident in chain),
        title=RESTRICTED if hidden else chain[-1].title,
        services=tuple(sorted({service for incident in chain for service in incident.services})),
        first_at=chain[0].declared_at,
        last_at=chain[-1].declared_at,
    )


def _by_time(incidents: Iterable[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda incident: (incident.declared_at, incident.number))


def _latest(
    those: dict[frozenset[str], Incident], words: frozenset[str], incident: Incident
) -> Incident | None:
    for others, before in reversed(those.items()):
        if incident.declared_at - before.declared_at > WITHIN:
            return None
        common = len(words & others)
        if common >= ALIKE * (len(words) + len(others) - common):
            return before
    return None


def _words(title: str) -> frozenset[str]:
    """What tells a title from others: no case, and no number, as one alert has many of them."""
    every = _WORD.findall(title.casefold())
    return frozenset(word for word in every if not word[0].isdigit()) or frozenset(every or [title])
