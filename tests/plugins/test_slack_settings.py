"""The settings of the Slack plugin: what they refuse, what `check` finds, which channel a link is."""

import pytest

from chatops.errors import Rejected
from chatops.reading import BadSettings
from chatops_slack import Slack
from tests.plugins.test_slack_support import Office, Open, office, open_office

__all__ = ["office", "open_office"]


def found(office: Office) -> list[tuple[str, str]]:
    from chatops.dispatch.ask import ask

    asked = ask(office.service._contexts(), "slack", "check")
    return [(finding.setting, f"{finding.problem} | {', '.join(finding.valid)}") for finding in asked]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('channel = "inc-{nubmer}"', "{number}, {title}, {severity}, {date}"),
        ('channel = "{title!r:>99999999}"', "channel: write a name"),
        ('channel = "{"', "channel: write a name"),
        ('channel = " "', "channel: write a name"),
        ('announce.sev4 = ["general"]', 'announce.sev4: write "#name"'),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(open_office: Open, line: str, words: str) -> None:
    with pytest.raises(BadSettings) as met:
        open_office(line).service.config.plugin_settings("slack", Slack)
    assert words in str(met.value)


def test_a_member_id_is_one(open_office: Open) -> None:
    office = open_office(tables='[people.zoe]\nslack.id = "@zoe"')
    with pytest.raises(BadSettings, match=r"people\.zoe\.slack.*member id"):
        office.service.config.plugin_settings("slack", Slack)


def test_nothing_is_found_where_all_is_well(open_office: Open) -> None:
    office = open_office('invite = ["dana"]')
    assert found(office) == []
    assert not any(asked.writes for asked in office.box.log.all())


def test_a_wrong_token_ends_the_check_and_names_its_setting(office: Office) -> None:
    office.standin.token = "another"
    ((setting, problem),) = found(office)
    assert (setting, len(office.asked())) == ("plugins.slack.token", 1)
    assert "invalid_auth" in problem


def test_missing_scopes_are_found(office: Office) -> None:
    office.standin.scopes -= {"pins:write", "bookmarks:write"}
    ((setting, problem),) = found(office)
    assert setting == "plugins.slack.token"
    assert "lacks bookmarks:write, pins:write" in problem


def test_a_scope_that_all_else_needs_is_found_alone(office: Office) -> None:
    office.standin.scopes -= {"channels:read", "users:read.email"}
    assert [setting for setting, _ in found(office)] == ["plugins.slack.token"]


def test_wrong_names_are_found_with_those_that_would_do(open_office: Open) -> None:
    office = open_office('announce.sev9 = ["#incidents"]\ninvite = ["dan"]\nannounce.sev4 = ["#incident"]')
    settings = dict(found(office))
    assert set(settings) == {
        "plugins.slack.announce.sev9",
        "plugins.slack.announce.sev4",
        "plugins.slack.invite",
    }
    assert "sev1, sev2, sev3, sev4" in settings["plugins.slack.announce.sev9"]
    assert "dana, lee, marta" in settings["plugins.slack.invite"]
    assert "#incidents" in settings["plugins.slack.announce.sev4"]


def test_a_channel_that_the_app_is_not_in_is_found(open_office: Open) -> None:
    office = open_office('announce.sev4 = ["#outside"]')
    office.workspace.create("outside", office.dana)
    office.standin.scopes -= {"chat:write.public"}
    ((setting, problem),) = found(office)
    assert setting == "plugins.slack.announce.sev4"
    assert "the app is not in #outside" in problem


def test_a_person_whom_slack_does_not_know_is_found(open_office: Open) -> None:
    office = open_office(tables='[people.ghost]\nemail = "ghost@example.com"\n[people.none]\n')
    assert [setting for setting, _ in found(office)] == ["people.ghost.slack.id", "people.none.slack.id"]


@pytest.mark.parametrize(
    "ref",
    [
        "{id}",
        "#general",
        "https://sandbox.slack.com/archives/{id}",
        "https://sandbox.slack.com/archives/{id}/p1700000000000100",
        "https://app.slack.com/client/T0SANDBOX/{id}",
        "https://slack.com/app_redirect?channel={id}",
    ],
)
def test_a_channel_is_known_by_its_id_its_name_and_its_address(office: Office, ref: str) -> None:
    general = office.workspace.channel("general")
    link = office.service.resolve_link("slack", ref.format(id=general.id))
    assert (link.kind, link.id, link.title) == ("channel", general.id, "#general")
    assert link.data == {"private": False}


def test_what_is_no_channel_is_left_to_others(office: Office) -> None:
    assert office.service.resolve_link("slack", "https://example.com/x").kind == "link"


@pytest.mark.parametrize("ref", ["C0NOWHERE", "#nowhere"])
def test_a_channel_that_is_not_there_is_refused(office: Office, ref: str) -> None:
    with pytest.raises(Rejected, match="channel"):
        office.service.resolve_link("slack", ref)


@pytest.mark.parametrize(
    ("scope", "words"), [("channels:manage", "lacks the scope"), ("chat:write", "chat:write")]
)
def test_a_scope_that_is_missing_is_named_in_the_delivery(office: Office, scope: str, words: str) -> None:
    office.standin.scopes -= {scope, "channels:write.invites", "groups:write"}
    incident = office.declare(severity="sev4")
    (failed,) = office.lane(incident)
    assert failed.state == "failed"
    assert words in failed.reason
    assert "plugins.slack.token" in failed.reason


def test_a_wrong_token_is_said_and_the_incident_declared(office: Office) -> None:
    office.standin.token = "another"
    incident = office.declare(severity="sev4")
    (failed,) = office.lane(incident)
    assert failed.state == "failed"
    assert "plugins.slack.token" in failed.reason
    office.standin.token = "sandbox-slack-token"
    assert office.again(incident) == {"slack incident_declared": "done"}


def test_what_the_rest_can_do_without_is_told_in_the_channel(office: Office) -> None:
    office.standin.scopes -= {"pins:write"}
    incident = office.declare(severity="sev4")
    assert [d.state for d in office.lane(incident)] == ["done"]
    assert "pinning the summary" in office.said()[-1]
    assert "pins:write" in office.said()[-1]
