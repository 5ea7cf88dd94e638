"""The components of a page where a change was lost, failed, or could not be looked at."""

import pytest

from chatops import errors
from chatops import events as e
from chatops.service import Service
from tests.components import Page, end, kept, page, service, tell
from tests.kit import act, deliver
from tests.stage import Call, Stage, declare

__all__ = ["page", "service"]

pytestmark = pytest.mark.any_store


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_change_whose_answer_was_lost_is_made_once_and_put_back(
    stage: Stage, page: Page, service: Service, lost: str
) -> None:
    incident = declare(service)
    page.lost = lost
    assert tell(service, incident, api="major_outage") == {"page public_update": "unconfirmed"}
    row = kept(service)["api"]
    assert (row.baseline, row.set_to, row.unsure_from) == ("operational", "major_outage", "operational")

    page.lost = ""
    service.retry(service.store.deliveries.unsettled(incident.id))
    deliver(service, incident)
    assert page.sets == [("api", "major_outage")]
    assert kept(service)["api"].unsure_from is None

    page.lost = lost
    end(service, incident, "api")
    page.lost = ""
    service.retry(service.store.deliveries.unsettled(incident.id))
    deliver(service, incident)
    assert page.sets == [("api", "major_outage"), ("api", "operational")]
    assert kept(service) == {}


def test_a_lost_change_that_others_words_follow_is_known(stage: Stage, page: Page, service: Service) -> None:
    incident = declare(service)
    page.lost = "after"
    tell(service, incident, api="degraded_performance")
    page.lost = ""
    (lost,) = service.store.deliveries.unsettled(incident.id)
    service.skip(lost, "said by hand", act())
    tell(service, incident, "identified", api="major_outage")
    end(service, incident, "api")
    assert page.of("api") == "operational"
    assert kept(service) == {}


def test_what_goes_wrong_inside_keeps_the_memory(stage: Stage, page: Page, service: Service) -> None:
    def wrong(call: Call) -> None:
        with call.ctx.components.changing(["api"], page.current) as wanted:
            assert wanted == {"api": "major_outage"}
            raise errors.Rejected("no such page")

    stage.play("page", wrong)
    incident = declare(service)
    assert tell(service, incident, api="major_outage") == {"page public_update": "failed"}
    assert kept(service)["api"].baseline == "operational"
    stage.play("page", page.play())
    service.retry(service.store.deliveries.unsettled(incident.id))
    deliver(service, incident)
    end(service, incident, "api")
    assert page.sets == [("api", "major_outage"), ("api", "operational")]


def test_where_the_remote_cannot_be_asked_nothing_is_remembered(
    stage: Stage, page: Page, service: Service
) -> None:
    def away() -> dict[str, e.ComponentStatus]:
        raise errors.Unavailable("down")

    page.current = away  # type: ignore[method-assign]
    incident = declare(service)
    assert tell(service, incident, api="major_outage") == {"page public_update": "retry"}
    assert kept(service) == {}
