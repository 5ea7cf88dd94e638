"""Slack's answers: of each, what we look at."""

from typing import Any, Final

import msgspec

#: What our messages say of their metadata; people do not see it.
EVENT_TYPE: Final = "chatops"


class Answer(msgspec.Struct, kw_only=True):
    """What every answer has."""

    ok: bool
    error: str = ""
    needed: str = ""
    provided: str = ""


class Channel(msgspec.Struct, kw_only=True):
    """A channel; `created` is in seconds since 1970, by Slack's clock."""

    id: str
    name: str = ""
    created: int = 0
    creator: str = ""
    is_private: bool = False
    is_archived: bool = False
    is_member: bool = False


class Metadata(msgspec.Struct):
    """What an app wrote beside its message, and people do not see."""

    event_type: str = ""
    event_payload: dict[str, Any] = {}


class Message(msgspec.Struct):
    """A message; `ts` is its id within the channel."""

    ts: str
    text: str = ""
    metadata: Metadata | None = None

    @property
    def key(self) -> str:
        """The key that we wrote beside it; empty for anybody else's message."""
        ours = self.metadata is not None and self.metadata.event_type == EVENT_TYPE
        return str(self.metadata.event_payload.get("key", "")) if self.metadata and ours else ""


class Member(msgspec.Struct):
    """A person in the workspace."""

    id: str


class Bookmark(msgspec.Struct):
    """A link at the top of a channel."""

    id: str
    title: str = ""
    link: str | None = None


class Cursor(msgspec.Struct):
    """Where the next page begins; empty on the last one."""

    next_cursor: str = ""


class Named(Answer):
    """The answer that has a channel."""

    channel: Channel | None = None


class Page(Answer):
    """One of several pages."""

    response_metadata: Cursor | None = None

    @property
    def next(self) -> str:
        """Where the next page begins; empty on the last one."""
        return self.response_metadata.next_cursor if self.response_metadata else ""


class Listed(Page):
    """A page of channels."""

    channels: list[Channel] = []


class Posted(Answer):
    """The answer that has a message's place."""

    ts: str = ""
    channel: str = ""


class History(Page):
    """A page of messages."""

    messages: list[Message] = []


class Found(Answer):
    """The answer that has a person."""

    user: Member | None = None


class Known(Answer):
    """Who the token belongs to."""

    user_id: str = ""


class Marked(Answer):
    """The answer that has a bookmark."""

    bookmark: Bookmark | None = None


class Marks(Answer):
    """The bookmarks of a channel."""

    bookmarks: list[Bookmark] = []
