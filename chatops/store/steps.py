"""How far each remote creation got: the memory behind `ctx.once`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chatops.store.database import Database
from chatops.store.rows import Step


class Steps:
    """A step is known by its scope (an event, or an incident), its instance and its name."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, scope: UUID, instance: str, step: str) -> Step | None:
        """What is known of the step."""
        row = self._db.one("steps", "get", scope=scope, instance=instance, step=step)
        return msgspec.convert(row, Step, strict=False) if row else None

    def posted(self, scope: UUID, instance: str, step: str, at: datetime, not_before: datetime) -> None:
        """A request is about to leave; until `not_before` the remote may not know of it yet."""
        key: dict[str, Any] = {"scope": scope, "instance": instance, "step": step}
        self._db.run("steps", "posted", posted_at=at, not_before=not_before, **key)

    def not_posted(self, scope: UUID, instance: str, step: str) -> None:
        """The remote surely created nothing."""
        self._db.run("steps", "not_posted", scope=scope, instance=instance, step=step)

    def finished(self, scope: UUID, instance: str, step: str, result: str) -> None:
        """The object exists; it is not asked for again."""
        self._db.run("steps", "finished", scope=scope, instance=instance, step=step, result=result)

    def unconfirmed(self, event: UUID, incident: UUID, instance: str) -> datetime | None:
        """Where a creation may have arrived: from when on its absence can be believed."""
        row = self._db.one("steps", "unconfirmed", event=event, incident=incident, instance=instance)
        return datetime.fromisoformat(row["not_before"]) if row and row["not_before"] else None

    def forget(self, scope: UUID, instance: str) -> None:
        """Forget what was created, so that it is created anew."""
        self._db.run("steps", "forget", scope=scope, instance=instance)
