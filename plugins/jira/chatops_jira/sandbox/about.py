"""What a Jira says about itself: who is asking, what they may, and what can be picked."""

from typing import Any

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox import site
from chatops_jira.sandbox.base import api
from chatops_jira.sandbox.meta import field_details
from chatops_jira.sandbox.model import now
from chatops_jira.sandbox.projects import Projects
from chatops_jira.sandbox.shown import time

_VERSIONS = {True: (1001, 0, 0), False: (10, 3, 12)}


class About(Projects):
    """`/serverInfo`, `/myself`, `/mypermissions`, `/field`, and the lists of what can be picked."""

    @api("GET", "/serverInfo")
    def get_server_info(self, _: Request) -> Response:
        """GET /serverInfo, for anybody."""
        self.knows()
        numbers = _VERSIONS[self.cloud]
        return answer(
            {
                "baseUrl": self.url,
                "version": ".".join(map(str, numbers)) + ("-SNAPSHOT" if self.cloud else ""),
                "versionNumbers": list(numbers),
                "deploymentType": "Cloud" if self.cloud else "Server",
                "buildNumber": 100_300,
                "serverTime": time(now()),
                "serverTitle": "Jira",
            }
        )

    @api("GET", "/myself")
    def get_myself(self, request: Request) -> Response:
        """GET /myself."""
        self.knows()
        return answer(self.shown(request).user(self.me))

    @api("GET", "/mypermissions")
    def get_permissions(self, request: Request) -> Response:
        """GET /mypermissions; Cloud wants to be told which."""
        self.knows()
        asked = [name for name in request.args.get("permissions", "").split(",") if name]
        every = sorted(site.PERMISSIONS | site.RARE)
        if self.cloud and not asked:
            self.refuse(400, "The 'permissions' query parameter is required.")
        if unknown := [name for name in asked if name not in every]:
            self.refuse(400, f"Unrecognized permission(s): {', '.join(unknown)}")
        if key := request.args.get("projectKey") or request.args.get("projectId"):
            self.home(key)
        if key := request.args.get("issueKey"):
            self.seen(key)
        said = {
            name: {
                "id": str(every.index(name)),
                "key": name,
                "name": name.replace("_", " ").title(),
                "type": "PROJECT",
                "description": "",
                "havePermission": name in self.permissions,
            }
            for name in asked or every
        }
        return answer({"permissions": said})

    @api("GET", "/issuetype")
    def get_types(self, request: Request) -> Response:
        """GET /issuetype: those of all projects."""
        self.knows()
        every = {kind.id: kind for home in self.visible() for kind in home.types}
        return answer([self.kind(kind, request) for kind in every.values()])

    @api("GET", "/issuetype/project")
    def get_types_of_project(self, request: Request) -> Response:
        """GET /issuetype/project?projectId=."""
        home = self.home(request.args.get("projectId", ""))
        return answer([self.kind(kind, request) for kind in home.types])

    @api("GET", "/status")
    def get_statuses(self, request: Request) -> Response:
        """GET /status: those of all projects."""
        self.knows()
        every = {status.id: status for home in self.visible() for status in home.workflow.statuses}
        return answer([self.shown(request).status(status) for status in every.values()])

    @api("GET", "/resolution")
    def get_resolutions(self, request: Request) -> Response:
        """GET /resolution."""
        self.knows()
        shown = self.shown(request)
        return answer([shown.choice("resolution", one, description="") for one in self.resolutions])

    @api("GET", "/priority")
    def get_priorities(self, request: Request) -> Response:
        """GET /priority."""
        self.knows()
        return answer(self._priorities(request))

    @api("GET", "/priority/search")
    def search_priorities(self, request: Request) -> Response:
        """GET /priority/search, on Cloud."""
        self.knows()
        return answer(self.page(request, self._priorities(request)))

    @api("GET", "/field")
    def get_fields(self, _: Request) -> Response:
        """GET /field."""
        self.knows()
        return answer(field_details(self.custom_fields))

    def _priorities(self, request: Request) -> list[dict[str, Any]]:
        shown = self.shown(request)
        return [
            shown.choice("priority", one, description="", statusColor="#f15c75", iconUrl="")
            for one in self.priorities
        ]
