"""Our own plugins keep to what every plugin is asked for."""

import json

from werkzeug.wrappers import Request, Response

from chatops.sandbox import StandIn, answer, route
from chatops.testing import PluginConformance, Trial
from chatops_apprise import Apprise, ApprisePublic
from chatops_confluence import Confluence
from chatops_confluence.sandbox import ConfluenceStandIn
from chatops_jira import Jira
from chatops_jira.sandbox import JiraStandIn
from chatops_slack import Slack
from chatops_slack.sandbox import SlackStandIn
from chatops_status_html import StatusHtml
from chatops_statuspage import Statuspage
from chatops_statuspage.sandbox import StatuspageStandIn
from chatops_trello import Trello
from chatops_trello.sandbox import TrelloStandIn
from chatops_webhook import Webhook, WebhookPublic
from chatops_webhook.sandbox import WebhookPublicStandIn, WebhookStandIn


class Receiver(StandIn):
    """Takes whatever is posted to it."""

    name = "receiver"

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.received: list[str] = []

    def made(self) -> list[str]:
        return self.received

    @route("POST", "/hook")
    def hook(self, request: Request) -> Response:
        """Keep it."""
        self.received.append(request.get_data(as_text=True))
        return answer({})


def to_receiver(trial: Trial, plugin: str) -> str:
    """The configuration of an apprise that posts JSON to the receiver."""
    there = trial.url.replace("http://", "json://")
    return f'[plugins.{plugin}]\nurls = [{{ command = ["echo", "{there}/hook"] }}]\n'


class TestApprise(PluginConformance):
    plugin = Apprise
    standin = Receiver

    def settings(self, trial: Trial) -> str:
        return to_receiver(trial, "apprise")


class TestApprisePublic(PluginConformance):
    plugin = ApprisePublic
    standin = Receiver

    def settings(self, trial: Trial) -> str:
        return to_receiver(trial, "apprise_public")


class TestConfluence(PluginConformance):
    plugin = Confluence
    standin = ConfluenceStandIn
    markup = ("<script>",)

    def sent(self, trial: Trial) -> str:
        """The pages' bodies: a title is no markup there."""
        written = [asked for asked in trial.asked if asked.writes and "/pages" in asked.path]
        bodies = [json.loads(asked.body) for asked in written]
        return "\n".join(body["body"]["value"] for body in bodies if "body" in body)


class TestJira(PluginConformance):
    plugin = Jira
    standin = JiraStandIn


class TestSlack(PluginConformance):
    plugin = Slack
    standin = SlackStandIn
    markup = ("<!channel>", "<@U1>")


class TestStatuspage(PluginConformance):
    plugin = Statuspage
    standin = StatuspageStandIn


class TestStatusHtml(PluginConformance):
    plugin = StatusHtml
    markup = ("<script>",)

    def settings(self, trial: Trial) -> str:
        return f'[plugins.status_html]\npath = "{trial.folder}/page"\n'

    def created(self, trial: Trial) -> list[str]:
        """The page of each incident."""
        return sorted(path.name for path in trial.folder.glob("page/incidents/*.html"))

    def sent(self, trial: Trial) -> str:
        pages = trial.folder.glob("page/**/*.html")
        return "\n".join(path.read_text("utf-8") for path in pages)


class TestTrello(PluginConformance):
    plugin = Trello
    standin = TrelloStandIn


class TestWebhook(PluginConformance):
    plugin = Webhook
    standin = WebhookStandIn


class TestWebhookPublic(PluginConformance):
    plugin = WebhookPublic
    standin = WebhookPublicStandIn
