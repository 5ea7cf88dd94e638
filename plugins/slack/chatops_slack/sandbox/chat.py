"""`chat.*`: saying something, and saying it better."""

from typing import Any, Final

from chatops_slack.sandbox import shown
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.blocks import checked
from chatops_slack.sandbox.front import Answer, Front, method
from chatops_slack.sandbox.scopes import POST_ANYWHERE, POST_AS_ANYBODY
from chatops_slack.sandbox.state import Channel, Message

#: https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, `msg_too_long`.
LONGEST: Final = 40_000
LONGEST_UPDATE: Final = 4_000


class Chat(Front):
    """What the app says."""

    @method("chat.postMessage")
    def post_message(self, said: Said) -> Answer:
        channel = self._addressed(said.text("channel"))
        if channel.is_archived:
            raise no("is_archived")
        if not self.inside(channel) and POST_ANYWHERE not in self.scopes:
            raise no("not_in_channel")
        text, more = _content(said, LONGEST)
        if not text and not more.get("blocks") and not more.get("attachments"):
            raise no("no_text")
        if thread_ts := said.text("thread_ts"):
            if channel.message(thread_ts) is None and not self.rehearsing:
                raise no("thread_not_found")
            more |= {"thread_ts": thread_ts, "broadcast": said.flag("reply_broadcast")}
        if POST_AS_ANYBODY in self.scopes:
            more["username"] = said.text("username")
        message = self.workspace.post(channel, self.workspace.bot, text, **more)
        return self._told(channel, message) | {"message": shown.message(message, channel, self.workspace)}

    @method("chat.update")
    def update_message(self, said: Said) -> Answer:
        channel, message = self._own(said, "cant_update_message")
        if channel.is_archived:
            raise no("is_inactive")
        text, more = _content(said, LONGEST_UPDATE)
        if not text and not more.get("blocks") and not more.get("attachments"):
            raise no("no_text")
        # What is not given is kept; a given text does not say anything about the blocks.
        for name, value in more.items():
            setattr(message, name, value or type(value)())
        self.workspace.edit(message, text or message.text)
        return self._told(channel, message) | {
            "text": message.text,
            "message": shown.message(message, channel, self.workspace),
        }

    @method("chat.delete")
    def delete_message(self, said: Said) -> Answer:
        channel, message = self._own(said, "cant_delete_message")
        self.workspace.delete(channel, message.ts)
        return self._told(channel, message)

    @method("chat.getPermalink", reads=True)
    def permalink(self, said: Said) -> Answer:
        channel = self.found(said)
        message = self.message(channel, said.text("message_ts"))
        place = f"{self.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": place}

    def _addressed(self, channel: str) -> Channel:
        """Here a channel's name does as well as its id."""
        named = self.workspace.named(channel.removeprefix("#"))
        if named is None and self.rehearsing and channel.startswith("#"):
            named = self.workspace.create(channel.removeprefix("#"), self.workspace.bot)
        return self.seen(named.id if named else channel)

    def _own(self, said: Said, foreign: str) -> tuple[Channel, Message]:
        channel = self.found(said)
        message = self.message(channel, said.text("ts"))
        if message.user is not self.workspace.bot or message.subtype:
            raise no(foreign)
        return channel, message

    def _told(self, channel: Channel, message: Message) -> dict[str, Any]:
        return {"channel": channel.id, "ts": message.ts}


def _content(said: Said, longest: int) -> tuple[str, dict[str, Any]]:
    """The text, and those of its companions that were given."""
    text = said.text("text")
    if len(text) > longest:
        raise no("msg_too_long")
    more: dict[str, Any] = {}
    if (blocks := said.data("blocks", "invalid_blocks_format")) is not None:
        more["blocks"] = checked(blocks)
    if (attachments := said.data("attachments", "invalid_attachments")) is not None:
        more["attachments"] = attachments
    if (metadata := said.data("metadata", "invalid_metadata_format")) is not None:
        more["metadata"] = _metadata(metadata)
    return text, more


def _metadata(metadata: Any) -> dict[str, Any]:
    """https://docs.slack.dev/messaging/message-metadata."""
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise no("invalid_metadata_format")
    if not metadata["event_type"] or not isinstance(metadata["event_payload"], dict):
        raise no("invalid_metadata_schema")
    return metadata
