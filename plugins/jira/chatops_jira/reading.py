"""Reads tickets by their keys: as they are at this moment, since no index stands in between."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any

import msgspec

from chatops import Gone
from chatops_jira.parallel import side_by_side
from chatops_jira.remote import Remote, path_of

#: The property of tickets and comments that holds our key.
PROPERTY = "chatops"
FIELDS = ("summary", "status", "assignee", "duedate", "resolution")
#: The most that Cloud gives in one request.
BATCH = 100


class Named(msgspec.Struct, frozen=True):
    """A resolution."""

    name: str = ""


class Category(msgspec.Struct, frozen=True):
    """What a status counts as: `new`, `indeterminate`, `done`."""

    key: str = ""


class Status(msgspec.Struct, frozen=True, rename="camel"):
    """A status, as the team calls it."""

    name: str = ""
    status_category: Category = Category()


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """An assignee: `account_id` is who that is on Cloud, `name` on Data Center."""

    display_name: str = ""
    account_id: str = ""
    name: str = ""


class Fields(msgspec.Struct, frozen=True):
    """The fields that are looked at; which of them there are depends on what was asked."""

    summary: str | None = None
    status: Status | None = None
    assignee: Person | None = None
    duedate: date | None = None
    resolution: Named | None = None


class Issue(msgspec.Struct):
    """A ticket, as far as it is looked at."""

    key: Annotated[str, msgspec.Meta(pattern=r"-\d+$")]
    fields: Fields = Fields()
    properties: dict[str, Any] = {}

    @property
    def ours(self) -> dict[str, Any]:
        """What we have written to it, where that is still as we write it."""
        value = self.properties.get(PROPERTY)
        return value if isinstance(value, dict) else {}

    @property
    def number(self) -> int:
        """The number in its key."""
        return number_of(self.key)

    @property
    def is_done(self) -> bool:
        """Whether it is closed, for whatever reason."""
        return self.fields.status is not None and self.fields.status.status_category.key == "done"

    def holds(self, key: str) -> bool:
        """Whether it was created with this key of ours."""
        return self.ours.get("key") == key


class _Error(msgspec.Struct):
    id: str = ""


class Found(msgspec.Struct, rename="camel"):
    """An answer with tickets; those that do not exist are only in `issue_errors`."""

    # Without a default: an answer of anybody else's is not to say that there are none.
    issues: list[Issue]
    issue_errors: list[_Error] = []


def number_of(key: str) -> int:
    """The number in a ticket's key."""
    return int(key.rpartition("-")[2])


def one(remote: Remote, key: str) -> Issue | None:
    """The ticket that is, or was once, called so; None where there is none that we may see."""
    try:
        return remote.get(path_of(key), Issue, fields=",".join(FIELDS), properties=PROPERTY)
    except Gone:
        return None


def fetched(remote: Remote, keys: Sequence[str]) -> list[Issue]:
    """Those of these tickets that there are; one that was moved has another key than it was asked by."""
    if not remote.config.cloud:
        return [issue for issue in side_by_side(partial(one, remote), keys) if issue]
    return [issue for answer in _answers(remote, keys) for issue in answer.issues]


def by_name(remote: Remote, keys: Sequence[str]) -> dict[str, Issue]:
    """Those of these tickets that there are, each by the key that it was asked by."""
    names = list(dict.fromkeys(keys))
    found: dict[str, Issue] = {}
    missing: set[str] = set()
    for answer in _answers(remote, names) if remote.config.cloud else ():
        found |= {issue.key: issue for issue in answer.issues if issue.key in names}
        missing |= {error.id for error in answer.issue_errors}
    # Which of the keys is the old one of a ticket that was moved is only said to who asks for that alone.
    rest = [name for name in names if name not in found and name not in missing]
    singly = zip(rest, side_by_side(partial(one, remote), rest), strict=True)
    return found | {name: issue for name, issue in singly if issue}


def _answers(remote: Remote, keys: Sequence[str]) -> list[Found]:
    batches = [list(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH)]
    more = {"fields": FIELDS, "properties": [PROPERTY]}
    return [remote.read("issue/bulkfetch", {"issueIdsOrKeys": b, **more}, Found) for b in batches]
