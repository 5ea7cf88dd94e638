"""Stand-ins for receivers: they verify, remember, and drop copies."""

from chatops_webhook.sandbox.standin import Received, WebhookPublicStandIn, WebhookStandIn

__all__ = ["Received", "WebhookPublicStandIn", "WebhookStandIn"]
