"""Statuspage's stand-in: a page with components and subscribers, its incidents, and the mails it sends."""

from chatops_statuspage.sandbox.standin import StatuspageStandIn
from chatops_statuspage.sandbox.state import Component, Incident, Mail, Postmortem, Subscriber, Update

__all__ = ["Component", "Incident", "Mail", "Postmortem", "StatuspageStandIn", "Subscriber", "Update"]
