"""The stand-in, as somebody meets it who talks to it without the plugin; and what a dry run makes of it."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests

from chatops.sandbox import Sandbox
from chatops_statuspage.sandbox import StatuspageStandIn
from tests.plugins.test_statuspage_support import CHECKOUT, Status, a_status

status = a_status
HEADERS = {"Authorization": "OAuth sandbox-statuspage-key"}


class Remote:
    """Asks the stand-in over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.page = cast("StatuspageStandIn", sandbox.standins["statuspage"])

    def ask(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        url = f"{self.page.url}/v1/pages/4lzycl8t1x0c{path}"
        return requests.request(method, url, json=json, timeout=5, **{"headers": HEADERS, **more})

    def create(self, **fields: Any) -> Any:
        made = self.ask("POST", "/incidents", {"incident": {"name": "Slow", "body": "It is.", **fields}})
        assert made.status_code == 201, made.text
        return made.json()


@pytest.fixture
def remote() -> Iterator[Remote]:
    with Sandbox(only=[StatuspageStandIn]) as sandbox:
        yield Remote(sandbox)


def test_a_key_is_wanted_and_a_page_that_it_may_manage(remote: Remote) -> None:
    assert remote.ask("GET", "/components", headers={}).status_code == 401
    assert remote.ask("GET", "/components", headers={"Authorization": "OAuth x"}).json() == {
        "message": "Could not authenticate"
    }
    assert remote.ask("GET", "/components", headers={}, params={"api_key": "sandbox-statuspage-key"}).ok
    url = f"{remote.page.url}/v1/pages/aaaabbbbcccc/components"
    assert requests.get(url, headers=HEADERS, timeout=5).status_code == 404
    assert requests.get(f"{remote.page.url}/v1/pages", headers=HEADERS, timeout=5).json()[0]["name"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Name can't be blank"),
        ({"name": "x" * 256}, "Name is too long (maximum is 255 characters)"),
        ({"body": "x" * 25_001}, "Body is too long (maximum is 25000 characters)"),
        ({"status": "broken"}, "Status is not included in the list"),
        ({"impact_override": "huge"}, "Impact override is not included in the list"),
        ({"components": {CHECKOUT: "sad"}}, "Component status is not included in the list"),
        ({"components": {"nosuch": "operational"}}, "Could not find components: nosuch"),
        ({"component_ids": ["nosuch"]}, "Could not find components: nosuch"),
        ({"components": []}, "Expected `object`, got `array` - at `$.components`"),
        ({"body": 7}, "Expected `str | null`, got `int` - at `$.body`"),
        ({"metadata": {"chatops": 7}}, "Metadata top level values must be objects"),
        ({"backfilled": True, "components": {CHECKOUT: "operational"}}, "Components cannot be specified"),
    ],
)
def test_what_it_does_not_take_it_refuses_whole(remote: Remote, fields: dict[str, Any], words: str) -> None:
    refused = remote.ask("POST", "/incidents", {"incident": {"name": "Slow", **fields}})
    assert (refused.status_code, words in refused.json()["message"]) == (422, True)
    known = remote.create()["id"]
    refused = remote.ask("PATCH", f"/incidents/{known}", {"incident": fields})
    assert (refused.status_code, words in refused.json()["message"]) == (422, True)
    assert (len(remote.page.incidents), len(remote.page.incidents[0].updates)) == (1, 1)


def test_a_status_or_a_body_adds_words_and_mails_them(remote: Remote) -> None:
    made = remote.create(components={CHECKOUT: "major_outage"})
    assert (made["impact"], made["status"]) == ("critical", "investigating")
    path = f"/incidents/{made['id']}"
    remote.ask("PATCH", path, {"incident": {"status": "monitoring", "deliver_notifications": False}})
    remote.ask("PATCH", path, {"incident": {"body": "Soon."}})
    now = remote.ask("PUT", path, {"incident": {"impact_override": "minor", "name": "Slower"}}).json()
    assert [(u["status"], u["body"]) for u in now["incident_updates"]] == [
        ("monitoring", "Soon."),
        ("monitoring", ""),
        ("investigating", "It is."),
    ]
    assert (now["impact"], now["name"], "monitoring_at" in now) == ("minor", "Slower", True)
    assert now["incident_updates"][2]["affected_components"][0]["old_status"] == "operational"
    mails = [(mail.to, mail.subject, mail.text) for mail in remote.page.mails[::2]]
    assert mails == [
        ("ada@customer.example", "[Example status] Investigating: Slow", "It is."),
        ("ada@customer.example", "[Example status] Monitoring: Slow", "Soon."),
    ]


def test_incidents_are_listed_the_newest_first_in_pages(remote: Remote) -> None:
    for number in range(3):
        remote.page.open(f"Number {number}", "resolved" if number == 1 else "investigating")
    assert [i["name"] for i in remote.ask("GET", "/incidents?limit=2&page=2").json()] == ["Number 0"]
    assert [i["name"] for i in remote.ask("GET", "/incidents?q=number 1").json()] == ["Number 1"]
    assert len(remote.ask("GET", "/incidents/unresolved").json()) == 2
    assert remote.ask("GET", "/incidents/scheduled").json() == []


def test_a_rate_is_kept_where_there_is_one(remote: Remote) -> None:
    remote.page.rate = 2
    codes = [remote.ask("GET", "/components").status_code for _ in range(3)]
    assert codes == [200, 200, 420]


def test_a_post_mortem_is_drafted_published_taken_back_and_deleted(remote: Remote) -> None:
    path = f"/incidents/{remote.create()['id']}/postmortem"
    assert remote.ask("GET", path).status_code == 404
    assert remote.ask("PUT", path, {"postmortem": {}}).status_code == 400
    assert remote.ask("PUT", path, {"postmortem": {"body_draft": "Why."}}).json()["body"] == ""
    published = remote.ask("PUT", f"{path}/publish", {"postmortem": {"notify_subscribers": True}}).json()
    assert (published["body"], remote.page.mails[-1].text) == ("Why.", "Why.")
    assert "published_at" not in remote.ask("PUT", f"{path}/revert").json()
    assert remote.ask("DELETE", path).status_code == 204
    assert remote.ask("GET", path).status_code == 404


def test_customers_read_the_page_and_each_incident_without_a_key(remote: Remote) -> None:
    made = remote.create(components={CHECKOUT: "partial_outage"})
    for address in (remote.page.url, made["shortlink"]):
        page = requests.get(address, timeout=5)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "It is." in page.text
    assert "Partial system outage" in requests.get(remote.page.url, timeout=5).text
    assert requests.get(f"{remote.page.url}/incidents/nosuch", timeout=5).status_code == 404


def test_the_panels_show_the_page_and_the_mails(remote: Remote) -> None:
    assert set(remote.page.panels()) == {"Status page", "Mails"}
    assert "All systems operational" in remote.page.panels()["Status page"]
    assert "nothing yet" in remote.page.panels()["Mails"]
    remote.create(components={CHECKOUT: "degraded_performance"}, status="resolved", name="<i>Slow</i>")
    page, mails = remote.page.panels().values()
    assert ("&lt;i&gt;Slow&lt;/i&gt;" in page, "&lt;i&gt;Slow&lt;/i&gt;" in mails) == (True, True)
    assert "Partially degraded service" in page
    assert re.findall(r"(?:src|@import|url\()", page + mails) == []


def test_a_dry_run_reads_the_real_page_and_writes_nothing(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    before, _ = str(status.page.incidents), status.requests()
    status.publish(incident, "Over.", "resolved")
    sent = status.rehearse(incident)
    assert status.requests() == ["GET incidents/ID"]
    assert str(status.page.incidents) == before
    assert [(exchange.method, exchange.body["incident"]["body"]) for exchange in sent] == [("PATCH", "Over.")]
    assert sent[0].body["incident"]["components"] == {CHECKOUT: "operational"}


def test_a_dry_run_of_the_first_words_makes_up_a_public_incident(status: Status) -> None:
    incident = status.declare()
    status.publish(incident, "We are looking.")
    sent = status.rehearse(incident)
    assert status.requests() == ["GET components"]
    assert ([exchange.method for exchange in sent], status.page.incidents) == (["POST"], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (
            "PATCH",
            "/incidents/aaaabbbbcccc/incident_updates/ddddeeeeffff",
            {"incident_update": {"body": "x"}},
        ),
        ("PUT", "/incidents/aaaabbbbcccc/postmortem", {"postmortem": {"body_draft": "x"}}),
        ("PATCH", "/components/aaaabbbbcccc", {"component": {"status": "operational"}}),
    ],
)
def test_a_rehearsal_takes_what_refers_to_the_unknown(method: str, path: str, body: dict[str, Any]) -> None:
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    standin = StatuspageStandIn(rehearsing=True)
    builder = EnvironBuilder(path=f"/v1/pages/real{path}", method=method, json=body)
    assert standin.respond(Request(builder.get_environ())).status_code == 200
    assert standin.respond(
        Request(EnvironBuilder(path="/v1/pages/real/components").get_environ())
    ).status_code
