"""What is still to be delivered, and what became of the rest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from chatops.store.database import Database, encoded
from chatops.store.rows import SETTLED, Delivery, DeliveryState


class Deliveries:
    """The deliveries and the lanes that they run in."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def join(self, incident: UUID, instance: str) -> None:
        """From now on the instance hears of everything that happens to the incident."""
        self._db.run("deliveries", "join_lane", incident=incident, instance=instance)

    def joined(self, incident: UUID) -> set[str]:
        """The instances that have joined the incident."""
        return {row["instance"] for row in self._db.all("deliveries", "joined", incident=incident)}

    def incidents_of(self, instance: str) -> list[UUID]:
        """The incidents that the instance has joined."""
        return [
            UUID(row["incident"]) for row in self._db.all("deliveries", "incidents_of", instance=instance)
        ]

    def add(self, *, event: UUID, incident: UUID, instance: str, hook: str, position: int) -> None:
        """Plan a delivery; one that is planned already stays as it is."""
        lane = {"incident": incident, "instance": instance}
        if hook == "links_changed":
            self._db.run("deliveries", "supersede_links_changed", now=self._db.now(), **lane)
        self._db.run(
            "deliveries", "add", event=event, hook=hook, position=position, now=self._db.now(), **lane
        )

    def add_again(self, lane: Delivery, *, event: UUID, hook: str) -> Delivery:
        """Plan a delivery right before another one in its lane, also one that has ended before."""
        same = (lane.event, lane.hook) == (event, hook)
        where = _lane(lane) | {"position": lane.position - (not same)}
        row = self._db.one("deliveries", "add_again", event=event, hook=hook, now=self._db.now(), **where)
        return msgspec.convert(row, Delivery, strict=False)

    def remove(self, delivery: Delivery) -> None:
        """Take back a delivery that stood for others."""
        self._db.run("deliveries", "remove", id=delivery.id)

    def ready(
        self, now: datetime, incident: UUID | None = None, instances: Iterable[str] | None = None
    ) -> list[Delivery]:
        """The deliveries that may run: at the head of their lane and due, the longest due first.

        At most 50 of each instance, so that none with a long backlog hides the others.
        """
        return self._many("ready", now=now, incident=incident, names=_names(instances), each=50)

    def next_ready(self, instances: Iterable[str] | None = None) -> datetime | None:
        """When the next delivery may run, of these instances or of any; None where none can."""
        row = self._db.one("deliveries", "next_ready", names=_names(instances))
        return datetime.fromisoformat(row["ready_at"]) if row and row["ready_at"] else None

    def get(self, delivery: int) -> Delivery | None:
        """One delivery."""
        return next(iter(self._many("one", id=delivery)), None)

    def of_incident(self, incident: UUID) -> list[Delivery]:
        """All that was ever planned for the incident, in order."""
        return self._many("of_incident", incident=incident)

    def of_lane(self, incident: UUID, instance: str) -> list[Delivery]:
        """All that was ever planned for the incident at the instance, in order."""
        return self._many("of_lane", incident=incident, instance=instance)

    def unsettled(self, incident: UUID | None = None, most: int = 1000) -> list[Delivery]:
        """What did not end yet: it waits for its turn, its time, or a person."""
        return self._many("unsettled", incident=incident, most=most)

    def counts(self) -> dict[tuple[str, DeliveryState], int]:
        """How many did not end yet, by instance and state."""
        return {(row["instance"], row["state"]): row["count"] for row in self._db.all("deliveries", "counts")}

    def recent(self, most: int) -> list[Delivery]:
        """The newest deliveries, the newest first."""
        return self._many("recent", most=most)

    def settle(  # noqa: PLR0913  (one for each column)
        self,
        delivery: Delivery,
        state: DeliveryState,
        reason: str = "",
        *,
        gone: bool = False,
        due_at: datetime | None = None,
        tried: bool = False,
    ) -> Delivery:
        """Write what became of a delivery, and return it; one that has ended is left as it is."""
        now = self._db.now()
        settled = self._many(
            "settle",
            id=delivery.id,
            state=state,
            reason=reason,
            gone=gone,
            now=now,
            due_at=due_at or delivery.due_at,
            tried=int(tried),
            settled_at=now if state in SETTLED else None,
        )
        return settled[0] if settled else self._many("one", id=delivery.id)[0]

    def owner(self, delivery: Delivery) -> str | None:
        """Who runs the delivery's lane now."""
        row = self._db.one("deliveries", "lane_owner", **_lane(delivery))
        return row["owner"] if row else None

    def lease(
        self, delivery: Delivery, owner: str, seconds: float, takeover: str | None = None
    ) -> int | None:
        """Take the delivery's lane for so long; None where somebody else has it, or has had it meanwhile.

        `takeover` names an owner that is known to be dead. The number that is returned proves the lease:
        it changes whenever the lane changes hands.
        """
        now = self._db.now()
        until = now + timedelta(seconds=seconds)
        known = {"id": delivery.id, "changed_at": delivery.changed_at} | _lane(delivery)
        row = self._db.one(
            "deliveries", "lease", owner=owner, until=until, now=now, takeover=takeover, **known
        )
        return int(row["epoch"]) if row else None

    def release(self, delivery: Delivery, epoch: int) -> bool:
        """Give the lane back; False where it was lost before."""
        return bool(self._db.run("deliveries", "release", epoch=epoch, **_lane(delivery)))

    def holds(self, delivery: Delivery, epoch: int) -> bool:
        """Whether the lane is still held."""
        return self._db.one("deliveries", "holds", epoch=epoch, **_lane(delivery)) is not None

    def _many(self, name: str, **params: Any) -> list[Delivery]:
        return [
            msgspec.convert(row, Delivery, strict=False) for row in self._db.all("deliveries", name, **params)
        ]


def _names(instances: Iterable[str] | None) -> str | None:
    return None if instances is None else encoded(instances)


def _lane(delivery: Delivery) -> dict[str, Any]:
    return {"incident": delivery.incident, "instance": delivery.instance}
