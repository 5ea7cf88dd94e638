"""The state of an incident is the sum of its events."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from chatops import events as e
from chatops.incident import Incident, OwnedLink, fold
from tests.folding import CANCELLED, REOPENED, RESOLVED, Made, at, folded
from tests.strategies import INCIDENT


def linked(instance: str, kind: str, identity: str) -> Made:
    return e.LinkAdded, {"instance": instance, "link": e.Link(kind, identity)}


ACKNOWLEDGED: Made = (e.Acknowledged, {})
MONITORING: Made = (
    e.Updated,
    {"status": e.Change("investigating", "monitoring")},
)


def test_no_events_are_no_incident() -> None:
    assert fold([]) is None


def test_the_declaration_is_the_first_state() -> None:
    started = at(-30)
    incident = folded(
        (
            e.Declared,
            {
                "key": "alert-1",
                "number": 3,
                "title": "Search is slow",
                "severity": "sev1",
                "status": "monitoring",
                "services": ("search",),
                "components": {"api": "partial_outage"},
                "started_at": started,
                "detected_by": "customer",
                "restricted": True,
                "drill": True,
            },
        )
    )

    assert incident == Incident(
        id=INCIDENT,
        number=3,
        title="Search is slow",
        severity="sev1",
        status="monitoring",
        services=("search",),
        components={"api": "partial_outage"},
        restricted=True,
        drill=True,
        detected_by="customer",
        key="alert-1",
        declared_by="dana",
        declared_at=at(1),
        started_at=started,
        monitoring_at=at(1),
        updated_at=at(1),
        version=1,
    )
    assert incident.name == "INC-3"


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    before = folded()
    changes: dict[str, e.Change[Any]] = {
        "title": e.Change("Checkout is down", "Payments fail"),
        "severity": e.Change("sev2", "sev1"),
        "status": e.Change("investigating", "identified"),
        "services": e.Change((), ("checkout",)),
        "components": e.Change({}, {"api": "major_outage"}),
    }
    for name, change in changes.items():
        after = folded((e.Updated, {"message": "More", name: change}))
        assert after == replace(before, version=2, updated_at=at(2), **{name: change.new})


def test_a_field_can_be_emptied() -> None:
    declared = {"number": 1, "title": "x", "severity": "sev1", "services": ("checkout",)}

    after = folded((e.Declared, declared), (e.Updated, {"services": e.Change(("checkout",), ())}))

    assert after.services == ()


def test_the_first_acknowledgement_stays() -> None:
    incident = folded(ACKNOWLEDGED, (e.Acknowledged, {"actor": "lee"}))

    assert (incident.acknowledged_at, incident.acknowledged_by) == (at(2), "dana")


def test_a_resolved_incident_says_when_and_by_whom() -> None:
    incident = folded((e.Resolved, {"actor": "lee"}))

    assert (incident.state, incident.status, incident.open) == ("resolved", "resolved", False)
    assert (incident.closed_at, incident.closed_by, incident.resolved_at) == (at(2), "lee", at(2))


def test_a_false_alarm_was_never_resolved() -> None:
    incident = folded(CANCELLED)

    assert (incident.state, incident.closed_at, incident.closed_by) == ("cancelled", at(2), "dana")
    assert incident.resolved_at is None
    assert incident.mitigated_at is None


@pytest.mark.parametrize("end", [RESOLVED, CANCELLED])
def test_a_reopened_incident_is_open_again(end: Made) -> None:
    incident = folded(end, REOPENED)

    assert (incident.state, incident.status) == ("open", "investigating")
    assert (incident.closed_at, incident.closed_by, incident.resolved_at) == (None, None, None)


@pytest.mark.parametrize(
    ("events", "mitigated"),
    [
        ([], None),
        ([RESOLVED], at(2)),
        ([MONITORING], at(2)),
        ([MONITORING, RESOLVED], at(2)),
        ([MONITORING, (e.Updated, {"status": e.Change("monitoring", "identified")}), MONITORING], at(2)),
        ([RESOLVED, REOPENED], None),
        ([RESOLVED, REOPENED, RESOLVED], at(4)),
        ([MONITORING, RESOLVED, REOPENED], at(2)),
    ],
)
def test_mitigated_is_the_first_monitoring_else_the_resolution(
    events: list[Made], mitigated: datetime | None
) -> None:
    assert folded(*events).mitigated_at == mitigated


def test_the_last_to_take_a_role_has_it() -> None:
    roles = [("commander", "dana"), ("scribe", "lee"), ("commander", "sam")]

    incident = folded(*((e.RoleAssigned, {"role": role, "person": person}) for role, person in roles))

    assert incident.roles == {"commander": "sam", "scribe": "lee"}


def test_a_new_link_replaces_one_of_its_kind_and_instance_only() -> None:
    incident = folded(
        linked("jira", "ticket", "OPS-1"),
        linked("chat", "ticket", "C1"),
        linked("jira", "page", "P1"),
        linked("jira", "ticket", "OPS-2"),
    )

    assert incident.links == (
        OwnedLink("chat", e.Link("ticket", "C1")),
        OwnedLink("jira", e.Link("page", "P1")),
        OwnedLink("jira", e.Link("ticket", "OPS-2")),
    )
    assert incident.link("chat", "page") is None


def test_restriction_follows_the_last_word() -> None:
    assert folded((e.Restricted, {"on": True})).restricted
    assert not folded((e.Restricted, {"on": True}), (e.Restricted, {"on": False})).restricted


def test_action_items_and_the_postmortem_are_kept() -> None:
    items = [e.ActionItem("A-1", "Add a timeout"), e.ActionItem("A-2", "Add an alarm")]
    published = {"document": "# Why", "url": "https://wiki.example.com/why"}

    incident = folded(
        *((e.ActionItemAdded, {"item": item}) for item in items), (e.PostmortemPublished, published)
    )

    assert incident.action_items == tuple(items)
    assert incident.postmortem_url == "https://wiki.example.com/why"
    assert incident.public_postmortem is None
