"""The status page that needs no server: static files in a folder, drawn anew after every public word."""

from typing import TYPE_CHECKING

from chatops import Link, PublicPlugin, hookimpl
from chatops_status_html.settings import StatusHtmlComponent, StatusHtmlConfig

if TYPE_CHECKING:
    from chatops import PublicContext, PublicUpdate
    from chatops_status_html.page import Page

__all__ = ["StatusHtml", "StatusHtmlComponent", "StatusHtmlConfig"]


class StatusHtml(PublicPlugin[StatusHtmlConfig]):
    """Writes the status page, its Atom feed and its JSON into the folder `path`.

    The same history always gives the same files, so that a repeated call changes nothing.
    """

    component_config = StatusHtmlComponent

    @hookimpl
    def public_update(self, event: "PublicUpdate", ctx: "PublicContext") -> Link:
        """Draw the page; the link leads to the incident on it."""
        from chatops_status_html.words import short_id

        page = self._draw(ctx)
        incident = short_id(event.incident)
        url = page.address(f"incidents/{incident}.html") or (self.config.folder / "index.html").as_uri()
        return Link(kind="page", id=incident, url=url, title=event.title)

    @hookimpl
    def public_correction(self, ctx: "PublicContext") -> None:
        """Draw the page, which shows the text as corrected."""
        self._draw(ctx)

    @hookimpl
    def public_postmortem(self, ctx: "PublicContext") -> None:
        """Draw the page, which shows the public section with its incident."""
        self._draw(ctx)

    def _draw(self, ctx: "PublicContext") -> "Page":
        # Templates take as long to import as all that `declare` needs.
        from chatops_status_html import draw
        from chatops_status_html.files import Folder
        from chatops_status_html.history import page_of

        setting = f"plugins.{ctx.instance}"
        folder = Folder(self.config.folder, f"{setting}.path")
        with folder.locked(ctx.deadline):
            # Read under the lock, so that the last of several writers has seen what the others have.
            page = page_of(ctx.history, ctx.components, self.config, ctx.incident.id)
            for name, content in draw.files(page, setting):
                ctx.deadline.check()
                folder.write(name, content)
        return page
