"""What a command says besides: one line for each remote, what waits and why, and what to do next."""

from typing import Any

from chatops.sandbox import Fault, Sandbox
from tests.kit import Cli

WAITS = 3


def declare(flow: Cli, title: str = "Checkout returns 500s", *more: str, code: int = 0) -> str:
    done = flow.here("declare", title, "-s", "sev1", "--public", "We are on it.", "--new", *more, code=code)
    return done.out + done.err


def test_each_remote_is_shown_once(flow: Cli) -> None:
    for number in range(5):
        said = declare(flow, f"Number {number}")
        assert [said.count(f"✓ {name}:") for name in ("jira", "slack", "status")] == [1, 1, 1], said


def test_retry_of_everything_tries_what_was_never_tried_too(flow: Cli, box: Sandbox) -> None:
    jira: Any = box.standins["jira"]
    token, jira.token = jira.token, "another"
    declare(flow, "First", code=WAITS)
    flow.here("note", "INC-1", "Behind it", code=WAITS)
    flow.here("declare", "Second", "--no-public", code=WAITS)
    jira.token = token
    done = flow.here("retry")
    assert len(jira.issues) == 2
    assert flow.here("deliveries", "--json").json() == []
    assert "INC-1  " in done.out
    assert "INC-2  " in done.out


def test_what_waits_behind_another_is_said(flow: Cli, box: Sandbox) -> None:
    jira: Any = box.standins["jira"]
    jira.token = "another"
    declare(flow, code=WAITS)
    assert "jira: note_added waits behind incident_declared" in flow.here("note", "1", "Seen", code=WAITS).out


def test_nothing_is_said_to_wait_behind_links(flow: Cli, box: Sandbox) -> None:
    flow.here("declare", "Checkout returns 500s", "--no-public")
    jira: Any = box.standins["jira"]
    jira.token = "another"
    flow.here("link", "add", "1", "slack", "#incidents", code=WAITS)
    flow.here("note", "1", "Seen", code=WAITS)
    assert "jira: note_added waits behind note_added" in flow.here("note", "1", "Again", code=WAITS).out


def test_one_line_says_who_needs_a_person(flow: Cli, box: Sandbox) -> None:
    for name in ("jira", "slack"):
        standin: Any = box.standins[name]
        standin.token = "another"
    assert "jira, slack need you." in declare(flow, code=WAITS)


def test_what_is_gone_is_made_anew_with_the_command_that_is_shown(flow: Cli, box: Sandbox) -> None:
    declare(flow)
    jira: Any = box.standins["jira"]
    jira.delete(jira.issues[0].key)
    said = flow.here("note", "1", "Seen", code=WAITS).err
    assert "chatops retry INC-1 --recreate" in said
    flow.here("retry", "INC-1", "--recreate")
    assert len(jira.issues) == 1


def test_what_belongs_to_another_incident_is_not_adopted(flow: Cli, box: Sandbox) -> None:
    declare(flow, "First")
    declare(flow, "Second")
    done = flow.here("link", "add", "2", "jira", "OPS-1", code=2)
    assert "INC-1 holds OPS-1 at jira already" in done.err
    missing = flow.here("link", "add", "2", "jira", "OPS-99", code=1).err
    assert missing.startswith("Error: Jira has no ticket OPS-99")
    jira: Any = box.standins["jira"]
    own = jira.put_issue("OPS", "By hand").key
    said = flow.here("link", "add", "2", "jira", own).out
    assert "/browse/OPS-2 is followed no more" in said


def test_restricting_says_what_stays_readable(flow: Cli, box: Sandbox) -> None:
    declare(flow)
    said = flow.here("restrict", "1").err
    assert "jira is not cleared, so" in said
    assert "/browse/OPS-1 stays as readable as it is" in said
    assert "No plugin is cleared" in flow.here("declare", "Secret", "--restricted", "--no-public").err


def test_words_that_were_kept_back_are_not_told_unasked(flow: Cli, box: Sandbox) -> None:
    declare(flow, "Secret", "--restricted")
    page: Any = box.standins["statuspage"]
    done = flow.here("restrict", "1", "--off", code=2)
    assert "These words were kept from customers until now: We are on it." in done.err
    assert page.incidents == []
    assert flow.here("show", "1", "--json").json()["restricted"] is True
    flow.here("restrict", "1", "--off", "--yes")
    assert len(page.incidents) == 1


def test_a_long_wait_is_not_silent(flow: Cli, box: Sandbox) -> None:
    box.faults.plan(Fault(kind="wait", standin="jira", seconds=4, method="POST"))
    assert "… waiting for jira (Ctrl-C is safe)" in declare(flow)
