"""A store, a worker or two in processes of their own, and work that they find all at once."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from command import COMMAND, environment, installed, running

from chatops import events as e
from chatops.incident import Incident, fold
from chatops.settings import When
from chatops.store import Store, Traits

INSTANCES: Final = ("one", "two")
#: Of each incident, so that its lanes have something to keep in order.
EVENTS: Final = 10
SOURCE: Final = """
    import os
    import time
    from chatops import Plugin, hookimpl

    class Noop(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            pass

        @hookimpl
        def note_added(self, event, ctx):
            pass

    class Clock(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            with open(os.environ["STARTED"], "a") as started:
                started.write(f"{time.time()}\\n")

        note_added = incident_declared
"""
HOOKS: Final = ("incident_declared", "note_added")


class Place:
    """A store at `where`, and the configuration of its two plugins, which do nothing; or which, with `clock`,
    write into the file `started` of the folder when they are called.
    """

    def __init__(self, folder: Path, where: Path | str, *, clock: bool = False) -> None:
        folder.mkdir()
        use = "clock" if clock else "noop"
        site = installed(folder, SOURCE, noop="Noop", clock="Clock")
        config = folder / "chatops.toml"
        config.write_text("".join(f'[plugins.{name}]\nuse = "{use}"\n' for name in INSTANCES))
        self.started = folder / "started"
        paths = {"PYTHONPATH": site, "CHATOPS_CONFIG": config, "STARTED": self.started}
        self.env = environment(folder, CHATOPS_STORE=str(where), **{k: str(v) for k, v in paths.items()})
        self.store = Store(where)
        self._made = 0
        with self.store.transaction():
            for name in INSTANCES:
                self.store.instances.put(name, use, self.store.source(str(config)), When())
                self.store.instances.learn(name, Traits(HOOKS, public=False, drills=True))

    @contextmanager
    def workers(self, count: int) -> Iterator[list[int]]:
        """The ids of so many workers, which have begun to work."""
        with ExitStack() as stack:
            started = [stack.enter_context(running([COMMAND, "worker"], self.env)) for _ in range(count)]
            self.plan(count * EVENTS * len(INSTANCES))
            self.until_done()
            yield started

    def plan(self, deliveries: int) -> None:
        """Make so many deliveries due, in one transaction."""
        with self.store.transaction():
            for _ in range(deliveries // (EVENTS * len(INSTANCES))):
                self._made += 1
                self._happen(*_incident(self._made, EVENTS), INSTANCES)

    def plan_one(self) -> None:
        """Make a single delivery due."""
        with self.store.transaction():
            self._made += 1
            self._happen(*_incident(self._made, 1), INSTANCES[:1])

    def until_done(self) -> None:
        """Return when nothing waits."""
        while self.store.deliveries.counts():
            time.sleep(0.1)

    def seconds_each(self, deliveries: int) -> float:
        """How long each of the last deliveries took, from the first one's end to the last one's."""
        ended = [d.settled_at for d in self.store.deliveries.recent(deliveries) if d.settled_at]
        return (max(ended) - min(ended)).total_seconds() / (len(ended) - 1)

    def seconds_of_commits(self) -> float:
        """How long the store takes for the commits of a delivery, when nothing else is done."""
        store, (last,) = self.store, self.store.deliveries.recent(1)
        begin = time.perf_counter()
        epoch = store.deliveries.lease(last, "bench", 60.0, None)
        assert epoch is not None
        with store.transaction():
            store.deliveries.release(last, epoch)
            store.deliveries.settle(last, "done", tried=True)
        return time.perf_counter() - begin

    def _happen(self, incident: Incident, events: list[e.Event], instances: Sequence[str]) -> None:
        store = self.store
        store.log.append(incident, events)
        for name in instances:
            store.deliveries.join(incident.id, name)
            for event in events:
                store.deliveries.add(
                    event=event.id,
                    incident=incident.id,
                    instance=name,
                    hook=str(event.hook),
                    position=event.seq,
                )


def _incident(number: int, count: int) -> tuple[Incident, list[e.Event]]:
    identity, at = e.new_id(), e.utcnow()
    events: list[e.Event] = [
        e.Declared(**_stamp(identity, 1, at), number=number, title="Checkout returns 500s", severity="sev2")
    ]
    events += [
        e.NoteAdded(**_stamp(identity, seq, at), text="Marta sees it, too") for seq in range(2, count + 1)
    ]
    incident = fold(events)
    assert incident is not None
    return incident, events


def _stamp(incident: UUID, seq: int, at: datetime) -> e.Stamp:
    when = at + timedelta(milliseconds=seq)
    return {"id": e.new_id(), "incident": incident, "seq": seq, "at": when, "actor": "dana", "key": None}
