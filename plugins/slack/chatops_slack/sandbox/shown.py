"""Users, channels and messages as the Web API answers them."""

from typing import Any

from chatops_slack.sandbox.state import Bookmark, Channel, Message, User, Words, Workspace

APP = "A0CHATOPS0"


def bot_id(user: User) -> str:
    """The id under which an app posts, besides its user's."""
    return "B" + user.id[1:]


def user(user: User, workspace: Workspace, *, with_email: bool) -> dict[str, Any]:
    """A person or an app's own user."""
    profile = {"real_name": user.real_name, "display_name": user.name, "team": workspace.id}
    if with_email and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": workspace.id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.is_deleted,
        "is_bot": user.is_bot,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": profile,
    }


def channel(channel: Channel, workspace: Workspace) -> dict[str, Any]:
    """A channel, as the app sees it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_member": workspace.bot.id in channel.members,
        "is_shared": False,
        "created": int(channel.created),
        "creator": channel.creator.id,
        "topic": _words(channel.topic),
        "purpose": _words(channel.purpose),
        "previous_names": list(channel.previous_names),
        "num_members": len(channel.members),
    }


def message(
    message: Message, channel: Channel, workspace: Workspace, *, metadata: bool = True
) -> dict[str, Any]:
    """A message; without `metadata` only the type of its event is told."""
    said: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text}
    said |= {"user": message.user.id, "team": workspace.id}
    if message.user.is_bot and not message.subtype:
        said |= {"bot_id": bot_id(message.user), "app_id": APP}
    if message.edited_ts:
        said["edited"] = {"user": message.user.id, "ts": message.edited_ts}
    if message.metadata:
        whole = message.metadata
        said["metadata"] = whole if metadata else {"event_type": whole["event_type"]}
    if replies := channel.replies(message.ts):
        said |= _thread(replies) | {"thread_ts": message.ts}
    if channel.is_pinned(message.ts):
        said["pinned_to"] = [channel.id]
    optional = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "username": message.username,
    }
    return said | {key: value for key, value in optional.items() if value}


def bookmark(bookmark: Bookmark, channel: Channel, workspace: Workspace) -> dict[str, Any]:
    """A link in a channel's bar."""
    return {
        "id": bookmark.id,
        "channel_id": channel.id,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji,
        "type": "link",
        "date_created": bookmark.created,
        "date_updated": bookmark.updated,
        "last_updated_by_user_id": bookmark.by.id,
        "last_updated_by_team_id": workspace.id,
    }


def _words(words: Words) -> dict[str, Any]:
    return {"value": words.value, "creator": words.creator, "last_set": words.last_set}


def _thread(replies: list[Message]) -> dict[str, Any]:
    people = list(dict.fromkeys(reply.user.id for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": replies[-1].ts,
    }
