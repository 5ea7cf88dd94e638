"""Any event, as a signed POST of JSON to any address: once for colleagues, once for customers."""

from typing import TYPE_CHECKING, Any

from chatops import Finding, Plugin, PublicPlugin, Skipped, hookimpl
from chatops_webhook.settings import WebhookConfig, WebhookPublicConfig

if TYPE_CHECKING:
    from chatops import (
        Context,
        Event,
        PublicContext,
        PublicCorrection,
        PublicPostmortem,
        PublicUpdate,
        ToolContext,
    )

__all__ = ["Webhook", "WebhookConfig", "WebhookPublic", "WebhookPublicConfig"]


class Webhook(Plugin[WebhookConfig]):
    """Posts every event of an incident. A receiver knows a copy by its id."""

    own_transport = False
    at_least_once = True

    @hookimpl
    def event_recorded(self, event: "Event", ctx: "Context") -> Skipped | None:
        """Post the event, the incident as of it, and everybody's links."""
        if not self.config.wants(event.kind):
            return self.config.not_asked_for(event.kind, self.instance)
        from chatops_webhook.payload import internal
        from chatops_webhook.sending import Sending

        Sending(self.config, ctx.http, self.instance).send(internal(event, ctx), ctx.key)
        return None

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """What of the settings cannot work; nothing is sent."""
        from chatops_webhook.check import findings
        from chatops_webhook.samples import internal_samples
        from chatops_webhook.sending import Sending

        sending = Sending(self.config, ctx.http, self.instance)
        return list(findings(sending, internal_samples(self.config.wanted)))


class WebhookPublic(PublicPlugin[WebhookPublicConfig]):
    """Posts what customers are told, and nothing else. A receiver knows a copy by its id."""

    own_transport = False
    at_least_once = True

    @hookimpl
    def public_update(self, event: "PublicUpdate", ctx: "PublicContext") -> Skipped | None:
        """Post the words, and the incident as customers know it."""
        return self._send("public_update", event, ctx)

    @hookimpl
    def public_correction(self, event: "PublicCorrection", ctx: "PublicContext") -> Skipped | None:
        """Post the text as it reads now, and the number of the update."""
        return self._send("public_correction", event, ctx)

    @hookimpl
    def public_postmortem(self, event: "PublicPostmortem", ctx: "PublicContext") -> Skipped | None:
        """Post the section that is meant for customers."""
        return self._send("public_postmortem", event, ctx)

    @hookimpl
    def check(self, ctx: "ToolContext") -> list[Finding]:
        """What of the settings cannot work; nothing is sent."""
        from chatops_webhook.check import findings
        from chatops_webhook.samples import public_samples
        from chatops_webhook.sending import Sending

        sending = Sending(self.config, ctx.http, self.instance)
        return list(findings(sending, public_samples(self.config.wanted)))

    def _send(self, kind: str, event: Any, ctx: "PublicContext") -> Skipped | None:
        if not self.config.wants(kind):
            return self.config.not_asked_for(kind, self.instance)
        from chatops_webhook.payload import public
        from chatops_webhook.sending import Sending

        Sending(self.config, ctx.http, self.instance).send(public(kind, event, ctx), ctx.key)
        return None
