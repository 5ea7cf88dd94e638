"""The site that a new stand-in is: two projects, a few people, and the usual words."""

from typing import Final

from chatops_jira.sandbox.model import (
    DONE,
    IN_PROGRESS,
    IN_REVIEW,
    TO_DO,
    WONT_DO,
    Choice,
    CustomField,
    IssueType,
    LinkType,
    Project,
    SecurityLevel,
    Transition,
    User,
    Workflow,
)

USER: Final = "bot@example.com"
TOKENS: Final = {True: "sandbox-jira-token", False: "sandbox-jira-dc-token"}

PERMISSIONS: Final = frozenset(
    {
        "ADD_COMMENTS",
        "ASSIGN_ISSUES",
        "BROWSE_PROJECTS",
        "CREATE_ISSUES",
        "EDIT_ISSUES",
        "LINK_ISSUES",
        "MANAGE_WATCHERS",
        "SET_ISSUE_SECURITY",
        "TRANSITION_ISSUES",
        "USER_PICKER",
    }
)
#: Permissions that a bot seldom has.
RARE: Final = frozenset({"ADMINISTER", "ADMINISTER_PROJECTS", "DELETE_ISSUES", "MODIFY_REPORTER"})


def users() -> list[User]:
    """The people; the first one's is the token."""
    return [
        User("bot", "712020:0b07c0de-0000-4000-8000-000000000001", "Incident Bot", USER),
        User("dana", "712020:da4a0000-0000-4000-8000-000000000002", "Dana Fox", "dana@example.com"),
        User("marta", "712020:3a27a000-0000-4000-8000-000000000003", "Marta Ruiz", "marta@example.com"),
    ]


def projects(*, cloud: bool) -> list[Project]:
    """Where tickets go, and where follow-ups may go."""
    workflow = cloud_workflow() if cloud else classic_workflow()
    return [
        Project(
            "10000",
            "OPS",
            "Operations",
            workflow,
            [
                IssueType("10001", "Task"),
                IssueType("10002", "Incident"),
                IssueType("10003", "Bug"),
                IssueType("10004", "Sub-task", subtask=True),
            ],
            [Choice("10100", "API"), Choice("10101", "Checkout"), Choice("10102", "Website")],
            [SecurityLevel("10200", "Responders"), SecurityLevel("10201", "Staff")],
        ),
        Project(
            "10001",
            "PAY",
            "Payments",
            workflow,
            [IssueType("10001", "Task"), IssueType("10003", "Bug"), IssueType("10005", "Story")],
            [Choice("10110", "Billing")],
        ),
    ]


def cloud_workflow() -> Workflow:
    """As Cloud sets up a new project: from anywhere to anywhere, each way named as where it leads."""
    statuses = [TO_DO, IN_PROGRESS, IN_REVIEW, DONE, WONT_DO]
    return Workflow(
        statuses, [Transition(f"{n}1", status.name, status.name) for n, status in enumerate(statuses, 1)]
    )


def classic_workflow() -> Workflow:
    """As Data Center's are: each way has a name of its own, and starts somewhere."""
    return Workflow(
        [TO_DO, IN_PROGRESS, IN_REVIEW, DONE, WONT_DO],
        [
            Transition("4", "Start Progress", "In Progress", ("To Do", "In Review")),
            Transition("301", "Stop Progress", "To Do", ("In Progress",)),
            Transition("711", "Ask for Review", "In Review", ("In Progress",)),
            Transition("5", "Resolve Issue", "Done", ("To Do", "In Progress", "In Review"), ("resolution",)),
            Transition("2", "Close Issue", "Won't Do", ("To Do", "In Progress", "Done"), ("resolution",)),
            Transition("3", "Reopen Issue", "To Do", ("Done", "Won't Do")),
        ],
    )


def priorities() -> list[Choice]:
    """The usual ones, the most urgent first."""
    names = ["Highest", "High", "Medium", "Low", "Lowest"]
    return [Choice(str(number), name) for number, name in enumerate(names, 1)]


def resolutions() -> list[Choice]:
    """The usual ones; the first is given where nobody says another."""
    return [Choice("10000", "Done"), Choice("10001", "Won't Do"), Choice("10002", "Duplicate")]


def custom_fields() -> list[CustomField]:
    """One of each kind that is much used."""
    return [
        CustomField("customfield_10010", "Customer impact", "textarea"),
        CustomField("customfield_10011", "Change reference", "text"),
        CustomField(
            "customfield_10012",
            "Severity",
            "select",
            [Choice("10300", "SEV1"), Choice("10301", "SEV2"), Choice("10302", "SEV3")],
        ),
        CustomField("customfield_10013", "Customers affected", "number"),
        CustomField("customfield_10014", "Sev", "labels"),
    ]


def link_types() -> list[LinkType]:
    """The usual ones."""
    return [
        LinkType("10000", "Blocks", "is blocked by", "blocks"),
        LinkType("10001", "Duplicate", "is duplicated by", "duplicates"),
        LinkType("10002", "Relates", "relates to", "relates to"),
    ]
