"""`conversations.*`: channels, and who is in them."""

import re
import time
from typing import Any, Final

from chatops_slack.sandbox import shown
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.front import Answer, Front, method
from chatops_slack.sandbox.state import Channel

MOST_IN_NAME: Final = 80
#: https://docs.slack.dev/reference/methods/conversations.setTopic
MOST_IN_TOPIC: Final = 250
#: https://docs.slack.dev/reference/methods/conversations.invite
MOST_INVITED: Final = 100
MOST_LISTED: Final = 1000


class Channels(Front):
    """Everything about channels but what is said in them."""

    @method("conversations.create")
    def create_channel(self, said: Said) -> Answer:
        private = said.flag("is_private")
        self.need_for(private=private)
        name = self._free(said.text("name"))
        return self._shown(self.workspace.create(name, self.workspace.bot, private=private))

    @method("conversations.list", reads=True)
    def list_channels(self, said: Said) -> Answer:
        types = said.several("types") or ["public_channel"]
        known = [c for c in self.workspace.channels.values() if c.created <= time.time() - self.lag()]
        wanted = [
            c
            for c in known
            if (self.inside(c) and "private_channel" in types if c.is_private else "public_channel" in types)
        ]
        page, cursor = said.page(wanted, MOST_LISTED)
        # As documented, archived ones are taken out of a page that is cut already.
        left = [c for c in page if not (c.is_archived and said.flag("exclude_archived"))]
        channels = [shown.channel(c, self.workspace) for c in left]
        return {"channels": channels, "response_metadata": {"next_cursor": cursor}}

    @method("conversations.info", reads=True)
    def channel_info(self, said: Said) -> Answer:
        found = shown.channel(self.found(said), self.workspace)
        if not said.flag("include_num_members"):
            del found["num_members"]
        return {"channel": found}

    @method("conversations.members", reads=True)
    def members(self, said: Said) -> Answer:
        page, cursor = said.page(self.found(said).members, MOST_LISTED)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    @method("conversations.join")
    def join_channel(self, said: Said) -> Answer:
        channel = self.found(said)
        if channel.is_private:
            raise no("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise no("is_archived")
        if self.inside(channel):
            warnings = {"warnings": ["already_in_channel"]}
            return self._shown(channel) | {"warning": "already_in_channel", "response_metadata": warnings}
        self.workspace.join(channel, self.workspace.bot)
        return self._shown(channel)

    @method("conversations.invite")
    def invite(self, said: Said) -> Answer:
        channel = self._open(said)
        people = said.several("users")
        if not people:
            raise no("no_user")
        if len(people) > MOST_INVITED:
            raise no("too_many_users")
        wrong = [
            {"user": user, "ok": False, "error": why}
            for user in people
            if (why := self._why_not(channel, user))
        ]
        if wrong and not (said.flag("force") and len(wrong) < len(people)):
            raise no(str(wrong[0]["error"]), errors=wrong)
        refused = {item["user"] for item in wrong}
        for user in people:
            if user not in refused and user in self.workspace.users:
                self.workspace.join(channel, self.workspace.users[user], self.workspace.bot)
        return self._shown(channel)

    @method("conversations.setTopic")
    def set_topic(self, said: Said) -> Answer:
        channel = self._open(said)
        topic = _short(said.text("topic"))
        if topic != channel.topic.value:
            self.workspace.set_topic(channel, self.workspace.bot, topic)
        return self._shown(channel)

    @method("conversations.setPurpose")
    def set_purpose(self, said: Said) -> Answer:
        channel = self._open(said)
        self.workspace.set_purpose(channel, self.workspace.bot, _short(said.text("purpose")))
        return self._shown(channel)

    @method("conversations.rename")
    def rename(self, said: Said) -> Answer:
        channel = self._open(said)
        self.workspace.rename(channel, self.workspace.bot, self._free(said.text("name"), channel))
        return self._shown(channel)

    @method("conversations.archive")
    def archive(self, said: Said) -> Answer:
        channel = self.found(said)
        if channel.is_archived:
            raise no("already_archived")
        if channel.is_general:
            raise no("cant_archive_general")
        self.workspace.archive(self.entered(channel), self.workspace.bot)
        return {}

    @method("conversations.unarchive")
    def unarchive(self, said: Said) -> Answer:
        channel = self.found(said)
        if not channel.is_archived and not self.rehearsing:
            raise no("not_archived")
        # Archiving has put the app out, so that an app can never open a channel again.
        self.workspace.unarchive(self.entered(channel), self.workspace.bot)
        return {}

    def _open(self, said: Said) -> Channel:
        channel = self.found(said)
        if channel.is_archived:
            raise no("is_archived")
        return self.entered(channel)

    def _free(self, name: str, own: Channel | None = None) -> str:
        if not name:
            raise no("invalid_name_required")
        if len(name) > MOST_IN_NAME:
            raise no("invalid_name_maxlength")
        if not re.search(r"[^\W_]", name):
            raise no("invalid_name_punctuation")
        if name != name.lower() or re.search(r"[^\w-]", name):
            raise no("invalid_name_specials")
        if (taken := self.workspace.named(name)) and taken is not own:
            raise no("name_taken")
        return name

    def _why_not(self, channel: Channel, user: str) -> str:
        if user == self.workspace.bot.id:
            return "cant_invite_self"
        if user not in self.workspace.users and not self.rehearsing:
            return "user_not_found"
        return "already_in_channel" if user in channel.members else ""

    def _shown(self, channel: Channel) -> dict[str, Any]:
        return {"channel": shown.channel(channel, self.workspace)}


def _short(text: str) -> str:
    if len(text) > MOST_IN_TOPIC:
        raise no("too_long")
    return text
