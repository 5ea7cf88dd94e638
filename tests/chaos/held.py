"""Holds the remotes to the log, also where people skipped deliveries, or kept incidents to few.

`checker` judges incidents of which all is told to all. Here what became of each delivery decides what there
must be, what there may be, and what may not be.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from chatops import events as e
from chatops.dispatch.plan import ANY_HOOK
from chatops.incident import Incident
from chatops.public import worst
from chatops.service import Service
from chatops.store import Delivery
from tests.chaos import checker, remotes
from tests.chaos.checker import Told

#: What each kind of event leaves behind, by the instance that is told of it.
LEAVES: Final[dict[str, tuple[type[e.Event], ...]]] = {
    "jira": (*remotes.COMMENTED, e.Cancelled, e.Reopened, e.PublicUpdateCorrected),
    "slack": (*remotes.POSTED, e.Cancelled, e.Reopened, e.PublicUpdateCorrected, e.Restricted),
}
STEP: Final = {"jira": "comment", "slack": "post-1"}
STATUSES: Final = {
    "investigating": "To Do",
    "identified": "In Progress",
    "monitoring": "In Review",
    "resolved": "Done",
    "cancelled": "Won't Do",
}

#: How a delivery says that a person gave it up.
BY_A_PERSON: Final = "by dana: "


class Wanted(NamedTuple):
    """Something of which there is one, or may be; `names` are what it may be called."""

    names: tuple[str, ...]
    must: bool

    def __str__(self) -> str:
        return f"{'' if self.must else 'perhaps '}{' or '.join(self.names)}"


def told_of(service: Service) -> list[Told]:
    """Every incident, with what is wrong with its log."""
    faults: list[checker.Fault] = []
    return [checker.told_of(service, incident, faults) for incident in checker.incidents(service)]


def compare(told: Told, what: str, wanted: Sequence[Wanted], found: Sequence[str]) -> None:
    """What was found is what is wanted, in its order, each once; what only may be there may be missing."""

    @cache
    def fits(i: int, j: int) -> bool:
        if i == len(wanted):
            return j == len(found)
        here = j < len(found) and found[j] in wanted[i].names and fits(i + 1, j + 1)
        return here or (not wanted[i].must and fits(i + 1, j))

    if not fits(0, 0):
        must = sum(one.must for one in wanted)
        kind: checker.Kind = "lost" if len(found) < must else "duplicate"
        told.wrong(kind, f"{what}: {[*map(str, wanted)]} became {list(found)}")


def twice(standins: Mapping[str, Any], known: Collection[Incident]) -> Iterator[str]:
    """What is there more often than once, at any moment."""
    jira, slack, page = standins["jira"], standins["slack"], standins["statuspage"]
    channels = [c.name for c in slack.workspace.channels.values()]
    things: dict[str, list[str]] = {
        "ticket of": [remotes.of_ticket(issue) for issue in jira.issues],
        "public incident of": [remotes.of_page(incident) for incident in page.incidents],
        "comment": [c.properties["chatops"]["key"] for issue in jira.issues for c in issue.comments],
        "message": [
            key for c in slack.workspace.channels.values() for m in c.messages if (key := remotes.key_of(m))
        ],
        "channel of": [i.name for i in known for name in channels if name.startswith(f"inc-{i.number}-")],
        "pinned in": [c.name for c in slack.workspace.channels.values() for _ in c.pins],
        "web link": [str(link.global_id) for issue in jira.issues for link in issue.remote_links],
        "bookmark": [f"{c.name} {b.link}" for c in slack.workspace.channels.values() for b in c.bookmarks],
    }
    for what, names in things.items():
        yield from (f"{what} {name} is there {n} times" for name, n in Counter(names).items() if n > 1)
    yield from remotes.strangers(standins, {str(incident.id) for incident in known})


def judge(told: Told, standins: Mapping[str, Any], ever_restricted: bool, refused: Collection[str]) -> None:
    """Everything of this incident is delivered, or was given up on the record, and is where it belongs.

    `refused` are the remotes that ever said no, for which some things need not be done.
    """
    excused = {name for name in ("jira", "slack", "status") if skipped(told, name)}
    _deliveries(told, excused | ({"jira", "status"} if ever_restricted else set()))
    _ticket(told, standins["jira"], excused | ({"jira"} if ever_restricted or "jira" in refused else set()))
    _channel(told, standins["slack"], excused | ({"slack"} if "slack" in refused else set()))
    _page(told, standins["statuspage"], excused)


def components(told: Sequence[Told], page: Any) -> Iterator[str]:
    """Each component is as bad as the worst that any incident says, and else as it was."""
    asked: dict[str, list[e.ComponentStatus]] = {}
    for one in told:
        latest = {c.name: c.status for words in one.incident.public for c in words.components}
        if _lane(one, "status"):
            for name, status in latest.items():
                asked.setdefault(name, []).append(status)
    for component in page.components:
        should = worst(asked.get(component.name, []))
        if component.status != should:
            yield f"component {component.name} is {component.status} instead of {should}"


def _lane(told: Told, instance: str) -> list[Delivery]:
    return [d for d in told.deliveries if d.instance == instance]


def skipped(told: Told, instance: str) -> bool:
    """Whether a person gave up any of the incident's deliveries to the instance."""
    return any(d.state == "skipped" and d.reason.startswith(BY_A_PERSON) for d in _lane(told, instance))


def _deliveries(told: Told, excused: set[str]) -> None:
    """Each event became its deliveries, and none was left out, but on the record."""
    for delivery in told.deliveries:
        what = f"{delivery.instance} {delivery.hook} is {delivery.state}: {delivery.reason}"
        if delivery.settled_at is None:
            told.wrong("owed", what)
        elif delivery.hook == "links_changed":
            # Links are told of outside the order; that they all have arrived is seen at the remote.
            continue
        elif delivery.state in {"skipped", "superseded"} and not (
            delivery.instance in excused or _replaced(told, delivery)
        ):
            told.wrong("lost", what)
    planned = {(d.event, d.instance, d.hook) for d in told.deliveries}
    for instance in ("jira", "slack", "status"):
        first = min((d.position for d in _lane(told, instance)), default=1 if instance == "slack" else None)
        for event in told.events:
            hook = event.public_hook if instance == "status" else event.hook
            joined = event.seq > first if first is not None else instance not in excused
            told_of_it = hook and (instance == "status" or not isinstance(event, e.LinkAdded))
            # What was given up before its plugin was known stands for all its hooks.
            there = {(event.id, instance, hook), (event.id, instance, ANY_HOOK)} & planned
            if joined and told_of_it and not there:
                told.wrong("lost", f"{event.kind} was never to be delivered to {instance}")


def _replaced(told: Told, delivery: Delivery) -> bool:
    """Whether newer words took the place of these, or of those that these would put right."""
    lane = [d for d in _lane(told, "status") if d.hook == "public_update"]
    if delivery.hook not in {"public_update", "public_correction"}:
        return False
    if delivery.hook == "public_update":
        return any(d.position > delivery.position for d in lane)
    said = {event.id: getattr(event, "sequence", 0) for event in told.events}
    return any(said[d.event] == said[delivery.event] and d.state != "done" for d in lane)


def _left(told: Told, instance: str) -> list[Wanted]:
    """What the lane's deliveries leave behind at the remote, in their order."""
    kinds, known = LEAVES[instance], {event.id: event for event in told.events}
    return [
        Wanted((f"{event.id}.{instance}.{STEP[instance]}",), delivery.state == "done")
        for delivery in sorted(_lane(told, instance), key=lambda d: (d.position, d.id))
        if isinstance(event := known[delivery.event], kinds) and delivery.hook == event.hook
    ]


def _ticket(told: Told, jira: Any, excused: set[str]) -> None:
    tickets = [issue for issue in jira.issues if remotes.of_ticket(issue) == str(told.incident.id)]
    if not tickets:
        if "jira" not in excused:
            told.wrong("lost", "there is no ticket")
        return
    found = [c.properties["chatops"]["key"] for c in tickets[0].comments]
    if "jira" in excused and told.incident.link("jira", "ticket") is None:
        return
    compare(told, "comment", _left(told, "jira"), found)
    if "jira" in excused:
        return
    ours = [o for o in told.incident.links if o.instance != "jira" and o.link.url]
    wanted = {f"chatops-{told.incident.id}-{o.instance}-{o.link.kind}" for o in ours}
    if wanted != {str(link.global_id) for link in tickets[0].remote_links}:
        told.wrong("lost", f"web links are not {wanted}")
    state = told.incident.status if told.incident.open else told.incident.state
    if tickets[0].status.name != STATUSES[state]:
        told.wrong("stale", f"the ticket is {tickets[0].status.name}, the incident {state}")


def _channel(told: Told, slack: Any, excused: set[str]) -> None:
    start, channels = f"inc-{told.incident.number}-", slack.workspace.channels.values()
    channel = next((c for c in channels if c.name.startswith(start)), None)
    if channel is None:
        if "slack" not in excused:
            told.wrong("lost", "there is no channel")
        return
    summary = Wanted((f"{told.incident.id}.slack.summary-{channel.id}",), "slack" not in excused)
    found = [
        key for m in channel.messages if (key := remotes.key_of(m)) and not key.endswith(".slack.troubles")
    ]
    if summary.names[0] in found:
        # It comes with the declaration, or where that was skipped, with what follows its first words.
        found.remove(summary.names[0])
        found.insert(0, summary.names[0])
    compare(told, "message", [summary, *_left(told, "slack")], found)
    if "slack" in excused:
        return
    links = [o.link for o in told.incident.links if o.instance != "slack"]
    told.compare("bookmark", sorted(ln.url for ln in links), sorted(b.link for b in channel.bookmarks))
    told.compare("pin", ["pin"], ["pin"] * len(channel.pins))
    text = next(m.text for m in channel.messages if remotes.key_of(m) == summary.names[0])
    state = "cancelled" if told.incident.state == "cancelled" else told.incident.status
    for words in (f"*{state}", told.incident.severity, *(link.url for link in links)):
        if words not in text:
            told.wrong("stale", f"the summary does not have {words}: {text}")
    if f"| {state}" not in channel.topic.value:
        told.wrong("stale", f"the topic is {channel.topic.value!r}, the incident {state}")


def _page(told: Told, page: Any, excused: set[str]) -> None:
    """Customers read each of the words that were not replaced, as they were last put right."""
    public = next(
        (known for known in page.incidents if remotes.of_page(known) == str(told.incident.id)), None
    )
    lane = [d for d in _lane(told, "status") if d.hook == "public_update"]
    done = [d for d in lane if d.state == "done"]
    if public is None:
        if done:
            told.wrong("lost", "there is no public incident")
        return
    said = {w.id: w for w in told.events if isinstance(w, e.PublicUpdatePublished)}
    wanted = [Wanted(_versions(told, said[d.event], excused), d.state == "done") for d in lane]
    found = [update.body for update in reversed(public.updates)]
    compare(told, "public update", wanted, found)
    if "status" not in excused and lane:
        last = told.incident.public[-1]
        if found[-1:] != [last.text] or public.status != last.status:
            told.wrong("stale", f"the page ends with {found[-1:]} and is {public.status}")
    mails = Counter((mail.to, mail.text) for mail in page.mails if mail.incident == public.id)
    readers = [who.address for who in page.subscribers if (who.mode, who.state) == ("email", "active")]
    texts = [_texts(told, words) for words in said.values()]
    for reader in readers:
        for versions in texts:
            times = sum(mails[reader, text] for text in set(versions))
            alike = sum(set(versions) == set(other) for other in texts)
            if times > alike or (not times and set(versions) & set(found)):
                told.wrong("duplicate" if times else "lost", f"{versions} mailed to {reader} {times} times")


def _texts(told: Told, words: e.PublicUpdatePublished) -> tuple[str, ...]:
    """What the words were, and what they were put right to."""
    put_right = [w for w in told.events if isinstance(w, e.PublicUpdateCorrected)]
    return (words.text, *(w.text for w in put_right if w.sequence == words.sequence))


def _versions(told: Told, words: e.PublicUpdatePublished, excused: set[str]) -> tuple[str, ...]:
    """How the words may read: as they were last put right, unless somebody gave that up."""
    texts = _texts(told, words)
    return texts if "status" in excused else texts[-1:]
