"""Slack: a channel for each incident, and in it all that happens, each thing once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatops import Cancelled, OwnedLink, Plugin, Rejected, Resolved, Skipped, hookimpl
from chatops_slack.api import Api, reason
from chatops_slack.channels import opened
from chatops_slack.room import Room
from chatops_slack.settings import SlackConfig, SlackPerson
from chatops_slack.summary import is_commander
from chatops_slack.text import is_address

if TYPE_CHECKING:
    from chatops import (
        Acknowledged,
        ActionItemAdded,
        Context,
        Event,
        Finding,
        Link,
        LinkAdded,
        NoteAdded,
        PostmortemPublished,
        PublicUpdateCorrected,
        PublicUpdatePublished,
        Reopened,
        Restricted,
        RoleAssigned,
        ToolContext,
        Updated,
    )

__all__ = ["Slack", "SlackConfig", "SlackPerson"]

Step = Callable[[Room], None]


class Slack(Plugin[SlackConfig]):
    """Opens the channel, keeps its summary and topic, and posts what happens.

    All that it creates carries our key, so that a repeated call finds it.
    """

    own_transport = False
    deadline = 20.0
    settle = 10.0
    person_config = SlackPerson

    @hookimpl
    def incident_declared(self, ctx: "Context") -> "Link":
        """Open the channel, show in it what is known, bring people in, and tell the other channels."""
        api = self._api(ctx)
        room = Room(api, ctx, self.config, opened(api, ctx, self.config))
        room.guard()
        room.show()
        room.set_topic()
        room.invite([*self.config.invite, *ctx.incident.roles.values()])
        room.bookmark()
        room.announce()
        room.report()
        return room.channel

    @hookimpl
    def incident_acknowledged(self, event: "Acknowledged", ctx: "Context") -> Skipped | None:
        """Post it, and show who it was."""
        return self._tell(event, ctx, Room.show)

    @hookimpl
    def incident_updated(self, event: "Updated", ctx: "Context") -> Skipped | None:
        """Post it, and show what has changed; a new severity may have channels of its own to tell."""
        then: list[Step] = []
        if event.title or event.severity or event.status or event.services:
            then.append(Room.show)
        if event.severity or event.status:
            then.append(Room.set_topic)
        if event.severity:
            then += [Room.announce, Room.report]
        return self._tell(event, ctx, *then)

    @hookimpl
    def incident_resolved(self, event: Resolved, ctx: "Context") -> Skipped | None:
        """Post it, show it, and close the channel where that is asked for."""
        return self._end(event, ctx)

    @hookimpl
    def incident_cancelled(self, event: Cancelled, ctx: "Context") -> Skipped | None:
        """As at a resolution."""
        return self._end(event, ctx)

    @hookimpl
    def incident_reopened(self, event: "Reopened", ctx: "Context") -> Skipped | None:
        """Open the channel again where it was closed at the end, post why, and show it."""
        first = (Room.unarchive,) if self.config.archive else ()
        return self._tell(event, ctx, Room.show, Room.set_topic, first=first)

    @hookimpl
    def incident_restricted(self, event: "Restricted", ctx: "Context") -> Skipped | None:
        """Post it where only members read; a public channel hears no more until a person made it private."""
        return self._tell(event, ctx, Room.show)

    @hookimpl
    def note_added(self, event: "NoteAdded", ctx: "Context") -> Skipped | None:
        """Post the note."""
        return self._off(ctx, "notes") or self._tell(event, ctx)

    @hookimpl
    def role_assigned(self, event: "RoleAssigned", ctx: "Context") -> Skipped | None:
        """Show who has the role, and bring them in."""
        room = self._room(ctx)
        if isinstance(room, Skipped):
            return room
        room.show()
        if is_commander(event.role):
            room.set_topic()
        if event.person in ctx.people:
            room.invite([event.person])
        room.report()
        return None

    @hookimpl
    def links_changed(self, event: "LinkAdded", ctx: "Context") -> Skipped | None:
        """Put the links to the top of the channel and into the summary, and say where the post-mortem is."""
        room = self._room(ctx)
        if isinstance(room, Skipped):
            return room
        try:
            room.bookmark(OwnedLink(event.instance, event.link))
            room.show()
            if page := self._page(ctx):
                room.say_postmortem(page)
        except Rejected as error:
            if self.config.archive and reason(error) == "is_inactive":
                return Skipped("the channel was archived in the meantime")
            raise
        return None

    @hookimpl
    def action_item_added(self, event: "ActionItemAdded", ctx: "Context") -> Skipped | None:
        """Post what was promised."""
        return self._tell(event, ctx)

    @hookimpl
    def public_update_published(self, event: "PublicUpdatePublished", ctx: "Context") -> Skipped | None:
        """Post what customers were told, marked as such."""
        return self._off(ctx, "public_updates") or self._tell(event, ctx)

    @hookimpl
    def public_update_corrected(self, event: "PublicUpdateCorrected", ctx: "Context") -> Skipped | None:
        """Post what customers read now."""
        return self._off(ctx, "public_updates") or self._tell(event, ctx)

    @hookimpl
    def postmortem_published(self, event: "PostmortemPublished", ctx: "Context") -> Skipped | None:
        """Say where it can be read; who published it anew has the same message say it."""
        room = self._room(ctx)
        if isinstance(room, Skipped):
            return room
        room.say_postmortem(event.url or self._page(ctx))
        return None

    @hookimpl
    def check(self, ctx: "ToolContext") -> "list[Finding]":
        """The token, its scopes, the channels to announce in, and the people to invite."""
        from chatops_slack.checks import findings

        return list(findings(self._api(ctx), ctx, self.config))

    @hookimpl
    def resolve_link(self, ref: str, ctx: "ToolContext") -> "Link | None":
        """The channel with this id, #name or address."""
        from chatops_slack.references import channel_of

        return channel_of(self._api(ctx), self.config, ref)

    def _api(self, ctx: "Context | ToolContext") -> Api:
        return Api(ctx.http, self.config, ctx.instance)

    def _room(self, ctx: "Context", *, ends: bool = False) -> Room | Skipped:
        """The incident's channel, where there is one that may be written in."""
        channel = ctx.link("channel")
        if channel is None and not ctx.incident.number:
            link = f"{{instance: {ctx.instance}, kind: channel, id: C024BE91L}}"
            return Skipped(f"it has no channel; `links: [{link}]` in the front matter names one")
        if channel is None:
            return Skipped(f"it has no channel: chatops link add {ctx.incident.name} {ctx.instance} '#NAME'")
        if self.config.archive and not ctx.incident.open and not ends:
            return Skipped(f"its channel was archived at the end, as plugins.{ctx.instance}.archive asks")
        room = Room(self._api(ctx), ctx, self.config, channel)
        room.guard()
        return room

    def _page(self, ctx: "Context") -> str:
        """Where another plugin has put the post-mortem; empty where its file has an address of its own."""
        pages = [o.link.url for o in ctx.links if o.link.kind == "postmortem" and o.instance != ctx.instance]
        known = [page for page in pages if is_address(page)]
        return known[-1] if known and not ctx.incident.postmortem_url else ""

    def _tell(
        self, event: "Event", ctx: "Context", *then: Step, first: tuple[Step, ...] = ()
    ) -> Skipped | None:
        room = self._room(ctx, ends=isinstance(event, Resolved | Cancelled))
        if isinstance(room, Skipped):
            return room
        for step in first:
            step(room)
        room.say(event)
        for step in then:
            step(room)
        return None

    def _end(self, event: "Event", ctx: "Context") -> Skipped | None:
        last = (Room.archive,) if self.config.archive else ()
        return self._tell(event, ctx, Room.show, Room.set_topic, *last)

    def _off(self, ctx: "Context", setting: str) -> Skipped | None:
        on = getattr(self.config, setting)
        return None if on else Skipped(f"plugins.{ctx.instance}.{setting} is false")
