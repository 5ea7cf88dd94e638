"""What a late delivery is told as of now, though its event is of then."""

import pytest

from chatops import errors
from tests.kit import act, deliver
from tests.stage import Stage, again, declare, link, update

pytestmark = pytest.mark.any_store

CLEARED = "[plugins.one]\nuse = 'linker'\nwhen.restricted = true\n[plugins.two]\nuse = 'linker'\n"


def test_words_that_waited_know_that_they_are_for_few_by_now(stage: Stage) -> None:
    service = stage.service(CLEARED)
    stage.fail("one", errors.Unavailable("it is down"))
    incident = declare(service, severity="sev2")
    deliver(service, incident)
    update(service, incident, "worse", severity="sev1")
    service.restrict(incident.id, act(), on=True)
    stage.mend("one")
    stage.calls.clear()
    again(service, incident)
    declared, updated = stage.of("one")
    assert (declared.ctx.incident.severity, declared.ctx.incident.restricted) == ("sev2", True)
    assert (updated.ctx.incident.severity, updated.ctx.incident.restricted) == ("sev1", True)


def test_links_are_told_with_the_incident_as_it_is_by_now(stage: Stage) -> None:
    service = stage.service(CLEARED)
    incident = declare(service, severity="sev2")
    deliver(service, incident)
    service.add_link(incident.id, "two", link("ticket"), act())
    update(service, incident, "worse", severity="sev1")
    stage.calls.clear()
    deliver(service, incident)
    (told,) = [call for call in stage.of("one") if call.hook == "links_changed"]
    assert told.ctx.incident.severity == "sev1"
