"""What every method begins with: the token, its scopes, and the channel that is meant."""

import functools
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, StandIn, answer, route
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.scopes import EVERY, NEEDS
from chatops_slack.sandbox.state import DRY, Channel, Message, Workspace

ROOT: Final = "/api/"
Answer = dict[str, Any]
F = TypeVar("F", bound="Front")


def method(
    name: str, *, reads: bool = False
) -> Callable[[Callable[[F, Said], Answer]], Callable[[F, Request], Response]]:
    """Mark what answers this method of the Web API, by POST or GET; it returns what stands beside `ok`."""

    def mark(function: Callable[[F, Said], Answer]) -> Callable[[F, Request], Response]:
        @functools.wraps(function)
        def respond(self: F, request: Request) -> Response:
            said = Said.of(request, reads=reads)
            if self.rehearsing and reads and not self.made_up(said):
                return answer({"ok": False, "error": "channel_not_found"}, 404)
            self.allow(name)
            return answer({"ok": True, **function(self, said)})

        return route("POST", ROOT + name)(route("GET", ROOT + name)(respond))

    return mark


class Front(StandIn):
    """The workspace behind its door.

    Tests may change `token` and take away `scopes`.
    """

    name: ClassVar[str] = "slack"
    root: ClassVar[str] = ROOT

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.token = "sandbox-slack-token"  # noqa: S105  (opens nothing but this)
        self.scopes = set(EVERY)
        self.workspace = Workspace(rehearsing=rehearsing)
        #: The method that is being answered.
        self.asked = ""

    def respond(self, request: Request) -> Response:
        """As every stand-in; the scopes that the token has are said with each answer."""
        response = super().respond(request)
        response.headers["x-oauth-scopes"] = ",".join(sorted(self.scopes))
        return response

    def admit(self, request: Request) -> None:
        """The token stands in the header, or among the arguments; pages for people need none."""
        if not request.path.startswith(ROOT):
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme == "Bearer" else request.values.get("token", "")
        if not token:
            raise no("not_authed")
        if token != self.token and not self.rehearsing:
            raise no("invalid_auth")

    def allow(self, name: str) -> None:
        """Raise Refused where the token has no scope that the method could do with."""
        self.asked = name
        need = NEEDS[name]
        self._need((*need.public, *need.private))

    def need_for(self, *, private: bool) -> None:
        """Raise Refused where the token may not do this with channels that are private, or public."""
        need = NEEDS[self.asked]
        self._need(need.private if private else need.public)

    def refusal(self, status: int, words: str = "") -> Response:
        """Almost every refusal is a 200 (https://docs.slack.dev/apis/web-api/#responses)."""
        match status:
            case 401:
                return answer({"ok": False, "error": "invalid_auth"})
            case 403:
                return self._missing(("channels:manage",)).response
            case 404:
                return answer({"ok": False, "error": "channel_not_found"})
            case 429:
                return answer({"ok": False, "error": "ratelimited"}, status, {"Retry-After": "1"})
            case _ if status >= 500:  # noqa: PLR2004
                return answer({"ok": False, "error": "internal_error"}, status)
        return answer({"ok": False, "error": words or "invalid_arguments"})

    def made_up(self, said: Said) -> bool:
        """Whether a dry run has made up what this is about, so that the remote cannot know it."""
        channel = said.text("channel") or said.text("channel_id")
        return channel.startswith(DRY) or (said.text("message_ts") or said.text("ts")).startswith("00000")

    def found(self, said: Said, argument: str = "channel") -> Channel:
        """The channel that is meant. Raises Refused where there is none that the app can see."""
        return self.seen(said.text(argument))

    def seen(self, identity: str) -> Channel:
        """The channel of this id. Raises Refused where there is none that the app can see."""
        channel = self.workspace.channels.get(identity)
        if channel is None and self.rehearsing and identity:
            channel = self.workspace.create(identity.lower(), self.workspace.bot, identity=identity)
        if channel is None or (channel.is_private and not self.inside(channel)):
            raise no("channel_not_found")
        self.need_for(private=channel.is_private)
        return channel

    def inside(self, channel: Channel) -> bool:
        """Whether the app is in the channel."""
        return self.workspace.bot.id in channel.members

    def entered(self, channel: Channel) -> Channel:
        """The channel. Raises Refused where the app is not in it."""
        if not self.inside(channel):
            raise no("not_in_channel")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        """The channel's message of this time. Raises Refused where there is none."""
        message = channel.message(ts)
        if message is None and self.rehearsing:
            message = self.workspace.post(channel, self.workspace.bot, "")
            message.ts = ts
        if message is None:
            raise no("message_not_found")
        return message

    def _need(self, scopes: tuple[str, ...]) -> None:
        if scopes and self.scopes.isdisjoint(scopes) and not self.rehearsing:
            raise self._missing(scopes)

    def _missing(self, scopes: tuple[str, ...]) -> Refused:
        return no("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))
