"""Slack's specification of 2021, against its stand-in, the plugin, and a client that we did not write.

It is checked by the names of methods, arguments, answers and errors: the header and the encodings in it
are not today's.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from chatops import events as e
from chatops.sandbox import Asked, Fault
from chatops.service import Service
from tests.contract.specs import spec_file
from tests.kit import act, deliver
from tests.plugins.test_slack_sandbox_support import KEYED, Slack, served
from tests.stage import declare, say, update

#: Methods that the specification does not have, and their arguments, as the vendor's own client has them.
NEWER_METHODS: Final = {
    "bookmarks.add": {"channel_id", "title", "type", "emoji", "entity_id", "link", "parent_id"},
    "bookmarks.edit": {"bookmark_id", "channel_id", "emoji", "link", "title"},
    "bookmarks.list": {"channel_id"},
    "bookmarks.remove": {"bookmark_id", "channel_id"},
    "conversations.unarchive": {"channel"},
    "pins.remove": {"channel", "timestamp"},
    "team.info": {"team", "domain"},
    "users.list": {"cursor", "include_locale", "limit", "team_id"},
}
NEWER_ARGUMENTS: Final = {
    "chat.postMessage": {"metadata"},
    "chat.update": {"metadata"},
    "conversations.create": {"team_id"},
    "conversations.history": {"include_all_metadata"},
    "conversations.invite": {"force"},
    "conversations.list": {"team_id"},
    "conversations.replies": {"include_all_metadata"},
}
NEWER_ERRORS: Final = {
    "chat.postMessage": {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "missing_scope",
        "thread_not_found",
    },
    "conversations.history": {"not_in_channel"},
    "conversations.setTopic": {"is_archived"},
}
#: What an answer of today has beside what the specification knows, by the path of its place.
NEWER_NAMES: Final = {
    "$": {"response_metadata"},
    "$.message": {"app_id", "edited", "metadata"},
    "$.messages": {"app_id", "edited", "metadata"},
}
#: Where the specification contradicts the vendor's own examples: an empty channel has no message, and
#: blocks are a list.
MISTAKEN: Final = {("$.messages", "minItems"), ("$.message.blocks", "type")}


class Names:
    """What the specification names."""

    def __init__(self) -> None:
        self._spec = json.loads(spec_file("slack.json").read_text("utf-8"))

    def check(self, asked: Asked) -> None:
        """Fail for a method, an argument, an answer or an error that it does not know."""
        method = asked.path.rpartition("/")[2]
        said = set(_arguments(asked))
        if method in NEWER_METHODS:
            assert said <= NEWER_METHODS[method], method
            return
        (operation,) = self._spec["paths"][f"/{method}"].values()
        known = {parameter["name"] for parameter in operation["parameters"]}
        assert said <= known | NEWER_ARGUMENTS.get(method, set()), method
        if asked.status != 200 or asked.fault in {"status", "garbage"}:
            return
        found = json.loads(asked.answer)
        if found["ok"]:
            self._check_answer(method, operation["responses"]["200"]["schema"], found)
        else:
            errors = operation["responses"]["default"]["schema"]["properties"]["error"]["enum"]
            assert found["error"] in {*errors, *NEWER_ERRORS.get(method, ())}, method

    def _check_answer(self, method: str, schema: Any, found: Any) -> None:
        whole = schema | {"definitions": self._spec["definitions"]}
        wrong = [
            f"{method}: {error.json_path}: {error.message[:300]}"
            for error in Draft4Validator(whole).iter_errors(found)
            if not _is_known(error)
        ]
        assert not wrong, "\n".join(wrong)


def _arguments(asked: Asked) -> dict[str, Any]:
    """The arguments, wherever they stand; the token is none of them any more."""
    said: dict[str, Any] = dict(parse_qsl(asked.query, keep_blank_values=True))
    if "json" in asked.headers.get("Content-Type", ""):
        said |= json.loads(asked.body or b"{}")
    else:
        said |= dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    return said


def _is_known(error: Any) -> bool:
    place = "".join(f".{part}" for part in error.path if isinstance(part, str))
    if error.validator == "additionalProperties":
        extra = set(error.instance) - set(error.schema.get("properties", {}))
        return extra <= NEWER_NAMES.get(f"${place}", set())
    return (f"${place}", error.validator) in MISTAKEN


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def slack(names: Names) -> Iterator[Slack]:
    """The stand-in, whose every request and answer is checked in the end."""
    with served() as slack:
        yield slack
        asked = slack.sandbox.log.all()
        assert asked
        for one in asked:
            names.check(one)


def test_the_client_of_the_vendor_is_answered_as_specified(slack: Slack) -> None:
    client, lee = slack.client, slack.workspace.user("lee")
    client.auth_test()
    client.team_info()
    client.users_list(limit=2)
    client.users_info(user=lee.id)
    client.users_lookupByEmail(email=lee.email)
    channel = slack.created("inc-1")
    here: dict[str, Any] = {"channel": channel.id}
    client.conversations_list(limit=2, types="public_channel", exclude_archived=True)
    client.conversations_info(**here, include_num_members=True)
    client.conversations_join(**here)
    client.conversations_invite(**here, users=[lee.id])
    client.conversations_members(**here)
    client.conversations_setTopic(**here, topic="SEV1")
    client.conversations_setPurpose(**here, purpose="Checkout returns 500s")
    client.conversations_rename(**here, name="inc-1-checkout")
    _talk(client, slack, here)
    client.conversations_archive(**here)


def _talk(client: WebClient, slack: Slack, here: dict[str, Any]) -> None:
    blocks = [{"type": "divider"}]
    ts = client.chat_postMessage(**here, text="INC-1", metadata=KEYED, blocks=blocks)["ts"]
    client.chat_postMessage(**here, text="a reply", thread_ts=ts, reply_broadcast=True)
    client.chat_update(**here, ts=ts, text="INC-1: resolved", blocks=blocks, metadata=KEYED)
    client.chat_getPermalink(**here, message_ts=ts)
    client.pins_add(**here, timestamp=ts)
    client.pins_list(**here)
    client.conversations_history(**here, limit=2, include_all_metadata=True)
    client.conversations_history(channel=slack.incidents.id)
    client.conversations_replies(**here, ts=ts)
    bar = {"channel_id": here["channel"]}
    link = "https://example.com"
    made = client.bookmarks_add(**bar, title="OPS-7", type="link", link=link)["bookmark"]
    client.bookmarks_edit(**bar, bookmark_id=made["id"], title="Ticket")
    client.bookmarks_list(**bar)
    client.bookmarks_remove(**bar, bookmark_id=made["id"])
    client.pins_remove(**here, timestamp=ts)
    client.chat_delete(**here, ts=ts)


@pytest.mark.parametrize(
    ("method", "said", "error"),
    [
        ("conversations.create", {"name": "incidents"}, "name_taken"),
        ("conversations.create", {"name": ""}, "invalid_name_required"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.create", {"name": "---"}, "invalid_name_punctuation"),
        ("conversations.create", {"name": "INC 1"}, "invalid_name_specials"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.members", {"channel": "#", "limit": "9999"}, "invalid_limit"),
        ("conversations.members", {"channel": "#", "cursor": "x"}, "invalid_cursor"),
        ("conversations.history", {"channel": "#", "oldest": "x"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": "#", "latest": "x"}, "invalid_ts_latest"),
        ("conversations.history", {"channel": "closed"}, "not_in_channel"),
        ("conversations.replies", {"channel": "#", "ts": "1.1"}, "thread_not_found"),
        ("conversations.invite", {"channel": "#", "users": "U0NOBODY"}, "user_not_found"),
        ("conversations.invite", {"channel": "#", "users": "U0CHATOPS0"}, "cant_invite_self"),
        ("conversations.invite", {"channel": "#", "users": "U0DANA0000"}, "already_in_channel"),
        ("conversations.invite", {"channel": "#", "users": ""}, "no_user"),
        ("conversations.invite", {"channel": "closed", "users": "U0DANA0000"}, "is_archived"),
        ("conversations.join", {"channel": "closed"}, "is_archived"),
        ("conversations.setTopic", {"channel": "#", "topic": "x" * 251}, "too_long"),
        ("conversations.setTopic", {"channel": "closed", "topic": "x"}, "is_archived"),
        ("conversations.archive", {"channel": "closed"}, "already_archived"),
        ("conversations.archive", {"channel": "general"}, "cant_archive_general"),
        ("chat.postMessage", {"channel": "#"}, "no_text"),
        ("chat.postMessage", {"channel": "#", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "closed", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#", "blocks": '[{"type": "poem"}]'}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "#", "text": "x", "metadata": "[]"}, "invalid_metadata_format"),
        ("chat.update", {"channel": "#", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "#", "ts": "1.1"}, "message_not_found"),
        ("chat.getPermalink", {"channel": "#", "message_ts": "1.1"}, "message_not_found"),
        ("pins.add", {"channel": "#", "timestamp": "1.1"}, "message_not_found"),
        ("pins.add", {"channel": "#"}, "no_item_specified"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ],
)
def test_a_refusal_has_a_name_that_is_specified(
    slack: Slack, method: str, said: dict[str, str], error: str
) -> None:
    closed = slack.workspace.create("closed", slack.dana)
    slack.workspace.archive(closed, slack.dana)
    places = {"#": slack.incidents.id, "closed": closed.id, "general": slack.workspace.channel("general").id}
    sent = {name: places.get(value, value) for name, value in said.items()}
    with pytest.raises(SlackApiError) as refused:
        slack.client.api_call(method, params=sent)
    assert refused.value.response["error"] == error


def test_a_wrong_token_is_refused_as_specified(slack: Slack) -> None:
    slack.standin.token = "another"
    with pytest.raises(SlackApiError, match="invalid_auth"):
        slack.client.auth_test()


def test_the_plugin_says_only_what_is_specified(slack: Slack, make_service: Callable[[str], Service]) -> None:
    service = make_service(slack.sandbox.config())
    incident = declare(service, "Checkout returns 500s", severity="sev1")
    update(service, incident, "The database is full", status="identified", severity="sev2")
    say(service, incident, "We are looking into it")
    service.note(incident.id, "Disk of db-2 at 100 %", act())
    service.resolve(incident.id, "Emptied", act())
    deliveries = deliver(service, incident)
    assert {delivery.state for delivery in deliveries} == {"done"}, deliveries
    (channel,) = (c for c in slack.workspace.channels.values() if "checkout" in c.name)
    assert channel.topic.value
    assert slack.incidents.messages


def test_the_plugin_asks_again_only_with_what_is_specified(
    slack: Slack, make_service: Callable[[str], Service]
) -> None:
    service = make_service(slack.sandbox.config())
    slack.sandbox.faults.plan(Fault(kind="drop_after", path="conversations.create"))
    incident = declare(service, "Checkout returns 500s", severity="sev1")
    deliver(service, incident)
    service.retry(service.store.deliveries.unsettled(incident.id))
    assert [delivery.state for delivery in deliver(service, incident)] == ["done"]
    made = [c.name for c in slack.workspace.channels.values() if "checkout" in c.name]
    assert len(made) == 1, made


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("conversations.explode", {}, {"ok": True}),
        ("conversations.create", {"title": "x"}, {"ok": True, "channel": {}}),
        ("conversations.create", {"name": "x"}, {"ok": False, "error": "oops"}),
        ("conversations.create", {"name": "x"}, {"ok": True}),
        ("chat.postMessage", {"channel": "C1", "text": "x"}, {"ok": True, "ts": "1"}),
        ("bookmarks.add", {"channel": "C1"}, {"ok": True}),
    ],
)
def test_what_is_not_specified_is_noticed(
    names: Names, path: str, body: dict[str, str], answer: dict[str, Any]
) -> None:
    asked = Asked(
        at=e.utcnow(),
        standin="slack",
        method="POST",
        path=f"/api/{path}",
        query="",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body).encode(),
        status=200,
        answer_type="application/json",
        answer=json.dumps(answer).encode(),
    )
    with pytest.raises((AssertionError, KeyError)):
        names.check(asked)
