"""The whole flow over real HTTP: the ticket, the status page and the channel, carried along together."""

import html
import json
from typing import Any

import pytest

from chatops.sandbox import Sandbox
from chatops_statuspage.sandbox.state import Component
from tests.kit import Cli, shared


def writes(box: Sandbox) -> list[str]:
    """What was sent that changes something; Slack alone reads by POST, and we do not."""
    return [f"{one.standin} {one.method} {one.path}" for one in box.log.all() if one.writes]


def links_of_ticket(box: Sandbox, key: str) -> set[str]:
    jira: Any = box.standins["jira"]
    return {link.object["url"] for link in jira.issue(key).remote_links}


def links_of_channel(channel: Any) -> set[str]:
    return {bookmark.link for bookmark in channel.bookmarks}


def channels(box: Sandbox) -> list[Any]:
    slack: Any = box.standins["slack"]
    return [channel for channel in slack.workspace.channels.values() if channel.name.startswith("inc-")]


def incidents(box: Sandbox) -> list[Any]:
    page: Any = box.standins["statuspage"]
    return list(page.incidents)


def test_one_incident_from_the_first_word_to_the_last(flow: Cli, box: Sandbox) -> None:
    said = ["--public", "Card payments fail.", "--component", "checkout-api=major_outage"]
    flow("declare", "Checkout returns 500s", "-s", "sev1", "--service", "checkout", *said)
    flow("update", "Bad deploy", "--status", "identified", "--public", "We found the cause.")
    flow("resolve", "INC-1", "Rolled back", "--public", "It works again.")
    jira: Any = box.standins["jira"]
    (ticket,) = jira.issues
    (channel,) = channels(box)
    (public,) = incidents(box)
    links = {o["instance"]: o["link"]["url"] for o in flow("show", "1", "--json").json()["links"]}
    assert links_of_ticket(box, ticket.key) == {links["slack"], links["status"]}
    assert links_of_channel(channel) == {links["jira"], links["status"]}
    assert ticket.status.name == "Done"
    assert [update.body for update in public.updates][::-1] == [
        "Card payments fail.",
        "We found the cause.",
        "It works again.",
    ]
    page: Any = box.standins["statuspage"]
    assert {component.status for component in page.components} == {"operational"}
    told = "\n".join(message.text for message in channel.messages)
    for words in (
        "Card payments fail.",
        "Bad deploy",
        "We found the cause.",
        "Rolled back",
        "It works again.",
    ):
        assert words in told
    # The page links neither, and knows no internal word.
    sent = b"".join(one.body for one in box.log.all("statuspage"))
    for internal in (b"500s", b"Bad deploy", b"Rolled back", b"OPS-", channel.id.encode(), b"dana"):
        assert internal not in sent


@pytest.mark.long
def test_a_real_history_goes_through_all_of_them(flow: Cli, box: Sandbox) -> None:
    history = json.loads(shared("data/statuspage-history.json").read_bytes())
    named = components(history)
    page: Any = box.standins["statuspage"]
    for code, name in named.items():
        page.components.append(Component(code, name))
    tables = "\n".join(
        f"[components.c-{code}]\npublic_name = {json.dumps(name)}\npublic_id = '{code}'\nstatus.id = '{code}'"
        for code, name in named.items()
    )
    flow.configure(f"[core]\ndrainer = false\n{box.config()}\n[plugins.status.when]\ndrills = true\n{tables}")
    file = str(shared("data/statuspage-history.json"))
    done = flow("replay", file, "--json")
    said = {"incidents": 22, "updates": 105, "undelivered": 0}
    assert {key: done.json()[key] for key in said} == said

    jira: Any = box.standins["jira"]
    assert len(jira.issues) == 22
    _check_texts(history, incidents(box))
    assert {component.status for component in page.components} == {"operational"}
    assert len(channels(box)) == 22
    listed = flow("list", "--all", "--json").json()
    for row in listed:
        links = {o["instance"]: o["link"] for o in flow("show", row["name"], "--json").json()["links"]}
        assert links_of_ticket(box, links["jira"]["id"]) == {links["slack"]["url"], links["status"]["url"]}
    bookmarks = [links_of_channel(channel) for channel in channels(box)]
    assert all(len(found) == 2 for found in bookmarks)
    assert flow("deliveries", "--json").json() == []

    box.log.clear()
    again = flow("replay", file, "--json").json()
    assert (again["events"], again["known_before"]) == (0, 22)
    assert writes(box) == []


def components(history: Any) -> dict[str, str]:
    """Every component that the history is about: its name by its id."""
    updates = [update for incident in history["incidents"] for update in incident["incident_updates"]]
    affected = [component for update in updates for component in update["affected_components"] or ()]
    return {component["code"]: component["name"] for component in affected if component.get("code")}


def _check_texts(history: Any, ours: list[Any]) -> None:
    """Each incident is resolved, and has its texts in their order."""
    theirs = sorted(
        history["incidents"], key=lambda incident: min(u["created_at"] for u in incident["incident_updates"])
    )
    assert {incident.status for incident in ours} == {"resolved"}
    assert len(ours) == 22
    expected = [
        [
            html.unescape(u["body"]).replace("\r\n", "\n").strip()
            for u in reversed(incident["incident_updates"])
        ]
        for incident in theirs
    ]
    found = [[update.body for update in reversed(incident.updates)] for incident in ours]
    assert sorted(found) == sorted(expected)
    assert sum(map(len, found)) == 105
