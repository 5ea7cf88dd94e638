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
    """`[plugins.jira.fields.ID]`: one more field of the ticket."""

    type: FieldType
    """How the value is written into the field."""
    value: str | float | tuple[str, ...]
    """What is written; a text may be a Jinja2 template over `incident`, `services` and `links`."""


class JiraStatuses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.statuses]`: the ticket's status for each of ours, by its name in Jira.

    Of several names the last is meant, and the others are the way there.
    """

    investigating: str | tuple[str, ...] = ()
    """While the cause is looked for."""
    identified: str | tuple[str, ...] = ()
    """Once the cause is known."""
    monitoring: str | tuple[str, ...] = ()
    """Once a fix is in place."""
    resolved: str | tuple[str, ...] = ()
    """At the end."""
    cancelled: str | tuple[str, ...] = ()
    """Where it was a false alarm; without it, that of `resolved`."""
    reopened: str | tuple[str, ...] = ()
    """Where it is not over after all; without it, that of `investigating`."""

    def way(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The setting that is in force for this status of ours, and the names that it holds."""
        instead = {"cancelled": "resolved", "reopened": "investigating"}.get(name, name)
        found = name if getattr(self, name) else instead
        said = getattr(self, found)
        return found, (said,) if isinstance(said, str) else said


class JiraResolutions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.resolutions]`: what is chosen where closing the ticket asks for a resolution."""

    resolved: str = ""
    """Where the incident was resolved."""
    cancelled: str = ""
    """Where it was a false alarm."""


class JiraService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[services.NAME]` `jira.component = "Checkout"`: what a ticket about the service is filed under."""

    component: str = ""
    """The component in Jira."""
    labels: tuple[str, ...] = ()
    """Labels, besides those that every ticket has."""

    def __post_init__(self) -> None:
        if faults := list(_bad_labels(self.labels)):
            raise ValueError("; ".join(faults))


class JiraPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[people.NAME]` `jira.account_id = "..."`: who they are on Cloud; on Data Center, `username`."""

    account_id: str = ""
    """Their id on Cloud; it stands in the address of their profile."""
    username: str = ""
    """Their name on Data Center."""


class JiraActionItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira.action_items]`: the tickets of what post-mortems promise."""

    project: str = ""
    """The key of the project in which they are filed; empty for that of the incidents' tickets."""
    issue_type: str = "Task"
    """Their type, by name or id."""
    labels: tuple[str, ...] = ("postmortem",)
    """What every one has, besides the label that it is found by."""
    dropped_resolutions: tuple[str, ...] = DROPPED
    """Resolutions, or statuses, that say that a ticket was closed without the work being done."""

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
    """The address of Jira; with a token that has scopes, `https://api.atlassian.com/ex/jira/CLOUD-ID`."""
    token: Secret
    """On Cloud an API token, on Data Center a personal access token."""
    project: str
    """The key of the project."""
    user: str = ""
    """On Cloud the e-mail address that the token belongs to; Data Center needs none."""
    deployment: Literal["cloud", "data_center"] = "cloud"
    """Which of the two Jira is; Data Center from version 8.4."""
    browse_url: str = ""
    """Where people read tickets, where that is not `url`."""
    issue_type: str = "Task"
    """The type of the tickets, by name or id."""
    priority: dict[str, str] = {}
    """The priority for each severity; the others get what Jira sets."""
    labels: tuple[str, ...] = ("incident",)
    """What every ticket has, besides the label that it is found by."""
    components: tuple[str, ...] = ()
    """The components of every ticket."""
    fields: dict[str, JiraField] = {}
    statuses: JiraStatuses = JiraStatuses()
    resolutions: JiraResolutions = JiraResolutions()
    security_level: str = ""
    """The security level of restricted incidents; without it, nothing of them is sent to Jira."""
    watchers: tuple[str, ...] = (ROLES,)
    """Who watches each ticket: names of `[people]`, and "roles" for whoever is given one."""
    comments: tuple[Said, ...] = ("updates", "notes", "roles", "public")
    """Which words become comments."""
    settle: Duration = Duration(seconds=30)
    """How long Jira's search may take to know a new ticket."""
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
