"""The registry of enabled plugin instances: who gets a delivery, also where this shell cannot run them."""

from datetime import datetime

import msgspec

from chatops.settings import When
from chatops.store.database import Database, Row
from chatops.store.rows import Instance, Traits


class Instances:
    """Which instances some configuration enabled, and what was learnt of them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Instance]:
        """Every instance, by name, those that were disabled too."""
        return [_instance(row) for row in self._db.all("instances", "all")]

    def get(self, name: str) -> Instance:
        """One instance; raises KeyError where the store does not know it."""
        row = self._db.one("instances", "one", name=name)
        if row is None:
            raise KeyError(name)
        return _instance(row)

    def put(self, name: str, plugin: str, source: str, filters: When) -> None:
        """Enable an instance, as the configuration `source` says it."""
        encoded = msgspec.json.encode(filters).decode()
        self._db.run("instances", "put", name=name, plugin=plugin, source=source, filters=encoded)

    def disable(self, name: str) -> None:
        """The instance gets no more deliveries; what it has stays."""
        self._db.run("instances", "disable", name=name)

    def learn(self, name: str, traits: Traits) -> None:
        """Remember what the instance's plugin implements."""
        self._db.run("instances", "learn", name=name, traits=msgspec.json.encode(traits).decode())

    def pause(self, name: str, until: datetime | None) -> None:
        """The instance's remote is down: nothing that was tried before is tried again until then."""
        self._db.run("instances", "pause", name=name, until=until)

    def rename(self, old: str, new: str) -> None:
        """Move an instance, its lanes, deliveries and steps to a new name, which no incident knows."""
        self._db.run("instances", "remove", name=new)
        self._db.run("instances", "rename", old=old, new=new)
        self._db.run("instances", "remember", old=old, new=new)


def _instance(row: Row) -> Instance:
    return Instance(
        name=row["name"],
        plugin=row["plugin"],
        source=row["source"],
        enabled=bool(row["enabled"]),
        filters=msgspec.json.decode(row["filters"], type=When),
        traits=msgspec.json.decode(row["traits"], type=Traits) if row["traits"] else None,
        paused_until=datetime.fromisoformat(row["paused_until"]) if row["paused_until"] else None,
        became=row["became"],
    )
