"""Keeps what became of a call: its outcome and its links, in one transaction, while the lane is held."""

from msgspec.structs import replace

from chatops import events as e
from chatops.dispatch.lease import Lease
from chatops.dispatch.outcome import Outcome
from chatops.dispatch.record import record
from chatops.store import Delivery, Store


def keep(
    store: Store, held: Lease, outcome: Outcome, *, tried: bool = False, tell: bool = True
) -> Delivery | None:
    """Write the outcome and let go of the lane; None where the lane is somebody else's by now.

    With `tell=False` nobody hears of its links.
    """
    delivery = held.delivery
    with store.transaction():
        if not store.deliveries.release(delivery, held.epoch):
            return None
        if outcome.due_at:
            outcome = replace(outcome, due_at=store.by_its_clock(outcome.due_at))
        outcome = _confirmed(store, delivery, outcome)
        settled = store.deliveries.settle(
            delivery,
            outcome.state,
            outcome.reason,
            gone=outcome.gone,
            due_at=outcome.due_at,
            tried=tried,
        )
        if tried:
            store.instances.pause(delivery.instance, outcome.due_at if outcome.remote_down else None)
        if outcome.links:
            _add_links(store, delivery, outcome, tell=tell)
    return settled


def _confirmed(store: Store, delivery: Delivery, outcome: Outcome) -> Outcome:
    """Where a creation may have arrived, asking again earlier than it can be believed is no use."""
    if outcome.state not in {"retry", "unconfirmed"}:
        return outcome
    until = store.steps.unconfirmed(delivery.event, delivery.incident, delivery.instance)
    if until is None:
        return outcome
    due = max(until, outcome.due_at or until)
    return replace(outcome, state="unconfirmed", due_at=due)


def _add_links(store: Store, delivery: Delivery, outcome: Outcome, *, tell: bool) -> None:
    incident = store.log.incident(delivery.incident)
    cause = store.log.event(delivery.event)
    for link in outcome.links:
        known = incident.link(delivery.instance, link.kind) if incident else None
        if incident is None or known == link:
            continue
        event = e.LinkAdded(
            id=e.new_id(),
            incident=incident.id,
            seq=incident.version + 1,
            at=e.utcnow(),
            actor=delivery.instance,
            instance=delivery.instance,
            link=link,
        )
        # What a plugin remembers with its link is nobody else's business. A link that answers a link tells
        # nobody: two plugins would go on answering each other.
        seen = known is not None and replace(known, data=link.data) == link
        news = not (seen or isinstance(cause, e.LinkAdded))
        incident = record(store, incident, [event], tell=tell and news)
