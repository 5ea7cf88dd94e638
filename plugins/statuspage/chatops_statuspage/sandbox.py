"""Statuspage's stand-in."""

from chatops.sandbox import StandIn


class StatuspageStandIn(StandIn):
    """Answers as Statuspage does."""

    name = "statuspage"

    def settings(self) -> str:
        return ""
