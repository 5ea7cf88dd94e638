"""What a plugin may do about action items: keep a ticket for each, or know documents that have some."""

from collections.abc import Iterable, Mapping, Sequence

from chatops.context import ToolContext
from chatops.hookspecs.markers import hookspec
from chatops.tracking import NotTracked, SourceDocument, TrackedItem, WantedItem


class Tracking:
    """What `chatops actions sync` asks. `[actions] tracker` names the instance that keeps the tickets."""

    @hookspec
    def action_items_pull(
        self, tickets: Sequence[str], ctx: ToolContext
    ) -> Mapping[str, TrackedItem | NotTracked] | None:
        """Say how these tickets are.

        Called: by `chatops actions sync`, for at most 100 tickets that documents name, by key or URL.
        Return: each by the name it was asked by; NotTracked("why") for one of yours that is not there.
        Again: there is no key, and it is asked in every run: only read, and many in one request.

        What is none of yours, such as a link to somebody else's tracker, is not in the answer.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, TrackedItem, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class FolderTickets(Plugin[Settings]):
                @hookimpl
                def action_items_pull(self, tickets):
                    paths = {ticket: Path(self.config.folder, f"{ticket}.txt") for ticket in tickets}
                    return {
                        ticket: TrackedItem(key=ticket, title=path.read_text().strip())
                        for ticket, path in paths.items()
                        if path.exists()
                    }
        """

    @hookspec
    def action_items_push(
        self, items: Sequence[WantedItem], ctx: ToolContext
    ) -> Mapping[str, TrackedItem | NotTracked] | None:
        """File a ticket for each item that has none, and change those that are to be changed.

        Called: by `chatops actions sync`, for at most 100 items; `item.ticket` names the one to change.
        Return: what became of each item, by `item.key`; NotTracked("why") where it has no ticket.
        Again: the same `item.key`: look for the ticket that it was filed under before you file another.

        The ticket leads back to `item.document`. Where two jobs have filed the same item at once, both keep
        the ticket that was first, by something that both can see, and each closes its own other one.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, TrackedItem, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class FolderTickets(Plugin[Settings]):
                @hookimpl
                def action_items_push(self, items):
                    return {item.key: self.ticket(item) for item in items}

                def ticket(self, item):
                    path = Path(self.config.folder, item.key.replace(":", "-"))
                    path.write_text(f"{item.text} ({item.owner})")
                    return TrackedItem(key=path.name, title=item.text, owner=item.owner)
        """

    @hookspec
    def action_items_source(self, ctx: ToolContext) -> Iterable[SourceDocument] | None:
        """Say which post-mortems you keep, and their action items.

        Called: by `chatops actions sync`, for each instance that `[actions] sources` names.
        Return: the documents with items in them, and each item under an id that stays the same.
        Again: there is no key, and it is asked in every run: only read.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import ItemDocument, Plugin, SourceDocument, SourceItem, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class TodoFile(Plugin[Settings]):
                @hookimpl
                def action_items_source(self):
                    lines = Path(self.config.file).read_text().splitlines()
                    items = tuple(SourceItem(id=line, text=line) for line in lines)
                    return [SourceDocument(ItemDocument(id="todo", title="To do"), items)]
        """
