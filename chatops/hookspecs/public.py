"""The hooks of a plugin that faces customers."""

from typing import TYPE_CHECKING

from chatops.context import PublicContext, Result
from chatops.hookspecs.markers import hookspec
from chatops.hookspecs.questions import Questions

if TYPE_CHECKING:
    from chatops import public as p


class PublicHooks(Questions):
    """What a plugin that faces customers is told.

    Nothing internal is in `event` or `ctx`: no internal title or message, no person, no reason, and no
    other plugin's links.
    """

    @hookspec
    def public_update(self, event: "p.PublicUpdate", ctx: PublicContext) -> Result:
        """Customers are told something: all that a status page needs, from the first to the last words.

        Called: for each update, the first and the resolution included; after an outage only for the latest.
        Return: the Link of the public incident.
        Again: the same key, the same words: create the public incident in `ctx.once`, then overwrite it.

        Earlier words may have been left out, or said before this instance joined: the first call need not
        be for number 1. Ask `ctx.once` each time: it creates the public incident where there is none.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Link, PublicPlugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class StatusFolder(PublicPlugin[Settings]):
                @hookimpl
                def public_update(self, event, ctx):
                    def create(key):
                        Path(self.config.folder, key).touch()
                        return Link("page", key)

                    def find(key):
                        return Link("page", key) if Path(self.config.folder, key).exists() else None

                    page = ctx.once("page", create=create, find=find, scope="incident")
                    words = f"{event.title} ({event.status}): {event.text}"
                    Path(self.config.folder, page.id).write_text(words)
                    return page
        """

    @hookspec
    def public_correction(self, event: "p.PublicCorrection", ctx: PublicContext) -> Result:
        """The text of public update number `event.sequence` was put right.

        Called: when words are corrected that customers have read; `ctx.incident.updates` has them corrected.
        Return: None; the links stay as they are.
        Again: the same key, the same text: overwrite the old words, and notify nobody a second time.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import PublicPlugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class StatusPages(PublicPlugin[Settings]):
                @hookimpl
                def public_correction(self, ctx):
                    with Path(self.config.folder, f"{ctx.incident.id}.txt").open("w") as page:
                        for words in ctx.incident.updates:
                            print(f"{words.displayed_at:%H:%M}", words.text, file=page)
        """

    @hookspec
    def public_postmortem(self, event: "p.PublicPostmortem", ctx: PublicContext) -> Result:
        """The post-mortem was published, and a section of it is meant for customers.

        Called: when a post-mortem with a public section is published; `event.text` is that section alone.
        Return: the Link of what was published; None where it became part of the public incident.
        Again: the same key, the same text. A post-mortem published anew has a new key: overwrite.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Link, PublicPlugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class Explanations(PublicPlugin[Settings]):
                @hookimpl
                def public_postmortem(self, event):
                    path = Path(self.config.folder, f"{event.incident}.md").resolve()
                    path.write_text(event.text)
                    return Link("explanation", path.name, path.as_uri(), "What happened, and why")
        """
