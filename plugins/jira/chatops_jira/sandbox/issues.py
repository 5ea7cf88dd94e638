"""Issues: opened, read, changed and deleted."""

from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer
from chatops_jira.sandbox.base import UNSEEN, api, documents, listed
from chatops_jira.sandbox.bodies import Fetch, Update, Updates
from chatops_jira.sandbox.fields import Fields
from chatops_jira.sandbox.model import Issue, IssueType, Project, now
from chatops_jira.sandbox.transitions import Transitions

MOST_AT_ONCE: Final = 50
MOST_FETCHED: Final = 100
MOST_PROPERTIES: Final = 5


class Issues(Transitions):
    """`/issue`."""

    @api("POST", "/issue")
    def create_issue(self, request: Request) -> Response:
        """POST /issue."""
        return answer(self._create(self.read(request, Update), request), 201)

    @api("POST", "/issue/bulk")
    def create_issues(self, request: Request) -> Response:
        """POST /issue/bulk: those that can be made are, unless none can."""
        updates = self.read(request, Updates).issues
        if not 1 <= len(updates) <= MOST_AT_ONCE:
            self.refuse(400, f"The limit is {MOST_AT_ONCE} issues, and there must be one.")
        made: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for number, update in enumerate(updates):
            try:
                made.append(self._create(self.shaped(update, Update), request))
            except Refused as refused:
                said = refused.response.get_json(force=True)
                status = refused.response.status_code
                errors.append({"status": status, "elementErrors": said, "failedElementNumber": number})
        return answer({"issues": made, "errors": errors}, 201 if made else 400)

    @api("GET", "/issue/<key>")
    def get_issue(self, request: Request, key: str) -> Response:
        """GET /issue/{key}."""
        issue = self.seen(key)
        wanted = listed(request.args.getlist("fields"))
        properties = listed(request.args.getlist("properties"))
        said = self.shown(request).issue(issue, wanted, properties)
        if "transitions" in listed(request.args.getlist("expand")):
            said["transitions"] = [self.way(issue, one, request) for one in self.ways(issue)]
        return answer(said)

    @api("PUT", "/issue/<key>")
    def edit_issue(self, request: Request, key: str) -> Response:
        """PUT /issue/{key}; a transition in it is ignored."""
        issue = self.written(key)
        self.needs("EDIT_ISSUES", 403, "You do not have permission to edit issues in this project.")
        quiet = request.args.get("notifyUsers", "true").lower() == "false"
        if quiet and not (self.may("ADMINISTER") or self.may("ADMINISTER_PROJECTS")):
            words = "To discard the user notification either admin or project admin permissions are required."
            self.refuse(403, words)
        said = self.read(request, Update)
        fields = Fields(self, issue.project, documents=documents(request))
        values, comments = self.changed(issue, fields, said), self.comments_in(fields, said)
        self.put_properties(issue.properties, said.properties)
        issue.fields |= values
        issue.comments += comments
        self.touch(issue)
        if not quiet:
            self.mails.append((issue.key, "edited"))
        if request.args.get("returnIssue", "").lower() == "true":
            return answer(self.shown(request).issue(issue, ()))
        return answer(None, 204)

    @api("DELETE", "/issue/<key>")
    def delete_issue(self, _: Request, key: str) -> Response:
        """DELETE /issue/{key}."""
        issue = self.written(key)
        self.needs("DELETE_ISSUES", 403, "You do not have permission to delete issues in this project.")
        if issue in self.issues:
            self.delete(issue.key)
        return answer(None, 204)

    @api("PUT", "/issue/<key>/assignee")
    def assign(self, request: Request, key: str) -> Response:
        """PUT /issue/{key}/assignee."""
        issue = self.written(key)
        self.needs("ASSIGN_ISSUES", 403, "You do not have permission to assign issues in this project.")
        said = self.read(request, dict[str, Any])
        nobody = said.get("accountId" if self.cloud else "name") is None
        fields = Fields(self, issue.project, documents=documents(request))
        issue.fields |= self.good(fields, {"assignee": None if nobody else said})
        self.touch(issue)
        return answer(None, 204)

    @api("POST", "/issue/bulkfetch")
    def fetch_issues(self, request: Request) -> Response:
        """POST /issue/bulkfetch: in the order of their ids, those that there are."""
        if not self.cloud:
            self.refuse(405, "Method Not Allowed")
        said = self.read(request, Fetch)
        if not 1 <= len(said.keys) <= MOST_FETCHED:
            self.refuse(400, f"The number of issues must be between 1 and {MOST_FETCHED}.")
        if len(said.properties) > MOST_PROPERTIES:
            self.refuse(400, f"At most {MOST_PROPERTIES} properties can be asked for.")
        found: dict[str, Issue] = {}
        errors: list[dict[str, str]] = []
        for key in said.keys:
            try:
                issue = self.seen(key)
            except Refused:
                errors.append({"id": key, "errorMessage": UNSEEN})
            else:
                found[issue.id] = issue
        if self.rehearsing and errors:
            self.refuse(404, UNSEEN)
        shown = self.shown(request)
        issues = sorted(found.values(), key=lambda issue: int(issue.id))
        issues_shown = [shown.issue(issue, said.fields, said.properties) for issue in issues]
        return answer({"issues": issues_shown, "issueErrors": errors})

    def _create(self, said: Update, request: Request) -> dict[str, Any]:
        raw = dict(said.fields)
        home, kind = self._home(raw.pop("project", None), raw.pop("issuetype", None))
        self.needs("CREATE_ISSUES", 403, "You do not have permission to create issues in this project.")
        fields = Fields(self, home, documents=documents(request))
        values = self.good(fields, raw, new=True)
        at = now()
        first = home.workflow.statuses[0]
        values = {"priority": self.priorities[len(self.priorities) // 2], "labels": [], **values}
        identity = "0" if self.rehearsing else str(self.number())
        issue = Issue(identity, "", home, kind, first, at, at, self.me, values, watchers=[self.me])
        self.put_properties(issue.properties, said.properties)
        made: dict[str, Any] = {"id": issue.id}
        if said.transition:
            self.go(issue, Update(transition=said.transition), request)
            made["transition"] = {"status": 200, "errorCollection": {"errorMessages": [], "errors": {}}}
        issue.key = self.new_key(home)
        self.add(issue)
        self.mails.append((issue.key, "created"))
        return made | {"key": issue.key, "self": self.shown(request).address(f"issue/{issue.id}")}

    def _home(self, project: Any, kind: Any) -> tuple[Project, IssueType]:
        errors = {}
        given = str((project or {}).get("key") or (project or {}).get("id") or "")
        try:
            home = self.project_or_imagined(given)
        except LookupError:
            words = "Specify a valid project ID or key" if self.cloud else "valid project is required"
            self.refuse(400, errors={"project": words})
        wanted = kind or {}
        found = next((k for k in home.types if str(wanted.get("id")) == k.id), None) or next(
            (k for k in home.types if str(wanted.get("name")).lower() == k.name.lower()), None
        )
        if found is None and self.rehearsing and wanted:
            found = IssueType(str(wanted.get("id", "0")), str(wanted.get("name", "")))
        if found is None:
            words = "Specify a valid issue type" if self.cloud else "valid issue type is required"
            errors["issuetype"] = words if wanted else "Specify an issue type"
            self.refuse(400, errors=errors)
        return home, found
