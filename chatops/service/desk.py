"""Where every command writes: one lock, one transaction, its events and their deliveries."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from chatops import events as e
from chatops.config import Config
from chatops.dispatch.record import record
from chatops.dispatch.whose import enable
from chatops.errors import NoIncident, WrongState
from chatops.incident import Incident
from chatops.service.act import CLOCK_SLACK, Act, Pen, Recorded, Writing
from chatops.store import Store

#: A `declare` with the same title and services within this time is the same incident.
SAME_INCIDENT: Final = timedelta(minutes=10)
#: An update with the same words within this time is the same update.
SAME_UPDATE: Final = timedelta(minutes=1)


class Desk:
    """The store and the configuration, and the one way to write to the log."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config

    def write(  # noqa: PLR0913  (one for each way in which commands differ)
        self,
        target: UUID | None,
        act: Act,
        writing: Writing,
        *,
        kind: type[e.Event] | None = None,
        tell: bool = True,
        identity: UUID | None = None,
    ) -> Recorded:
        """Let `writing` add events to the incident, or to a new one, and record them with their deliveries.

        A new incident gets the id `identity`, or one of its own. With `tell=False` nobody hears of it.
        A key that the incident has seen before, with an event of this `kind` (None: of any), is a
        repetition: nothing is written.
        """
        with self.store.transaction():
            enable(self.store, self.config)
            before = self.incident(target) if target else None
            if before and act.key and self.store.log.event_with_key(before.id, act.key, kind):
                return Recorded(before, repeated=f"the key {act.key!r} was used for this already")
            # A clock that was set back meanwhile is no reason to refuse what happens now.
            if before and act.at < min(before.declared_at, e.utcnow()) - CLOCK_SLACK:
                at = f"{before.declared_at:%Y-%m-%d %H:%M} UTC"
                problem = f"was declared at {at}; this is said to have been before"
                raise WrongState(incident=before.name, problem=problem)
            pen = Pen(before, act, identity)
            writing(pen)
            if pen.repeated or not pen.events:
                return Recorded(pen.incident, repeated=pen.repeated)
            after = record(self.store, before, pen.events, tell=tell)
            made = {event.seq for event in pen.events}
            planned = self.store.deliveries.of_incident(after.id)
            return Recorded(after, tuple(pen.events), tuple(d for d in planned if d.position in made))

    def incident(self, target: UUID) -> Incident:
        """The incident as it is now; raises NoIncident."""
        found = self.store.log.incident(target)
        if found is None:
            raise NoIncident(name=target)
        return found
