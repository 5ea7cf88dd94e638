"""A workspace: its people, its channels, and what happens in them, whoever does it."""

import time
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

#: In a dry run: no workspace has a channel of such an id, or a message of the year 1970.
DRY: Final = "C0DRYRUN"


@dataclass
class User:
    """Somebody; `name` is the handle."""

    id: str
    name: str
    real_name: str
    email: str
    is_bot: bool = False
    is_deleted: bool = False


@dataclass
class Message:
    """A message; one with a `subtype` is the workspace's own note of what somebody did.

    `at` is when it came, in seconds since 1970; `thread_ts` is the message that it replies to.
    """

    ts: str
    at: float
    user: User
    text: str
    subtype: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str = ""
    broadcast: bool = False
    username: str = ""
    edited_ts: str = ""


@dataclass
class Words:
    """A topic or a purpose, and who set it, when."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass
class Pin:
    """A message that is pinned, by whom, when."""

    ts: str
    by: User
    at: float


@dataclass
class Bookmark:
    """A link in the bar of a channel."""

    id: str
    title: str
    link: str
    emoji: str
    by: User
    created: int
    updated: int


@dataclass
class Channel:
    """A channel; `messages` stand in the order in which they came."""

    id: str
    name: str
    creator: User
    created: float
    is_private: bool = False
    is_archived: bool = False
    is_general: bool = False
    topic: Words = field(default_factory=Words)
    purpose: Words = field(default_factory=Words)
    previous_names: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        """The message of this time."""
        return next((message for message in self.messages if message.ts == ts), None)

    def is_pinned(self, ts: str) -> bool:
        """Whether the message of this time is pinned."""
        return any(pin.ts == ts for pin in self.pins)

    def replies(self, ts: str) -> list[Message]:
        """The replies to the message of this time."""
        return [message for message in self.messages if message.thread_ts == ts and message.ts != ts]


class Workspace:
    """What people and the app do in it. Nothing is refused here: that is for those who ask."""

    def __init__(self, *, rehearsing: bool = False) -> None:
        self.rehearsing = rehearsing
        self.id, self.name, self.domain = "T0SANDBOX0", "Sandbox", "sandbox"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self._last = 0
        self.bot = self.add_user("chatops", "chatops", is_bot=True)

    def add_user(self, name: str, real_name: str, email: str = "", *, is_bot: bool = False) -> User:
        """Somebody new."""
        user = User(f"U0{name.upper():0<8}", name, real_name, email, is_bot)
        self.users[user.id] = user
        return user

    def user(self, name: str) -> User:
        """The person with this handle. Raises LookupError."""
        return next(user for user in self.users.values() if user.name == name)

    def channel(self, name: str) -> Channel:
        """The channel of this name or id. Raises LookupError."""
        found = self.channels.get(name) or self.named(name.removeprefix("#"))
        if found is None:
            raise LookupError(f"there is no channel {name}")
        return found

    def named(self, name: str) -> Channel | None:
        """The channel of this name; an archived one keeps its name."""
        return next((channel for channel in self.channels.values() if channel.name == name), None)

    def create(self, name: str, by: User, *, private: bool = False, identity: str = "") -> Channel:
        """A new channel with its creator in it."""
        made_up = f"{DRY}{len(self.channels) + 1:03}" if self.rehearsing else f"C0{uuid4().hex[:8].upper()}"
        channel = Channel(identity or made_up, name, by, time.time(), is_private=private)
        self.channels[channel.id] = channel
        self.join(channel, by)
        return channel

    def post(self, channel: Channel, by: User, text: str, **more: Any) -> Message:
        """A new message; `more` are fields of `Message`."""
        message = Message(self._now(), time.time(), by, text, **more)
        channel.messages.append(message)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Another text for a message."""
        message.text, message.edited_ts = text, self._now()

    def delete(self, channel: Channel, ts: str) -> None:
        """Remove a message, and its pin."""
        channel.messages = [message for message in channel.messages if message.ts != ts]
        channel.pins = [pin for pin in channel.pins if pin.ts != ts]

    def join(self, channel: Channel, user: User, inviter: User | None = None) -> None:
        """Somebody comes in, where they are not in already."""
        if user.id in channel.members:
            return
        channel.members.append(user.id)
        by = f" by <@{inviter.id}>" if inviter else ""
        self._note(channel, user, "join", f"<@{user.id}> has joined the channel{by}")

    def leave(self, channel: Channel, user: User) -> None:
        """Somebody goes."""
        channel.members.remove(user.id)
        self._note(channel, user, "leave", f"<@{user.id}> has left the channel")

    def set_topic(self, channel: Channel, by: User, topic: str) -> None:
        """Another topic."""
        channel.topic = Words(topic, by.id, int(time.time()))
        self._note(channel, by, "topic", f"<@{by.id}> set the channel topic: {topic}")

    def set_purpose(self, channel: Channel, by: User, purpose: str) -> None:
        """Another purpose, which readers see as the channel's description."""
        channel.purpose = Words(purpose, by.id, int(time.time()))
        self._note(channel, by, "purpose", f"<@{by.id}> set the channel purpose: {purpose}")

    def rename(self, channel: Channel, by: User, name: str) -> None:
        """Another name; the old one is free again."""
        channel.previous_names.append(channel.name)
        old, channel.name = channel.name, name
        self._note(channel, by, "name", f'<@{by.id}> has renamed the channel from "{old}" to "{name}"')

    def archive(self, channel: Channel, by: User) -> None:
        """Close the channel, which puts every app out of it (github.com/slack-go/slack/issues/1066)."""
        self._note(channel, by, "archive", f"<@{by.id}> archived the channel")
        channel.is_archived = True
        channel.members = [member for member in channel.members if not self.users[member].is_bot]

    def unarchive(self, channel: Channel, by: User) -> None:
        """Open the channel again; apps stay out of it until somebody invites them."""
        channel.is_archived = False
        self._note(channel, by, "unarchive", f"<@{by.id}> un-archived the channel")

    def pin(self, channel: Channel, by: User, ts: str) -> None:
        """Pin a message."""
        channel.pins.append(Pin(ts, by, time.time()))

    def bookmark(self, channel: Channel, by: User, title: str, link: str, emoji: str = "") -> Bookmark:
        """Put a link into the channel's bar."""
        now = int(time.time())
        made = Bookmark(f"Bk0{uuid4().hex[:8].upper()}", title, link, emoji, by, now, now)
        channel.bookmarks.append(made)
        return made

    def _note(self, channel: Channel, by: User, what: str, text: str) -> None:
        self.post(channel, by, text, subtype=f"channel_{what}")

    def _now(self) -> str:
        """A time that no message has yet."""
        now = self._last + 1 if self.rehearsing else max(self._last + 1, time.time_ns() // 1000)
        self._last = now
        return f"{now // 1_000_000:010}.{now % 1_000_000:06}"
