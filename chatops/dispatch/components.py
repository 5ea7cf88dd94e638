"""Changes the components of a status page, and puts them back as they were.

A component that several incidents have touched gets the worst that any of them asks; when none asks any
more, what it was before us. It is never made better than it was before us: whoever said so knew of
something that we do not. Where a person has changed it in between, it is theirs.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from chatops.context import Log
from chatops.deadline import Deadline
from chatops.dispatch.views import asked_of
from chatops.events import ComponentStatus
from chatops.public import worst
from chatops.store import ComponentRow, Store

Statuses = Mapping[str, ComponentStatus]
POLL: Final = 0.02


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """The memory of one instance's components."""

    store: Store
    instance: str
    deadline: Deadline
    log: Log

    @contextmanager
    def changing(self, ids: Iterable[str], current: Callable[[], Statuses]) -> Iterator[Statuses]:
        """What to set, while nobody else changes this instance's components. See `Components.changing`."""
        wanted = set(ids)
        with self._alone():
            asked, kept = asked_of(self.store, self.instance), self.store.components.of(self.instance)
            touched = sorted(known for known in wanted if known in kept or _asks(asked, known))
            now = current() if touched else {}
            planned: dict[str, ComponentRow] = {}
            for known in touched:
                row = self._planned(known, kept.get(known), now.get(known), asked)
                if row:
                    planned[known] = row
                if row and row.unsure_from:
                    self.store.components.put(self.instance, known, row)
            yield {known: row.set_to for known, row in planned.items() if row.unsure_from}
            self._settle(touched, planned, asked)

    def _planned(
        self, known: str, row: ComponentRow | None, now: ComponentStatus | None, asked: Statuses
    ) -> ComponentRow | None:
        """What becomes of the component; None where it is not ours to change."""
        if now is None:
            return None
        if row and now not in {row.set_to, row.unsure_from}:
            self.log.warning("somebody has set component %s to %s by hand; it is left so", known, now)
            return None
        baseline = row.baseline if row else now
        target = worst([baseline, asked.get(known, "operational")])
        return ComponentRow(baseline=baseline, set_to=target, unsure_from=now if target != now else None)

    def _settle(self, touched: Iterable[str], planned: Mapping[str, ComponentRow], asked: Statuses) -> None:
        for known in touched:
            row = planned.get(known)
            if row and row.set_to != row.baseline:
                done = ComponentRow(baseline=row.baseline, set_to=row.set_to)
                self.store.components.put(self.instance, known, done)
            elif row or not _asks(asked, known):
                self.store.components.forget(self.instance, known)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.store.lock(f"components.{self.instance}") as taken:
            while not taken():
                self.deadline.check()
                time.sleep(POLL)
            yield


def _asks(asked: Statuses, known: str) -> bool:
    return asked.get(known, "operational") != "operational"
