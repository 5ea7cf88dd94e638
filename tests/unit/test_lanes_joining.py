"""Who hears of an incident: filters decide who joins, and nobody who is in leaves."""

import threading

import pytest

from chatops import errors
from chatops import events as e
from chatops.dispatch.drain import Drain
from chatops.dispatch.lease import Owner
from chatops.service import Service
from chatops.store import Instance
from tests.kit import act, deliver
from tests.stage import SOON, Stage, again, declare, lane, only, say, update

pytestmark = pytest.mark.any_store


def learnt(service: Service) -> Service:
    """The service, whose plugins were loaded once."""
    deliver(service, declare(service, "an earlier incident"))
    return service


def instance(service: Service, name: str) -> Instance:
    return next(row for row in service.store.instances.all() if row.name == name)


@pytest.mark.parametrize("known", [True, False], ids=["learnt before", "first use"])
def test_one_that_joins_late_is_told_where_the_incident_stands(stage: Stage, known: bool) -> None:
    service = stage.service("[plugins.teller.when]\nseverity = ['sev1']\n")
    if known:
        deliver(service, declare(service, "an earlier incident", severity="sev1"))
        stage.calls.clear()
    incident = declare(service, severity="sev3")
    update(service, incident, "nothing much", status="identified")
    deliver(service, incident)
    assert stage.calls == []

    worse = update(service, incident, "it is bad", severity="sev1", title="All is down")
    service.note(incident.id, "paged everybody", act())
    deliver(service, incident)
    assert stage.told("teller") == ["incident_declared", "note_added"]
    told = stage.calls[0]
    assert isinstance(told.event, e.Declared)
    assert (told.event.severity, told.event.title, told.event.status) == (
        "sev1",
        "All is down",
        "identified",
    )
    assert told.event.number == incident.number
    assert told.event.seq == worse.version
    assert told.ctx.incident == worse


def test_filters_let_nobody_out(stage: Stage) -> None:
    service = stage.service("[plugins.teller.when]\nseverity = ['sev1']\nservices = ['checkout']\n")
    incident = declare(service, severity="sev1", services=("checkout",))
    update(service, incident, severity="sev4", services=("billing",))
    service.resolve(incident.id, "", act())
    deliver(service, incident)
    assert stage.told("teller") == ["incident_declared", "incident_updated", "incident_resolved"]


def test_filters_let_nobody_out_of_an_exercise(stage: Stage) -> None:
    service = stage.service("[plugins.teller.when]\nseverity = ['sev1']\n")
    incident = declare(service, severity="sev1", drill=True)
    update(service, incident, severity="sev4")
    deliver(service, incident)
    assert stage.told("teller") == ["incident_declared", "incident_updated"]


def test_a_filter_on_services_lets_in_what_shares_one(stage: Stage) -> None:
    service = stage.service("[plugins.teller.when]\nservices = ['checkout']\n")
    deliver(service, declare(service, "none"))
    deliver(service, declare(service, "another", services=("billing",)))
    assert stage.calls == []
    deliver(service, declare(service, "both", services=("billing", "checkout")))
    assert stage.told("teller") == ["incident_declared"]


def test_an_instance_that_is_enabled_later_joins_at_the_next_event(stage: Stage) -> None:
    service = stage.service("[plugins.one]\nuse = 'teller'\n")
    incident = declare(service)
    deliver(service, incident)
    later = stage.service("[plugins.one]\nuse = 'teller'\n[plugins.two]\nuse = 'teller'\n")
    later.note(incident.id, "all hands", act())
    deliver(later, incident)
    assert stage.told("two") == ["incident_declared"]
    assert stage.told("one") == ["incident_declared", "note_added"]


def test_an_instance_that_is_disabled_hears_of_nothing_new(stage: Stage) -> None:
    service = stage.service("[plugins.one]\nuse = 'teller'\n[plugins.two]\nuse = 'teller'\n")
    service.config.path = None  # the same source for both
    incident = declare(service)
    deliver(service, incident)
    row = instance(service, "two")
    service.store.instances.disable("two")
    assert row.enabled
    assert not instance(service, "two").enabled
    with service.store.transaction():
        service.store.instances.put("two", "teller", "another configuration", row.filters)
        service.store.instances.disable("two")
    del service.config.instances["two"]
    service.note(incident.id, "for one alone", act())
    deliver(service, incident)
    assert stage.told("two") == ["incident_declared"]
    assert stage.told("one") == ["incident_declared", "note_added"]


def test_a_public_latecomer_gets_the_latest_words(stage: Stage) -> None:
    service = stage.service("[plugins.page.when]\nseverity = ['sev1']\n")
    learnt(service)
    incident = declare(service, severity="sev2")
    say(service, incident, "one")
    say(service, incident, "two")
    deliver(service, incident)
    assert stage.calls == []
    update(service, incident, severity="sev1")
    deliver(service, incident)
    assert [(call.hook, call.event.text) for call in stage.calls] == [("public_update", "two")]


def test_a_public_plugin_is_told_nothing_before_customers_are(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n")
    incident = declare(service)
    update(service, incident, "an internal word")
    deliver(service, incident)
    assert stage.calls == []
    say(service, incident, "we are looking into it")
    deliver(service, incident)
    assert [call.event.text for call in stage.calls] == ["we are looking into it"]


def test_the_first_use_of_a_plugin_learns_its_hooks(stage: Stage) -> None:
    service = stage.service("[plugins.pager]\n[plugins.page]\n")
    incident = declare(service)
    assert lane(service, incident, "pager") == ["any pending"]
    assert instance(service, "pager").traits is None
    deliver(service, incident)
    assert lane(service, incident, "pager") == ["incident_declared done"]
    assert lane(service, incident, "page") == []
    traits = instance(service, "pager").traits
    assert traits
    assert "incident_resolved" in traits.hooks
    assert (traits.public, traits.drills) == (False, False)
    other = declare(service, "another")
    assert lane(service, other, "pager") == ["incident_declared pending"]


def test_a_plugin_that_could_not_be_loaded_gets_all_of_it_in_order_when_it_can(stage: Stage) -> None:
    service = stage.service("[plugins.new]\nuse = 'not-there-yet'\n")
    incident = declare(service)
    deliver(service, incident)
    if service.store.shared:
        assert lane(service, incident, "new") == ["any pending"]
    else:
        assert lane(service, incident, "new") == ["any failed"]
        assert "is not installed" in only(service, incident, "new").reason
    update(service, incident, "more")
    service.note(incident.id, "and more", act())
    stage.site.install("from tests.stage import Teller", **{"not-there-yet": "Teller"})
    again(service, incident)
    assert stage.told("new") == ["incident_declared", "incident_updated", "note_added"]


def test_a_plugin_whose_kind_was_changed_is_learnt_anew(stage: Stage) -> None:
    service = stage.service("[plugins.it]\nuse = 'pager'\n")
    incident = declare(service)
    with Owner(service.store) as owner:
        drain = Drain(service.store, service.config, owner)
        list(drain.run())
        changed = stage.service("[plugins.it]\nuse = 'auditor'\n")
        changed.note(incident.id, "for the record", act())
        assert instance(changed, "it").traits is None
        # A worker that began before the change holds the old plugin, and must come to an end.
        worker = threading.Thread(target=lambda: list(drain.run()), daemon=True)
        worker.start()
        worker.join(SOON)
        assert not worker.is_alive()
    assert lane(service, incident, "it") == ["incident_declared done", "note_added done"]


def test_a_restricted_incident_reaches_only_the_cleared(stage: Stage) -> None:
    service = stage.service(
        "[plugins.open]\nuse='teller'\n[plugins.cleared]\nuse='teller'\nwhen.restricted=true\n"
    )
    incident = declare(service, restricted=True)
    deliver(service, incident)
    assert {call.instance for call in stage.calls} == {"cleared"}


def test_clearance_is_checked_at_the_moment_of_the_call(stage: Stage) -> None:
    service = stage.service(
        "[plugins.open]\nuse='teller'\n[plugins.cleared]\nuse='teller'\nwhen.restricted=true\n[plugins.page]\n"
    )
    learnt(service)
    stage.fail("open", errors.Unavailable("down"))
    incident = declare(service)
    deliver(service, incident)
    say(service, incident, "words for customers")
    service.restrict(incident.id, act())
    stage.mend("open")
    stage.calls.clear()
    again(service, incident)
    assert stage.told("open") == []
    reasons = {d.reason for d in service.store.deliveries.of_lane(incident.id, "open")}
    assert reasons == {"not cleared for restricted incidents"}
    assert "incident_restricted" in stage.told("cleared")
    assert stage.told("page") == ["public_update"]

    service.restrict(incident.id, act(), on=False)
    deliver(service, incident)
    assert stage.told("open") == ["incident_restricted"]


@pytest.mark.parametrize("known", [True, False], ids=["learnt before", "first use"])
def test_an_exercise_pages_nobody_and_tells_no_customer(stage: Stage, known: bool) -> None:
    service = stage.service(
        "[plugins.teller]\n[plugins.pager]\n[plugins.page]\n"
        "[plugins.practice]\nuse='pager'\nwhen.drills=true\n[plugins.quiet]\nuse='teller'\nwhen.drills=false\n"
    )
    if known:
        learnt(service)
        stage.calls.clear()
    incident = declare(service, drill=True)
    say(service, incident, "an exercise")
    deliver(service, incident)
    assert {call.instance for call in stage.calls} == {"teller", "practice"}
    assert all(call.ctx.drill for call in stage.calls)


def test_a_public_section_without_public_words_is_for_nobody(stage: Stage) -> None:
    service = stage.service("[plugins.page]\n[plugins.teller]\n")
    learnt(service)
    incident = declare(service)
    stage.calls.clear()
    service.write(
        incident.id,
        act(),
        lambda pen: pen.add(
            e.PostmortemPublished(**pen.stamp(), document="# Why", public_section="A timeout was missing.")
        ),
    )
    deliver(service, incident)
    assert stage.told("page") == []
    assert lane(service, incident, "page") == ["public_postmortem skipped"]
    assert stage.told("teller") == ["incident_declared", "postmortem_published"]
