"""The hooks of what is said, promised and written about the incident."""

from typing import TYPE_CHECKING

from chatops.context import Context, Result
from chatops.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from chatops import events as e


class Records:
    """What is said, promised and written about the incident."""

    @hookspec
    def note_added(self, event: "e.NoteAdded", ctx: Context) -> Result:
        """Somebody wrote a note for the timeline.

        Called: for each note, also after the incident is over.
        Return: None, or Skipped("why") where the note was not taken over.
        Again: the same key, the same note: look whether it is there before you add it.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, Skipped, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class Diary(Plugin[Settings]):
                @hookimpl
                def note_added(self, event, ctx):
                    diary = Path(self.config.file)
                    if diary.exists() and ctx.key in diary.read_text():
                        return Skipped("the note is there already")
                    with diary.open("a") as file:
                        print(f"{event.at:%Y-%m-%d %H:%M}", event.text, f"({ctx.key})", file=file)
        """

    @hookspec
    def role_assigned(self, event: "e.RoleAssigned", ctx: Context) -> Result:
        """A person took a role, such as incident commander.

        Called: when somebody takes a role, also from another person; `ctx.incident.roles` has them all.
        Return: None, or Skipped("why"), for instance where you do not know the person.
        Again: the same key, the same person: give your message an id that a second copy shares.

        Example::

            from email.message import EmailMessage
            from pathlib import Path

            import msgspec
            from chatops import Plugin, Skipped, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class Outbox(Plugin[Settings]):
                @hookimpl
                def role_assigned(self, event, ctx):
                    if event.person not in ctx.people:
                        return Skipped(f"nobody knows the address of {event.person}")
                    mail = EmailMessage()
                    mail["To"] = ctx.people[event.person].email
                    mail["Message-ID"] = f"<{ctx.key}@chatops>"
                    mail.set_content(f"You are the {event.role} of {ctx.incident.name}.")
                    Path(self.config.folder, f"{ctx.key}.eml").write_bytes(mail.as_bytes())
        """

    @hookspec
    def links_changed(self, event: "e.LinkAdded", ctx: Context) -> Result:
        """Another plugin, or a person, added a link: `ctx.links` are all of them, as of now.

        Called: once for several links, with the newest; out of the incident's order; never for your own.
        Return: None, or a Link; what comes of this hook wakes no other plugin's.
        Again: with the same key or another one: bring your side in line with `ctx.links`, add nothing up.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class LinkList(Plugin[Settings]):
                @hookimpl
                def links_changed(self, ctx):
                    with Path(self.config.folder, f"{ctx.incident.id}.md").open("w") as page:
                        for owned in ctx.links:
                            print(f"- [{owned.instance} {owned.link.kind}]({owned.link.url})", file=page)
        """

    @hookspec
    def action_item_added(self, event: "e.ActionItemAdded", ctx: Context) -> Result:
        """Somebody promised to do something about it.

        Called: for each action item, while the incident runs or long after it.
        Return: the Link of its ticket, with the item's id in its kind, or the next item's would replace it.
        Again: the same key, the same promise: create in `ctx.once`, with a `find`, and it has one ticket.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Link, Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class Promises(Plugin[Settings]):
                @hookimpl
                def action_item_added(self, event, ctx):
                    def link(key):
                        return Link(f"action-{event.item.id}", key, title=event.item.text)

                    def create(key):
                        Path(self.config.folder, f"{key}.json").write_bytes(msgspec.json.encode(event.item))
                        return link(key)

                    def find(key):
                        return link(key) if Path(self.config.folder, f"{key}.json").exists() else None

                    return ctx.once("ticket", create=create, find=find)
        """

    @hookspec
    def public_update_published(self, event: "e.PublicUpdatePublished", ctx: Context) -> Result:
        """Customers were told something; this is for the colleagues who should know what.

        Called: for each update to customers. What tells customers themselves is a `PublicPlugin`.
        Return: None, or Skipped("why").
        Again: the same key, the same words: overwrite, or recognise by the key what was passed on.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class SupportDesk(Plugin[Settings]):
                @hookimpl
                def public_update_published(self, event):
                    # What is read to those who call; the next update replaces it.
                    Path(self.config.file).write_text(f"{event.title}: {event.text}")
        """

    @hookspec
    def public_update_corrected(self, event: "e.PublicUpdateCorrected", ctx: Context) -> Result:
        """The words of an earlier public update were put right.

        Called: when somebody corrects them; `event.sequence` says which update, counted from 1.
        Return: None, or Skipped("why") where you had not passed on the old words.
        Again: the same key, the same text: overwrite what you passed on, or write the key beside it.

        Example::

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class Corrections(Plugin[Settings]):
                @hookimpl
                def public_update_corrected(self, event, ctx):
                    ctx.log.info("%s has corrected public update %d", event.actor, event.sequence)
                    with open(self.config.file, "a") as file:
                        print(ctx.key, ctx.incident.name, event.sequence, event.text, file=file)
        """

    @hookspec
    def postmortem_published(self, event: "e.PostmortemPublished", ctx: Context) -> Result:
        """The post-mortem can be read.

        Called: when it is published; once more, with another key, when a new version is.
        Return: the Link of the page where you put it.
        Again: the same key, the same document: overwrite; a page named after the incident is there once.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Link, Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class Library(Plugin[Settings]):
                @hookimpl
                def postmortem_published(self, event, ctx):
                    page = Path(self.config.folder, f"{ctx.incident.id}.md").resolve()
                    page.write_text(event.document)
                    return Link("postmortem", page.name, page.as_uri(), ctx.incident.title)
        """

    @hookspec
    def event_recorded(self, event: "e.Event", ctx: Context) -> Result:
        """Something happened: this hook hears of every event, whatever its kind.

        Called: for each event, with a hook of its own or (such as a draft for customers) without one.
        Return: None. To act on one kind of event, implement the hook of that kind.
        Again: the same key, the same event: `event.id` tells a line that is there twice.

        Example::

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class AuditLog(Plugin[Settings]):
                @hookimpl
                def event_recorded(self, event):
                    with open(self.config.file, "a") as file:
                        print(msgspec.json.encode(event).decode(), file=file)
        """
