"""Finds the tickets that lost replies left behind, also before Jira's search knows them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import msgspec

from chatops_jira.reading import BATCH, FIELDS, PROPERTY, Issue, fetched, number_of
from chatops_jira.remote import Remote

PAGE = 100
#: Data Center reads each ticket in a request of its own.
BATCH_CLASSIC = 20


class _Page(msgspec.Struct, rename="camel"):
    issues: list[Issue]
    next_page_token: str | None = None
    total: int = 0


class Finder:
    """Looks for the tickets of one project that were created with keys of ours.

    A copy that somebody made of one has its label and not its property, and is not taken for it. `since` is
    the number of the first ticket that was read by key, where the search did not know all.
    """

    def __init__(self, remote: Remote, project: str) -> None:
        self.since = 1
        self._remote = remote
        self._project = project
        self._size = BATCH if remote.config.cloud else BATCH_CLASSIC

    def find(self, labels: Mapping[str, str]) -> dict[str, list[Issue]]:
        """The tickets of each key, the lowest first; `labels` has the label of each."""
        found: dict[str, list[Issue]] = {}
        for issue in self._labelled(labels):
            key = issue.ours.get("key")
            if key in labels:
                found.setdefault(str(key), []).append(issue)
        if len(found) < len(labels):
            for key, issues in self._unknown(labels.keys() - found.keys()):
                found.setdefault(key, []).append(issues)
        return {key: sorted(issues, key=self.order) for key, issues in found.items()}

    def again(self, new: Iterable[str]) -> list[Issue]:
        """What there is now, from `since` on up to the last of these `new` tickets; they themselves are left
        out where each would be a request of its own.
        """
        ours = set(new)
        last = max(map(number_of, ours), default=0)
        keys = self._keys(self.since, last + 1)
        cloud = self._remote.config.cloud
        return fetched(self._remote, [key for key in keys if cloud or key not in ours])

    def order(self, issue: Issue) -> tuple[bool, int]:
        """The same for whoever asks; a ticket that was moved away is older than one that was not."""
        return issue.key.rpartition("-")[0] == self._project, issue.number

    def _labelled(self, labels: Mapping[str, str]) -> list[Issue]:
        known = ", ".join(map(quoted, labels.values()))
        jql = f"labels in ({known})" if len(labels) > 1 else f"labels = {known}"
        return _fully(self._remote, list(_search(self._remote, jql)))

    def _unknown(self, keys: set[str]) -> Iterator[tuple[str, Issue]]:
        jql = f"project = {quoted(self._project)} ORDER BY key DESC"
        newest = next(_search(self._remote, jql, 1), None)
        for issue in self._upward(newest.number if newest else 0):
            key = str(issue.ours.get("key", ""))
            if key in keys:
                yield key, issue
                keys = keys - {key}
            if not keys:
                return

    def _upward(self, newest: int) -> Iterator[Issue]:
        """Every ticket from just below the newest that the search knows, as those there may be missing from
        it, too; up to half a batch that does not exist.
        """
        half = self._size // 2
        self.since = max(1, newest - half + 1)
        for start in count(self.since, self._size):
            keys = self._keys(start, start + self._size)
            issues = sorted(fetched(self._remote, keys), key=self.order)
            yield from issues
            if not {issue.key for issue in issues}.intersection(keys[half:]):
                return

    def _keys(self, start: int, end: int) -> list[str]:
        return [f"{self._project}-{number}" for number in range(start, end)]


def quoted(text: str) -> str:
    """A text as a value in JQL: nothing in it ends the quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find(remote: Remote, label: str, key: str) -> str | None:
    """The key of the ticket that was created with our `key` and `label`, or None."""
    found = Finder(remote, remote.config.project).find({key: label})
    return found[key][0].key if found else None


def _fully(remote: Remote, issues: Sequence[Issue]) -> list[Issue]:
    """The tickets with their properties, which Data Center's search leaves out."""
    return list(issues) if remote.config.cloud else fetched(remote, [issue.key for issue in issues])


def _search(remote: Remote, jql: str, most: int = 0) -> Iterator[Issue]:
    """What the search knows, page by page; `most` is how many are wanted, 0 for all."""
    asked: dict[str, Any] = {"jql": jql, "maxResults": most or PAGE, "fields": ",".join(FIELDS)}
    cloud, seen = remote.config.cloud, 0
    asked |= {"properties": PROPERTY} if cloud else {}
    while True:
        page = remote.get("search/jql" if cloud else "search", _Page, **asked)
        yield from page.issues
        seen += len(page.issues)
        ended = not page.next_page_token if cloud else seen >= page.total
        if ended or not page.issues or seen >= most > 0:
            return
        asked |= {"nextPageToken": page.next_page_token} if cloud else {"startAt": seen}
