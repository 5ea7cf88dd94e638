"""All that is done to an incident's ticket in one call."""

from collections.abc import Iterable
from typing import Any

from chatops import Context, Event, Gone, Link, OwnedLink, Rejected, Unauthorized, Updated
from chatops_jira import comments, links, workflow
from chatops_jira import ticket as tickets
from chatops_jira.document import written
from chatops_jira.explain import Names
from chatops_jira.fields import Fields
from chatops_jira.remote import Remote, path_of
from chatops_jira.settings import Said, named


class Desk:
    """Keeps the ticket in line with the incident. `ticket` is its link, as it is after what was done."""

    def __init__(self, ctx: Context, names: Names, ticket: Link, remote: Remote | None = None) -> None:
        self.ticket = ticket
        self._ctx = ctx
        self._names = names
        self._config = names.config
        self._remote = remote or Remote(ctx.http, names)

    def update(self, event: Updated) -> None:
        """Change the fields that the update changes; the link remembers what the ticket is filed under."""
        filed = {name: list(self.ticket.data.get(name, ())) for name in ("components", "labels")}
        self._edit(tickets.changed(self._config, Fields(self._names), self._ctx, event, filed))
        if event.services:
            data = dict(tickets.filed_under(self._ctx))
            self.ticket = tickets.link(self._config, self.ticket.id, data)

    def give(self, role: str) -> None:
        """Write a new role into the fields that show it."""
        self._edit(tickets.given(Fields(self._names), self._ctx, role))

    def restrict(self, *, on: bool) -> None:
        """Set the ticket's security level, or take it away."""
        self._edit({"fields": {"security": named(self._config.security_level) if on else None}})

    def say(self, kind: Said, head: str, event: Event, words: str = "") -> None:
        """Add a comment, where comments of this kind are wanted."""
        if kind not in self._config.comments:
            return
        key = self.ticket.id
        body = written([tickets.byline(head, event.actor, event.at)], cloud=self._config.cloud, words=words)
        with self._names.explaining(key):
            self._ctx.once(
                "comment",
                create=lambda ours: comments.add(self._remote, key, ours, body),
                find=lambda ours: comments.find(self._remote, key, ours),
                settle=self._config.settle.total_seconds(),
            )

    def move(self, status: str) -> Link:
        """Bring the ticket into the status that stands for ours, where one does."""
        name, way = self._config.statuses.way(status) if status else ("", ())
        if way:
            setting = self._names.setting(f"statuses.{name}")
            resolution = getattr(self._config.resolutions, status, "")
            with self._names.explaining(self.ticket.id, hint=f"Change {setting}, or do this step by hand."):
                key = workflow.move(self._remote, self.ticket.id, way, setting, resolution)
            if key != self.ticket.id:
                self.ticket = tickets.link(self._config, key, self.ticket.data)
        return self.ticket

    def link(self, *more: OwnedLink, newest: OwnedLink | None = None) -> None:
        """Show everybody's links on the ticket; `newest` is the one that was just added."""
        for owned in [*links.others(self._ctx), *more]:
            with self._names.explaining(self.ticket.id):
                links.send(self._remote, self._ctx, self.ticket.id, owned, newest=owned == newest)

    def watch(self, people: Iterable[str]) -> None:
        """Let these people hear of the ticket. Whoever Jira does not know is warned of, and no more."""
        for name in dict.fromkeys(people):
            person = self._ctx.people.get(name)
            account = self._config.account(person.settings if person else None)
            if not account:
                self._ctx.log.warning("%s has no account in Jira and does not watch the ticket", name)
                continue
            try:
                self._remote.post(path_of(self.ticket.id, "watchers"), account)
            except (Rejected, Unauthorized, Gone) as error:
                self._ctx.log.warning("%s does not watch the ticket: %s", name, error)

    def _edit(self, said: dict[str, Any]) -> None:
        if said:
            with self._names.explaining(self.ticket.id):
                self._remote.put(path_of(self.ticket.id), said)
