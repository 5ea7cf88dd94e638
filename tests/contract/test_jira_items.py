"""Jira's specification, against what the plugin asks as a tracker of action items."""

import re
from collections.abc import Callable
from datetime import date

from msgspec.structs import replace

from chatops import ItemDocument, WantedItem
from chatops.sandbox import Sandbox
from chatops.service import Service
from chatops_jira.sandbox import JiraStandIn
from tests.contract.specs import Spec
from tests.contract.test_jira import as_version_two, check, spec
from tests.plugins.test_jira_items_support import asked, classic

__all__ = ["spec"]


def life(service: Service, jira: JiraStandIn) -> None:
    """Action items are filed, found again, of two jobs' one is closed, and all that can change does."""
    document = ItemDocument(id="d", title="Checkout", url="https://x/pm.md", incident="INC-1", ticket="OPS-1")
    wanted = [WantedItem(key=f"d:{n}", text=f"Do {n} [x]", document=document) for n in range(3)]
    wanted.append(WantedItem(key="d:3", text=" ", document=document))
    dana = replace(wanted[0], owner="Dana", person="dana", due=date(2026, 12, 1))
    jira.put_issue("OPS", "The incident")
    asked(service, "action_items_push", items=[dana, *wanted[1:]])
    again = [replace(one, document=replace(document, title="Anew")) for one in wanted[:3]]
    asked(service, "action_items_push", items=again)
    twin = jira.put_issue("OPS", "Another job's")
    twin.properties, twin.fields["labels"] = jira.issues[1].properties, jira.issues[1].fields["labels"]
    twin.note()
    asked(service, "action_items_push", items=wanted[:1])
    assert twin.status.category == "done"
    change = ("title", "owner", "due", "document")
    moved = replace(document, url="https://x/moved.md")
    changed = replace(dana, ticket="OPS-3", change=change, document=moved)
    asked(service, "action_items_push", items=[changed])
    jira.move("OPS-4", "PAY")
    found = asked(service, "action_items_pull", tickets=["OPS-3", "OPS-4", "OPS-99"])
    assert [getattr(one, "key", "") for one in found.values()].count("") == 1


def test_on_cloud(make_service: Callable[[str], Service], spec: Spec) -> None:
    with Sandbox(only=[JiraStandIn]) as sandbox:
        jira = sandbox.standins["jira"]
        assert isinstance(jira, JiraStandIn)
        life(make_service(sandbox.config()), jira)
        sent = sandbox.log.all("jira")
    paths = {re.sub(r"OPS-\d+", "KEY", one.path.rpartition("/rest/api/3/")[2]) for one in sent}
    assert paths == {
        "search/jql",
        "issue/bulkfetch",
        "issue/bulk",
        "issue/KEY",
        "issue/KEY/remotelink",
        "issue/KEY/comment",
        "issue/KEY/transitions",
        "issue/KEY/properties/chatops",
        "issueLink",
    }
    for one in sent:
        check(spec, one)


def test_on_data_center(make_service: Callable[[str], Service]) -> None:
    with Sandbox(only=[JiraStandIn]) as sandbox:
        jira = sandbox.standins["jira-dc"]
        assert isinstance(jira, JiraStandIn)
        life(make_service(classic(sandbox)), jira)
        sent = sandbox.log.all("jira-dc")
    for one in sent:
        as_version_two(one)
