"""Stands in for the remote: in tests, in `chatops sandbox`, and in dry runs."""

from chatops.sandbox import FakeRemote, answer, route
from werkzeug.wrappers import Request, Response


class PagerStandIn(FakeRemote):
    """Keeps what is posted to it, and has two teams."""

    name = "pager"
    teams = ("checkout", "payments")

    def settings(self) -> str:
        """What every stand-in says, and the team."""
        return f'{super().settings()}team = "{self.teams[0]}"\n'

    @route("GET", "/teams")
    def list_teams(self, request: Request) -> Response:
        """The teams, by name."""
        return answer(self.teams)
