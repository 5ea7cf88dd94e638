"""Closes the ticket that was filed for an item which another job had filed at the same time."""

from contextlib import suppress
from typing import Any

import msgspec

from chatops import Gone, Rejected, Unauthorized
from chatops_jira import comments
from chatops_jira.document import plain, written
from chatops_jira.reading import Status
from chatops_jira.remote import Remote, path_of

_WORDS = "This was filed twice at the same moment, and {} is kept."
_DUPLICATE = "Duplicate"


class _Transition(msgspec.Struct):
    id: str
    to: Status
    fields: dict[str, Any] = {}


class _Offered(msgspec.Struct):
    transitions: list[_Transition] = []


def close(remote: Remote, twin: str, kept: str) -> list[str]:
    """Close `twin` as a duplicate of the ticket that is kept; return why not, where that cannot be."""
    try:
        _explain(remote, twin, kept)
        problem = _end(remote, twin)
    except (Rejected, Gone, Unauthorized) as error:
        problem = str(error)
    return [f"{twin} is a duplicate of {kept} and could not be closed: {problem}"] if problem else []


def _explain(remote: Remote, twin: str, kept: str) -> None:
    ends = {"inwardIssue": {"key": twin}, "outwardIssue": {"key": kept}}
    # A Jira may have no such links, or let us write no comments: it is closed nevertheless.
    with suppress(Rejected, Gone, Unauthorized):
        remote.post("issueLink", {"type": {"name": _DUPLICATE}, **ends})
    key = f"duplicate-of-{kept}"
    with suppress(Rejected, Gone, Unauthorized):
        if comments.find(remote, twin, key) is None:
            body = written(plain(_WORDS.format(kept)), cloud=remote.config.cloud)
            comments.add(remote, twin, key, body)


def _end(remote: Remote, twin: str) -> str:
    """Make the transition that says best that nothing is to come of the ticket; return why not."""
    path = path_of(twin, "transitions")
    offered = remote.get(path, _Offered, expand="transitions.fields").transitions
    ends = [one for one in offered if one.to.status_category.key == "done"]
    if not ends:
        return "its workflow has no way from here to a status that is done."
    is_dropped = remote.config.action_items.is_dropped
    way = max(ends, key=lambda one: (one.to.name == _DUPLICATE, is_dropped(one.to.name)))
    said: dict[str, Any] = {"transition": {"id": way.id}}
    if resolution := _resolution(remote, way.fields.get("resolution")):
        said["fields"] = {"resolution": {"name": resolution}}
    remote.post(path, said)
    return ""


def _resolution(remote: Remote, field: Any) -> str:
    values = field.get("allowedValues") or [] if isinstance(field, dict) else []
    names = [str(value["name"]) for value in values if isinstance(value, dict) and "name" in value]
    is_dropped = remote.config.action_items.is_dropped
    return max(names, key=lambda name: (name == _DUPLICATE, is_dropped(name)), default="")
