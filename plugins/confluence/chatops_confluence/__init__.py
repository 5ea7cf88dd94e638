"""Confluence: post-mortems as pages of a space, and the tasks of those that are written there."""

from typing import TYPE_CHECKING

from chatops import Plugin, Rejected, Result, Skipped, hookimpl
from chatops_confluence.settings import ConfluenceConfig, ConfluencePerson

if TYPE_CHECKING:
    from chatops import (
        Context,
        Finding,
        Http,
        Link,
        PostmortemPublished,
        Restricted,
        SourceDocument,
        ToolContext,
    )
    from chatops_confluence.api import Api

__all__ = ["Confluence", "ConfluenceConfig", "ConfluencePerson"]


class Confluence(Plugin[ConfluenceConfig]):
    """Keeps one page for each post-mortem, and never writes over what people wrote on it."""

    own_transport = False
    deadline = 20.0
    #: Pages are looked for by title, which is no search of an index; and a space takes no title twice.
    settle = 5.0
    person_config = ConfluencePerson

    @hookimpl
    def postmortem_published(self, event: "PostmortemPublished", ctx: "Context") -> Result:
        """Make the page, or bring it up to date."""
        from chatops_confluence.publishing import published

        restricted = ctx.incident.restricted
        space = self.config.restricted_space if restricted else self.config.space
        if not space:
            setting = f"plugins.{ctx.instance}.restricted_space"
            return Skipped(f"the incident is restricted, and {setting} does not say where few can read it")
        return published(self._api(ctx.http), event, ctx, space)

    @hookimpl
    def incident_restricted(self, event: "Restricted", ctx: "Context") -> Result:
        """Say where the page can be read by all; who may see a page is for people to set."""
        page = ctx.link("postmortem")
        if page is None or not event.on:
            return Skipped("there is no page" if page is None else "its page stays where it is")
        if not ctx.incident.restricted:
            return Skipped("by now the incident is no longer restricted")
        if self.config.restricted_space and page.data.get("space") == self.config.restricted_space:
            return Skipped(f"its page is in the space {self.config.restricted_space}")
        raise Rejected(
            f"Whoever sees its space can read {page.url or page.id}. Restrict that page in Confluence, or"
            " move it to a space that few can read, and then: chatops skip."
        )

    @hookimpl
    def action_items_source(self, ctx: "ToolContext") -> "list[SourceDocument]":
        """The tasks of the pages that people wrote in the space."""
        from chatops_confluence.source import documents

        return list(documents(self._api(ctx.http), ctx))

    @hookimpl
    def resolve_link(self, ref: str, ctx: "ToolContext") -> "Link | None":
        """The page with this id or address."""
        from chatops_confluence.asked import page_named

        return page_named(ref, self._api(ctx.http))

    @hookimpl
    def check(self, ctx: "ToolContext") -> "list[Finding]":
        """Whether the credentials are accepted, and the spaces and the parent page are there."""
        from chatops_confluence.asked import findings

        return list(findings(self._api(ctx.http)))

    def _api(self, http: "Http") -> "Api":
        from chatops_confluence.api import Api

        return Api(http, self.config, self.instance)
