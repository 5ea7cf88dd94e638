"""What may be said of a delivery before its plugin is called, at the moment of the call."""

from chatops import events as e
from chatops.dispatch.outcome import Outcome
from chatops.dispatch.plan import ANY_HOOK, takes_drills
from chatops.incident import Incident
from chatops.plugin import CatchUp
from chatops.public import public_event
from chatops.registry import Loaded
from chatops.store import Delivery, Store


def decided(store: Store, delivery: Delivery, incident: Incident, loaded: Loaded) -> Outcome | None:
    """The outcome of a delivery that is not to be made, or None where the plugin is to be called."""
    if delivery.hook not in loaded.hooks:
        return Outcome(state="skipped", reason=f"the plugin does not listen to {delivery.hook}")
    if incident.drill or incident.restricted:
        row = store.instances.get(delivery.instance)
        if incident.drill and not takes_drills(row):
            return Outcome(state="skipped", reason="exercises are not for this instance")
        if incident.restricted and not (row.filters.restricted or loaded.plugin.public):
            return Outcome(state="skipped", reason="not cleared for restricted incidents")
    if loaded.plugin.public and not _is_public(store, delivery, incident):
        again = delivery.hook == "public_postmortem" and incident.public_postmortem
        what = "customers have their section already" if again else "nothing of it is for customers"
        return Outcome(state="skipped", reason=what)
    if loaded.plugin.catch_up is CatchUp.ALL:
        return None
    lane = store.deliveries.of_lane(delivery.incident, delivery.instance)
    if loaded.plugin.catch_up is CatchUp.LATEST:
        return _stale(store, delivery, lane)
    return _over(delivery, lane, incident)


def _is_public(store: Store, delivery: Delivery, incident: Incident) -> bool:
    event = store.log.event(delivery.event)
    return incident.customers_know and event is not None and public_event(event, incident) is not None


def _stale(store: Store, delivery: Delivery, lane: list[Delivery]) -> Outcome | None:
    """Words that newer words replace; a correction of words that were never said."""
    waiting = (d for d in lane if d.settled_at is None and _place(d) > _place(delivery))
    if delivery.hook == "public_update" and any(_says_words(store, d) for d in waiting):
        until = store.steps.unconfirmed(delivery.event, delivery.event, delivery.instance)
        if until and until > store.now():
            late = "these words may still arrive; newer ones follow once they cannot"
            return Outcome(state="unconfirmed", reason=late)
        return Outcome(state="superseded", reason="newer words replace these")
    event = store.log.event(delivery.event)
    if isinstance(event, e.PublicUpdateCorrected) and not _was_said(store, event, lane):
        return Outcome(state="superseded", reason="the words that it corrects were never said here")
    return None


def _says_words(store: Store, delivery: Delivery) -> bool:
    """Whether it tells customers something, also where its plugin was not known when it was planned."""
    if delivery.hook != ANY_HOOK:
        return delivery.hook == "public_update"
    return isinstance(store.log.event(delivery.event), e.PublicUpdatePublished)


def _was_said(store: Store, correction: e.PublicUpdateCorrected, lane: list[Delivery]) -> bool:
    for delivery in lane:
        event = store.log.event(delivery.event)
        if isinstance(event, e.PublicUpdatePublished) and event.sequence == correction.sequence:
            # What was tried may have arrived, though newer words have replaced it since.
            return delivery.state not in {"superseded", "skipped"} or delivery.attempts > 0
    return False


def _over(delivery: Delivery, lane: list[Delivery], incident: Incident) -> Outcome | None:
    """What only matters while the incident runs; what was begun is still ended."""
    begun = any(d.attempts for d in lane if d.hook == "incident_declared")
    ends = delivery.hook in {"incident_resolved", "incident_cancelled"}
    if incident.open or (ends and begun):
        return None
    return Outcome(state="skipped", reason="the incident was over before this could be delivered")


def _place(delivery: Delivery) -> tuple[int, int]:
    return delivery.position, delivery.id
