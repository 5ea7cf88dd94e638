"""Jira's stand-in."""

from chatops.sandbox import StandIn


class JiraStandIn(StandIn):
    """Answers as Jira does."""

    name = "jira"

    def settings(self) -> str:
        return ""
