"""Leads from the ticket of an action item to its post-mortem, and to the incident's ticket."""

import hashlib
from typing import Any

import msgspec

from chatops import Gone, ItemDocument, Rejected, Unauthorized
from chatops_jira.document import one_line
from chatops_jira.item import web
from chatops_jira.remote import Remote, path_of
from chatops_jira.resolve import key_of


class _Object(msgspec.Struct):
    url: str = ""
    title: str = ""


class _Link(msgspec.Struct):
    object: _Object = msgspec.field(default_factory=_Object)


def lead_back(remote: Remote, ticket: str, document: ItemDocument) -> list[str]:
    """Link the ticket with both, where the document says what they are; return what Jira refused.

    Jira overwrites the link to the post-mortem, which it knows by its `globalId`, and has no link between
    the same two tickets twice.
    """
    warnings = []
    # The post-mortem comes last: where that link is there, the other one was sent as well.
    incident = key_of(document.ticket, remote.config)
    if incident not in {None, ticket}:
        ends = {"inwardIssue": {"key": ticket}, "outwardIssue": {"key": incident}}
        what = f"{ticket} was not linked with {incident}"
        warnings += _sent(remote, what, "issueLink", {"type": {"name": "Relates"}, **ends})
    if web(document.url):
        what = f"{ticket} does not lead to its post-mortem"
        warnings += _sent(remote, what, path_of(ticket, "remotelink"), _said(document))
    return warnings


def is_linked(remote: Remote, ticket: str, document: ItemDocument) -> bool:
    """Whether the ticket has the link to the post-mortem, as it should be."""
    said = _said(document)
    try:
        held = remote.get(path_of(ticket, "remotelink"), _Link, globalId=said["globalId"])
    except (Gone, Rejected, Unauthorized):
        return False
    return held.object == msgspec.convert(said["object"], _Object)


def _sent(remote: Remote, what: str, path: str, said: dict[str, Any]) -> list[str]:
    try:
        remote.post(path, said)
    except Gone as error:
        return [f"{what}: {error}"]
    except (Rejected, Unauthorized) as error:
        return [f"{what}: {remote.names.explained(error)}"]
    return []


def _said(document: ItemDocument) -> dict[str, Any]:
    title = one_line(document.title or document.url)
    digest = hashlib.sha256(document.id.encode()).hexdigest()[:16]
    summary = f"Post-mortem of {document.incident}" if document.incident else "Post-mortem"
    return {
        "globalId": f"chatops-postmortem-{digest}",
        "application": {"type": "chatops", "name": "chatops"},
        "relationship": "post-mortem",
        "object": {"url": document.url, "title": title, "summary": summary},
    }
