"""The components of a page: what incidents ask of them, and put back as they were."""

import pytest

from chatops.service import Service
from tests.components import Page, end, kept, page, service, tell
from tests.stage import Stage, declare, update

__all__ = ["page", "service"]

pytestmark = pytest.mark.any_store


def test_a_component_is_set_and_put_back(stage: Stage, page: Page, service: Service) -> None:
    page.now["api"] = "under_maintenance"
    incident = declare(service)
    assert tell(service, incident, api="major_outage") == {"page public_update": "done"}
    assert page.sets == [("api", "major_outage")]
    tell(service, incident, "identified", api="partial_outage")
    end(service, incident, "api")
    assert page.sets[1:] == [("api", "partial_outage"), ("api", "under_maintenance")]
    assert kept(service) == {}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_incidents_the_worst_holds_to_the_end(
    stage: Stage, page: Page, service: Service, first: int
) -> None:
    incidents = [declare(service, "one"), declare(service, "two")]
    tell(service, incidents[0], api="degraded_performance")
    tell(service, incidents[1], api="major_outage")
    tell(service, incidents[0], "identified", api="partial_outage")
    assert page.of("api") == "major_outage"
    end(service, incidents[first], "api")
    assert page.of("api") == ["major_outage", "partial_outage"][first]
    end(service, incidents[1 - first], "api")
    assert page.of("api") == "operational"
    assert kept(service) == {}


def test_what_is_well_is_not_even_looked_at(stage: Stage, page: Page, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="operational")
    tell(service, incident, "identified")
    assert (page.looked, page.sets) == (0, [])


def test_what_a_person_changed_is_left(
    stage: Stage, page: Page, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage", web="major_outage")
    page.now["api"] = "degraded_performance"
    tell(service, incident, "identified", api="partial_outage", web="partial_outage")
    assert page.now == {"api": "degraded_performance", "web": "partial_outage"}
    assert "somebody has set component api to degraded_performance by hand" in caplog.text
    end(service, incident, "api", "web")
    assert page.now == {"api": "degraded_performance", "web": "operational"}
    assert kept(service) == {}

    following = declare(service, "next")
    tell(service, following, api="major_outage")
    end(service, following, "api")
    assert page.sets[-2:] == [("api", "major_outage"), ("api", "degraded_performance")]


def test_nothing_is_made_better_than_it_was_before_us(stage: Stage, page: Page, service: Service) -> None:
    page.now["api"] = "major_outage"
    incident = declare(service)
    tell(service, incident, api="degraded_performance")
    assert (page.sets, kept(service)) == ([], {})

    page.now["api"] = "operational"
    tell(service, incident, "identified", api="degraded_performance")
    end(service, incident, "api")
    assert page.sets == [("api", "degraded_performance"), ("api", "operational")]


def test_a_milder_word_goes_no_further_back_than_to_what_was(
    stage: Stage, page: Page, service: Service
) -> None:
    page.now["api"] = "partial_outage"
    incident = declare(service)
    tell(service, incident, api="major_outage")
    tell(service, incident, "monitoring", api="degraded_performance")
    assert page.of("api") == "partial_outage"
    assert kept(service) == {}
    end(service, incident, "api")
    assert page.sets == [("api", "major_outage"), ("api", "partial_outage")]


def test_a_component_that_the_remote_does_not_have_is_left_out(
    stage: Stage, page: Page, service: Service
) -> None:
    incident = declare(service)
    assert tell(service, incident, api="major_outage", web="major_outage") == {"page public_update": "done"}
    del page.now["api"]
    tell(service, incident, "identified", api="partial_outage", web="partial_outage")
    end(service, incident, "api", "web")
    assert page.now == {"web": "operational"}
    assert kept(service) == {}


def test_a_component_that_left_the_configuration_is_put_back_when_it_returns(
    stage: Stage, page: Page, service: Service
) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    stage.play("page", page.play("web"))
    end(service, incident, "api")
    assert (page.now["api"], list(kept(service))) == ("major_outage", ["api"])

    stage.play("page", page.play())
    following = declare(service, "next")
    tell(service, following, web="degraded_performance")
    assert page.now == {"api": "operational", "web": "degraded_performance"}
    assert list(kept(service)) == ["web"]


def test_an_incident_that_the_filters_no_longer_admit_still_asks(stage: Stage, page: Page) -> None:
    service = stage.service('[plugins.page]\nwhen.severity = ["sev1"]\n')
    grave, other = declare(service, "grave", severity="sev1"), declare(service, "other", severity="sev1")
    tell(service, grave, api="major_outage")
    update(service, grave, severity="sev3")
    tell(service, other, api="degraded_performance")
    assert page.of("api") == "major_outage"
    end(service, grave, "api")
    assert page.of("api") == "degraded_performance"


def test_an_incident_that_never_joined_asks_nothing(stage: Stage, page: Page) -> None:
    service = stage.service('[plugins.page]\nwhen.severity = ["sev1"]\n')
    mild, grave = declare(service, "mild", severity="sev3"), declare(service, "grave", severity="sev1")
    tell(service, mild, api="major_outage")
    tell(service, grave, api="degraded_performance")
    assert page.of("api") == "degraded_performance"
