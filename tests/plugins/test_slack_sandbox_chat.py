"""Slack's stand-in: what is said, what the index knows of it, and what a channel keeps in sight."""

from collections.abc import Iterator
from typing import Any

import pytest

from chatops.sandbox import Fault
from tests.plugins.test_slack_sandbox_support import KEYED, Slack, refused, served, texts

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


@pytest.fixture
def slack() -> Iterator[Slack]:
    with served() as slack:
        yield slack


def test_a_message_keeps_its_metadata(slack: Slack) -> None:
    ts = slack.posted(slack.incidents, metadata=KEYED)
    said: dict[str, Any] = {"channel": slack.incidents.id}
    (whole,) = slack.client.conversations_history(**said, include_all_metadata=True)["messages"]
    assert (whole["ts"], whole["metadata"]) == (ts, KEYED)
    (short,) = slack.client.conversations_history(**said)["messages"]
    assert short["metadata"] == {"event_type": "chatops"}


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ([], "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": "text"}, "invalid_metadata_schema"),
    ],
)
def test_metadata_that_is_none(slack: Slack, metadata: Any, error: str) -> None:
    said: dict[str, Any] = {"channel": "#incidents", "text": "x", "metadata": metadata}
    assert refused(slack.client.api_call, "chat.postMessage", json=said) == error


def test_no_two_messages_have_the_same_time(slack: Slack) -> None:
    times = [slack.workspace.post(slack.incidents, slack.dana, "x").ts for _ in range(500)]
    assert times == sorted(set(times))


def test_a_channel_is_addressed_by_its_name_or_its_id(slack: Slack) -> None:
    for channel in ("#incidents", "incidents", slack.incidents.id):
        assert slack.client.chat_postMessage(channel=channel, text="x")["channel"] == slack.incidents.id
    assert refused(slack.client.chat_postMessage, channel="#nowhere", text="x") == "channel_not_found"
    assert refused(slack.client.conversations_info, channel="#incidents") == "channel_not_found"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"blocks": "nonsense"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]}, "invalid_blocks"),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
            "invalid_blocks",
        ),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
    ],
)
def test_a_message_that_is_none(slack: Slack, said: dict[str, Any], error: str) -> None:
    said = {"channel": "#incidents", **said}
    assert refused(slack.client.api_call, "chat.postMessage", json=said) == error
    assert slack.incidents.messages == []


def test_blocks_at_their_limits(slack: Slack) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}
    blocks = [header, section, context, *[{"type": "divider"}] * 47]
    slack.posted(slack.incidents, blocks=blocks)
    assert slack.incidents.messages[0].blocks == blocks


def test_an_app_posts_where_it_is_no_member_only_with_a_scope_for_it(slack: Slack) -> None:
    channel = slack.workspace.create("payments", slack.dana)
    assert slack.posted(channel)
    slack.standin.scopes -= {"chat:write.public"}
    assert refused(slack.client.chat_postMessage, channel=channel.id, text="x") == "not_in_channel"


def test_an_update_keeps_what_it_does_not_name(slack: Slack) -> None:
    ts = slack.posted(slack.incidents, metadata=KEYED, blocks=[SECTION])
    said: dict[str, Any] = {"channel": slack.incidents.id, "ts": ts}
    changed = slack.client.chat_update(**said, text="Resolved")
    assert (changed["text"], changed["message"]["blocks"]) == ("Resolved", [SECTION])
    assert changed["message"]["metadata"] == KEYED
    assert changed["message"]["edited"]["user"] == slack.workspace.bot.id
    assert "blocks" not in slack.client.chat_update(**said, text="Resolved", blocks=[])["message"]
    assert "metadata" not in slack.client.chat_update(**said, text="Resolved", metadata={})["message"]


def test_an_update_that_cannot_be_made(slack: Slack) -> None:
    theirs = slack.workspace.post(slack.incidents, slack.dana, "looking")
    note = slack.created().messages[0]
    own = slack.posted(slack.incidents)
    said: dict[str, Any] = {"channel": slack.incidents.id, "text": "x"}
    assert refused(slack.client.chat_update, **said, ts=theirs.ts) == "cant_update_message"
    assert refused(slack.client.chat_update, **said, ts="1.000001") == "message_not_found"
    assert refused(slack.client.chat_update, **said | {"text": "x" * 4001}, ts=own) == "msg_too_long"
    assert refused(slack.client.chat_update, channel="inc-1", text="x", ts=own) == "channel_not_found"
    inc = slack.workspace.channel("#inc-1").id
    assert refused(slack.client.chat_update, channel=inc, text="x", ts=note.ts) == "cant_update_message"


def test_a_deleted_message_is_gone(slack: Slack) -> None:
    ts = slack.posted(slack.incidents)
    slack.client.pins_add(channel=slack.incidents.id, timestamp=ts)
    slack.workspace.delete(slack.incidents, ts)
    said: dict[str, Any] = {"channel": slack.incidents.id, "ts": ts}
    assert refused(slack.client.chat_update, **said, text="x") == "message_not_found"
    assert refused(slack.client.chat_delete, **said) == "message_not_found"
    assert slack.client.pins_list(channel=slack.incidents.id)["items"] == []


def test_only_ones_own_message_can_be_deleted(slack: Slack) -> None:
    theirs, own = slack.workspace.post(slack.incidents, slack.dana, "looking"), slack.posted(slack.incidents)
    said: dict[str, Any] = {"channel": slack.incidents.id}
    assert refused(slack.client.chat_delete, **said, ts=theirs.ts) == "cant_delete_message"
    slack.client.chat_delete(**said, ts=own)
    assert slack.incidents.messages == [theirs]


def test_replies_stand_below_their_message(slack: Slack) -> None:
    ts = slack.posted(slack.incidents, "Checkout")
    slack.posted(slack.incidents, "a reply", thread_ts=ts)
    slack.posted(slack.incidents, "for all", thread_ts=ts, reply_broadcast=True)
    history = slack.client.conversations_history(channel=slack.incidents.id)
    assert texts(history) == ["for all", "Checkout"]
    assert history["messages"][1]["reply_count"] == 2
    replies = slack.client.conversations_replies(channel=slack.incidents.id, ts=ts)
    assert texts(replies) == ["Checkout", "a reply", "for all"]
    assert (
        refused(slack.client.conversations_replies, channel=slack.incidents.id, ts="1.1")
        == "thread_not_found"
    )


def test_history_is_read_from_the_newest_message_page_by_page(slack: Slack) -> None:
    for number in range(5):
        slack.posted(slack.incidents, str(number))
    answer = slack.client.conversations_history(channel=slack.incidents.id, limit=2)
    pages = [(texts(page), page["has_more"]) for page in answer]
    assert pages == [(["4", "3"], True), (["2", "1"], True), (["0"], False)]


def test_history_from_a_time_on_begins_with_the_oldest(slack: Slack) -> None:
    times = [slack.posted(slack.incidents, str(number)) for number in range(5)]
    said: dict[str, Any] = {"channel": slack.incidents.id, "oldest": times[1]}
    assert texts(slack.client.conversations_history(**said, limit=2)) == ["3", "2"]
    assert texts(slack.client.conversations_history(**said, inclusive=True, limit=2)) == ["2", "1"]
    assert texts(slack.client.conversations_history(**said, latest=times[4])) == ["3", "2"]
    assert refused(slack.client.conversations_history, **said | {"oldest": "today"}) == "invalid_ts_oldest"


def test_history_lags(slack: Slack) -> None:
    slack.sandbox.faults.plan(Fault(kind="lag", seconds=60))
    ts = slack.posted(slack.incidents)
    assert texts(slack.client.conversations_history(channel=slack.incidents.id)) == []
    assert texts(slack.client.conversations_replies(channel=slack.incidents.id, ts=ts)) == []
    assert slack.client.chat_update(channel=slack.incidents.id, ts=ts, text="better")["ok"]
    slack.sandbox.faults.clear()
    assert texts(slack.client.conversations_history(channel=slack.incidents.id)) == ["better"]


def test_who_is_not_in_a_channel_cannot_read_it(slack: Slack) -> None:
    channel = slack.workspace.create("payments", slack.dana)
    assert refused(slack.client.conversations_history, channel=channel.id) == "not_in_channel"


def test_a_message_is_pinned_once(slack: Slack) -> None:
    ts = slack.posted(slack.incidents)
    said: dict[str, Any] = {"channel": slack.incidents.id}
    slack.client.pins_add(**said, timestamp=ts)
    assert refused(slack.client.pins_add, **said, timestamp=ts) == "already_pinned"
    assert refused(slack.client.pins_add, **said, timestamp="1.000001") == "message_not_found"
    assert refused(slack.client.pins_add, **said) == "no_item_specified"
    (pin,) = slack.client.pins_list(**said)["items"]
    assert (pin["message"]["ts"], pin["message"]["pinned_to"]) == (ts, [slack.incidents.id])
    slack.client.pins_remove(**said, timestamp=ts)
    assert refused(slack.client.pins_remove, **said, timestamp=ts) == "no_pin"


def test_bookmarks_are_added_changed_and_removed(slack: Slack) -> None:
    said: dict[str, Any] = {"channel_id": slack.incidents.id}
    link = "https://jira.example.com/browse/OPS-7"
    made = slack.client.bookmarks_add(**said, title="OPS-7", type="link", link=link, emoji=":ticket:")[
        "bookmark"
    ]
    slack.client.bookmarks_edit(**said, bookmark_id=made["id"], title="The ticket")
    (found,) = slack.client.bookmarks_list(**said)["bookmarks"]
    assert (found["title"], found["link"], found["emoji"]) == ("The ticket", link, ":ticket:")
    slack.client.bookmarks_remove(**said, bookmark_id=made["id"])
    assert slack.client.bookmarks_list(**said)["bookmarks"] == []
    assert refused(slack.client.bookmarks_remove, **said, bookmark_id=made["id"]) == "not_found"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"link": "javascript:alert(1)"}, "invalid_link"),
        ({"type": "file"}, "invalid_bookmark_type"),
        ({"title": ""}, "invalid_arguments"),
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
    ],
)
def test_a_bookmark_that_is_none(slack: Slack, said: dict[str, Any], error: str) -> None:
    right = {"channel_id": slack.incidents.id, "title": "x", "type": "link", "link": "https://example.com"}
    assert refused(slack.client.api_call, "bookmarks.add", json=right | said) == error


def test_a_permalink_leads_to_the_message(slack: Slack) -> None:
    ts = slack.posted(slack.incidents)
    said: dict[str, Any] = {"channel": slack.incidents.id}
    link = slack.client.chat_getPermalink(**said, message_ts=ts)["permalink"]
    assert link == f"{slack.standin.url}/archives/{slack.incidents.id}/p{ts.replace('.', '')}"
    assert refused(slack.client.chat_getPermalink, **said, message_ts="1.000001") == "message_not_found"
