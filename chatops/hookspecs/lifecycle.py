"""The hooks of the incident's life, from its declaration to its end."""

from typing import TYPE_CHECKING

from chatops.context import Context, Result
from chatops.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from chatops import events as e


class Lifecycle:
    """What happens to the incident itself."""

    @hookspec
    def incident_declared(self, event: "e.Declared", ctx: Context) -> Result:
        """An incident was declared.

        Called: first of all; when an instance joins later (the severity rose), then, with today's state.
        Return: the Link of what you opened for the incident, such as its ticket.
        Again: the same key, the same incident: create in `ctx.once`, with a `find`, and there is only one.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Link, Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class FolderTickets(Plugin[Settings]):
                @hookimpl
                def incident_declared(self, event, ctx):
                    ticket = f"{ctx.incident.name} ({event.severity}): {event.title}"

                    def create(key):
                        Path(self.config.folder, f"{key}.txt").write_text(ticket)
                        return Link("ticket", key, title=ticket)

                    def find(key):
                        exists = Path(self.config.folder, f"{key}.txt").exists()
                        return Link("ticket", key, title=ticket) if exists else None

                    return ctx.once("ticket", create=create, find=find, scope="incident")
        """

    @hookspec
    def incident_acknowledged(self, event: "e.Acknowledged", ctx: Context) -> Result:
        """Somebody has taken the incident on.

        Called: when somebody acknowledges it; `ctx.incident.acknowledged_by` is who did so first.
        Return: None, or Skipped("why") where there was nothing to stop.
        Again: the same key, and the alarm is silent already: that is no error.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class Siren(Plugin[Settings]):
                @hookimpl
                def incident_acknowledged(self):
                    # It sounds for as long as the file is there.
                    Path(self.config.file).unlink(missing_ok=True)
        """

    @hookspec
    def incident_updated(self, event: "e.Updated", ctx: Context) -> Result:
        """The responders learned or changed something.

        Called: for each update; only the fields that changed are set, each with its `old` and `new` value.
        Return: None, or Skipped("why") where what changed is none of your business.
        Again: the same key, the same update: write the key beside what you add, and a repeat is seen as one.

        Example::

            import csv

            import msgspec
            from chatops import Plugin, Skipped, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class SeverityChanges(Plugin[Settings]):
                @hookimpl
                def incident_updated(self, event, ctx):
                    if event.severity is None:
                        return Skipped("the severity is as it was")
                    with open(self.config.file, "a", newline="") as file:
                        row = [ctx.key, ctx.incident.name, event.severity.old, event.severity.new]
                        csv.writer(file).writerow(row)
        """

    @hookspec
    def incident_resolved(self, event: "e.Resolved", ctx: Context) -> Result:
        """The incident is over.

        Called: when it is resolved; after a reopening once more, as another event with another key.
        Return: None, or the Link of what you made for the end.
        Again: the same key, the same end: overwrite, or close what is closed already; count nothing up.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class Archive(Plugin[Settings]):
                @hookimpl
                def incident_resolved(self, ctx):
                    path = Path(self.config.folder, f"{ctx.incident.id}.json")
                    path.write_bytes(msgspec.json.encode(ctx.incident))
        """

    @hookspec
    def incident_cancelled(self, event: "e.Cancelled", ctx: Context) -> Result:
        """It was a false alarm.

        Called: in place of `incident_resolved`, where there was nothing to resolve.
        Return: None, or the Link of what you made for the record.
        Again: the same key, the same alarm: name what you keep after the incident, and it is counted once.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class FalseAlarms(Plugin[Settings]):
                @hookimpl
                def incident_cancelled(self, event):
                    # One file for each, so that they can be counted and read.
                    Path(self.config.folder, f"{event.incident}.txt").write_text(event.reason)
        """

    @hookspec
    def incident_reopened(self, event: "e.Reopened", ctx: Context) -> Result:
        """An incident that was over is not.

        Called: when somebody reopens it; its links are still there, `ctx.link` finds your own.
        Return: None; a Link only where you cannot reopen what you made and had to make another.
        Again: the same key, and your part of it is open already: that is no error.

        Example::

            import msgspec
            from chatops import Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class WallDisplay(Plugin[Settings]):
                @hookimpl
                def incident_reopened(self, event, ctx):
                    with open(self.config.file, "w") as display:
                        print(ctx.incident.name, "is back:", ctx.incident.title, file=display)
                        print(event.reason, file=display)
        """

    @hookspec
    def incident_restricted(self, event: "e.Restricted", ctx: Context) -> Result:
        """From now on few may know of the incident (`event.on`), or all may again.

        Called: when that changes; while it is restricted, only plugins that are cleared for it are called.
        Return: None, or Skipped("why") where you hold nothing that could be read.
        Again: the same key: set it as `event.on` says, whatever it is now.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import Plugin, Skipped, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                folder: str


            class PrivateTickets(Plugin[Settings]):
                @hookimpl
                def incident_restricted(self, event, ctx):
                    ticket = ctx.link("ticket")
                    if ticket is None:
                        return Skipped("there is no ticket")
                    path = Path(self.config.folder, f"{ticket.id}.txt")
                    path.chmod(0o600 if event.on else 0o644)
        """
