"""Holds what the remotes have, and what the store says, to what was recorded.

The event log decides what there has to be: of each incident one ticket, one public incident, one channel;
of each event its comment, message and words, once and in order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from chatops import events as e
from chatops.incident import Incident
from chatops.service import Service
from chatops.store import Delivery
from tests.chaos import remotes
from tests.chaos.script import Command

Kind = Literal["lost", "duplicate", "out of order", "owed", "stale"]
KINDS: Final = ("lost", "duplicate", "out of order", "owed", "stale")
#: What each event has to become, whatever happens; links are told of outside the order, coalesced.
TOLD: Final[dict[type[e.Event], dict[str, str]]] = {
    e.Declared: dict.fromkeys(("jira", "slack"), "incident_declared"),
    e.Acknowledged: dict.fromkeys(("jira", "slack"), "incident_acknowledged"),
    e.Updated: dict.fromkeys(("jira", "slack"), "incident_updated"),
    e.NoteAdded: dict.fromkeys(("jira", "slack"), "note_added"),
    e.RoleAssigned: dict.fromkeys(("jira", "slack"), "role_assigned"),
    e.Resolved: dict.fromkeys(("jira", "slack"), "incident_resolved"),
    e.PublicUpdatePublished: {
        **dict.fromkeys(("jira", "slack"), "public_update_published"),
        "status": "public_update",
    },
}
#: These change nothing where it is so already, so that they leave no event with their key.
IDEMPOTENT: Final = ("ack", "assign")


@dataclass(frozen=True)
class Fault:
    """Something that must not be."""

    kind: Kind
    what: str


@dataclass
class Told:
    """One incident with its events and deliveries, and what was found wrong with it."""

    incident: Incident
    events: Sequence[e.Event]
    deliveries: Sequence[Delivery]
    faults: list[Fault]

    def wrong(self, kind: Kind, what: str) -> None:
        self.faults.append(Fault(kind, f"{self.incident.name}: {what}"))

    def compare(self, what: str, wanted: Sequence[str], found: Sequence[str]) -> None:
        """Everything that is wanted has to be found, once, in this order, and nothing else."""
        for name, times in Counter(found).items():
            if name not in wanted:
                self.wrong("duplicate", f"{what} {name} should not be there")
            elif times > 1:
                self.wrong("duplicate", f"{what} {name} is there {times} times")
        for name in wanted:
            if name not in found:
                self.wrong("lost", f"{what} {name} is not there")
        kept = [name for name in wanted if name in found]
        if kept != [name for name in dict.fromkeys(found) if name in wanted]:
            self.wrong("out of order", f"{what}: {list(found)} instead of {kept}")

    def settled(self, event: e.Event, instance: str) -> str:
        """What became of the event's delivery to the instance."""
        hook = TOLD[type(event)][instance]
        found = (d for d in self.deliveries if (d.event, d.instance, d.hook) == (event.id, instance, hook))
        return next((d.state for d in found), "")


def check(
    service: Service,
    standins: Mapping[str, Any],
    *,
    committed: Iterable[UUID] = (),
    acknowledged: Iterable[Command] = (),
    overtaken: bool = False,
) -> list[Fault]:
    """All that is wrong. `committed` and `acknowledged` are what was seen to be recorded.

    Where requests of a dead process may still be `overtaken` by later ones, what a remote shows last is not
    looked at: the moment between the last check and the remote's doing cannot be fenced.
    """
    faults: list[Fault] = []
    told = [told_of(service, incident, faults) for incident in incidents(service)]
    faults += _recorded(set(committed), acknowledged, [event for one in told for event in one.events])
    for one in told:
        _deliveries(one)
        remotes.check_ticket(standins["jira"], one, last=not overtaken)
        remotes.check_channel(standins["slack"], one, last=not overtaken)
        remotes.check_page(standins["statuspage"], one, last=not overtaken)
    known = {str(one.incident.id) for one in told}
    faults += [Fault("duplicate", what) for what in remotes.strangers(standins, known)]
    if not overtaken:
        faults += [Fault("stale", what) for what in remotes.components(standins["statuspage"])]
    return faults


def incidents(service: Service) -> list[Incident]:
    found = (service.store.log.incident(identity) for identity in service.store.log.all_ids())
    return [incident for incident in found if incident]


def told_of(service: Service, incident: Incident, faults: list[Fault]) -> Told:
    store = service.store
    told = Told(incident, store.log.events(incident.id), store.deliveries.of_incident(incident.id), faults)
    if store.log.rebuilt(incident.id) != incident:
        told.wrong("lost", "its snapshot is not what its events add up to")
    if [event.seq for event in told.events] != list(range(1, len(told.events) + 1)):
        told.wrong("lost", "its events are not numbered from 1 without a gap")
    return told


def _recorded(
    committed: set[UUID], acknowledged: Iterable[Command], events: Iterable[e.Event]
) -> Iterator[Fault]:
    """What was seen to be recorded is there, and once for each key."""
    events = list(events)
    for missing in committed - {event.id for event in events}:
        yield Fault("lost", f"event {missing} was committed and is not in the log")
    keys = Counter(event.key for event in events if event.key)
    for key, times in keys.items():
        if times > 1:
            yield Fault("duplicate", f"{key} was recorded {times} times")
    words = Counter(event.text for event in events if isinstance(event, e.PublicUpdatePublished))
    for command in acknowledged:
        if command.key not in keys and command.words[0] not in IDEMPOTENT:
            yield Fault("lost", f"{command.key} was acknowledged and is not in the log")
        if command.public and words[command.public] != 1:
            yield Fault("lost", f"the words {command.public!r} were recorded {words[command.public]} times")


def _deliveries(told: Told) -> None:
    for delivery in told.deliveries:
        if delivery.settled_at is None:
            what = f"{delivery.instance} {delivery.hook} is {delivery.state}: {delivery.reason}"
            told.wrong("owed", what)
    for event in told.events:
        for instance in TOLD.get(type(event), ()):
            state = told.settled(event, instance)
            replaced = instance == "status" and state == "superseded"
            if state != "done" and not replaced:
                told.wrong("lost", f"{event.kind} for {instance} is {state or 'nowhere'}")
