"""Jira: one ticket for each incident, which follows it to its end."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chatops import Context, Link, OwnedLink, Plugin, Rejected, Result, Skipped, hookimpl
from chatops_jira.settings import ROLES, JiraConfig, JiraPerson, JiraService

if TYPE_CHECKING:
    from chatops import (
        Acknowledged,
        Cancelled,
        Finding,
        LinkAdded,
        NoteAdded,
        NotTracked,
        PostmortemPublished,
        PublicUpdateCorrected,
        PublicUpdatePublished,
        Reopened,
        Resolved,
        Restricted,
        RoleAssigned,
        ToolContext,
        TrackedItem,
        Updated,
        WantedItem,
    )
    from chatops_jira.desk import Desk
    from chatops_jira.explain import Names
    from chatops_jira.tracker import Tracker

__all__ = ["Jira", "JiraConfig", "JiraPerson", "JiraService"]


def _with_ticket(
    hook: Callable[["Jira", Any, "Desk"], Result],
) -> Callable[["Jira", Any, Context], Result]:
    """A hook that is called only where there is a ticket to which the incident may be written."""

    def told(self: "Jira", event: Any, ctx: Context) -> Result:
        ticket = self.barred(ctx) or ctx.link("ticket")
        if ticket is None:
            if not ctx.incident.number:
                link = f"{{instance: {ctx.instance}, kind: ticket, id: KEY}}"
                return Skipped(f"there is no ticket; `links: [{link}]` in the front matter names one")
            name = f"chatops link add {ctx.incident.name} {ctx.instance} KEY"
            return Skipped(f"there is no ticket; `{name}` names one")
        return ticket if isinstance(ticket, Skipped) else hook(self, event, self.desk(ctx, ticket))

    told.__doc__ = hook.__doc__
    return told


class Jira(Plugin[JiraConfig]):
    """Opens the incident's ticket and keeps its fields, status, comments and links up to date."""

    own_transport = False
    deadline = 20.0
    service_config = JiraService
    person_config = JiraPerson

    @hookimpl
    def incident_declared(self, ctx: Context) -> Result:
        """Open the ticket."""
        return self.barred(ctx) or self._opened(ctx)

    @hookimpl
    @_with_ticket
    def incident_acknowledged(self, event: "Acknowledged", desk: "Desk") -> Result:
        """Say who has taken it on."""
        desk.say("updates", "Acknowledged", event)
        return None

    @hookimpl
    @_with_ticket
    def incident_updated(self, event: "Updated", desk: "Desk") -> Result:
        """Add the words, change the fields, then the status."""
        if event.message:
            desk.say("updates", "Update", event, event.message)
        desk.update(event)
        return desk.move(event.status.new if event.status else "")

    @hookimpl
    @_with_ticket
    def note_added(self, event: "NoteAdded", desk: "Desk") -> Result:
        """Add the note."""
        desk.say("notes", "Note", event, event.text)
        return None

    @hookimpl
    @_with_ticket
    def role_assigned(self, event: "RoleAssigned", desk: "Desk") -> Result:
        """Say who has which role, and let them watch the ticket."""
        desk.say("roles", f"{event.person} is {event.role}: assigned", event)
        desk.give(event.role)
        if ROLES in self.config.watchers:
            desk.watch([event.person])
        return None

    @hookimpl
    @_with_ticket
    def incident_resolved(self, event: "Resolved", desk: "Desk") -> Result:
        """Add the words, then close the ticket: many workflows take no comment afterwards."""
        desk.say("updates", "Resolved", event, event.message)
        return desk.move("resolved")

    @hookimpl
    @_with_ticket
    def incident_cancelled(self, event: "Cancelled", desk: "Desk") -> Result:
        """Say that it was a false alarm, and close the ticket."""
        desk.say("updates", "Cancelled as a false alarm", event, event.reason)
        return desk.move("cancelled")

    @hookimpl
    @_with_ticket
    def incident_reopened(self, event: "Reopened", desk: "Desk") -> Result:
        """Reopen the ticket, then say why: many workflows take no comment before."""
        ticket = desk.move("reopened")
        desk.say("updates", "Reopened", event, event.reason)
        return ticket

    @hookimpl
    def incident_restricted(self, event: "Restricted", ctx: Context) -> Result:
        """Hide the ticket from all but a few, or show it again; open the one that was held back."""
        ticket, level = ctx.link("ticket"), f"plugins.{ctx.instance}.security_level"
        if ticket is None:
            return self.barred(ctx) or self._opened(ctx)
        if event.on != ctx.incident.restricted:
            return Skipped(f"by now the incident is {'no longer' if event.on else 'again'} restricted")
        if self.config.security_level:
            self.desk(ctx, ticket).restrict(on=event.on)
            return None
        if not event.on:
            return Skipped(f"{level} is not set, so the ticket was not hidden")
        raise Rejected(
            f"{ticket.id} can be read by everybody who sees its project, because {level} is not set. Set it "
            "and run `chatops retry`, or hide the ticket by hand and run `chatops skip`. Nothing more is "
            "sent to it."
        )

    @hookimpl
    @_with_ticket
    def public_update_published(self, event: "PublicUpdatePublished", desk: "Desk") -> Result:
        """Let responders read what customers were told."""
        desk.say("public", f'Customers were told "{event.title}" ({event.status})', event, event.text)
        return None

    @hookimpl
    @_with_ticket
    def public_update_corrected(self, event: "PublicUpdateCorrected", desk: "Desk") -> Result:
        """Let responders read how that was put right."""
        head = f"What customers were told in update {event.sequence} was corrected"
        desk.say("public", head, event, event.text)
        return None

    @hookimpl
    @_with_ticket
    def links_changed(self, event: "LinkAdded", desk: "Desk") -> Result:
        """Show everybody's links on the ticket."""
        desk.link(newest=OwnedLink(event.instance, event.link))
        return None

    @hookimpl
    @_with_ticket
    def postmortem_published(self, event: "PostmortemPublished", desk: "Desk") -> Result:
        """Show the post-mortem on the ticket."""
        if not event.url:
            return Skipped("the post-mortem has no address: set actions.document_url")
        desk.link(OwnedLink("chatops", Link("postmortem", str(event.id), event.url, "Post-mortem")))
        return None

    @hookimpl
    def resolve_link(self, ref: str, ctx: "ToolContext") -> Link | None:
        """The ticket of this key or address."""
        from chatops_jira.resolve import ticket_of

        return ticket_of(ref, ctx, self._names(ctx.instance))

    @hookimpl
    def action_items_pull(
        self, tickets: Sequence[str], ctx: "ToolContext"
    ) -> "Mapping[str, TrackedItem | NotTracked]":
        """How these tickets are."""
        return self._tracker(ctx).pull(tickets)

    @hookimpl
    def action_items_push(
        self, items: "Sequence[WantedItem]", ctx: "ToolContext"
    ) -> "Mapping[str, TrackedItem | NotTracked]":
        """File a ticket for each item that has none, and change those that are to be changed."""
        return self._tracker(ctx).push(items)

    @hookimpl
    def check(self, ctx: "ToolContext") -> "list[Finding]":
        """Ask Jira for everything that the settings name."""
        from chatops_jira.check import findings

        return findings(ctx, self._names(ctx.instance))

    def barred(self, ctx: Context) -> Skipped | None:
        """Why nothing may be written about the incident to Jira; None where it may."""
        if not ctx.incident.restricted or self.config.security_level:
            return None
        level = f"plugins.{ctx.instance}.security_level"
        return Skipped(f"the incident is restricted, and {level} does not say who may see its ticket")

    def desk(self, ctx: Context, ticket: Link) -> "Desk":
        """What acts on the ticket."""
        # The library takes longer to import than all that `declare` needs.
        from chatops_jira.desk import Desk

        return Desk(ctx, self._names(ctx.instance), ticket)

    def _opened(self, ctx: Context) -> Link:
        from chatops_jira.opening import opened

        return opened(ctx, self._names(ctx.instance))

    def _tracker(self, ctx: "ToolContext") -> "Tracker":
        from chatops_jira.explain import Names
        from chatops_jira.tracker import Tracker

        return Tracker(ctx, Names(ctx.instance, self.config, items=True))

    def _names(self, instance: str) -> "Names":
        from chatops_jira.explain import Names

        return Names(instance, self.config)
