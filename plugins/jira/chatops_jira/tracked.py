"""Tickets as the core knows them: open, done or dropped, and whose they are."""

from collections.abc import Mapping
from typing import Literal

from chatops import PersonView, TrackedItem
from chatops_jira.reading import Issue
from chatops_jira.settings import JiraConfig


class Shelf:
    """Says of each ticket how it is, with the people of the configuration."""

    def __init__(self, config: JiraConfig, people: Mapping[str, PersonView]) -> None:
        self._config = config
        known = {config.account(person.settings): name for name, person in people.items()}
        self._people = {account: name for account, name in known.items() if account}

    def tracked(self, issue: Issue, *, created: bool = False, warnings: tuple[str, ...] = ()) -> TrackedItem:
        """How the ticket is."""
        fields = issue.fields
        assignee = fields.assignee
        account = "" if assignee is None else assignee.account_id if self._config.cloud else assignee.name
        document = issue.ours.get("document")
        return TrackedItem(
            key=issue.key,
            url=self._config.page(issue.key),
            title=fields.summary or "",
            state=self._state(issue),
            status=fields.status.name if fields.status else "",
            owner=assignee.display_name if assignee else "",
            person=self._people.get(account, ""),
            due=fields.duedate,
            document=document if isinstance(document, str) else "",
            created=created,
            warnings=warnings,
        )

    def _state(self, issue: Issue) -> Literal["open", "done", "dropped"]:
        if not issue.is_done:
            return "open"
        named = (issue.fields.resolution, issue.fields.status)
        is_dropped = self._config.action_items.is_dropped
        return "dropped" if any(is_dropped(one.name) for one in named if one) else "done"
