"""When each remote was asked: what keeps all processes of a store to its pace together."""

from datetime import datetime

from chatops.store.database import Database
from chatops.values import Pace


class Requests:
    """The requests of each instance, for as long as its pace counts them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, instance: str, pace: Pace) -> float:
        """Take a place for one request and return 0; or the seconds after which there is one."""
        with self._db.transaction():
            # Only here: whoever had to wait for the others' transactions has an older time.
            now = self._db.now()
            # What lies further ahead than a span was written before the clock was set back.
            self._db.run("requests", "forget", instance=instance, since=now - pace.per, until=now + pace.per)
            oldest = self._db.one("requests", "nth_newest", instance=instance, n=pace.requests - 1)
            if oldest is None:
                self._db.run("requests", "add", instance=instance, at=now)
                return 0.0
        free = datetime.fromisoformat(oldest["at"]) + pace.per
        return min(max((free - now).total_seconds(), 0.001), pace.per.total_seconds())
