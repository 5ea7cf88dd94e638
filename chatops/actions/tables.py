"""What the columns of a table of action items are called."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from chatops.actions.labels import plain_name

Role = Literal["text", "owner", "due", "ticket", "status"]

#: In the order of choice: of several columns for one role, the name that stands first here wins.
COLUMNS: Final[dict[Role, tuple[str, ...]]] = {
    "text": (
        *("action item", "action items", "action", "actions", "action description", "action point"),
        *("follow up", "follow ups", "follow up action", "remediation", "corrective action", "next step"),
        *("todo", "to do", "task", "tasks", "work item", "deliverable", "improvement", "recommendation"),
        *("what", "item", "description", "summary", "title", "name", "details"),
    ),
    "owner": (
        *("owner", "owners", "action owner", "owned by", "assignee", "assignees", "assigned to", "assigned"),
        *("responsible", "responsible person", "responsibility", "dri", "who", "lead", "point of contact"),
        *("poc", "contact", "person", "by whom", "owner team", "team"),
    ),
    "due": (
        *("due", "due date", "due by", "due on", "deadline", "by when", "target date", "target", "eta"),
        *("target completion", "target completion date", "complete by", "completion date", "when", "date"),
    ),
    "ticket": (
        *("ticket", "tickets", "ticket id", "ticket link", "tracking", "tracking ticket", "tracking issue"),
        *("tracking bug", "tracker", "jira", "jira ticket", "jira issue", "jira link", "issue", "issues"),
        *("issue link", "github issue", "bug", "bug id", "story", "card", "link", "key", "reference", "ref"),
    ),
    "status": ("status", "state", "done", "completed", "complete", "progress"),
}
_NO_TEXT: Final = re.compile(r"|no|nr|number|id|priority|prio|type|category|severity|effort|size|date|p")


def roles(header: Sequence[str]) -> dict[Role, int]:
    """Which column is what. Where none is named as the item's words, it is the first that is nothing else."""
    names = [plain_name(cell) for cell in header]
    found: dict[Role, int] = {}
    for role, spelled in COLUMNS.items():
        places = [names.index(name) for name in spelled if name in names]
        if places:
            found[role] = places[0]
    free = [i for i, name in enumerate(names) if i not in found.values() and not _NO_TEXT.fullmatch(name)]
    if "text" not in found and free:
        found["text"] = free[0]
    return found
