"""Slack's stand-in: channels, who is in them, and what people do to them by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from chatops.sandbox import Fault
from tests.plugins.test_slack_sandbox_support import Slack, refused, served


@pytest.fixture
def slack() -> Iterator[Slack]:
    with served() as slack:
        yield slack


def names(slack: Slack, **said: Any) -> list[str]:
    """What `conversations.list` lists, over all its pages."""
    found: list[str] = []
    for page in slack.client.conversations_list(**said):
        found += [channel["name"] for channel in page["channels"]]
    return found


def test_who_creates_a_channel_is_in_it(slack: Slack) -> None:
    made = slack.client.conversations_create(name="inc-1-checkout")["channel"]
    assert (made["name"], made["is_member"], made["is_private"]) == ("inc-1-checkout", True, False)
    assert made["creator"] == slack.workspace.bot.id
    assert slack.client.conversations_members(channel=made["id"])["members"] == [slack.workspace.bot.id]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Inc-1", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("inc.1", "invalid_name_specials"),
        ("#inc-1", "invalid_name_specials"),
        ("incidents", "name_taken"),
    ],
)
def test_a_name_that_no_channel_can_have(slack: Slack, name: str, error: str) -> None:
    assert refused(slack.client.conversations_create, name=name) == error
    assert refused(slack.client.conversations_rename, channel=slack.created().id, name=name) == error


@pytest.mark.parametrize("name", ["x" * 80, "inc_1-zahlung-gestört", "1"])
def test_a_name_that_a_channel_can_have(slack: Slack, name: str) -> None:
    assert slack.created(name).name == name


def test_the_name_of_an_archived_or_hidden_channel_is_taken(slack: Slack) -> None:
    slack.workspace.archive(slack.created("inc-1"), slack.dana)
    slack.workspace.create("inc-2", slack.dana, private=True)
    assert refused(slack.client.conversations_create, name="inc-1") == "name_taken"
    assert refused(slack.client.conversations_create, name="inc-2") == "name_taken"


def test_a_renamed_channel_gives_its_name_back(slack: Slack) -> None:
    channel = slack.created("inc-1")
    slack.workspace.rename(channel, slack.dana, "inc-1-done")
    assert slack.client.conversations_info(channel=channel.id)["channel"]["previous_names"] == ["inc-1"]
    assert slack.created("inc-1") is not channel


def test_channels_are_listed_page_by_page(slack: Slack) -> None:
    for number in range(5):
        slack.created(f"inc-{number}")
    assert names(slack, limit=2) == ["general", "incidents", *(f"inc-{n}" for n in range(5))]


def test_archived_channels_are_taken_out_of_their_page(slack: Slack) -> None:
    slack.workspace.archive(slack.created("inc-1"), slack.dana)
    slack.created("inc-2")
    assert "inc-1" in names(slack)
    page = slack.client.conversations_list(limit=3, exclude_archived=True)
    assert [channel["name"] for channel in page["channels"]] == ["general", "incidents"]
    assert page["response_metadata"]["next_cursor"]


def test_the_list_lags_and_the_channel_itself_does_not(slack: Slack) -> None:
    slack.sandbox.faults.plan(Fault(kind="lag", seconds=60))
    channel = slack.created("inc-1")
    assert "inc-1" not in names(slack)
    assert slack.client.conversations_info(channel=channel.id)["ok"]
    assert refused(slack.client.conversations_create, name="inc-1") == "name_taken"
    slack.sandbox.faults.clear()
    assert "inc-1" in names(slack)


def test_a_private_channel_is_invisible_to_who_is_not_in_it(slack: Slack) -> None:
    hidden = slack.workspace.create("war-room", slack.dana, private=True)
    both = "public_channel,private_channel"
    assert names(slack, types=both) == ["general", "incidents"]
    for call in (
        slack.client.conversations_info,
        slack.client.conversations_history,
        slack.client.conversations_join,
    ):
        assert refused(call, channel=hidden.id) == "channel_not_found"
    assert refused(slack.client.chat_postMessage, channel="#war-room", text="x") == "channel_not_found"
    slack.workspace.join(hidden, slack.workspace.bot)
    assert names(slack, types="private_channel") == ["war-room"]
    assert names(slack) == ["general", "incidents"]
    assert slack.posted(hidden)


def test_a_private_channel_needs_the_scopes_of_groups(slack: Slack) -> None:
    channel = slack.created("war-room", is_private=True)
    slack.standin.scopes -= {"groups:history"}
    assert refused(slack.client.conversations_history, channel=channel.id) == "missing_scope"
    assert slack.client.conversations_history(channel=slack.incidents.id)["ok"]


def test_people_are_invited_by_all_or_none(slack: Slack) -> None:
    channel, lee = slack.created(), slack.workspace.user("lee")
    with pytest.raises(SlackApiError) as error:
        slack.client.conversations_invite(channel=channel.id, users=[slack.dana.id, "U0NOBODY"])
    assert error.value.response["error"] == "user_not_found"
    assert error.value.response["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert slack.dana.id not in channel.members
    slack.client.conversations_invite(channel=channel.id, users=[slack.dana.id, "U0NOBODY"], force=True)
    slack.client.conversations_invite(channel=channel.id, users=lee.id)
    assert channel.members == [slack.workspace.bot.id, slack.dana.id, lee.id]


def test_an_invitation_that_says_nothing_new(slack: Slack) -> None:
    channel = slack.created()
    slack.workspace.join(channel, slack.dana)
    assert (
        refused(slack.client.conversations_invite, channel=channel.id, users=[slack.dana.id])
        == "already_in_channel"
    )
    bot = slack.workspace.bot.id
    assert refused(slack.client.conversations_invite, channel=channel.id, users=[bot]) == "cant_invite_self"
    assert refused(slack.client.conversations_invite, channel=channel.id, users="") == "no_user"
    many = [f"U{n:09}" for n in range(101)]
    assert refused(slack.client.conversations_invite, channel=channel.id, users=many) == "too_many_users"


def test_joining_is_for_public_channels_and_may_be_repeated(slack: Slack) -> None:
    channel = slack.workspace.create("payments", slack.dana)
    assert refused(slack.client.conversations_setTopic, channel=channel.id, topic="x") == "not_in_channel"
    slack.client.conversations_join(channel=channel.id)
    assert slack.workspace.bot.id in channel.members
    assert slack.client.conversations_join(channel=channel.id)["warning"] == "already_in_channel"
    private = slack.created("war-room", is_private=True)
    said = refused(slack.client.conversations_join, channel=private.id)
    assert said == "method_not_supported_for_channel_type"


def test_topic_and_purpose_take_250_characters(slack: Slack) -> None:
    channel = slack.created()
    slack.client.conversations_setTopic(channel=channel.id, topic="x" * 250)
    slack.client.conversations_setPurpose(channel=channel.id, purpose="What customers can't do")
    assert (channel.topic.value, channel.purpose.value) == ("x" * 250, "What customers can't do")
    assert refused(slack.client.conversations_setTopic, channel=channel.id, topic="x" * 251) == "too_long"
    assert refused(slack.client.conversations_setPurpose, channel=channel.id, purpose="x" * 251) == "too_long"


def test_the_same_topic_again_leaves_no_note(slack: Slack) -> None:
    channel = slack.created()
    for _ in range(2):
        slack.client.conversations_setTopic(channel=channel.id, topic="SEV1")
    assert [m.subtype for m in channel.messages] == ["channel_join", "channel_topic"]


def test_an_archived_channel_takes_nothing_more(slack: Slack) -> None:
    channel = slack.created()
    ts = slack.client.chat_postMessage(channel=channel.id, text="x")["ts"]
    slack.client.conversations_archive(channel=channel.id)
    said: dict[str, Any] = {"channel": channel.id}
    assert slack.client.conversations_info(**said)["channel"]["is_archived"]
    assert refused(slack.client.chat_postMessage, **said, text="x") == "is_archived"
    assert refused(slack.client.chat_update, **said, ts=ts, text="y") == "is_inactive"
    assert refused(slack.client.conversations_setTopic, **said, topic="x") == "is_archived"
    assert refused(slack.client.conversations_invite, **said, users=[slack.dana.id]) == "is_archived"
    assert refused(slack.client.conversations_join, **said) == "is_archived"
    assert refused(slack.client.conversations_archive, **said) == "already_archived"


def test_an_app_can_never_open_a_channel_again(slack: Slack) -> None:
    channel = slack.created()
    assert refused(slack.client.conversations_unarchive, channel=channel.id) == "not_archived"
    slack.client.conversations_archive(channel=channel.id)
    assert refused(slack.client.conversations_unarchive, channel=channel.id) == "not_in_channel"
    slack.workspace.unarchive(channel, slack.dana)
    assert slack.client.conversations_join(channel=channel.id)["channel"]["is_archived"] is False


def test_the_general_channel_cannot_be_archived(slack: Slack) -> None:
    general = slack.workspace.channel("#general")
    assert refused(slack.client.conversations_archive, channel=general.id) == "cant_archive_general"
