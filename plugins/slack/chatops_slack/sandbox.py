"""Slack's stand-in."""

from chatops.sandbox import StandIn


class SlackStandIn(StandIn):
    """Answers as Slack does."""

    name = "slack"

    def settings(self) -> str:
        return ""
