"""Projects, and what their issues can be."""

from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox.base import Base, api
from chatops_jira.sandbox.meta import field_metadata
from chatops_jira.sandbox.model import IssueType, Project


class Projects(Base):
    """`/project`, `/issue/createmeta`, `/issuesecurityschemes`."""

    @api("GET", "/project")
    def get_projects(self, request: Request) -> Response:
        """GET /project: all."""
        self.knows()
        return answer([self._project(home, request) for home in self.visible()])

    @api("GET", "/project/search")
    def search_projects(self, request: Request) -> Response:
        """GET /project/search, on Cloud."""
        self.knows()
        if not self.cloud:
            self.refuse(404, "No project could be found with key 'search'.")
        return answer(self.page(request, [self._project(home, request) for home in self.visible()]))

    @api("GET", "/project/<key>")
    def get_project(self, request: Request, key: str) -> Response:
        """GET /project/{key}."""
        return answer(self._project(self.home(key), request))

    @api("GET", "/project/<key>/components")
    def get_components(self, request: Request, key: str) -> Response:
        """GET /project/{key}/components."""
        home = self.home(key)
        return answer([self.shown(request).choice("component", one) for one in home.components])

    @api("GET", "/project/<key>/versions")
    def get_versions(self, _: Request, key: str) -> Response:
        """GET /project/{key}/versions: none."""
        self.home(key)
        return answer([])

    @api("GET", "/project/<key>/statuses")
    def get_project_statuses(self, request: Request, key: str) -> Response:
        """GET /project/{key}/statuses, by issue type."""
        home, shown = self.home(key), self.shown(request)
        statuses = [shown.status(status) for status in home.workflow.statuses]
        kinds = [self.kind(kind, request) | {"statuses": statuses} for kind in home.types]
        return answer(kinds)

    @api("GET", "/project/<key>/securitylevel")
    def get_security_levels(self, request: Request, key: str) -> Response:
        """GET /project/{key}/securitylevel: those that the token's owner may set."""
        home = self.home(key)
        levels = home.levels if self.may("SET_ISSUE_SECURITY") else []
        shown = self.shown(request)
        return answer({"levels": [shown.choice("securitylevel", one, description="") for one in levels]})

    @api("GET", "/issuesecurityschemes")
    def get_security_schemes(self, request: Request) -> Response:
        """GET /issuesecurityschemes, for administrators."""
        self.knows()
        self.needs("ADMINISTER", 403, "You do not have permission to view issue security schemes.")
        homes = [home for home in self.projects if home.levels]
        shown = self.shown(request)
        schemes = [
            {"self": shown.address(f"issuesecurityschemes/{p.id}"), "id": int(p.id), "name": p.name}
            for p in homes
        ]
        return answer({"issueSecuritySchemes": schemes})

    @api("GET", "/issue/createmeta/<key>/issuetypes")
    def get_create_types(self, request: Request, key: str) -> Response:
        """GET /issue/createmeta/{project}/issuetypes."""
        home = self.home(key)
        shown = [self.kind(kind, request) for kind in home.types]
        return answer(self.page(request, shown, "issueTypes" if self.cloud else "values"))

    @api("GET", "/issue/createmeta/<key>/issuetypes/<kind>")
    def get_create_fields(self, request: Request, key: str, kind: str) -> Response:
        """GET /issue/createmeta/{project}/issuetypes/{type}."""
        home = self.home(key)
        if kind not in {one.id for one in home.types}:
            self.refuse(404, f"Issue type with id '{kind}' does not exist.")
        shown = field_metadata(self, home, self.shown(request))
        return answer(self.page(request, shown, "fields" if self.cloud else "values"))

    def home(self, key: str) -> Project:
        """The project, where the token's owner may see it; raises Refused."""
        self.knows()
        try:
            home = self.project(key)
        except LookupError:
            home = None
        if home is None or not self.may("BROWSE_PROJECTS"):
            self.refuse(404, f"No project could be found with key '{key}'.")
        return home

    def visible(self) -> Iterable[Project]:
        """The projects that the token's owner may see."""
        return self.projects if self.may("BROWSE_PROJECTS") else ()

    def page(self, request: Request, values: list[Any], name: str = "values") -> dict[str, Any]:
        """A page of the values, as most lists are answered."""
        start, size = self.numbers(request, 50, 200)
        page = values[start : start + size]
        said = {"startAt": start, "maxResults": size, "total": len(values), name: page}
        return said if name in {"issueTypes", "fields"} else said | {"isLast": start + size >= len(values)}

    def kind(self, kind: IssueType, request: Request) -> dict[str, Any]:
        """An issue type."""
        more: dict[str, Any] = {"subtask": kind.subtask, "description": "", "iconUrl": ""}
        more |= {"hierarchyLevel": -1 if kind.subtask else 0} if self.cloud else {}
        return self.shown(request).choice("issuetype", kind, **more)

    def _project(self, home: Project, request: Request) -> dict[str, Any]:
        shown = self.shown(request)
        return {
            "self": shown.address(f"project/{home.id}"),
            "id": home.id,
            "key": home.key,
            "name": home.name,
            "description": "",
            "projectTypeKey": "software",
            "lead": shown.user(self.users[0]),
            "issueTypes": [self.kind(kind, request) for kind in home.types],
            "components": [shown.choice("component", one) for one in home.components],
            "versions": [],
        }
