"""What Jira answers about what it holds, as JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from chatops_jira.sandbox import wiki
from chatops_jira.sandbox.memory import Memory
from chatops_jira.sandbox.model import (
    Choice,
    Comment,
    CustomField,
    Issue,
    IssueLink,
    LinkType,
    RemoteLink,
    Status,
    User,
)

_CATEGORIES: Final = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
_EXPAND: Final = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"


def time(at: datetime) -> str:
    """A time as Jira writes it: milliseconds, and an offset without a colon."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


class Shown:
    """Shows things in one version of the API: `documents` says that rich text is Atlassian Documents."""

    def __init__(self, memory: Memory, version: str) -> None:
        self._memory = memory
        self._base = f"{memory.url}/rest/api/{version}"
        self._documents = version == "3"

    def address(self, path: str) -> str:
        """The address of something in this version of the API."""
        return f"{self._base}/{path}"

    def rich(self, value: Any) -> Any:
        """Rich text in the form of this version."""
        if value is None:
            return None
        return wiki.document(value) if self._documents else wiki.text(value)

    def user(self, user: User) -> dict[str, Any]:
        """A person."""
        both = {"displayName": user.display, "active": user.active, "timeZone": "Etc/UTC"}
        if not self._memory.cloud:
            key = f"JIRAUSER{10_000 + self._memory.users.index(user)}" if user in self._memory.users else ""
            own = {"name": user.name, "key": key, "emailAddress": user.email}
            return both | own | {"self": self.address(f"user?username={user.name}")}
        own = {"accountId": user.account, "accountType": "atlassian"}
        shown = {"emailAddress": user.email} if user.email_shown else {}
        return both | own | shown | {"self": self.address(f"user?accountId={user.account}")}

    def choice(self, kind: str, choice: Choice, **more: Any) -> dict[str, Any]:
        """Something that is picked."""
        return {"self": self.address(f"{kind}/{choice.id}"), "id": choice.id, "name": choice.name, **more}

    def option(self, choice: Choice) -> dict[str, Any]:
        """An option of a custom field."""
        return {
            "self": self.address(f"customFieldOption/{choice.id}"),
            "id": choice.id,
            "value": choice.name,
        }

    def status(self, status: Status) -> dict[str, Any]:
        """A status."""
        number, name, colour = _CATEGORIES[status.category]
        category = {
            "self": self.address(f"statuscategory/{number}"),
            "id": number,
            "key": status.category,
            "name": name,
            "colorName": colour,
        }
        return {
            "self": self.address(f"status/{status.id}"),
            "description": "",
            "name": status.name,
            "id": status.id,
            "statusCategory": category,
        }

    def project(self, issue: Issue) -> dict[str, Any]:
        """An issue's project, briefly."""
        home = issue.project
        return {
            "self": self.address(f"project/{home.id}"),
            "id": home.id,
            "key": home.key,
            "name": home.name,
            "projectTypeKey": "software",
        }

    def comment(self, issue: Issue, comment: Comment, *, properties: bool = False) -> dict[str, Any]:
        """A comment; its properties only where they are asked for."""
        said = {
            "self": self.address(f"issue/{issue.id}/comment/{comment.id}"),
            "id": comment.id,
            "author": self.user(comment.author),
            "body": self.rich(comment.body),
            "updateAuthor": self.user(comment.author),
            "created": time(comment.created),
            "updated": time(comment.updated),
        }
        said |= {"visibility": comment.visibility} if comment.visibility else {}
        internal = comment.properties.get("sd.public.comment") == {"internal": True}
        said |= {"jsdPublic": not internal} if self._memory.cloud else {}
        if properties:
            said["properties"] = [{"key": k, "value": v} for k, v in comment.properties.items()]
        return said

    def remote_link(self, issue: Issue, link: RemoteLink) -> dict[str, Any]:
        """A remote link; what was left out is not there."""
        said = {
            "id": link.id,
            "self": self.address(f"issue/{issue.id}/remotelink/{link.id}"),
            "globalId": link.global_id,
            "application": link.application if link.application is not None else {},
            "relationship": link.relationship,
            "object": link.object,
        }
        return {name: value for name, value in said.items() if value is not None}

    def link_type(self, kind: LinkType) -> dict[str, Any]:
        """What a link between issues says."""
        return self.choice("issueLinkType", kind, inward=kind.inward, outward=kind.outward)

    def issue_link(self, issue: Issue, link: IssueLink) -> dict[str, Any]:
        """A link between issues, read from this one's end: it shows the other."""
        side, other = (
            ("outwardIssue", link.outward) if issue.id == link.inward else ("inwardIssue", link.inward)
        )
        there = self._memory.issue(other)
        fields = {
            "summary": there.fields["summary"],
            "status": self.status(there.status),
            "issuetype": self.choice("issuetype", there.type, subtask=there.type.subtask),
        }
        shown = {
            "id": there.id,
            "key": there.key,
            "self": self.address(f"issue/{there.id}"),
            "fields": fields,
        }
        return {
            "id": link.id,
            "self": self.address(f"issueLink/{link.id}"),
            "type": self.link_type(link.type),
            side: shown,
        }

    def issue(
        self, issue: Issue, wanted: Iterable[str], properties: Iterable[str] = (), *, brief: bool = False
    ) -> dict[str, Any]:
        """The issue with these of its fields and properties; `brief` is its id alone, as a search has it."""
        names = set(wanted)
        if brief and names <= {"id"}:
            said: dict[str, Any] = {"id": issue.id}
        else:
            said = {
                "expand": _EXPAND,
                "id": issue.id,
                "self": self.address(f"issue/{issue.id}"),
                "key": issue.key,
            }
        if not brief or names - {"id", "key"}:
            said["fields"] = self._picked(issue, names)
        asked = set(properties)
        if asked:
            every = "*all" in asked
            said["properties"] = {k: v for k, v in issue.properties.items() if every or k in asked}
        return said

    def _picked(self, issue: Issue, names: set[str]) -> dict[str, Any]:
        fields = self._fields(issue)
        left_out = {name[1:] for name in names if name.startswith("-")}
        if not names or names & {"*all", "*navigable"} or names == {f"-{name}" for name in left_out}:
            return {name: value for name, value in fields.items() if name not in left_out}
        return {name: value for name, value in fields.items() if name in names - left_out}

    def _fields(self, issue: Issue) -> dict[str, Any]:
        held = issue.fields
        links = [link for link in self._memory.issue_links if issue.id in {link.inward, link.outward}]
        watches = {
            "self": self.address(f"issue/{issue.key}/watchers"),
            "watchCount": len(issue.watchers),
            "isWatching": self._memory.me in issue.watchers,
        }
        comments = [self.comment(issue, comment) for comment in issue.comments]
        fields: dict[str, Any] = {
            "summary": held["summary"],
            "description": self.rich(held.get("description")),
            "environment": self.rich(held.get("environment")),
            "issuetype": self.choice("issuetype", issue.type, subtask=issue.type.subtask, description=""),
            "project": self.project(issue),
            "status": self.status(issue.status),
            "resolution": self._one("resolution", held.get("resolution")),
            "resolutiondate": time(issue.resolved) if issue.resolved else None,
            "priority": self._one("priority", held.get("priority")),
            "labels": list(held.get("labels") or []),
            "components": [self.choice("component", one) for one in held.get("components") or []],
            "security": self._one("securitylevel", held.get("security")),
            "assignee": self.user(held["assignee"]) if held.get("assignee") else None,
            "reporter": self.user(held.get("reporter") or issue.reporter),
            "creator": self.user(issue.reporter),
            "created": time(issue.created),
            "updated": time(issue.updated),
            "duedate": held.get("duedate"),
            "issuelinks": [self.issue_link(issue, link) for link in links],
            "watches": watches,
            "comment": {
                "comments": comments,
                "self": self.address(f"issue/{issue.id}/comment"),
                "maxResults": len(comments),
                "total": len(comments),
                "startAt": 0,
            },
        }
        return fields | {one.id: self._custom(one, held.get(one.id)) for one in self._memory.custom_fields}

    def _one(self, kind: str, choice: Choice | None) -> dict[str, Any] | None:
        return self.choice(kind, choice) if choice is not None else None

    def _custom(self, custom: CustomField, value: Any) -> Any:
        if custom.kind == "textarea":
            return self.rich(value)
        if isinstance(value, list):
            return [self._custom(custom, one) for one in value]
        if isinstance(value, Choice):
            return self.option(value)
        return self.user(value) if isinstance(value, User) else value
