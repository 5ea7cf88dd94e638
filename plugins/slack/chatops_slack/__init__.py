"""Slack."""

from chatops import Plugin
from chatops_slack.settings import SlackConfig

__all__ = ["Slack", "SlackConfig"]


class Slack(Plugin[SlackConfig]):
    """Slack."""

    own_transport = False
