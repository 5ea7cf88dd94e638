"""The event log, which is the truth, and the incidents that it folds to."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chatops import events as e
from chatops.codec import decode, encode
from chatops.incident import Incident, fold
from chatops.store.database import Database


class Log:
    """The event log, and the incidents that it folds to."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def next_number(self) -> int:
        """The display number of the next incident; to be used in the same transaction."""
        row = self._db.one("log", "next_number")
        return int(row["number"]) if row else 1

    def append(self, incident: Incident, events: Iterable[e.Event]) -> None:
        """Write events, and the incident that they lead to."""
        self._db.run(
            "log",
            "save_incident",
            id=incident.id,
            number=incident.number,
            key=incident.key,
            state=incident.state,
            severity=incident.severity,
            title=incident.title,
            services=msgspec.json.encode(incident.services).decode(),
            drill=incident.drill,
            declared_at=incident.declared_at,
            public_at=incident.public[-1].at if incident.public else None,
            owes_the_end=incident.owes_the_end,
            version=incident.version,
            snapshot=msgspec.json.encode(incident).decode(),
        )
        for event in events:
            body = encode(event).decode()
            common = {"id": event.id, "incident": event.incident, "seq": event.seq, "key": event.key}
            self._db.run("log", "add_event", kind=event.kind, at=event.at, body=body, **common)

    def events(self, incident: UUID, upto: int = 2**31) -> list[e.Event]:
        """The incident's events in their order, up to and with number `upto`."""
        return [decode(row["body"]) for row in self._db.all("log", "events", incident=incident, upto=upto)]

    def event(self, event: UUID) -> e.Event | None:
        """One event."""
        row = self._db.one("log", "event", id=event)
        return decode(row["body"]) if row else None

    def event_with_key(self, incident: UUID, key: str, kind: type[e.Event] | None = None) -> e.Event | None:
        """The event of this kind, or of any, that carries the caller's key, since the incident was last
        reopened.
        """
        tag = kind and str(kind.__struct_config__.tag)
        row = self._db.one("log", "event_with_key", incident=incident, key=key, kind=tag)
        return decode(row["body"]) if row else None

    def incident(self, incident: UUID) -> Incident | None:
        """The incident as it is now."""
        return self._first("incident", id=incident)

    def numbered(self, number: int) -> Incident | None:
        """The incident with this display number."""
        return self._first("numbered", number=number)

    def open_with_key(self, key: str) -> Incident | None:
        """The open incident that was declared with the caller's key."""
        return self._first("open_with_key", key=key)

    def open_since(self, since: datetime) -> list[Incident]:
        """The open incidents declared since then, the newest first."""
        return self._many("open_since", since=since)

    def listed(  # noqa: PLR0913  (one for each filter)
        self,
        *,
        state: str | None = None,
        severity: str | None = None,
        service: str | None = None,
        since: datetime | None = None,
        drill: bool | None = None,
        most: int = 50,
    ) -> list[Incident]:
        """Incidents by these filters: the open ones first, then the latest."""
        filters = {"severity": severity, "service": service, "since": since, "drill": drill}
        return self._many("listed", state=state, most=most, **filters)

    def public(self, instance: str) -> Iterator[tuple[Incident, bool]]:
        """Every incident with public words, the newest words first; whether the instance has joined it."""
        before: tuple[str | None, str | None] = (None, None)
        while page := self._db.all("log", "public", instance=instance, before=before[0], before_id=before[1]):
            for row in page:
                yield _incident(row), bool(row["joined"])
            before = (page[-1]["public_at"], page[-1]["id"])

    def publicly_open(self, instance: str = "") -> list[tuple[Incident, bool]]:
        """The incidents that customers know of and have not heard the end of, and whether the instance has
        joined each.
        """
        found = self._db.all("log", "publicly_open", instance=instance)
        return [(_incident(row), bool(row["joined"])) for row in found]

    def holding(self, instance: str, link: e.Link) -> list[Incident]:
        """The incidents to which the instance has tied this remote object."""
        return self._many("holding", instance=instance, kind=link.kind, id=link.id)

    def turns(self, since: datetime | None = None) -> dict[UUID, list[e.Event]]:
        """The events that may have changed severity or state, in their order, of each incident declared since
        then; exercises have none.
        """
        found: dict[UUID, list[e.Event]] = {}
        for row in self._db.all("log", "turns", since=since):
            event = decode(row["body"])
            found.setdefault(event.incident, []).append(event)
        return found

    def rebuilt(self, incident: UUID) -> Incident | None:
        """The incident folded anew from its events, for comparing with its snapshot."""
        return fold(self.events(incident))

    def all_ids(self) -> list[UUID]:
        """Every incident there is."""
        return [UUID(row["id"]) for row in self._db.all("log", "all_ids")]

    def _first(self, name: str, **params: Any) -> Incident | None:
        row = self._db.one("log", name, **params)
        return _incident(row) if row else None

    def _many(self, name: str, **params: Any) -> list[Incident]:
        return [_incident(row) for row in self._db.all("log", name, **params)]


def _incident(row: dict[str, Any]) -> Incident:
    return msgspec.json.decode(row["snapshot"], type=Incident)
