"""Jira's stand-in: Cloud with REST v3 and v2, and Data Center with v2."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from chatops.sandbox import StandIn, route
from chatops_jira.sandbox.about import About
from chatops_jira.sandbox.base import UNSEEN
from chatops_jira.sandbox.comments import Comments
from chatops_jira.sandbox.issues import Issues
from chatops_jira.sandbox.links import Links
from chatops_jira.sandbox.panel import tickets
from chatops_jira.sandbox.people import People
from chatops_jira.sandbox.searching import Searching

__all__ = ["JiraDataCenterStandIn", "JiraStandIn"]

_CLOUD: Final = """\
[plugins.jira]
url = "{url}"
user = "{user}"
token = {{ command = ["echo", "{token}"] }}
project = "OPS"
issue_type = "Incident"
priority = {{ sev1 = "Highest", sev2 = "High", sev3 = "Medium", sev4 = "Low" }}

[plugins.jira.statuses]
investigating = "To Do"
identified = "In Progress"
monitoring = "In Review"
resolved = "Done"
cancelled = "Won't Do"
"""
_DATA_CENTER: Final = """\
# Jira Data Center takes a personal access token, and no user:
# [plugins.jira-dc]
# use = "jira"
# deployment = "data_center"
# url = "{url}"
# token = {{ command = ["echo", "{token}"] }}
# project = "OPS"
# issue_type = "Incident"
# statuses = {{ investigating = "To Do", resolved = "Done", cancelled = "Won't Do" }}
"""
_PERSON: Final = """
[people.{name}.jira]
account_id = "{account}"
"""


class JiraStandIn(Issues, Comments, Links, Searching, About, People):
    """Answers as Jira does: Cloud, or Data Center where `cloud` is False."""

    name = "jira"

    @classmethod
    def served(cls, url: str) -> list[StandIn]:
        """One of each."""
        return [cls(f"{url}/{cls.name}"), JiraDataCenterStandIn(f"{url}/{JiraDataCenterStandIn.name}")]

    @route("GET", "/browse/<key>")
    def browse(self, _: Request, key: str) -> Response:
        """The page that a link to an issue leads to, for whoever looks at the sandbox."""
        try:
            issue = self.issue(key)
        except LookupError:
            self.refuse(404, UNSEEN)
        page = Markup('<!doctype html><meta charset="utf-8"><title>{}</title>{}')
        return Response(page.format(issue.key, Markup(tickets([issue]))), mimetype="text/html")  # noqa: S704

    def made(self) -> list[str]:
        """The issues, their comments and links."""
        return [
            line
            for issue in self.issues
            for line in (
                f"{issue.key} {issue.fields['summary']}",
                *(f"{issue.key} comment {comment.id}" for comment in issue.comments),
                *(f"{issue.key} link {link.object.get('title')}" for link in issue.remote_links),
            )
        ]

    def settings(self) -> str:
        """The table of an instance that talks to it; of Data Center commented out, as one is enough."""
        form = _CLOUD if self.cloud else _DATA_CENTER
        people = [_PERSON.format(name=u.name, account=u.account) for u in self.users if u is not self.me]
        table = form.format(url=self.url, user=self.user, token=self.token)
        return table + "".join(people if self.cloud else [])

    def panels(self) -> Mapping[str, str]:
        """The tickets."""
        if not self.cloud and not self.issues:
            return {}
        return {"Tickets" if self.cloud else "Tickets on Data Center": tickets(self.issues)}


class JiraDataCenterStandIn(JiraStandIn):
    """Answers as Jira Data Center does."""

    name = "jira-dc"

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, cloud=False, rehearsing=rehearsing)
