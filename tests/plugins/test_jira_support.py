"""What the tests of the Jira plugin share: a service whose plugin talks to the stand-in. No tests."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chatops.incident import Incident
from chatops.sandbox import Asked, Sandbox
from chatops.service import Service
from chatops.store import Delivery
from chatops_jira.sandbox import JiraStandIn
from tests.kit import deliver
from tests.stage import declare

CLOUD = """
[plugins.jira]
url = "{url}"
user = "{user}"
token = {{ command = ["echo", "{token}"] }}
project = "OPS"
issue_type = "Incident"
"""
DATA_CENTER = """
[plugins.jira]
deployment = "data_center"
url = "{url}"
token = {{ command = ["echo", "{token}"] }}
project = "OPS"
issue_type = "Incident"
"""
DETAILED = """
labels = ["incident", "oncall"]
components = ["API"]
priority = { sev1 = "Highest", sev2 = "High" }
[services.checkout]
jira.component = "Checkout"
jira.labels = ["payments", "oncall"]
[services.website]
jira.component = "Website"
"""


@dataclass
class Bench:
    """A Jira, and a service whose plugin talks to it."""

    sandbox: Sandbox
    make: Callable[[str], Service]
    cloud: bool = True
    services: list[Service] = field(default_factory=list)

    @property
    def jira(self) -> JiraStandIn:
        standin = self.sandbox.standins["jira" if self.cloud else "jira-dc"]
        assert isinstance(standin, JiraStandIn)
        return standin

    def service(self, more: str = "", *, token: str = "", cloud: bool = True) -> Service:
        """The service with these lines below `[plugins.jira]`."""
        self.cloud = cloud
        form = CLOUD if cloud else DATA_CENTER
        jira = self.jira
        table = form.format(url=jira.url, user=jira.user, token=token or jira.token)
        self.services.append(self.make(f"{table}{more}"))
        return self.services[-1]

    def declared(self, more: str = "", title: str = "Checkout is down", **said: Any) -> Incident:
        """An incident whose ticket is open."""
        incident = declare(self.service(more), title, **said)
        assert [(d.hook, d.state) for d in self.deliver(incident)] == [("incident_declared", "done")]
        return incident

    def deliver(self, incident: Incident) -> list[Delivery]:
        return deliver(self.services[-1], incident)

    def failed(self, incident: Incident) -> str:
        """The reason of the one delivery that fails."""
        (found,) = [d for d in self.deliver(incident) if d.state != "done"]
        assert found.state == "failed", found
        return found.reason

    def asked(self, *, writes: bool | None = None) -> list[Asked]:
        return [a for a in self.sandbox.log.all() if writes is None or a.writes == writes]

    def lines(self) -> list[str]:
        """What was asked since the last call: `["POST issue", ...]`."""
        said = [f"{a.method} {a.path.partition('/rest/api/')[2][2:]}" for a in self.asked()]
        self.sandbox.log.clear()
        return said

    def body(self, path: str) -> Any:
        """The body of the one request that was sent there."""
        (found,) = [a for a in self.asked() if a.path.endswith(path)]
        return json.loads(found.body)


@pytest.fixture
def bench(make_service: Callable[[str], Service]) -> Iterator[Bench]:
    """A Jira of one's own, Cloud and Data Center."""
    with Sandbox(only=[JiraStandIn]) as sandbox:
        yield Bench(sandbox, make_service)


def texts(node: Any) -> str:
    """All text of an Atlassian Document."""
    if isinstance(node, dict):
        line_break = "\n" if node.get("type") in {"paragraph", "hardBreak"} else ""
        return str(node.get("text", "")) + texts(node.get("content", [])) + line_break
    return "".join(texts(child) for child in node)
