"""Links from an issue: to things elsewhere, and to other issues."""

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer, route
from chatops_jira.sandbox.base import api, documents
from chatops_jira.sandbox.bodies import LinkSaid, RemoteLinkSaid
from chatops_jira.sandbox.changes import Changes
from chatops_jira.sandbox.fields import Fields
from chatops_jira.sandbox.model import Issue, IssueLink, LinkType, RemoteLink

LONGEST_GLOBAL_ID: Final = 255


class Links(Changes):
    """`/issue/{key}/remotelink`, `/issueLink`, `/issueLinkType`."""

    @api("GET", "/issue/<key>/remotelink")
    def get_remote_links(self, request: Request, key: str) -> Response:
        """GET /issue/{key}/remotelink: all, or the one of a globalId."""
        issue = self.seen(key)
        shown = self.shown(request)
        wanted = request.args.get("globalId")
        if not wanted:
            return answer([shown.remote_link(issue, link) for link in issue.remote_links])
        return answer(shown.remote_link(issue, self._remote(issue, wanted)))

    @api("POST", "/issue/<key>/remotelink")
    def post_remote_link(self, request: Request, key: str) -> Response:
        """POST /issue/{key}/remotelink: a new one, or in place of the one of the same globalId."""
        issue = self.written(key)
        self._may_link(issue, 403)
        made = self._made(request)
        held = next((o for o in issue.remote_links if o.global_id == made.global_id is not None), None)
        if held is not None:
            made.id = held.id
            issue.remote_links[issue.remote_links.index(held)] = made
        else:
            issue.remote_links.append(made)
        address = self.shown(request).address(f"issue/{issue.id}/remotelink/{made.id}")
        return answer({"id": made.id, "self": address}, 201 if held is None else 200)

    @api("DELETE", "/issue/<key>/remotelink")
    def delete_remote_link(self, request: Request, key: str) -> Response:
        """DELETE /issue/{key}/remotelink?globalId=."""
        issue = self.written(key)
        self._may_link(issue, 403)
        wanted = request.args.get("globalId")
        if not wanted:
            self.refuse(400, "The global ID is missing.")
        return self._without(issue, wanted)

    @api("GET", "/issue/<key>/remotelink/<int:number>")
    def get_remote_link(self, request: Request, key: str, number: int) -> Response:
        """GET /issue/{key}/remotelink/{id}."""
        issue = self.seen(key)
        return answer(self.shown(request).remote_link(issue, self._remote(issue, number)))

    @api("PUT", "/issue/<key>/remotelink/<int:number>")
    def put_remote_link(self, request: Request, key: str, number: int) -> Response:
        """PUT /issue/{key}/remotelink/{id}."""
        issue = self.written(key)
        self._may_link(issue, 403)
        held = self._remote(issue, number)
        made = self._made(request)
        made.id = held.id
        issue.remote_links[issue.remote_links.index(held)] = made
        return answer(None, 204)

    @api("DELETE", "/issue/<key>/remotelink/<int:number>")
    def delete_remote_link_by_id(self, _: Request, key: str, number: int) -> Response:
        """DELETE /issue/{key}/remotelink/{id}."""
        issue = self.written(key)
        self._may_link(issue, 403)
        return self._without(issue, number)

    @api("GET", "/issueLinkType")
    def get_link_types(self, request: Request) -> Response:
        """GET /issueLinkType."""
        self.knows()
        return answer({"issueLinkTypes": [self.shown(request).link_type(one) for one in self.link_types]})

    @api("POST", "/issueLink")
    def link_issues(self, request: Request) -> Response:
        """POST /issueLink; again is as good as once, but for the comment."""
        said = self.read(request, LinkSaid)
        inward, outward = (
            self.written(said.end(said.inward_issue)),
            self.written(said.end(said.outward_issue)),
        )
        kind = self._link_type(said.type)
        self._may_link(inward, 401)
        held = {(link.type.id, link.inward, link.outward) for link in self.issue_links}
        if (kind.id, inward.id, outward.id) not in held and not self.rehearsing:
            self.issue_links.append(IssueLink(str(self.number()), kind, inward.id, outward.id))
        if said.comment is not None:
            fields = Fields(self, inward.project, documents=documents(request))
            inward.comments.append(self.new_comment(fields, said.comment))
            self.touch(inward)
        return answer(None, 201)

    @api("DELETE", "/issueLink/<identity>")
    def unlink_issues(self, _: Request, identity: str) -> Response:
        """DELETE /issueLink/{id}."""
        held = next((link for link in self.issue_links if link.id == identity), None)
        if held is None:
            self.refuse(404, f"No issue link with id '{identity}' exists.")
        self.issue_links.remove(held)
        return answer(None, 204)

    @route("GET", "/rest/applinks/latest/listApplicationlinks")
    def get_application_links(self, _: Request) -> Response:
        """Only for administrators."""
        return self.refusal(403, "Only administrators may list the application links.")

    def _made(self, request: Request) -> RemoteLink:
        said = self.read(request, RemoteLinkSaid)
        errors = {n: f"'{n}' is required." for n in ("url", "title") if not said.object.get(n)}
        if len(said.global_id or "") > LONGEST_GLOBAL_ID:
            errors["globalId"] = f"'globalId' can have at most {LONGEST_GLOBAL_ID} characters."
        if errors:
            self.refuse(400, errors=errors)
        return RemoteLink(self.number(), said.object, said.global_id, said.application, said.relationship)

    def _without(self, issue: Issue, wanted: str | int) -> Response:
        if issue in self.issues:
            issue.remote_links.remove(self._remote(issue, wanted))
        return answer(None, 204)

    def _remote(self, issue: Issue, wanted: str | int) -> RemoteLink:
        found = next((link for link in issue.remote_links if wanted in {link.id, link.global_id}), None)
        if found is None:
            self.refuse(404, f"No remote issue link with {wanted!r} exists for issue '{issue.key}'.")
        return found

    def _link_type(self, said: Mapping[str, Any]) -> LinkType:
        identity, name = str(said.get("id")), said.get("name")
        found = next((k for k in self.link_types if identity == k.id or name == k.name), None)
        if found is None and not self.rehearsing:
            self.refuse(404, f"No issue link type with name '{name}' found.")
        return found or self.link_types[0]

    def _may_link(self, issue: Issue, status: int) -> None:
        self.needs("LINK_ISSUES", status, f"No Link Issue Permission for issue '{issue.key}'")
