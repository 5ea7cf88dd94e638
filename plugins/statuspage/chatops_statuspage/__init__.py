"""The public incident on Atlassian's Statuspage: opened once, kept up to date, and resolved."""

from typing import TYPE_CHECKING, Any

from chatops import Finding, Link, PublicPlugin, Rejected, Skipped, hookimpl
from chatops_statuspage.settings import StatuspageComponent, StatuspageConfig

if TYPE_CHECKING:
    from chatops import (
        Http,
        Pace,
        PublicContext,
        PublicCorrection,
        PublicPostmortem,
        PublicUpdate,
        ToolContext,
    )
    from chatops_statuspage.api import Api

__all__ = ["Statuspage", "StatuspageComponent", "StatuspageConfig"]


class Statuspage(PublicPlugin[StatuspageConfig]):
    """Says public words on a page of Statuspage's, and sets the components there.

    Our incident's id and the number of the words stand in the public incident's metadata, so that neither
    is written twice.
    """

    own_transport = False
    component_config = StatuspageComponent

    @property
    def pace(self) -> "Pace":
        """What Statuspage allows each key; more is answered with 420 or 429."""
        return self.config.pace

    @hookimpl
    def public_update(self, event: "PublicUpdate", ctx: "PublicContext") -> Link:
        """Open the public incident with these words, or add them to it."""
        from chatops_statuspage.telling import Telling

        notify = self.config.notify and event.notify and not ctx.drill
        return Telling(self._api(ctx.http), event, ctx, notify=notify).tell()

    @hookimpl
    def public_correction(self, event: "PublicCorrection", ctx: "PublicContext") -> Skipped | None:
        """Overwrite the text of the update, and mail nobody."""
        from chatops_statuspage.telling import own_page
        from chatops_statuspage.text import body_of

        page = own_page(ctx)
        update = page.data["updates"].get(str(event.sequence)) if page else None
        if page and not update and event.sequence <= page.data.get("linked_after", 0):
            raise Rejected(
                f"The public incident {page.id} was linked again, and which of its words are update"
                f" {event.sequence} is not known any more: correct them there, and then here: chatops skip."
            )
        if page is None or not update:
            return Skipped(f"public update {event.sequence} was not said on this page")
        body = body_of(event.text, ctx.log)
        self._api(ctx.http).change_update(page.id, update, {"body": body})
        return None

    @hookimpl
    def public_postmortem(self, event: "PublicPostmortem", ctx: "PublicContext") -> Skipped | None:
        """Write the post-mortem of the public incident; publish it where the settings say so."""
        from chatops_statuspage.postmortem import page_of, write

        api = self._api(ctx.http)
        page = page_of(api, ctx)
        if page is None:
            return Skipped("the incident has no public incident of ours on this page")
        if not write(api, page, event.text, publish=self.config.publish_postmortem):
            ctx.log.warning(
                "the post-mortem of %s is a draft: publish it there, or set"
                " plugins.%s.publish_postmortem = true",
                page.url or page.id,
                ctx.instance,
            )
        return None

    @hookimpl
    def resolve_link(self, ref: str, ctx: "ToolContext") -> Link | None:
        """The public incident with this id, shortlink or address on the page."""
        from chatops_statuspage.asked import incident_named

        found = incident_named(ref, self._api(ctx.http))
        if found is None:
            return None
        data = {"incident": found.ours, "updates": {}, "linked_after": found.said}
        return Link("page", found.id, url=found.shortlink or "", title=found.name or "", data=data)

    @hookimpl
    def audience(self, ctx: "ToolContext") -> int | None:
        """How many subscribers are told of an update, by whichever way they chose."""
        if not self.config.notify:
            return 0
        counts: list[Any] = list(self._api(ctx.http).subscribers().values())
        known = [count for count in counts if isinstance(count, int)]
        return sum(known) if known else None

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """Whether the key is accepted, and has the page and every configured component."""
        from chatops_statuspage.asked import findings

        return findings(self._api(ctx.http), self.config.page, ctx)

    def _api(self, http: "Http") -> "Api":
        from chatops_statuspage.api import Api

        return Api(http, self.config, self.instance)
