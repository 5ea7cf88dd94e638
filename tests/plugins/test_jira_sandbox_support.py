"""What the tests of Jira's stand-in share: it, served, and a bare way to ask it. No tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from chatops.sandbox import Sandbox
from chatops_jira.sandbox import JiraStandIn
from chatops_jira.sandbox.model import Issue


def document(*paragraphs: str) -> dict[str, Any]:
    """An Atlassian Document with these paragraphs."""
    said = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs]
    return {"type": "doc", "version": 1, "content": said}


def fields(**more: Any) -> dict[str, Any]:
    """The fields of a new issue."""
    return {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Checkout is down", **more}


@dataclass
class Jira:
    """The stand-in as a client meets it, and as a test looks into it."""

    sandbox: Sandbox
    standin: JiraStandIn
    version: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        if self.standin.cloud:
            self.session.auth = (self.standin.user, self.standin.token)
        else:
            self.session.headers["Authorization"] = f"Bearer {self.standin.token}"

    def response(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        url = f"{self.standin.url}/rest/api/{self.version}/{path}"
        return self.session.request(method, url, json=body, params=params, timeout=10)

    def get(self, path: str, **params: Any) -> Any:
        return self.done(200, "GET", path, **params)

    def done(self, status: int, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The answer of a request that succeeds with this status."""
        response = self.response(method, path, body, **params)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def refused(self, status: int, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """All words of the ErrorCollection with which this is refused: a text, or one for each field."""
        response = self.response(method, path, body, **params)
        said = response.json()
        assert (response.status_code, set(said)) == (status, {"errorMessages", "errors"}), response.text
        return said["errors"] or said["errorMessages"][0]

    def created(self, body: dict[str, Any] | None = None, **more: Any) -> Issue:
        """An issue that was made through the API."""
        made = self.done(201, "POST", "issue", {"fields": fields(**more), **(body or {})})
        return self.standin.issue(made["key"])


def served(*, cloud: bool = True, version: str = "") -> Iterator[Jira]:
    """The stand-in at an address."""
    with Sandbox(only=[JiraStandIn]) as sandbox:
        standin = sandbox.standins["jira" if cloud else "jira-dc"]
        assert isinstance(standin, JiraStandIn)
        jira = Jira(sandbox, standin, version or ("3" if cloud else "2"))
        yield jira
        jira.session.close()


@pytest.fixture
def jira() -> Iterator[Jira]:
    """Cloud, by REST v3."""
    yield from served()


@pytest.fixture
def old() -> Iterator[Jira]:
    """Data Center, by REST v2."""
    yield from served(cloud=False)
