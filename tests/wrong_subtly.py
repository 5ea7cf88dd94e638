"""Plugins whose fault shows late: at the second hook, at a question, or between two incidents."""

import logging
import socket
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from chatops import (
    Acknowledged,
    Context,
    Declared,
    Finding,
    Link,
    NoteAdded,
    Plugin,
    RemoteError,
    Resolved,
    Secret,
    Skipped,
    ToolContext,
    Unauthorized,
    Unavailable,
    hookimpl,
)
from tests.wrong_plugins import Made, Pager, Settings


class Closing(Pager):
    """Closes the page when all is over, as it should."""

    @hookimpl
    def incident_resolved(self, event: Resolved, ctx: Context) -> Skipped | None:
        self.close(ctx)
        return None

    def close(self, ctx: Context) -> None:
        page = ctx.link("page")
        if page:
            self.send(ctx, "PATCH", f"/{page.id}", Any, json={"state": "closed"})


class SpelledSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    url: str
    api_token: Secret


class Spelled(Plugin[SpelledSettings]):
    """Is right: settings with hyphens, Basic authentication, and one Link that all incidents have."""

    own_transport = False
    settle = 0.0

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> list[Link]:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", Made, json={"text": event.title, "key": key})
            return Link("page", made.id, made.url)

        def find(key: str) -> Link | None:
            found = self.send(ctx, "GET", list[Made], params={"key": key})
            return Link("page", found[0].id, found[0].url) if found else None

        return [ctx.once("page", create=create, find=find), Link("dashboard", "all", "https://example.com")]

    def send(self, ctx: Context, method: str, answer: Any, **more: Any) -> Any:
        basic = b64encode(f"bot:{self.config.api_token.reveal()}".encode()).decode()
        said, url = {"Authorization": f"Basic {basic}"}, f"{self.config.url}/pages"
        try:
            return ctx.http.request(method, url, answer=answer, headers=said, **more)
        except Unauthorized as error:
            raise Unauthorized(f"{error} Check plugins.{ctx.instance}.api-token.") from None


class Careless(Closing):
    def close(self, ctx: Context) -> None:
        with suppress(RemoteError):
            super().close(ctx)


class Excusing(Closing):
    @hookimpl
    def incident_resolved(self, event: Resolved, ctx: Context) -> Skipped | None:
        try:
            self.close(ctx)
        except Unavailable as error:
            return Skipped(f"{error}")
        return None


class MuteAtLast(Closing):
    def close(self, ctx: Context) -> None:
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        ctx.http.request("PATCH", f"{self.config.url}/pages/1", answer=Any, json={}, headers=said)


class TrustingAtLast(Closing):
    def close(self, ctx: Context) -> None:
        self.send(ctx, "PATCH", f"/{self.send(ctx, 'GET', '', Any)[0]['id']}", Any, json={})


class Reading(Closing):
    """Says of what writes that it reads."""

    def close(self, ctx: Context) -> None:
        page = ctx.link("page")
        if page:
            self.send(ctx, "PATCH", f"/{page.id}", Any, json={"state": "closed"}, reads=True)


class ReadingAll(Pager):
    """Says so of what creates."""

    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        return super().send(ctx, method, path, answer, **more | {"reads": True})


class Nameless(Pager):
    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", "", Any, json={"text": text, "key": key})
            return Link("page", str(dict(made or {}).get("id", "")))

        return create


class Titled(Pager):
    """Takes for its own what has the same title."""

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        def find(key: str) -> Link | None:
            found = self.send(ctx, "GET", "", list[Made], params={"text": event.title})
            return Link("page", found[0].id, found[0].url) if found else None

        return ctx.once("page", create=self.creating(ctx, event.title), find=find)


class Confusing(Pager):
    """Keeps on itself what it is about to say."""

    text = ""

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", "", Made, json={"text": self.text, "key": key})
            return Link("page", made.id, made.url)

        self.text = event.title
        self.send(ctx, "GET", "", list[Made])
        return ctx.once("page", create=create, find=self.finding(ctx))


class Slow(Pager):
    deadline = 0.2

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> None:  # type: ignore[override]
        time.sleep(0.5)


class OnceForAll(Pager):
    @hookimpl
    def note_added(self, event: NoteAdded, ctx: Context) -> Link:
        create, find = self.creating(ctx, event.text), self.finding(ctx)
        return ctx.once("note", create=create, find=find, scope="incident")


class HalfQuoted(Pager):
    """Leaves a slash as it is."""

    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", f"/{quote(text)}", Made, json={"key": key})
            return Link("page", made.id, made.url)

        return create


class Linking(Pager):
    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", "", Made, json={"text": text, "key": key})
            return Link("page", made.id, f"{made.url}?token={self.config.token.reveal()}")

        return create


class TalkativeAtLast(Closing):
    def close(self, ctx: Context) -> None:
        try:
            super().close(ctx)
        except RemoteError:
            logging.getLogger("pager").info("was sent with %s", self.config.token.reveal())
            raise


class TalkativeIfAsked(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        logging.getLogger("pager").info("asking with %s", self.config.token.reveal())
        return super().check(ctx)


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    passwords: tuple[str, ...] = ()


class NestedSettings(Settings, frozen=True):
    logins: tuple[Login, ...] = ()


class Nested(Pager):
    config_type = NestedSettings


@dataclass(frozen=True)
class Route:
    severity: str = ""


class RoutedSettings(Settings, frozen=True):
    routes: tuple[Route, ...] = ()


class Routed(Pager):
    config_type = RoutedSettings


class Counting(Pager):
    """Sends where no connection is needed."""

    @hookimpl
    def incident_acknowledged(self, event: Acknowledged, ctx: Context) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as counter:
            counter.sendto(b"acknowledged:1|c", ("127.0.0.1", 8125))


class BypassingIfAsked(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        with socket.socket() as connection:
            connection.connect_ex(("127.0.0.1", 9))
        return super().check(ctx)


class Worded(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        return ["the token is wrong"]  # type: ignore[list-item]


class Cheerful(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        with suppress(RemoteError):
            return super().check(ctx)
        return []
