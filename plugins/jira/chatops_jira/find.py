"""Finds the ticket that a lost reply left behind, also before Jira's search knows it."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec

from chatops import Gone
from chatops_jira.remote import Remote, path_of

#: The property of tickets and comments that holds our key.
PROPERTY = "chatops"
BATCH = 100
#: Tickets just below the newest that the search knows may be missing from it, too.
BELOW = 50
#: On Data Center each key is a request of its own: so many missing ones in a row are the end.
MISSING = 10
MOST_SINGLE = 60


class Issue(msgspec.Struct):
    """A ticket, as far as it is looked at."""

    key: str
    properties: dict[str, Any] = {}

    def holds(self, key: str) -> bool:
        """Whether it was created with this key of ours."""
        ours = self.properties.get(PROPERTY)
        return isinstance(ours, dict) and ours.get("key") == key


class Found(msgspec.Struct):
    """An answer with tickets; those that do not exist are not in it."""

    issues: list[Issue] = []


def quoted(text: str) -> str:
    """A text as a value in JQL: nothing in it ends the quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find(remote: Remote, label: str, key: str) -> str | None:
    """The key of the ticket that was created with our `key` and `label`, or None.

    A copy that somebody made of it has the label and not the property, and is not taken for it.
    """
    for issue in _search(remote, f"labels = {quoted(label)}", 50):
        known = issue if remote.config.cloud else _one(remote, issue.key)
        if known and known.holds(key):
            return known.key
    project = remote.config.project
    newest = _search(remote, f"project = {quoted(project)} ORDER BY key DESC", 1)
    first = int(newest[0].key.rpartition("-")[2]) if newest else 0
    walk = _batches(remote, first) if remote.config.cloud else _singly(remote, first)
    return next((issue.key for issue in walk if issue.holds(key)), None)


def _search(remote: Remote, jql: str, most: int) -> list[Issue]:
    if remote.config.cloud:
        asked = {"maxResults": most, "fields": "summary", "properties": PROPERTY}
        return remote.get("search/jql", Found, jql=jql, **asked).issues
    return remote.get("search", Found, jql=jql, maxResults=most, fields="summary").issues


def _batches(remote: Remote, newest: int) -> Iterator[Issue]:
    """Every ticket from just below the newest that is known, up to a whole batch that does not exist."""
    for start in count(max(1, newest - BELOW + 1), BATCH):
        keys = [f"{remote.config.project}-{number}" for number in range(start, start + BATCH)]
        asked = {"issueIdsOrKeys": keys, "fields": ["summary"], "properties": [PROPERTY]}
        found = remote.read("issue/bulkfetch", asked, Found).issues
        if not found:
            return
        yield from found


def _singly(remote: Remote, newest: int) -> Iterator[Issue]:
    missing = 0
    for number in range(max(1, newest - MISSING + 1), newest + MOST_SINGLE):
        issue = _one(remote, f"{remote.config.project}-{number}")
        missing = 0 if issue or number <= newest else missing + 1
        if missing >= MISSING:
            return
        if issue:
            yield issue


def _one(remote: Remote, key: str) -> Issue | None:
    try:
        return remote.get(path_of(key), Issue, fields="summary", properties=PROPERTY)
    except Gone:
        return None
