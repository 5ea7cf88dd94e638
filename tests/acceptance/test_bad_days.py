"""One remote refuses: the others are told, what to do stands in the output and in `show`, and once the cause
is mended everything is there, once.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from chatops.sandbox import Fault, Sandbox
from tests.kit import Cli

WAITS = 3
OWED = {"pending", "retry", "unconfirmed", "failed"}
Change = Callable[[Any], None]


class Day(NamedTuple):
    """What is wrong at which stand-in, how it is mended, and words that help."""

    standin: str
    instance: str
    wrong: Change
    mended: Change
    words: tuple[str, ...]


def credentials(name: str) -> tuple[Change, Change]:
    """Another token is the right one; then the first one is, again."""
    known: list[str] = []

    def wrong(standin: Any) -> None:
        known.append(standin.token)
        standin.token = "another"

    def mended(standin: Any) -> None:
        standin.token = known.pop()

    return wrong, mended


def requires(standin: Any) -> None:
    field = standin.custom_fields[0]
    field.required = True


def requires_no_more(standin: Any) -> None:
    standin.custom_fields[0].required = False


DAYS = {
    "jira does not know the token": Day("jira", "jira", *credentials("jira"), ("plugins.jira.token",)),
    "jira lets nobody create": Day(
        "jira",
        "jira",
        lambda jira: jira.permissions.discard("CREATE_ISSUES"),
        lambda jira: jira.permissions.add("CREATE_ISSUES"),
        ("plugins.jira",),
    ),
    "jira has no such project": Day(
        "jira",
        "jira",
        lambda jira: setattr(jira.projects[0], "key", "ELSE"),
        lambda jira: setattr(jira.projects[0], "key", "OPS"),
        ("plugins.jira.project", "doctor"),
    ),
    "jira wants a field": Day("jira", "jira", requires, requires_no_more, ("plugins.jira.fields",)),
    "slack does not know the token": Day("slack", "slack", *credentials("slack"), ("plugins.slack.token",)),
    "slack misses a scope": Day(
        "slack",
        "slack",
        lambda slack: slack.scopes.discard("channels:manage"),
        lambda slack: slack.scopes.add("channels:manage"),
        ("plugins.slack.token", "channels:manage"),
    ),
    "the status page does not know the key": Day(
        "statuspage", "status", *credentials("statuspage"), ("plugins.status.token",)
    ),
    "the status page is not ours": Day(
        "statuspage",
        "status",
        lambda page: setattr(page, "page", "0123456789ab"),
        lambda page: setattr(page, "page", "4lzycl8t1x0c"),
        ("plugins.status.page",),
    ),
}


def declare(flow: Cli, code: int) -> str:
    words = ["-s", "sev1", "--service", "checkout", "--public", "Card payments fail."]
    done = flow.here("declare", "Checkout returns 500s", *words, code=code)
    return done.out + done.err


def states(flow: Cli) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for delivery in flow.here("deliveries", "--all", "--json").json():
        found.setdefault(delivery["instance"], set()).add(delivery["state"])
    return found


def made(box: Sandbox) -> dict[str, int]:
    """How many tickets, public incidents and channels there are."""
    jira, slack, page = (_standin(box, name) for name in ("jira", "slack", "statuspage"))
    ours = [c for c in slack.workspace.channels.values() if c.name.startswith("inc-")]
    return {"jira": len(jira.issues), "slack": len(ours), "statuspage": len(page.incidents)}


def linked(box: Sandbox) -> dict[str, int]:
    """How many links the ticket has, and the channel."""
    jira, slack = _standin(box, "jira"), _standin(box, "slack")
    (channel,) = [c for c in slack.workspace.channels.values() if c.name.startswith("inc-")]
    return {"jira": len(jira.issues[0].remote_links), "slack": len(channel.bookmarks)}


def _standin(box: Sandbox, name: str) -> Any:
    return box.standins[name]


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_one_remote_refuses(flow: Cli, box: Sandbox, day: Day) -> None:
    standin = box.standins[day.standin]
    day.wrong(standin)
    said = declare(flow, WAITS)
    for words in day.words:
        assert words in said.replace("\n", " ")
    assert day.words[0] in flow.here("show", "1").out
    found = states(flow)
    assert "failed" in found.pop(day.instance)
    assert not {state for others in found.values() for state in others} & OWED
    assert made(box) == {name: int(name != day.standin) for name in made(box)}

    day.mended(standin)
    flow.here("retry", "INC-1")
    assert made(box) == {"jira": 1, "slack": 1, "statuspage": 1}
    assert not {state for found in states(flow).values() for state in found} & OWED
    assert linked(box) == {"jira": 2, "slack": 2}


@pytest.mark.parametrize("standin", ["jira", "slack", "statuspage"])
def test_a_proxy_answers_with_a_page(flow: Cli, box: Sandbox, standin: str) -> None:
    """What was sent may have arrived, and it has: it is found, and there is one."""
    box.faults.plan(Fault(kind="garbage", standin=standin, method="POST"))
    assert "proxy" in declare(flow, WAITS)
    assert made(box) == {"jira": 1, "slack": 1, "statuspage": 1}
    flow.here("retry", "INC-1")
    assert made(box) == {"jira": 1, "slack": 1, "statuspage": 1}


def test_nothing_answers_at_all(flow: Cli, box: Sandbox) -> None:
    """The network is down: what was declared is declared, and told when it is up again."""
    nowhere = box.config().replace(box.url, "http://127.0.0.1:9")
    flow.configure("[core]\ndrainer = false\n" + nowhere)
    assert "INC-1 declared" in declare(flow, WAITS)
    assert made(box) == {"jira": 0, "slack": 0, "statuspage": 0}
    flow.configure("[core]\ndrainer = false\n" + box.config())
    flow.here("retry", "INC-1")
    assert made(box) == {"jira": 1, "slack": 1, "statuspage": 1}
