"""The plugins of a drain: each imported once, on a thread of its own, as an import may hang."""

import threading
from collections.abc import Callable
from typing import Final

from chatops.config import Config
from chatops.deadline import Deadline
from chatops.dispatch.watch import Watch
from chatops.errors import NotLoaded
from chatops.registry import Loaded, Registry
from chatops.store import Store

LOAD_SECONDS: Final = 10.0


class Plugins:
    """Each instance's plugin, or why it has none; `answer` is told on another thread what was imported."""

    def __init__(
        self, store: Store, config: Config, watch: Watch, answer: Callable[[str, Loaded | NotLoaded], None]
    ) -> None:
        self._store = store
        self._registry = Registry(config)
        self._watch = watch
        self._answer = answer
        self._known: dict[str, Loaded | NotLoaded] = {}
        self._threads: dict[str, threading.Thread] = {}
        #: Those that are being imported, and until when they are waited for.
        self.deadlines: dict[str, Deadline] = {}
        #: Those that cannot run here, and are left to a host where they can.
        self.left: dict[str, NotLoaded] = {}

    def get(self, instance: str) -> Loaded | NotLoaded | None:
        """The instance's plugin, or why it has none; None while it is being imported."""
        if instance not in self._known and instance not in self.deadlines:
            self.deadlines[instance] = Deadline(LOAD_SECONDS)
            self._threads[instance] = threading.Thread(
                target=self._load, args=(instance,), name=f"load {instance}", daemon=True
            )
            self._threads[instance].start()
        return self._known.get(instance)

    def learn(self, instance: str, found: Loaded | NotLoaded) -> None:
        """What was imported; whoever was given up before is not heard any more."""
        if self.deadlines.pop(instance, None) is None:
            return
        del self._threads[instance]
        if isinstance(found, NotLoaded) and self._store.shared:
            self.left[instance] = found
            return
        self._known[instance] = found
        if isinstance(found, Loaded):
            row = next((row for row in self._store.instances.all() if row.name == instance), None)
            if row and row.traits != found.traits:
                self._store.instances.learn(instance, found.traits)

    def give_up(self) -> None:
        """Wait no longer for what takes too long."""
        for instance, deadline in list(self.deadlines.items()):
            if not deadline.remaining():
                self._watch.given_up(self._threads[instance])
                problem = f"importing it took longer than {LOAD_SECONDS:g} s."
                self.learn(instance, NotLoaded(instance=instance, problem=problem))

    def _load(self, instance: str) -> None:
        try:
            self._answer(instance, self._registry.load(instance))
        except NotLoaded as error:
            self._answer(instance, error)
