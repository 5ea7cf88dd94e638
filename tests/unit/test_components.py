"""The components of a page: what incidents ask of them, and put back as they were."""

import logging
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chatops import errors
from chatops import events as e
from chatops.deadline import Deadline
from chatops.dispatch.components import Keeper
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.words import Wording
from chatops.store import Store
from tests.kit import act, deliver, states
from tests.stage import SOON, Call, Stage, declare, update

pytestmark = pytest.mark.any_store

LOG: Any = logging.LoggerAdapter(logging.getLogger("chatops.test"), {})


@dataclass
class Page:
    """A page at a remote, and everything that was set on it."""

    now: dict[str, e.ComponentStatus] = field(
        default_factory=lambda: {"api": "operational", "web": "operational"}
    )
    sets: list[tuple[str, e.ComponentStatus]] = field(default_factory=list)
    looked: int = 0
    #: What becomes of a write: "" arrives, "before" is lost on its way, "after" loses its answer.
    lost: str = ""

    def current(self) -> dict[str, e.ComponentStatus]:
        self.looked += 1
        return dict(self.now)

    def of(self, known: str) -> str:
        return self.now[known]

    def put(self, known: str, status: e.ComponentStatus) -> None:
        if self.lost == "before":
            raise errors.Unknown("no answer")
        self.sets.append((known, status))
        self.now[known] = status
        if self.lost == "after":
            raise errors.Unknown("no answer")

    def play(self, *ids: str) -> Callable[[Call], object]:
        """What a status page's plugin does with words."""

        def play(call: Call) -> None:
            with call.ctx.components.changing(ids or ("api", "web"), self.current) as wanted:
                for known, status in wanted.items():
                    self.put(known, status)

        return play


@pytest.fixture
def page(stage: Stage) -> Page:
    made = Page()
    stage.play("page", made.play())
    return made


@pytest.fixture
def service(stage: Stage) -> Service:
    return stage.service("[plugins.page]\n")


def tell(
    service: Service, incident: Incident, status: e.Status = "investigating", **components: e.ComponentStatus
) -> dict[str, str]:
    """Words to customers, delivered."""
    asked = tuple(e.PublicComponent(name, name.title(), state) for name, state in components.items())
    text = f"It is {status}: {components}"
    words = Wording(title="Checkout", text=text, status=status, impact="major", components=asked)
    service.publish(incident.id, words, act())
    return states(deliver(service, incident))


def end(service: Service, incident: Incident, *components: str) -> dict[str, str]:
    """The incident is over, and customers hear it."""
    service.resolve(incident.id, "", act())
    well: dict[str, e.ComponentStatus] = dict.fromkeys(components, "operational")
    return tell(service, incident, "resolved", **well)


def kept(service: Service) -> dict[str, Any]:
    return dict(service.store.components.of("page"))


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


def keeper(service: Service, seconds: float = SOON) -> Keeper:
    return Keeper(store=service.store, instance="page", deadline=Deadline(seconds), log=LOG)


def test_changes_of_one_instance_are_made_one_after_the_other(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    inside, most, together = threading.Barrier(4), [0], [0]
    counting = threading.Lock()

    def work() -> None:
        inside.wait(SOON)
        with keeper(service).changing(["api"], lambda: {"api": "operational"}):
            with counting:
                together[0] += 1
                most[0] = max(most[0], together[0])
            threading.Event().wait(0.01)
            with counting:
                together[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_waiting_for_others_ends_with_the_deadline(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    with keeper(service).changing([], dict):
        with pytest.raises(errors.DeadlineExceeded), keeper(service, 0.1).changing([], dict):
            pytest.fail("two at once")
        other = Keeper(store=service.store, instance="other", deadline=Deadline(1), log=LOG)
        service.store.instances.put("other", "page", "", service.store.instances.get("page").filters)
        with other.changing([], dict) as wanted:
            assert wanted == {}
    with keeper(service, 1).changing([], dict):
        pass


def _holding(path: str, held: Any, go: Any) -> None:
    store = Store(path)
    with Keeper(store=store, instance="page", deadline=Deadline(SOON), log=LOG).changing([], dict):
        held.set()
        go.wait(SOON)
    store.close()


def test_processes_wait_for_each_other_and_for_no_dead_one(stage: Stage, service: Service) -> None:
    incident = declare(service)
    tell(service, incident, api="major_outage")
    processes = multiprocessing.get_context("spawn")
    held, go = processes.Event(), processes.Event()
    process = processes.Process(target=_holding, args=(service.store.where, held, go))
    process.start()
    try:
        assert held.wait(60)
        with pytest.raises(errors.DeadlineExceeded), keeper(service, 0.1).changing([], dict):
            pytest.fail("two at once")
        process.kill()
        process.join()
        with keeper(service).changing([], dict):
            pass
    finally:
        process.kill()
        process.join()
