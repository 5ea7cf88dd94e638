"""Stores of any size, written through the store's own methods in large transactions."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from chatops import events as e
from chatops.incident import fold
from chatops.settings import When
from chatops.store import Store

#: However many incidents there are, so many of them are open, and so many deliveries did not end.
OPEN: Final = 20
OWED: Final = 50
INSTANCES: Final = ("tickets", "chat")
BATCH: Final = 5_000


def filled(path: Path, incidents: int) -> Store:
    """A store with so many incidents: a few open ones among them, the others told to everybody."""
    store = Store(path)
    with store.transaction():
        for name in INSTANCES:
            store.instances.put(name, name, "bench", When())
    opened = {1 + index * incidents // OPEN for index in range(OPEN)}
    owed = 0
    for first in range(1, incidents + 1, BATCH):
        with store.transaction():
            for number in range(first, min(first + BATCH, incidents + 1)):
                at = e.utcnow() - timedelta(hours=incidents - number + 1)
                happened = _events(number, at, ends=number not in opened)
                incident = fold(happened)
                assert incident is not None
                store.log.append(incident, happened)
                keep = min(OWED - owed, 3) if incident.open else 0
                _deliver(store, incident.id, happened, keep)
                owed += keep
    return store


def _events(number: int, at: datetime, *, ends: bool) -> list[e.Event]:
    incident = e.new_id()

    def stamp(seq: int) -> e.Stamp:
        when = at + timedelta(minutes=seq)
        return {"id": e.new_id(), "incident": incident, "seq": seq, "at": when, "actor": "dana", "key": None}

    told: list[e.Event] = [
        e.Declared(
            **stamp(1), number=number, title=f"Checkout returns 500s, again: {number}", severity="sev2"
        ),
        e.Updated(
            **stamp(2), message="A bad deploy; rolling back", status=e.Change("investigating", "identified")
        ),
    ]
    return [*told, e.Resolved(**stamp(3), message="Rolled back")] if ends else told


def _deliver(store: Store, incident: UUID, happened: list[e.Event], owed: int) -> None:
    """All that happened was told to every instance, but for the last `owed` deliveries, of which every
    other one waits for a time to come.
    """
    for instance in INSTANCES:
        store.deliveries.join(incident, instance)
        for event in happened:
            store.deliveries.add(
                event=event.id, incident=incident, instance=instance, hook=str(event.hook), position=event.seq
            )
    planned = store.deliveries.of_incident(incident)
    for delivery in planned[: len(planned) - owed]:
        store.deliveries.settle(delivery, "done", tried=True)
    for delivery in planned[len(planned) - owed :: 2]:
        store.deliveries.settle(delivery, "retry", "503", due_at=e.utcnow() + timedelta(hours=1), tried=True)
