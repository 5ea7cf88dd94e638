"""What the tests of Jira as a tracker of action items share: items, and the two questions. No tests."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chatops import ItemDocument, NotTracked, TrackedItem, WantedItem
from chatops.dispatch.ask import ask_all
from chatops.dispatch.contexts import Contexts
from chatops.errors import PluginError
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops_jira.sandbox import JiraStandIn
from chatops_jira.sandbox.model import Issue
from tests.plugins.test_jira_support import Bench

DOCUMENT = ItemDocument(
    id="01938a3e-0000-7000-8000-000000000001",
    title="Checkout returns 500s",
    url="https://git.example.com/postmortems/2026-11-21-checkout.md",
    incident="INC-12",
)
PEOPLE = """
[people.dana.jira]
account_id = "712020:da4a0000-0000-4000-8000-000000000002"
username = "dana"
[people.marta.jira]
account_id = "712020:3a27a000-0000-4000-8000-000000000003"
username = "marta"
[people.lee]
email = "lee@example.com"
"""


def item(name: str = "a1", text: str = "Alert on failed payments", **more: Any) -> WantedItem:
    """An item of the one document."""
    return WantedItem(key=f"{DOCUMENT.id}:{name}", text=text, **{"document": DOCUMENT, **more})


def asked(service: Service, question: str, *, seconds: float = 60.0, **arguments: Any) -> dict[str, Any]:
    """What the plugin answers. Raises the error of its remote."""
    contexts = Contexts(service.store, service.config)
    answer = ask_all(contexts, ["jira"], question, seconds=seconds, **arguments)["jira"]
    if isinstance(answer, PluginError):
        raise answer.__cause__ or answer
    assert isinstance(answer.value, dict)
    return answer.value


def classic(sandbox: Sandbox) -> str:
    """A configuration whose plugin talks to Data Center."""
    config = sandbox.config()
    old_lines = config[config.index("# [plugins.jira-dc]") :].split("\n\n")[0].splitlines()
    table = "\n".join(line.removeprefix("# ") for line in old_lines).replace("jira-dc]", "jira]")
    return table + '\n[people.dana.jira]\nusername = "dana"\n'


@dataclass
class Tracker:
    """A Jira, and the plugin that keeps tickets in it."""

    bench: Bench
    service: Service

    @property
    def jira(self) -> JiraStandIn:
        return self.bench.jira

    @property
    def issues(self) -> list[Issue]:
        return self.jira.issues

    def push(self, *items: WantedItem, **more: Any) -> dict[str, Any]:
        """What became of each item, by the last part of its key."""
        answer = asked(self.service, "action_items_push", items=items, **more)
        return {key.removeprefix(f"{DOCUMENT.id}:"): became for key, became in answer.items()}

    def pushed(self, wanted: WantedItem, **more: Any) -> TrackedItem:
        (became,) = self.push(wanted, **more).values()
        assert isinstance(became, TrackedItem), became
        return became

    def refused(self, wanted: WantedItem) -> str:
        (became,) = self.push(wanted).values()
        assert isinstance(became, NotTracked), became
        return became.reason

    def pull(self, *tickets: str) -> dict[str, Any]:
        return asked(self.service, "action_items_pull", tickets=tickets)

    def sent(self, path: str) -> list[Any]:
        """The bodies of what was sent to addresses that end so."""
        return [json.loads(a.body) for a in self.bench.asked(writes=True) if a.path.endswith(path)]


Make = Callable[..., Tracker]


@pytest.fixture
def make(make_service: Callable[[str], Service]) -> Iterator[Make]:
    """Makes a tracker: of Cloud, or of Data Center where `cloud` is False."""
    with Sandbox(only=[JiraStandIn]) as sandbox:
        bench = Bench(sandbox, make_service)

        def made(more: str = "", *, cloud: bool = True, token: str = "") -> Tracker:
            return Tracker(bench, bench.service(f"{more}{PEOPLE}", cloud=cloud, token=token))

        yield made


@pytest.fixture(params=[True, False], ids=["cloud", "data_center"])
def either(make: Make, request: pytest.FixtureRequest) -> Tracker:
    """Of both kinds, one after the other."""
    return make(cloud=request.param)


@pytest.fixture
def cloud(make: Make) -> Tracker:
    """Of Cloud alone."""
    return make()
