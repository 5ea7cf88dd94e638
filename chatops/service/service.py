"""The whole product behind one object: the command line calls nothing else."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatops import config as configuration
from chatops import events as e
from chatops.config import Config
from chatops.dispatch.record import record
from chatops.dispatch.whose import mine
from chatops.errors import ConfigError, NoIncident, UnknownName, UsageError
from chatops.events import Link
from chatops.finding import at_home
from chatops.incident import Incident
from chatops.service.act import Act, Pen
from chatops.service.promises import Promises
from chatops.service.words import Words
from chatops.settings import INSTANCE_NAME, STORES
from chatops.store import Delivery, Store, check_place, default_path
from chatops.store.address import is_address
from chatops.text import clean_title

if TYPE_CHECKING:
    from chatops.dispatch.contexts import Contexts
    from chatops.engine.local import LocalEngine
    from chatops.sandbox.rehearsal import Rehearsal


class Service(Words, Promises):
    """Incidents, their public words, what was promised after them, and their deliveries, in one store under
    one configuration.
    """

    #: What a dry run would have sent; None where nothing is rehearsed.
    rehearsal: "Rehearsal | None" = None

    @classmethod
    def open(cls, path: Path | None = None) -> "Service":
        """The service under the configuration in force. Raises ConfigError, StoreError."""
        config = configuration.load(path)
        return cls(Store(store_place(config)), config)

    @classmethod
    @contextmanager
    def rehearsing(cls, path: Path | None = None) -> "Iterator[Service]":
        """The service on a copy of its store, which goes when this ends; nothing that writes is sent.

        Raises ConfigError, StoreError.
        """
        from tempfile import TemporaryDirectory

        from chatops.sandbox.rehearsal import Rehearsal

        config = configuration.load(path)
        origin = store_place(config)
        with TemporaryDirectory(prefix="chatops-dry-run-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / "chatops.db"
            if isinstance(origin, str) or origin.exists():
                with closing(Store(origin)) as real:
                    real.copy(copy).close()
            with closing(Store(copy)) as store:
                service = cls(store, config)
                service.rehearsal = Rehearsal()
                yield service

    @classmethod
    @contextmanager
    def storeless(cls, path: Path | None = None, *, dry_run: bool = False) -> "Iterator[Service]":
        """The service on an empty store, which goes when this ends: for a job that has only a checkout.

        In a dry run nothing that writes is sent. Raises ConfigError, StoreError.
        """
        from tempfile import TemporaryDirectory

        config = configuration.load(path)
        with (
            TemporaryDirectory(prefix="chatops-", ignore_cleanup_errors=True) as folder,
            closing(Store(Path(folder) / "chatops.db")) as store,
        ):
            service = cls(store, config)
            if dry_run:
                from chatops.sandbox.rehearsal import Rehearsal

                service.rehearsal = Rehearsal()
            yield service

    @cached_property
    def engine(self) -> "LocalEngine":
        """Runs the deliveries; imported where something is delivered, as whoever only looks needs none."""
        from chatops.engine.local import LocalEngine

        return LocalEngine(self.store, self.config, self.rehearsal)

    def numbered(self, number: int) -> Incident:
        """The incident with this display number; raises NoIncident."""
        found = self.store.log.numbered(number)
        if found is None:
            raise NoIncident(name=f"INC-{number}")
        return found

    def open_incidents(self) -> list[Incident]:
        """Every open incident, the newest first."""
        return self.store.log.listed(state="open", most=1000)

    def elsewhere(self, instances: Collection[str]) -> dict[str, str]:
        """Those of the instances that another configuration file, or another host, runs, and which."""
        here = set(mine(self.store, self.config)) - self.engine.left.keys()
        return {name: self.store.instances.get(name).source for name in sorted(instances) if name not in here}

    def owing_the_end(self) -> list[Incident]:
        """The incidents that are over, and whose end customers were not told."""
        return [incident for incident, _ in self.store.log.publicly_open() if incident.owes_the_end]

    def public_update_due(self, incident: Incident) -> datetime | None:
        """When customers are owed the next words, by the severity's `update_every`; None where they are
        not, as for an exercise.
        """
        if incident.severity not in self.config.severities:
            return None
        return incident.next_public_update(self.update_every(incident))

    def update_every(self, incident: Incident) -> timedelta | None:
        """How often customers are owed words while the incident, as it stands, is open; None where they are
        not.
        """
        found = self.config.severities.get(incident.severity)
        manual = self.policy(incident) == "manual" and not incident.customers_know
        return None if found is None or manual or incident.drill else found.update_every

    def resolve_link(self, instance: str, ref: str) -> Link:
        """What a person opened by hand, as the instance's plugin knows it; else a plain link.

        Raises UnknownName, PluginError.
        """
        if instance not in self.config.instances:
            raise UnknownName("plugin instance", instance, self.config.instances)
        ref = clean_title(ref, "link")
        link = self._ask(instance, "resolve_link", ref=ref)
        if isinstance(link, Link):
            return link
        if not re.fullmatch(r"https?://\S+", ref):
            raise UsageError(f"{instance} does not know {ref!r}. Give the whole URL, https://...")
        return Link("link", ref, ref)

    def audience(self) -> dict[str, int | None]:
        """How many subscribers each public instance would mail; None where it is not known."""
        from chatops.dispatch.ask import Answer, ask_all

        rows = {row.name: row.traits for row in self.store.instances.all() if row.enabled}
        here = [name for name in rows if name in self.config.instances]
        # The first incident asks before anybody has learnt which of them face customers.
        maybe = [name for name in here if (traits := rows[name]) is None or traits.public]
        reached: dict[str, int | None] = {}
        for name, asked in ask_all(self._contexts(), maybe, "audience").items():
            if isinstance(asked, Answer) and asked.public:
                reached[name] = asked.value if isinstance(asked.value, int) else None
            elif not isinstance(asked, Answer) and rows[name] is not None:
                reached[name] = None
        return reached

    def retry(self, deliveries: Iterable[Delivery], *, recreate: bool = False) -> list[Delivery]:
        """Make deliveries due now. With `recreate`, what the instance created for the incident before is
        forgotten and created anew, as when somebody deleted the ticket.
        """
        revived = []
        with self.store.transaction():
            for delivery in deliveries:
                self.store.instances.pause(delivery.instance, None)
                if recreate:
                    revived.append(self._recreate(delivery))
                else:
                    self.store.deliveries.settle(delivery, "retry", delivery.reason, due_at=self.store.now())
                    revived.append(delivery)
        return revived

    def skip(self, delivery: Delivery, reason: str, act: Act) -> None:
        """Give one delivery up, on the record; its lane goes on with the next."""
        if delivery.settled_at:
            raise UsageError(f"Delivery {delivery.id} is {delivery.state} already.")
        self.store.deliveries.settle(delivery, "skipped", f"by {act.actor}: {reason}")

    def rename(self, old: str, new: str, act: Act) -> None:
        """Move what the store holds of an instance to a new name. Raises UnknownName, UsageError."""
        store = self.store
        if not INSTANCE_NAME.fullmatch(new):
            raise UsageError("Write the new name with letters, digits, - and _.")
        with store.transaction():
            names = [row.name for row in store.instances.all()]
            if old not in names:
                raise UnknownName("plugin instance in the store", old, names)
            if new == old or store.deliveries.incidents_of(new):
                raise UsageError(f"The store has incidents of an instance {new!r} already.")
            store.instances.rename(old, new)
            for target in store.deliveries.incidents_of(new):
                pen = Pen(self.incident(target), act)
                pen.add(e.InstanceRenamed(**pen.stamp(), old=old, new=new))
                record(store, self.incident(target), pen.events, tell=False)

    def _ask(self, instance: str, question: str, **arguments: object) -> Any:
        from chatops.dispatch.ask import ask

        return ask(self._contexts(), instance, question, **arguments)

    def _contexts(self) -> "Contexts":
        from chatops.dispatch.contexts import Contexts

        return Contexts(self.store, self.config)

    def _recreate(self, delivery: Delivery) -> Delivery:
        store = self.store
        store.steps.forget(delivery.incident, delivery.instance)
        store.steps.forget(delivery.event, delivery.instance)
        incident = self.incident(delivery.incident)
        traits = store.instances.get(delivery.instance).traits
        public = traits is not None and traits.public and bool(incident.public)
        hook = "public_update" if public else "incident_declared"
        event = incident.public[-1].id if public else delivery.event
        if public and delivery.hook in {"public_update", "public_correction"}:
            store.deliveries.settle(delivery, "superseded", "the words are said anew")
        else:
            store.deliveries.settle(delivery, "retry", delivery.reason, due_at=store.now())
        if traits is None or hook not in traits.hooks:
            return delivery
        return store.deliveries.add_again(delivery, event=event, hook=hook)


def store_place(config: Config) -> Path | str:
    """Where the store is: CHATOPS_STORE, the configuration, or the user's state directory.

    It is a file's path, or the URL of a database, as `Store` takes them. Raises ConfigError for a store
    of a kind that there is not.
    """
    here = os.environ.get("CHATOPS_STORE")
    named = here or config.core.store
    if named == "sqlite":
        return default_path()
    if is_address(named):
        check_place(named)
        return named
    if re.match(r"[a-z]+://", named) and not named.startswith("sqlite:///"):
        kind = named.split(":")[0]
        raise ConfigError(problem=f"core.store: there is no store in {kind}; {STORES}")
    base = config.path.parent if config.path and not here else Path.cwd()
    return base / at_home(Path(named.removeprefix("sqlite:///")))
