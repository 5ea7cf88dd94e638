"""Messages: each is posted once, recognised by the key that we write beside it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from chatops import Context, Link
from chatops_slack.answers import EVENT_TYPE, Answer, Channel, History, Posted
from chatops_slack.api import Api
from chatops_slack.listing import called

#: How far Slack's clock may be behind ours.
SKEW: Final = timedelta(minutes=5)
_PAGE: Final = 200


def body(channel: str, text: str) -> dict[str, object]:
    """What a message says, with nothing that Slack would add to it."""
    return {
        "channel": channel,
        "text": text,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def post(api: Api, channel: str, text: str, key: str) -> Link:
    """Post a message; the link's id is its `ts`, and its `data` has the channel's id."""
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    made = api.write("chat.postMessage", Posted, **body(channel, text), metadata=metadata)
    if not made.ts:
        raise api.lost("chat.postMessage", "the message's ts")
    return Link("message", made.ts, data={"channel": made.channel or channel})


def find(api: Api, channel: str, key: str, since: datetime) -> Link | None:
    """The message with this key, where it was posted after `since`; the link's title is its text."""
    pages = api.pages(
        "conversations.history",
        History,
        channel=channel,
        oldest=f"{(since - SKEW).timestamp():.6f}",
        include_all_metadata="true",
        limit=_PAGE,
    )
    found = (message for page in pages for message in page.messages if message.key == key)
    ours = next(found, None)
    return Link("message", ours.ts, title=ours.text, data={"channel": channel}) if ours else None


def edit(api: Api, channel: str, ts: str, text: str) -> None:
    """Replace the words of a message of ours."""
    said = {"channel": channel, "ts": ts, "text": text, "link_names": False}
    api.write("chat.update", Answer, **said)


def say(api: Api, ctx: Context, channel: str, at: datetime, texts: Iterable[str]) -> None:
    """Post these texts in their order, each once for this event, which is of the time `at`."""
    for number, text in enumerate(texts, 1):
        ctx.once(
            f"post-{number}",
            create=lambda key, text=text: post(api, channel, text, key),  # type: ignore[misc]
            find=lambda key: find(api, channel, key, at),
        )


def announce(api: Api, ctx: Context, channel: str, text: str) -> None:
    """Post this in another channel, given by `#name` or id, once for the incident."""

    def look(key: str) -> Link | None:
        there = called(api, channel[1:]) if channel.startswith("#") else Channel(id=channel)
        return find(api, there.id, key, ctx.incident.declared_at) if there else None

    step = f"announce-{channel}"
    ctx.once(step, create=lambda key: post(api, channel, text, key), find=look, scope="incident")
