"""Nothing internal is in any byte that is sent to the page."""

from itertools import count

from chatops.events import ActionItem, ActionItemAdded, Link, PostmortemPublished
from chatops.service.act import Pen
from chatops.service.incidents import Changes, Declaration
from tests.kit import act
from tests.plugins.test_statuspage_support import Status, a_status

status = a_status
SERVICES = """
[services.{service}]
owner = "{owner}"
public_name = "Payments"
components = ["{table}"]

[components.{table}]
public_name = "Website"
status.id = "8kbf7d35c070"

[people.{person}]
email = "{email}@example.com"
"""


def test_no_internal_word_reaches_the_page(status: Status) -> None:
    numbers = count(1)
    markers: list[str] = []

    def marker() -> str:
        markers.append(f"zzinternal{next(numbers)}zz")
        return markers[-1]

    service_name, table, person = marker(), marker(), marker()
    names = {"service": service_name, "table": table, "person": person}
    more = SERVICES.format(**names, owner=marker(), email=marker())
    status.configure("[services.checkout]", more + "\n[services.checkout]")
    service, who = status.service, act(marker())
    said = Declaration(title=marker(), services=(service_name,), components={table: "partial_outage"})
    incident = service.declare(said, who).incident
    service.acknowledge(incident.id, who)
    service.note(incident.id, marker(), who)
    service.assign(incident.id, marker(), person, who)
    link = Link(marker(), marker(), f"https://{marker()}.example.com", marker(), {"x": marker()})
    service.add_link(incident.id, marker(), link, who)
    status.say(incident, "We are looking.")
    service.update(incident.id, Changes(message=marker(), title=marker(), severity="sev1"), who)
    status.say(incident, "Found it.", "identified")
    service.draft(incident.id, service.compose(service.incident(incident.id), marker()), who)
    service.reject(incident.id, marker(), who)
    service.correct(incident.id, "We have found it.", who)
    service.resolve(incident.id, marker(), who)
    status.say(incident, "Over.", "resolved")
    service.reopen(incident.id, marker(), who)
    service.cancel(incident.id, marker(), who)
    service.restrict(incident.id, who)
    item = ActionItem(marker(), marker(), marker(), "2026-12-01", marker())

    def writing(pen: Pen) -> None:
        pen.add(ActionItemAdded(**pen.stamp(), item=item))
        pen.add(
            PostmortemPublished(
                **pen.stamp(), document=marker(), url=marker(), public_section="A disk was full."
            )
        )

    service.write(incident.id, who, writing)
    status.deliver(incident)
    assert service.audience() == {"status": 4}
    asked = status.asked()
    assert {a.method for a in asked} == {"GET", "POST", "PATCH", "PUT"}
    assert (len(status.mailed), status.public.postmortem is not None) == (3, True)
    sent = "\n".join(f"{a.path}?{a.query} {a.headers} {a.body!r}" for a in asked)
    assert "Payments: service disruption" in sent
    assert "A disk was full." in sent
    assert [word for word in [*markers, "INC-", "sev1", "sev2"] if word in sent] == []
