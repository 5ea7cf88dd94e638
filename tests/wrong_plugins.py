"""Plugins for the suite that authors inherit: two that are right, and one for each thing that is wrong."""

import logging
import socket
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec
import requests

from chatops import (
    Context,
    Declared,
    Finding,
    Link,
    NoteAdded,
    Plugin,
    PublicContext,
    PublicCorrection,
    PublicPlugin,
    PublicUpdate,
    RemoteError,
    Secret,
    ToolContext,
    Unauthorized,
    hookimpl,
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    token: Secret


class Made(msgspec.Struct):
    id: str
    url: str


class Pager(Plugin[Settings]):
    """A plugin as it should be."""

    own_transport = False
    settle = 0.0

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        return ctx.once("page", create=self.creating(ctx, event.title), find=self.finding(ctx))

    @hookimpl
    def note_added(self, event: NoteAdded, ctx: Context) -> Link:
        return ctx.once("note", create=self.creating(ctx, event.text), find=self.finding(ctx))

    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        self.send(ctx, "GET", "", list[Made])
        return []

    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", "", Made, json={"text": text, "key": key})
            return Link("page", made.id, made.url)

        return create

    def finding(self, ctx: Any) -> Any:
        def find(key: str) -> Link | None:
            found = self.send(ctx, "GET", "", list[Made], params={"key": key})
            return Link("page", found[0].id, found[0].url) if found else None

        return find

    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        try:
            return ctx.http.request(
                method, f"{self.config.url}/pages{path}", answer=answer, headers=said, **more
            )
        except Unauthorized as error:
            raise Unauthorized(f"{error} Check plugins.{ctx.instance}.token.") from None


class Board(PublicPlugin[Settings]):
    """A public one as it should be."""

    own_transport = False
    settle = 0.0

    @hookimpl
    def public_update(self, event: PublicUpdate, ctx: PublicContext) -> Link:
        pager = Pager(self.config, self.instance)
        return ctx.once("post", create=pager.creating(ctx, event.text), find=pager.finding(ctx))


class Deaf(Plugin[Settings]):
    own_transport = False


class Unmarked(Pager):
    def incident_resolved(self, event: object, ctx: Context) -> None:
        """It has the name of a hook, and is none."""


class Newer(Pager):
    interface = 99


class Loose(msgspec.Struct, frozen=True):
    severity: str = ""


class LooseSettings(Settings, frozen=True):
    routes: tuple[Loose, ...] = ()


class Tolerant(Pager):
    config_type = LooseSettings


class Broken(Pager):
    @hookimpl
    def note_added(self, event: NoteAdded, ctx: Context) -> Link:
        raise KeyError(event.text)


class Correcting(PublicPlugin[Settings]):
    """Corrects words that it never says."""

    own_transport = False

    @hookimpl
    def public_correction(self, event: PublicCorrection, ctx: PublicContext) -> None:
        raise NotImplementedError


class Unanswering(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        raise KeyError(ctx.instance)


class Misleading(Pager):
    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        return [Finding(setting="token", problem=f"is not that of {ctx.instance}")]


class Repeating(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        made: Link = self.creating(ctx, event.title)(ctx.key)
        return made


class Blind(Pager):
    def finding(self, ctx: Any) -> Any:
        return lambda key: None


class Stubborn(Pager):
    def finding(self, ctx: Any) -> Any:
        def find(key: str) -> Link:
            raise RemoteError(f"there are no pages for {key}")

        return find


class Forgetful(Pager):
    """Believes that whatever it has begun has arrived."""

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link | None:  # type: ignore[override]
        return super().incident_declared(event, ctx) if ctx.attempt == 1 else None


class Mute(Pager):
    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        return ctx.http.request(method, f"{self.config.url}/pages{path}", answer=answer, headers=said, **more)


class Optimist(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> None:  # type: ignore[override]
        with suppress(RemoteError):
            self.creating(ctx, event.title)(ctx.key)


class Quitter(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        try:
            return ctx.once("page", create=self.creating(ctx, event.title), find=self.finding(ctx))
        except RemoteError as error:
            raise RuntimeError("it did not work") from error


class HalfWay(Pager):
    """Knows on itself that it has failed, and does not begin again."""

    failed: ClassVar[set[str]] = set()

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        if ctx.key in self.failed:
            raise RemoteError("it has failed before")
        try:
            return ctx.once("page", create=self.creating(ctx, event.title), find=self.finding(ctx))
        except RemoteError:
            self.failed.add(ctx.key)
            raise


class Trusting(Pager):
    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", "", Any, json={"text": text, "key": key})
            return Link("page", made["id"], made["url"])

        return create


class Rash(Pager):
    """Sends by ways of its own, and does not say so."""

    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        response = requests.request(
            method, f"{self.config.url}/pages{path}", headers=said, timeout=ctx.deadline.remaining(), **more
        )
        return msgspec.json.decode(response.content, type=answer)


class Leaking(Board):
    """Gets at what it is not handed."""

    @hookimpl
    def public_update(self, event: PublicUpdate, ctx: PublicContext) -> Link:
        declared = ctx._history.store.log.events(event.incident)[0]  # type: ignore[attr-defined]
        pager = Pager(self.config, self.instance)
        return ctx.once("post", create=pager.creating(ctx, declared.title), find=pager.finding(ctx))


class PlainSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    token: Secret
    api_token: str = ""


class Plain(Pager):
    config_type = PlainSettings


class Talkative(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        logging.getLogger("pager").info("sending with %s", self.config.token.reveal())
        return super().incident_declared(event, ctx)


class Raising(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        raise RemoteError(f"the token {self.config.token.reveal()} was refused for {event.title}")


class Unquoted(Pager):
    def creating(self, ctx: Any, text: str) -> Any:
        def create(key: str) -> Link:
            made = self.send(ctx, "POST", f"?text={text}", Made, json={"key": key})
            return Link("page", made.id, made.url)

        return create


class Shared(Pager):
    """Keeps on itself what belongs to a call."""

    link: Link | None = None

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> Link:
        self.link = self.link or super().incident_declared(event, ctx)
        return self.link


class Bypassing(Pager):
    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> None:  # type: ignore[override]
        there = urlsplit(self.config.url)
        socket.create_connection((there.hostname or "", there.port or 0)).close()
