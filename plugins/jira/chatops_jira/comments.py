"""Comments: each is added once, and none is for the customers of a service desk."""

from typing import Any

import msgspec

from chatops import Link
from chatops_jira.reading import PROPERTY
from chatops_jira.remote import Remote, path_of

PAGE = 100


class _Property(msgspec.Struct):
    key: str
    value: Any = None


class _Comment(msgspec.Struct):
    id: str
    properties: list[_Property] = []

    def holds(self, key: str) -> bool:
        return any(p.key == PROPERTY and p.value == {"key": key} for p in self.properties)


class _Page(msgspec.Struct):
    comments: list[_Comment] = []
    total: int = 0


def add(remote: Remote, ticket: str, key: str, body: Any) -> Link:
    """A new comment that carries our key."""
    # What a colleague writes is for colleagues: in a service desk project, a comment without this
    # property is mailed to the customer who reported the ticket.
    internal = {"key": "sd.public.comment", "value": {"internal": True}}
    ours = {"key": PROPERTY, "value": {"key": key}}
    path = path_of(ticket, "comment")
    return _link(ticket, remote.post(path, {"body": body, "properties": [ours, internal]}, _Comment))


def find(remote: Remote, ticket: str, key: str) -> Link | None:
    """The comment that carries our key, or None; the newest are looked at first."""
    seen = 0
    asked = {"maxResults": PAGE, "orderBy": "-created", "expand": "properties"}
    while True:
        page = remote.get(path_of(ticket, "comment"), _Page, startAt=seen, **asked)
        for comment in page.comments:
            if comment.holds(key):
                return _link(ticket, comment)
        seen += len(page.comments)
        if not page.comments or seen >= page.total:
            return None


def _link(ticket: str, comment: _Comment) -> Link:
    return Link("comment", comment.id, title=ticket)
