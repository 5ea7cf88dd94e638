"""What a Jira holds."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

#: An Atlassian Document, or wiki text as Data Center has it.
Rich = dict[str, Any] | str
FieldKind = Literal["text", "textarea", "number", "date", "select", "multiselect", "labels", "user"]
Category = Literal["new", "indeterminate", "done"]


def now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass
class User:
    """A person; `name` is how Data Center calls them, `account` how Cloud does."""

    name: str
    account: str
    display: str
    email: str
    active: bool = True
    #: Cloud shows an address only where its owner allows it.
    email_shown: bool = True


@dataclass
class Status:
    """A column of the board."""

    id: str
    name: str
    category: Category


@dataclass
class Transition:
    """A way to a status, from these ones or from any; `fields` are on its screen."""

    id: str
    name: str
    to: str
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass
class Workflow:
    """The statuses that an issue can have, the first one first, and the ways between them."""

    statuses: list[Status]
    transitions: list[Transition]


@dataclass
class Choice:
    """Something that is picked by id or name: a priority, a component, an option."""

    id: str
    name: str


@dataclass
class SecurityLevel(Choice):
    """Who may see an issue; where the token's owner may not, it is as if there were none."""

    seen: bool = True


@dataclass
class IssueType(Choice):
    """A kind of issue."""

    subtask: bool = False


@dataclass
class CustomField:
    """A field of this site's own."""

    id: str
    name: str
    kind: FieldKind = "text"
    options: list[Choice] = field(default_factory=list)
    required: bool = False
    #: Whether it is on the screens, so that it can be set.
    on_screen: bool = True


@dataclass
class Project:
    """A project, and what its issues can have."""

    id: str
    key: str
    name: str
    workflow: Workflow
    types: list[IssueType]
    components: list[Choice] = field(default_factory=list)
    levels: list[SecurityLevel] = field(default_factory=list)
    numbered: int = 0


@dataclass
class Comment:
    """Words under an issue."""

    id: str
    author: User
    body: Rich
    created: datetime
    updated: datetime
    visibility: dict[str, Any] | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class RemoteLink:
    """A link from an issue to something elsewhere; None is what an update left out."""

    id: int
    object: dict[str, Any]
    global_id: str | None = None
    application: dict[str, Any] | None = None
    relationship: str | None = None


@dataclass
class IssueLink:
    """A link between two issues, by their ids."""

    id: str
    type: "LinkType"
    inward: str
    outward: str


@dataclass
class LinkType(Choice):
    """What a link between issues says, read from either end."""

    inward: str
    outward: str


@dataclass
class Issue:
    """An issue.

    `fields` has what was set, by the field's id: users, choices and rich text as objects of this module;
    `known` is what they were when, for an index that lags.
    """

    id: str
    key: str
    project: Project
    type: IssueType
    status: Status
    created: datetime
    updated: datetime
    reporter: User
    fields: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    remote_links: list[RemoteLink] = field(default_factory=list)
    watchers: list[User] = field(default_factory=list)
    old_keys: list[str] = field(default_factory=list)
    resolved: datetime | None = None
    known: list[tuple[datetime, "Known"]] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number in its key."""
        return int(self.key.rpartition("-")[2])

    def note(self) -> None:
        """Remember what it is now, for whoever may know only that."""
        self.known.append((self.updated, Known(self.key, self.status, dict(self.fields))))


@dataclass(frozen=True)
class Known:
    """What an index knows of an issue."""

    key: str
    status: Status
    fields: dict[str, Any]


TO_DO: Final = Status("10000", "To Do", "new")
IN_PROGRESS: Final = Status("10001", "In Progress", "indeterminate")
IN_REVIEW: Final = Status("10002", "In Review", "indeterminate")
DONE: Final = Status("10003", "Done", "done")
WONT_DO: Final = Status("10004", "Won't Do", "done")
