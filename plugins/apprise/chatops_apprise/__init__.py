"""Messages to more than a hundred services by apprise: one plugin for responders, another for customers."""

from typing import TYPE_CHECKING

from chatops import (
    Acknowledged,
    ActionItemAdded,
    Cancelled,
    Context,
    Declared,
    Finding,
    NoteAdded,
    Plugin,
    PostmortemPublished,
    PublicPlugin,
    PublicUpdateCorrected,
    PublicUpdatePublished,
    Reopened,
    Resolved,
    RoleAssigned,
    Skipped,
    Updated,
    hookimpl,
)
from chatops_apprise.settings import HOOKS, AppriseConfig, ApprisePublicConfig

if TYPE_CHECKING:
    from chatops import Event, PublicContext, PublicCorrection, PublicPostmortem, PublicUpdate, ToolContext

__all__ = ["Apprise", "AppriseConfig", "ApprisePublic", "ApprisePublicConfig"]
#: Seconds for a call: a mail server has a dozen answers to give.
_DEADLINE = 20.0


class Apprise(Plugin[AppriseConfig]):
    """Tells responders and colleagues what happens, in messages that nobody can look for afterwards."""

    own_transport = True
    at_least_once = True
    deadline = _DEADLINE

    def __init__(self, config: AppriseConfig, instance: str) -> None:
        super().__init__(config, instance)
        for name in set(HOOKS) - set(config.events):
            # What is not told of is no hook of this instance: no delivery of it is planned.
            setattr(self, name, None)

    @hookimpl
    def incident_declared(self, event: Declared, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def incident_acknowledged(self, event: Acknowledged, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def incident_updated(self, event: Updated, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def incident_resolved(self, event: Resolved, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def incident_cancelled(self, event: Cancelled, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def incident_reopened(self, event: Reopened, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def note_added(self, event: NoteAdded, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def role_assigned(self, event: RoleAssigned, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def action_item_added(self, event: ActionItemAdded, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def public_update_published(self, event: PublicUpdatePublished, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def public_update_corrected(self, event: PublicUpdateCorrected, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def postmortem_published(self, event: PostmortemPublished, ctx: Context) -> None:
        self._tell(event, ctx)

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """What keeps this machine from sending to the URLs; nothing is sent."""
        return _check(ctx.instance, self.config)

    def _tell(self, event: "Event", ctx: Context) -> None:
        from chatops_apprise.internal import message_of
        from chatops_apprise.sending import tell

        tell(message_of(event, ctx), self.config.urls, ctx)


class ApprisePublic(PublicPlugin[ApprisePublicConfig]):
    """Tells customers what was written for them."""

    own_transport = True
    at_least_once = True
    deadline = _DEADLINE

    @hookimpl
    def public_update(self, event: "PublicUpdate", ctx: "PublicContext") -> Skipped | None:
        """Send the words, unless they were to be shown without notifying anybody."""
        from chatops_apprise import external, sending

        if not event.notify:
            return Skipped("nobody is to be notified of these words")
        sending.tell(external.of_update(event, ctx), self.config.urls, ctx)
        return None

    @hookimpl
    def public_correction(self, event: "PublicCorrection", ctx: "PublicContext") -> None:
        """Send the corrected words as another message: what was sent cannot be changed."""
        from chatops_apprise import external, sending

        sending.tell(external.of_correction(event, ctx), self.config.urls, ctx)

    @hookimpl
    def public_postmortem(self, event: "PublicPostmortem", ctx: "PublicContext") -> None:
        """Send the public section."""
        from chatops_apprise import external, sending

        sending.tell(external.of_postmortem(event, ctx), self.config.urls, ctx)

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """What keeps this machine from sending to the URLs; nothing is sent."""
        return _check(ctx.instance, self.config)


def _check(instance: str, config: ApprisePublicConfig) -> list[Finding]:
    from chatops_apprise.sending import findings

    return [*findings(instance, config.urls)]
