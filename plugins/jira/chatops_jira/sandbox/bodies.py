"""The bodies of requests, as far as Jira gives them a shape."""

from typing import Any

import msgspec


class Property(msgspec.Struct):
    """A property that is set along with something else."""

    key: str = ""
    value: Any = None


class NewComment(msgspec.Struct):
    """`POST /issue/{key}/comment`, and a comment that comes with something else."""

    body: Any = None
    visibility: dict[str, Any] | None = None
    properties: list[Property] = []


class Update(msgspec.Struct):
    """What opens, changes or transitions an issue."""

    fields: dict[str, Any] = {}
    update: dict[str, list[dict[str, Any]]] = {}
    properties: list[Property] = []
    transition: dict[str, Any] | None = None


class Updates(msgspec.Struct):
    """`POST /issue/bulk`."""

    issues: list[Any] = msgspec.field(default=[], name="issueUpdates")


class Fetch(msgspec.Struct):
    """`POST /issue/bulkfetch`."""

    keys: list[str] = msgspec.field(default=[], name="issueIdsOrKeys")
    fields: list[str] = []
    properties: list[str] = []


class Search(msgspec.Struct, rename="camel"):
    """`/search/jql`, and `/search` on Data Center."""

    jql: str = ""
    next_page_token: str | None = None
    start_at: int = 0
    max_results: int = 50
    fields: list[str] = []
    properties: list[str] = []
    reconcile_issues: list[int] = []


class RemoteLinkSaid(msgspec.Struct, rename="camel"):
    """`POST /issue/{key}/remotelink`."""

    object: dict[str, Any] = {}
    global_id: str | None = None
    application: dict[str, Any] | None = None
    relationship: str | None = None


class LinkSaid(msgspec.Struct, rename="camel"):
    """`POST /issueLink`; an end is named by `key` or `id`."""

    type: dict[str, Any] = {}
    inward_issue: dict[str, Any] = {}
    outward_issue: dict[str, Any] = {}
    comment: NewComment | None = None

    def end(self, issue: dict[str, Any]) -> str:
        """The key or id of an end."""
        return str(issue.get("key") or issue.get("id") or "")
