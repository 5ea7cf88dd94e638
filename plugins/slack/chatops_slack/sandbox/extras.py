"""`pins.*` and `bookmarks.*`: what a channel keeps in sight."""

import re
import time
from typing import Final

from chatops_slack.sandbox import shown
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.front import Answer, Front, method
from chatops_slack.sandbox.state import Bookmark, Channel

MOST_BOOKMARKS: Final = 100


class Extras(Front):
    """Pins and the bar of links."""

    @method("pins.add")
    def pin(self, said: Said) -> Answer:
        channel = self.entered(self.found(said))
        if not said.text("timestamp"):
            raise no("no_item_specified")
        message = self.message(channel, said.text("timestamp"))
        if channel.is_pinned(message.ts):
            raise no("already_pinned")
        self.workspace.pin(channel, self.workspace.bot, message.ts)
        return {}

    @method("pins.remove")
    def unpin(self, said: Said) -> Answer:
        channel = self.entered(self.found(said))
        left = [pin for pin in channel.pins if pin.ts != said.text("timestamp")]
        if len(left) == len(channel.pins) and not self.rehearsing:
            raise no("no_pin")
        channel.pins = left
        return {}

    @method("pins.list", reads=True)
    def list_pins(self, said: Said) -> Answer:
        channel = self.entered(self.found(said))
        return {
            "items": [
                {
                    "type": "message",
                    "channel": channel.id,
                    "created": int(pin.at),
                    "created_by": pin.by.id,
                    "message": shown.message(self.message(channel, pin.ts), channel, self.workspace),
                }
                for pin in reversed(channel.pins)
            ]
        }

    @method("bookmarks.add")
    def add_bookmark(self, said: Said) -> Answer:
        channel = self._barred(said)
        title, link = said.text("title"), said.text("link")
        if not title:
            raise no("invalid_arguments")
        if said.text("type") != "link":
            raise no("invalid_bookmark_type")
        _check(link)
        if len(channel.bookmarks) >= MOST_BOOKMARKS:
            raise no("too_many_bookmarks")
        made = self.workspace.bookmark(channel, self.workspace.bot, title, link, said.text("emoji"))
        return {"bookmark": shown.bookmark(made, channel, self.workspace)}

    @method("bookmarks.edit")
    def edit_bookmark(self, said: Said) -> Answer:
        channel = self._barred(said)
        bookmark = self._marked(channel, said)
        if link := said.text("link"):
            _check(link)
        bookmark.link = link or bookmark.link
        bookmark.title = said.text("title") or bookmark.title
        bookmark.emoji = said.text("emoji") or bookmark.emoji
        bookmark.updated, bookmark.by = int(time.time()), self.workspace.bot
        return {"bookmark": shown.bookmark(bookmark, channel, self.workspace)}

    @method("bookmarks.remove")
    def remove_bookmark(self, said: Said) -> Answer:
        channel = self._barred(said)
        channel.bookmarks.remove(self._marked(channel, said))
        return {}

    @method("bookmarks.list", reads=True)
    def list_bookmarks(self, said: Said) -> Answer:
        channel = self._barred(said)
        return {"bookmarks": [shown.bookmark(b, channel, self.workspace) for b in channel.bookmarks]}

    def _barred(self, said: Said) -> Channel:
        return self.entered(self.found(said, "channel_id"))

    def _marked(self, channel: Channel, said: Said) -> Bookmark:
        wanted = said.text("bookmark_id")
        found = next((bookmark for bookmark in channel.bookmarks if bookmark.id == wanted), None)
        if found is None and self.rehearsing:
            found = self.workspace.bookmark(channel, self.workspace.bot, "", "")
            found.id = wanted
        if found is None:
            raise no("not_found")
        return found


def _check(link: str) -> None:
    if not re.match(r"https?://[^\s]+$", link):
        raise no("invalid_link")
