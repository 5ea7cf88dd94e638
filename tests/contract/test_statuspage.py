"""Statuspage's own specification, over what the plugin sends, what its stand-in answers, and what a client
that we did not write makes of it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from atlassian.statuspage import StatusPage, SubscriberState, SubscriberType

from chatops.sandbox import Asked, Fault, Sandbox
from chatops.service import Service
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.contract.specs import Spec
from tests.kit import act
from tests.plugins.test_statuspage_support import CHECKOUT, Status

PAGE = "4lzycl8t1x0c"


@pytest.fixture
def spec() -> Spec:
    return Spec("statuspage.json")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[StatuspageStandIn]) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    made: Any = cast("Any", StatusPage)(url=f"{sandbox.url}/statuspage", cloud=False)
    made._update_header("Authorization", "OAuth sandbox-statuspage-key")
    return made


def check(spec: Spec, asked: list[Asked]) -> None:
    """Every request and answer is as the specification has it. Of refusals it declares few; all have the
    shape of those.
    """
    assert asked
    for one in asked:
        if one.status is not None and one.status >= 400:
            assert set(json.loads(one.answer)) == {"message"}
        else:
            spec.check(one)


def test_all_that_the_plugin_does(
    spec: Spec, sandbox: Sandbox, make_service: Callable[[str], Service]
) -> None:
    status = Status(sandbox, make_service)
    incident = status.declare("checkout-api", "search")
    status.plan(Fault(kind="drop_after", method="POST"), Fault(kind="drop_after", method="PATCH"))
    status.say(incident, "We are looking.")
    status.again(incident)
    status.say(incident, "Found it.", "identified")
    status.again(incident)
    status.service.correct(incident.id, "We have found it.", act())
    status.deliver(incident)
    status.say(incident, "Over.", "resolved")
    status.postmortem(incident, "A disk was full.")
    status.service.resolve_link("status", status.public.shortlink)
    status.service.resolve_link("status", "https://stspg.io/7a0d3a4d2")
    status.service.audience()
    status.check()
    status.page.delete(status.public.id)
    status.say(incident, "Once more.", "investigating")
    asked = sandbox.log.all()
    check(spec, asked)
    assert {(one.method, one.path.split("/")[-1]) for one in asked} >= {
        ("GET", "components"),
        ("GET", "count"),
        ("GET", "pages"),
        ("GET", "unresolved"),
        ("PUT", "publish"),
    }


def test_all_that_a_client_of_others_does(spec: Spec, sandbox: Sandbox, client: Any) -> None:
    assert client.page_list_pages()[0]["id"] == PAGE
    assert client.get_page(PAGE)["name"] == "Example status"
    components = client.page_get_components(PAGE)
    assert components[0]["id"] == CHECKOUT
    made = client.page_create_incident(
        PAGE, {"name": "Slow", "body": "It is.", "components": {CHECKOUT: "partial_outage"}}
    )
    known = made["id"]
    client.page_update_incident(PAGE, known, {"status": "monitoring", "body": "Soon."})
    assert client.page_get_incident(PAGE, known)["status"] == "monitoring"
    assert [i["id"] for i in client.page_list_unresolved_incidents(PAGE)] == [known]
    assert [i["id"] for i in client.page_list_incidents(PAGE, "slow")] == [known]
    assert client.page_list_scheduled_incidents(PAGE) == []
    client.page_update_component(PAGE, CHECKOUT, {"status": "operational"})
    assert client.page_get_component(PAGE, CHECKOUT)["status"] == "operational"
    assert client.page_get_list_of_component_groups(PAGE) == []
    counted = client.page_count_subscribers_by_type(
        PAGE, SubscriberType.SMS.value, SubscriberState.ACTIVE.value
    )
    assert counted["sms"] == 1
    assert client.page_get_subscribers(PAGE, page=0)[0]["email"] == "ada@customer.example"
    client.page_delete_incident(PAGE, known)
    assert client.page_list_unresolved_incidents(PAGE) == []
    check(spec, sandbox.log.all())


@pytest.mark.parametrize(
    ("path", "body"), [("incidents", {"incident": {"body": 7}}), ("incident", {"incident": {"name": "x"}})]
)
def test_the_specification_refuses_what_is_wrong(
    spec: Spec, sandbox: Sandbox, client: Any, path: str, body: dict[str, object]
) -> None:
    """What is checked above can fail."""
    client.post(f"v1/pages/{PAGE}/{path}", data=body, advanced_mode=True)
    with pytest.raises(AssertionError):
        spec.check_request(sandbox.log.all()[-1])
