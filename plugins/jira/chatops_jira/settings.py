"""`[plugins.jira]`: where the tickets are, and what is written into them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from chatops import Duration, Secret

FieldType = Literal["text", "textarea", "number", "option", "options", "user", "date", "datetime", "list"]
Said = Literal["updates", "notes", "roles", "public"]
#: Stands among the watchers for whoever is given a role.
ROLES = "roles"
DROPPED = (
    "Won't Do",
    "Won't Fix",
    "Duplicate",
    "Cannot Reproduce",
    "Declined",
    "Invalid",
    "Rejected",
    "Obsolete",
    "Abandoned",
    "Cancelled",
    "Canceled",
)
_PROJECT = r"[A-Z][A-Z0-9_]*"
_URL = r"https?://[^\s/?#]+[^\s?#]*"


class JiraField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.fields.ID]`: one more field of the ticket; a text is a Jinja2 template."""

    type: FieldType
    value: str | float | tuple[str, ...]


class JiraStatuses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.statuses]`: the ticket's status for each of ours, by its name in Jira.

    Of several names the last is meant, and the others are the way there.
    """

    investigating: str | tuple[str, ...] = ()
    identified: str | tuple[str, ...] = ()
    monitoring: str | tuple[str, ...] = ()
    resolved: str | tuple[str, ...] = ()
    cancelled: str | tuple[str, ...] = ()
    reopened: str | tuple[str, ...] = ()

    def way(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The setting that is in force for this status of ours, and the names that it holds."""
        instead = {"cancelled": "resolved", "reopened": "investigating"}.get(name, name)
        found = name if getattr(self, name) else instead
        said = getattr(self, found)
        return found, (said,) if isinstance(said, str) else said


class JiraResolutions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.resolutions]`: what is chosen where closing the ticket asks for a resolution."""

    resolved: str = ""
    cancelled: str = ""


class JiraService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[services.NAME]` `jira.component = "Checkout"`: what a ticket about the service is filed under."""

    component: str = ""
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if faults := list(_bad_labels(self.labels)):
            raise ValueError("; ".join(faults))


class JiraPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[people.NAME]` `jira.account_id = "..."`: who they are on Cloud; on Data Center, `username`."""

    account_id: str = ""
    username: str = ""


class JiraActionItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.action_items]`: the tickets of what post-mortems promise.

    A ticket that was closed with one of `dropped_resolutions`, or whose status is called so, was closed
    without the work being done.
    """

    project: str = ""
    issue_type: str = "Task"
    labels: tuple[str, ...] = ("postmortem",)
    dropped_resolutions: tuple[str, ...] = DROPPED

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))

    def is_dropped(self, name: str) -> bool:
        """Whether a resolution or a status of this name says that nothing is to come of it."""
        return _plainly(name) in map(_plainly, self.dropped_resolutions)

    def _faults(self) -> Iterator[str]:
        if self.project and not re.fullmatch(_PROJECT, self.project):
            yield f'project: write the key of the project, such as "OPS", not {self.project!r}'
        if not self.issue_type.strip():
            yield 'issue_type: write its name, such as "Task"'
        yield from _bad_labels(self.labels)


class JiraConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of one Jira project."""

    url: str
    token: Secret
    project: str
    user: str = ""
    deployment: Literal["cloud", "data_center"] = "cloud"
    browse_url: str = ""
    issue_type: str = "Task"
    priority: dict[str, str] = {}
    labels: tuple[str, ...] = ("incident",)
    components: tuple[str, ...] = ()
    fields: dict[str, JiraField] = {}
    statuses: JiraStatuses = JiraStatuses()
    resolutions: JiraResolutions = JiraResolutions()
    security_level: str = ""
    watchers: tuple[str, ...] = (ROLES,)
    comments: tuple[Said, ...] = ("updates", "notes", "roles", "public")
    settle: Duration = Duration(seconds=30)
    action_items: JiraActionItems = msgspec.field(default_factory=JiraActionItems)

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))

    @property
    def cloud(self) -> bool:
        """Whether it is Jira Cloud rather than Data Center."""
        return self.deployment == "cloud"

    @property
    def server(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def items_project(self) -> str:
        """The key of the project in which action items have their tickets."""
        return self.action_items.project or self.project

    def page(self, key: str) -> str:
        """Where people read the ticket."""
        return f"{(self.browse_url or self.url).rstrip('/')}/browse/{key}"

    def account(self, person: JiraPerson | None) -> str:
        """How this Jira names the person; empty where it is not configured."""
        return "" if person is None else person.account_id if self.cloud else person.username

    def who(self, account: str) -> dict[str, str]:
        """The account as the value of a field."""
        return {"accountId" if self.cloud else "name": account}

    def _faults(self) -> Iterator[str]:
        for name in ("url", "browse_url"):
            value = getattr(self, name)
            if (value or name == "url") and not re.fullmatch(_URL, value):
                yield f'{name}: write an address such as "https://example.atlassian.net", not {value!r}'
        if not re.fullmatch(_PROJECT, self.project):
            yield f'project: write the key of the project, such as "OPS", not {self.project!r}'
        if self.cloud and not self.user:
            yield "user: write the e-mail address of the account that the token belongs to"
        if not self.issue_type.strip():
            yield 'issue_type: write its name, such as "Task"'
        for name in self.fields:
            if not re.fullmatch(r"customfield_\d+|[a-zA-Z]+", name):
                yield f"fields: write a field by its id, such as customfield_10042, not {name!r}"
            elif name in _OURS:
                yield f"fields.{name}: is written by {_OURS[name]}"
        if self.settle < timedelta(seconds=1):
            yield "settle: write at least one second"
        yield from _bad_labels(self.labels)


_OURS = {
    "summary": "the incident's title",
    "description": "the plugin itself",
    "project": "the setting project",
    "issuetype": "the setting issue_type",
    "priority": "the setting priority",
    "labels": "the setting labels",
    "components": "the setting components",
    "security": "the setting security_level",
}


def _plainly(name: str) -> str:
    """A name as it is compared: Jira's own words have a typographic apostrophe in some versions."""
    return name.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()


def _bad_labels(labels: tuple[str, ...]) -> Iterator[str]:
    for label in labels:
        # Jira refuses a label with a space in it, and one of more than 255 characters.
        if not re.fullmatch(r"\S{1,255}", label):
            yield f"labels: write each without spaces and with at most 255 characters, not {label!r}"


def named(value: str) -> dict[str, str]:
    """A priority, an issue type or a level as a field's value: by its id where it is a number."""
    return {"id": value} if value.isdigit() else {"name": value}
