"""The questions that a plugin may answer."""

from collections.abc import Sequence

from chatops.context import Finding, ToolContext
from chatops.events import Link
from chatops.hookspecs.markers import hookspec


class Questions:
    """What a plugin is asked rather than told. Both kinds of plugin may answer, and none has to."""

    @hookspec
    def resolve_link(self, ref: str, ctx: ToolContext) -> Link | None:
        """Say which object of yours a person has named, by its id or its URL.

        Called: by `chatops link add INC INSTANCE ID-OR-URL`, for the instance that was named.
        Return: the Link, of the kind that your hooks look for; None where this is nothing of yours.
        Again: there is no key, and the person may ask as often as they like: only read.

        Example::

            import re

            import msgspec
            from chatops import Link, Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                url: str


            class Tracker(Plugin[Settings]):
                @hookimpl
                def resolve_link(self, ref):
                    ticket = ref.removeprefix(f"{self.config.url}/").upper()
                    if re.fullmatch("[A-Z]+-[0-9]+", ticket) is None:
                        return None
                    return Link("ticket", ticket, f"{self.config.url}/{ticket}")
        """

    @hookspec
    def audience(self, ctx: ToolContext) -> int | None:
        """Say how many subscribers would hear of a public update that notifies them.

        Called: before a person is asked to say yes to words for customers; the number is shown to them.
        Return: the number of subscribers; None where you cannot know it.
        Again: there is no key, and it is asked anew for each draft: only read, and keep no old number.

        Example::

            from pathlib import Path

            import msgspec
            from chatops import PublicPlugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                file: str


            class MailingList(PublicPlugin[Settings]):
                @hookimpl
                def audience(self, ctx):
                    subscribers = Path(self.config.file)
                    if not subscribers.exists():
                        ctx.log.warning("%s does not exist", subscribers)
                        return None
                    return len(subscribers.read_text().splitlines())
        """

    @hookspec
    def check(self, ctx: ToolContext) -> Sequence[Finding] | None:
        """Say what of your settings your remote will not take.

        Called: by `chatops doctor`, which shows each finding and leaves with 5 where there is one.
        Return: a Finding for each setting to change, with the values that would do; None or [] for none.
        Again: there is no key, and it is asked as often as somebody likes: only read.

        What you raise is a finding, too. A remote that cannot be reached ends the check, so ask first what
        all else depends on.

        Example::

            import msgspec
            from chatops import Finding, Plugin, hookimpl


            class Settings(msgspec.Struct, forbid_unknown_fields=True):
                url: str
                room: str


            class Rooms(Plugin[Settings]):
                own_transport = False

                @hookimpl
                def check(self, ctx):
                    rooms = ctx.http.request("GET", f"{self.config.url}/rooms", answer=list[str])
                    if self.config.room in rooms:
                        return []
                    setting = f"plugins.{ctx.instance}.room"
                    problem = f"there is no room {self.config.room!r}"
                    return [Finding(setting=setting, problem=problem, valid=tuple(rooms))]
        """
