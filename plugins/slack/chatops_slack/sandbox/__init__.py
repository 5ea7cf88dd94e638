"""Slack's stand-in: a workspace with two channels, a few people, and the plugin's app in it."""

from collections.abc import Iterable, Mapping
from typing import Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer, route
from chatops_slack.sandbox.channels import Channels
from chatops_slack.sandbox.chat import Chat
from chatops_slack.sandbox.extras import Extras
from chatops_slack.sandbox.front import ROOT
from chatops_slack.sandbox.history import History
from chatops_slack.sandbox.people import People
from chatops_slack.sandbox.state import Channel

__all__ = ["SlackStandIn"]

PEOPLE: Final = {"dana": "Dana Okoye", "marta": "Marta Lind", "lee": "Lee Park"}
ANNOUNCE: Final = "incidents"


class SlackStandIn(Channels, Chat, Extras, History, People):
    """Answers as Slack does.

    `workspace` is what there is; people act in it by its methods, as in
    `standin.workspace.archive(channel, standin.workspace.user("dana"))`.
    """

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        if rehearsing:
            return
        people = [
            self.workspace.add_user(name, real_name, f"{name}@example.com")
            for name, real_name in PEOPLE.items()
        ]
        for name in ("general", ANNOUNCE):
            channel = self.workspace.create(name, people[0])
            channel.is_general = name == "general"
            channel.members = [user.id for user in (*people, self.workspace.bot)]
            channel.messages.clear()

    @route("GET", f"{ROOT}<name>")
    @route("POST", f"{ROOT}<name>")
    def unknown(self, request: Request, name: str) -> Response:
        """A method that there is not, or not here; in a dry run, a read of it may still be answered there."""
        there = self.rehearsing and request.method == "GET"
        return answer({"ok": False, "error": "unknown_method", "req_method": name}, 404 if there else 200)

    def made(self) -> list[str]:
        """The channels, and what stands in them, but for the workspace's own notes."""
        return [
            line
            for channel in self.workspace.channels.values()
            for line in (
                f"#{channel.name}",
                *(f"#{channel.name} {said.text}" for said in channel.messages if not said.subtype),
                *(f"#{channel.name} bookmark {mark.title}" for mark in channel.bookmarks),
            )
        ]

    def settings(self) -> str:
        lines = [
            "[plugins.slack]",
            f'url = "{self.url}{ROOT.rstrip("/")}"',
            f'workspace = "{self.url}"',
            f'token = {{ command = ["echo", "{self.token}"] }}',
            *(f'announce.{severity} = ["#{ANNOUNCE}"]' for severity in ("sev1", "sev2", "sev3")),
            *(f'\n[people.{name}]\nemail = "{name}@example.com"' for name in PEOPLE),
        ]
        return "\n".join(lines) + "\n"

    @route("GET", "/")
    def home(self, request: Request) -> Response:  # noqa: ARG002
        """Where the address of the workspace leads."""
        return self._drawn(self.workspace.channels.values())

    @route("GET", "/archives/<channel>")
    @route("GET", "/archives/<channel>/<message>")
    def place(self, request: Request, channel: str, message: str = "") -> Response:  # noqa: ARG002
        """Where links to a channel or a message lead."""
        found = self.workspace.channels.get(channel)
        return self._drawn([found]) if found else Response("There is no such channel.", 404)

    def panels(self) -> Mapping[str, str]:
        from chatops_slack.sandbox.draw import panel

        return {"Channels": panel(self.workspace, self.workspace.channels.values())}

    def _drawn(self, channels: Iterable[Channel]) -> Response:
        from chatops_slack.sandbox.draw import page

        return Response(page(self.workspace, channels), mimetype="text/html")
