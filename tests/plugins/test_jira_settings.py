"""The settings, what `chatops doctor` finds of them at Jira, and the links that people name."""

from typing import Any

import pytest

from chatops import Finding, Link, Rejected, Secret
from chatops.dispatch.ask import ask
from chatops.errors import Unauthorized
from chatops_jira.settings import JiraActionItems, JiraConfig, JiraField, JiraService, JiraStatuses
from tests.plugins.test_jira_support import Bench, bench
from tests.stage import declare

__all__ = ["bench"]
TOKEN = Secret("a test", lambda: "secret")
WHOLE: dict[str, Any] = {"url": "https://example.atlassian.net", "user": "bot@example.com", "project": "OPS"}


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"url": "example.atlassian.net"}, 'url: write an address such as "https://example.atlassian.net"'),
        ({"browse_url": "x"}, "browse_url: write an address"),
        ({"project": "Operations team"}, 'project: write the key of the project, such as "OPS"'),
        ({"user": ""}, "user: write the e-mail address"),
        ({"issue_type": " "}, "issue_type: write its name"),
        ({"labels": ("on call",)}, "labels: write each without spaces"),
        ({"fields": {"Team": JiraField("text", "x"), "a b": JiraField("text", "x")}}, "not 'a b'"),
        (
            {"fields": {"summary": JiraField("text", "x")}},
            "fields.summary: is written by the incident's title",
        ),
    ],
)
def test_a_wrong_setting_says_what_to_write(wrong: dict[str, Any], advice: str) -> None:
    with pytest.raises(ValueError) as caught:
        JiraConfig(token=TOKEN, **WHOLE | wrong)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"project": "Follow-ups"}, 'project: write the key of the project, such as "OPS"'),
        ({"issue_type": ""}, "issue_type: write its name"),
        ({"labels": ("post mortem",)}, "labels: write each without spaces"),
    ],
)
def test_a_wrong_setting_of_action_items_says_what_to_write(wrong: dict[str, Any], advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        JiraActionItems(**wrong)


def test_a_label_of_a_service_has_no_spaces() -> None:
    with pytest.raises(ValueError, match="labels: write each without spaces"):
        JiraService(labels=("a b",))


def test_data_center_needs_no_user() -> None:
    assert not JiraConfig(token=TOKEN, **WHOLE | {"user": "", "deployment": "data_center"}).cloud


def test_a_status_that_is_not_set_is_that_of_its_like() -> None:
    statuses = JiraStatuses(investigating="Open", resolved=("Review", "Done"))
    assert statuses.way("cancelled") == ("resolved", ("Review", "Done"))
    assert statuses.way("reopened") == ("investigating", ("Open",))
    assert statuses.way("monitoring") == ("monitoring", ())


def check(bench: Bench, more: str = "", **said: Any) -> list[Finding]:
    """What the plugin finds."""
    service = bench.service(more, **said)
    declare(service)
    found = ask(service._contexts(), "jira", "check")
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("cloud", [True, False])
def test_settings_that_jira_takes_have_no_findings(bench: Bench, *, cloud: bool) -> None:
    person = 'account_id = "712020:da4a0000-0000-4000-8000-000000000002"' if cloud else 'username = "dana"'
    more = f"""
        components = ["API"]
        priority = {{ sev1 = "Highest" }}
        security_level = "Responders"
        watchers = ["dana", "roles"]
        statuses = {{ identified = "in progress", resolved = ["In Review", "Done"] }}
        fields.customfield_10012 = {{ type = "option", value = "SEV1" }}
        [services.checkout]
        jira.component = "Checkout"
        [people.dana]
        jira.{person}
        """
    assert check(bench, more, cloud=cloud) == []
    assert len(bench.asked()) == 5
    assert bench.asked(writes=True) == []


@pytest.mark.parametrize(
    ("more", "setting", "valid"),
    [
        ('components = ["Web"]', "plugins.jira.components", "Checkout"),
        ('priority.sev1 = "Urgent"', "plugins.jira.priority.sev1", "Highest"),
        ('priority.sev9 = "High"', "plugins.jira.priority.sev9", "sev1"),
        ('security_level = "Nobody"', "plugins.jira.security_level", "Responders"),
        ('statuses.resolved = ["To Do", "Closed"]', "plugins.jira.statuses.resolved", "Done"),
        ('watchers = ["sam"]', "plugins.jira.watchers", "roles"),
        (
            'fields.customfield_10012 = { type = "option", value = "SEV9" }',
            "plugins.jira.fields.customfield_10012",
            "SEV1",
        ),
        (
            'fields.customfield_99 = { type = "text", value = "x" }',
            "plugins.jira.fields.customfield_99",
            "customfield_10010",
        ),
        (
            'fields.customfield_10011 = { type = "text", value = "{{" }',
            "plugins.jira.fields.customfield_10011",
            "",
        ),
        ('[services.checkout]\njira.component = "Web"', "services.checkout.jira.component", "Website"),
        ('[people.dana]\njira.account_id = "712020:gone"', "people.dana.jira.account_id", ""),
    ],
)
def test_a_setting_that_jira_does_not_take_is_found(
    bench: Bench, more: str, setting: str, valid: str
) -> None:
    (found,) = check(bench, f"{more}\n")
    assert found.setting == setting
    assert valid in found.valid or (valid, found.valid) == ("", ())


def test_a_required_field_that_is_not_sent_is_found(bench: Bench) -> None:
    service = bench.service()
    bench.jira.custom_fields[2].required = True
    declare(service)
    (found,) = ask(service._contexts(), "jira", "check")
    assert found == Finding(
        setting="plugins.jira.fields.customfield_10012",
        problem="Jira requires 'Severity' of every Incident",
        valid=("SEV1", "SEV2", "SEV3"),
    )


def test_a_project_and_an_issue_type_that_are_not_there_are_found(bench: Bench) -> None:
    service = bench.service()
    declare(service)
    bench.jira.projects[0].types.pop(1)
    (kind,) = ask(service._contexts(), "jira", "check")
    assert (kind.setting, "Task" in kind.valid) == ("plugins.jira.issue_type", True)
    bench.jira.projects.pop(0)
    (project,) = ask(service._contexts(), "jira", "check")
    assert (project.setting, project.valid) == ("plugins.jira.project", ("PAY",))


@pytest.mark.parametrize("cloud", [True, False])
def test_settings_of_action_items_that_jira_takes_have_no_findings(bench: Bench, *, cloud: bool) -> None:
    more = '[plugins.jira.action_items]\nproject = "PAY"\nissue_type = "story"\n'
    assert check(bench, more, cloud=cloud) == []
    assert len(bench.asked()) == 6
    assert bench.asked(writes=True) == []


def test_a_jira_without_action_items_is_not_asked_about_them(bench: Bench) -> None:
    service = bench.service()
    declare(service)
    bench.jira.projects[0].types.pop(0)
    assert ask(service._contexts(), "jira", "check") == []


def test_settings_of_action_items_that_jira_does_not_take_are_found(bench: Bench) -> None:
    service = bench.service('[plugins.jira.action_items]\nissue_type = "Bug"\n')
    declare(service)
    bench.jira.off_screen.add("duedate")
    bench.jira.custom_fields[2].required = True
    ours, due, required = ask(service._contexts(), "jira", "check")
    assert ours.setting == "plugins.jira.fields.customfield_10012"
    assert due.setting == required.setting == "plugins.jira.action_items.issue_type"
    assert due.problem == "the field duedate is not on the screen on which Jira creates a Bug: add it there"
    assert required.problem == "Jira requires 'Severity' of every Bug, and it is not sent"
    assert "Task" in required.valid
    bench.jira.projects[0].types.pop(2)
    *_, kind = ask(service._contexts(), "jira", "check")
    assert (kind.setting, kind.problem) == (
        "plugins.jira.action_items.issue_type",
        "the project OPS has no issue type 'Bug'",
    )
    bench.jira.projects.pop(0)
    (project,) = ask(service._contexts(), "jira", "check")
    assert project.setting == "plugins.jira.project"


def test_a_project_of_action_items_that_is_not_there_is_found(bench: Bench) -> None:
    (found,) = check(bench, '[plugins.jira.action_items]\nproject = "NONE"\n')
    assert (found.setting, found.valid) == ("plugins.jira.action_items.project", ("OPS", "PAY"))


def test_a_wrong_token_ends_the_check(bench: Bench) -> None:
    with pytest.raises(Unauthorized, match=r"Check plugins\.jira\.token"):
        check(bench, token="wrong-token")
    assert len(bench.asked()) == 1


class TestLinks:
    """What people name by hand."""

    @pytest.mark.parametrize("ref", ["OPS-1", "ops-1", "{url}/browse/OPS-1", "{url}/browse/OPS-1?focused=1"])
    def test_a_key_or_an_address_is_a_ticket(self, bench: Bench, ref: str) -> None:
        service = bench.service()
        declare(service)
        bench.jira.put_issue("OPS", "By hand")
        found = service.resolve_link("jira", ref.format(url=bench.jira.url))
        assert found == Link("ticket", "OPS-1", f"{bench.jira.url}/browse/OPS-1", "OPS-1")

    def test_a_moved_ticket_has_its_new_key(self, bench: Bench) -> None:
        service = bench.service()
        declare(service)
        bench.jira.put_issue("OPS", "By hand")
        bench.jira.move("OPS-1", "PAY")
        assert service.resolve_link("jira", "OPS-1").id == "PAY-1"

    def test_a_ticket_that_is_not_there_is_refused(self, bench: Bench) -> None:
        service = bench.service()
        declare(service)
        with pytest.raises(Rejected, match="Jira has no ticket OPS-9"):
            service.resolve_link("jira", "OPS-9")

    def test_what_is_no_ticket_is_a_plain_link(self, bench: Bench) -> None:
        service = bench.service()
        declare(service)
        assert service.resolve_link("jira", "https://example.com/browse/OPS-1").kind == "link"
        assert bench.asked() == []
