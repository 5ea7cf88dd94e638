"""`conversations.history` and `.replies`: what was said."""

import re
import time
from collections.abc import Iterable
from typing import Any, Final

from chatops_slack.sandbox import shown
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.front import Answer, Front, method
from chatops_slack.sandbox.state import Channel, Message

#: https://docs.slack.dev/reference/methods/conversations.history
MOST: Final = 999


class History(Front):
    """What was said, as far as the index knows it by now."""

    @method("conversations.history", reads=True)
    def history(self, said: Said) -> Answer:
        channel = self.entered(self.found(said))
        top = [m for m in self._indexed(channel, said) if not m.thread_ts or m.broadcast]
        # With `oldest` alone it pages forward (github.com/slackhq/slack-api-docs/issues/4).
        forward = bool(said.text("oldest")) and not said.text("latest")
        answer = self._page(said, channel, top if forward else top[::-1])
        answer["messages"].sort(key=lambda message: message["ts"], reverse=True)
        return answer | {
            "pin_count": len(channel.pins),
            "channel_actions_ts": None,
            "channel_actions_count": 0,
        }

    @method("conversations.replies", reads=True)
    def replies(self, said: Said) -> Answer:
        channel = self.entered(self.found(said))
        ts = said.text("ts")
        if channel.message(ts) is None:
            raise no("thread_not_found")
        thread = [m for m in self._indexed(channel, said) if ts in {m.ts, m.thread_ts}]
        return self._page(said, channel, thread)

    def _indexed(self, channel: Channel, said: Said) -> Iterable[Message]:
        known = time.time() - self.lag()
        oldest = _bound(said, "oldest", "0")
        latest = _bound(said, "latest", "9999999999")
        inclusive = said.flag("inclusive")
        for message in channel.messages:
            at = _number(message.ts)
            within = oldest <= at <= latest if inclusive else oldest < at < latest
            if within and message.at <= known:
                yield message

    def _page(self, said: Said, channel: Channel, found: list[Message]) -> dict[str, Any]:
        page, cursor = said.page(found, MOST)
        whole = said.flag("include_all_metadata")
        messages = [shown.message(m, channel, self.workspace, metadata=whole) for m in page]
        more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
        return {"messages": messages, "has_more": bool(cursor), **more}


def _bound(said: Said, name: str, default: str) -> int:
    value = said.text(name) or default
    if not re.fullmatch(r"\d{1,10}(\.\d{1,6})?", value):
        raise no(f"invalid_ts_{name}")
    return _number(value)


def _number(ts: str) -> int:
    """Microseconds: a fraction of binary floating point would lose the last of them."""
    seconds, _, micros = ts.partition(".")
    return int(seconds) * 1_000_000 + int(f"{micros:0<6}")
