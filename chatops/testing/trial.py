"""One plugin at work in a test: a real store, a real configuration, and its remote over real HTTP."""

import sys
import tomllib
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from unittest.mock import patch

import time_machine

from chatops import Unavailable, events
from chatops import config as configuration
from chatops.cli import toml
from chatops.engine.bell import Bell
from chatops.plugin import Plugin
from chatops.registry import Loaded, Registry
from chatops.sandbox import Asked, Fault, Sandbox, StandIn
from chatops.service import Service
from chatops.service.sample import Playing, Sample, happens
from chatops.store import Delivery, Store
from chatops.testing.site import Site

#: More than any deadline, settling and waiting that a plugin may ask for in between.
LATER: Final = timedelta(hours=3)
#: More attempts than the remote objects of one event need to be found and finished.
MOST_ATTEMPTS: Final = 12
Settings = Callable[["Trial"], str]


class Trial:
    """A store in `folder`, the plugin as its only instance, and the sample incident. A context.

    `settings` gives the configuration, in TOML, with one table of plugins; `url` is the stand-in's address by
    then, empty where there is none.
    """

    folder: Path
    """Where the test has its files."""
    box: Sandbox | None
    """What serves the stand-in; None for a plugin that has none."""
    url: str
    """The stand-in's address; empty where there is none."""
    instance: str
    """What the configuration calls the plugin's only instance."""
    service: Service
    """Gives commands, as the command line does."""
    store: Store
    """What was recorded, and what is still to be delivered."""
    sample: Sample
    """What is said in the incident: its `title`, `text`, `person`, `public_title` and `public_text`."""
    playing: Playing
    """Lets things happen: `playing.happen("note_added")`; `playing.incident` is the incident as it is now."""

    def __init__(
        self, folder: Path, plugin: type[Plugin[Any]], standin: type[StandIn] | None, settings: Settings
    ) -> None:
        self.folder = folder
        self._plugin = plugin
        self._standin = standin
        self._settings = settings
        self._open = ExitStack()
        self._siblings = 0
        self._loaded: Loaded | None = None

    def __enter__(self) -> Self:
        enter = self._open.enter_context
        self.folder.mkdir(parents=True, exist_ok=True)
        self.box = enter(Sandbox(only=[self._standin])) if self._standin else None
        self.url = f"{self.box.url}/{self._standin.name}" if self.box and self._standin else ""
        tables = tomllib.loads(self._settings(self))
        ((self.instance, table),) = tables["plugins"].items()
        self._install(table.get("use", self.instance))
        config = configuration.load(self._configure(tables, table))
        self.store = enter(closing(Store(self.folder / "chatops.db")))
        self.service = Service(self.store, config)
        self.sample = Sample.of(config)
        self.playing = Playing(self.service, self.sample)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def anew(self) -> "Trial":
        """Another trial of the same plugin, that knows nothing of this one; it ends with it."""
        self._siblings += 1
        folder = self.folder / f"again-{self._siblings}"
        return self._open.enter_context(Trial(folder, self._plugin, self._standin, self._settings))

    def say(self, sample: Sample) -> None:
        """From the beginning, with other words; services and people stay those of the configuration."""
        kept = ("services", "components", "severities", "person")
        self.sample = replace(sample, **{name: getattr(self.sample, name) for name in kept})
        self.playing = Playing(self.service, self.sample)

    @property
    def remote(self) -> StandIn:
        """The stand-in. Raises LookupError for a plugin that has none."""
        if self.box is None:
            raise LookupError("this plugin is tried without a remote")
        return next(iter(self.box.standins.values()))

    @property
    def asked(self) -> list[Asked]:
        """What the remote was asked, in order."""
        return self.box.log.all() if self.box else []

    def load(self) -> Loaded:
        """The instance, which is loaded once. Raises NotLoaded."""
        self._loaded = self._loaded or Registry(self.service.config).load(self.instance)
        return self._loaded

    def fault(self, kind: Any, **more: Any) -> None:
        """Let the next request go wrong; see `Fault`."""
        if self.box:
            self.box.faults.plan(Fault(kind=kind, **more))

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        if self.box:
            self.box.faults.clear()

    def happenings(self) -> list[str]:
        """What happens in the sample incident that the plugin hears of, and what has to happen before it.

        That it is restricted is left out: not every remote can hide what it has, and the plugin then fails.
        """
        known = Playing.HAPPENINGS.keys()
        hooks = self.load().hooks
        heard = {*known} if "event_recorded" in hooks else {happens(hook) for hook in hooks} & known
        needed = {before for hook in heard for before in Playing(self.service, self.sample).before(hook)}
        return [name for name in known if name in (heard | needed) - {"incident_restricted"}]

    def play(self) -> list[Delivery]:
        """Let everything happen that the plugin hears of, each thing delivered before the next."""
        for happening in self.happenings():
            self.playing.happen(happening)
            self.deliver()
        return self.lane()

    def deliver(self) -> list[Delivery]:
        """Run what is due for the incident; the deliveries of the instance, as they are now."""
        list(self.service.engine.start(self.playing.incident.id))
        return self.lane()

    def settle(self) -> list[Delivery]:
        """Deliver, hours later again, and so on, until nothing waits or it does not help."""
        lane = self.deliver()
        for _ in range(MOST_ATTEMPTS):
            if all(delivery.settled_at for delivery in lane):
                break
            lane = self.later()
        return lane

    def later(self) -> list[Delivery]:
        """Hours later, run what waits or failed; the deliveries of the instance as they are then."""
        self._open.enter_context(time_machine.travel(events.utcnow() + LATER, tick=True))
        self.service.retry(self.store.deliveries.unsettled(self.playing.incident.id))
        return self.deliver()

    def lane(self) -> list[Delivery]:
        """The deliveries of the instance for the incident, in their order; none before it is declared."""
        if not self.playing.begun:
            return []
        return self.store.deliveries.of_lane(self.playing.incident.id, self.instance)

    def work_off(self) -> None:
        """Deliver whatever is due, of every incident, at once; what does not succeed is tried twice."""
        bell = Bell()
        with patch("chatops.dispatch.outcome.FIRST_RETRY", 0.1):
            for delivery in self.service.engine.work(bell, until_done=True):
                if not delivery.settled_at and delivery.attempts > 1:
                    bell.end()

    def dying_once(self) -> Any:
        """Each call of a hook does its work; the first of each delivery dies before that is known."""
        real, died = Loaded.call, set[str]()

        def call(loaded: Loaded, hook: str, **arguments: Any) -> Any:
            result = real(loaded, hook, **arguments)
            key = f"{hook} {getattr(arguments.get('ctx'), 'key', '')}"
            if key in died:
                return result
            died.add(key)
            raise Unavailable("the test ended this call after its work was done")

        return patch.object(Loaded, "call", call)

    def _install(self, name: str) -> None:
        """Make the class a plugin of this name, where it is not installed as that."""
        target = f"{self._plugin.__module__}:{self._plugin.__qualname__}"
        if any(p.value == target for p in entry_points(group="chatops", name=name)):
            return
        site = Site(self.folder / "site", distribution=f"trial-{name}")
        site.folder.mkdir()
        site.point("chatops", {name: target})
        if self._standin:
            where = f"{self._standin.__module__}:{self._standin.__qualname__}"
            site.point("chatops.sandboxes", {name: where})
        self._open.enter_context(patch.object(sys, "path", [str(site.folder), *sys.path]))

    def _configure(self, tables: dict[str, Any], table: dict[str, Any]) -> Path:
        """Write the configuration, under which the instance is told of everything."""
        table.setdefault("when", {}).update({"restricted": True, "drills": True})
        tables.setdefault("core", {})["drainer"] = False
        path = self.folder / "chatops.toml"
        path.write_text("\n".join(toml.document(tables, tables)), encoding="utf-8")
        return path
