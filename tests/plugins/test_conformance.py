"""Our own plugins keep to what every plugin is asked for."""

import json

from chatops.testing import PluginConformance, Trial
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
