"""Which scopes a token needs for which method: https://docs.slack.dev/reference/scopes."""

from typing import Final, NamedTuple


class Need(NamedTuple):
    """Any one of these is enough, in a public channel and in a private one."""

    public: tuple[str, ...]
    private: tuple[str, ...]


def _each(*scopes: str) -> Need:
    return Need(scopes, scopes)


def _writes(what: str) -> Need:
    return Need(("channels:manage", f"channels:write.{what}"), ("groups:write", f"groups:write.{what}"))


_MANAGE: Final = Need(("channels:manage",), ("groups:write",))
_READ: Final = Need(("channels:read",), ("groups:read",))
_HISTORY: Final = Need(("channels:history",), ("groups:history",))

NEEDS: Final = {
    "auth.test": _each(),
    "team.info": _each("team:read"),
    "conversations.create": _MANAGE,
    "conversations.list": _READ,
    "conversations.info": _READ,
    "conversations.members": _READ,
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "conversations.join": _each("channels:join"),
    "conversations.invite": _writes("invites"),
    "conversations.setTopic": _writes("topic"),
    "conversations.setPurpose": _writes("topic"),
    "conversations.rename": _MANAGE,
    "conversations.archive": _MANAGE,
    "conversations.unarchive": _MANAGE,
    "chat.postMessage": _each("chat:write"),
    "chat.update": _each("chat:write"),
    "chat.delete": _each("chat:write"),
    "chat.getPermalink": _each(),
    "pins.add": _each("pins:write"),
    "pins.remove": _each("pins:write"),
    "pins.list": _each("pins:read"),
    "bookmarks.add": _each("bookmarks:write"),
    "bookmarks.edit": _each("bookmarks:write"),
    "bookmarks.remove": _each("bookmarks:write"),
    "bookmarks.list": _each("bookmarks:read"),
    "users.info": _each("users:read"),
    "users.list": _each("users:read"),
    "users.lookupByEmail": _each("users:read.email"),
}

#: Those that let an app post where it is no member, and under another name.
POST_ANYWHERE: Final = "chat:write.public"
POST_AS_ANYBODY: Final = "chat:write.customize"

EVERY: Final = frozenset(scope for need in NEEDS.values() for scope in (*need.public, *need.private)) | {
    POST_ANYWHERE,
    POST_AS_ANYBODY,
}
