"""chatops: run an incident from the first alert to the last follow-up.

What a plugin author needs is imported from here; anything else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from chatops.context import Context as Context
    from chatops.context import Deadline as Deadline
    from chatops.context import PublicContext as PublicContext
    from chatops.context import Result as Result
    from chatops.context import Skipped as Skipped
    from chatops.context import ToolContext as ToolContext
    from chatops.errors import Gone as Gone
    from chatops.errors import Rejected as Rejected
    from chatops.errors import Unauthorized as Unauthorized
    from chatops.errors import Unavailable as Unavailable
    from chatops.errors import Unknown as Unknown
    from chatops.events import (
        Acknowledged as Acknowledged,
    )
    from chatops.events import (
        ActionItem as ActionItem,
    )
    from chatops.events import (
        ActionItemAdded as ActionItemAdded,
    )
    from chatops.events import (
        Cancelled as Cancelled,
    )
    from chatops.events import (
        Change as Change,
    )
    from chatops.events import (
        Declared as Declared,
    )
    from chatops.events import (
        Event as Event,
    )
    from chatops.events import (
        Link as Link,
    )
    from chatops.events import (
        LinkAdded as LinkAdded,
    )
    from chatops.events import (
        NoteAdded as NoteAdded,
    )
    from chatops.events import (
        PostmortemPublished as PostmortemPublished,
    )
    from chatops.events import (
        PublicComponent as PublicComponent,
    )
    from chatops.events import (
        PublicUpdateCorrected as PublicUpdateCorrected,
    )
    from chatops.events import (
        PublicUpdatePublished as PublicUpdatePublished,
    )
    from chatops.events import (
        Reopened as Reopened,
    )
    from chatops.events import (
        Resolved as Resolved,
    )
    from chatops.events import (
        Restricted as Restricted,
    )
    from chatops.events import (
        RoleAssigned as RoleAssigned,
    )
    from chatops.events import (
        Updated as Updated,
    )
    from chatops.hookspecs import hookimpl as hookimpl
    from chatops.incident import Incident as Incident
    from chatops.plugin import CatchUp as CatchUp
    from chatops.plugin import NoConfig as NoConfig
    from chatops.plugin import Plugin as Plugin
    from chatops.plugin import PublicPlugin as PublicPlugin
    from chatops.public import PublicCorrection as PublicCorrection
    from chatops.public import PublicIncident as PublicIncident
    from chatops.public import PublicPostmortem as PublicPostmortem
    from chatops.public import PublicUpdate as PublicUpdate
    from chatops.values import Duration as Duration
    from chatops.values import Secret as Secret

_PUBLIC = {
    "chatops.context": ("Context", "Deadline", "PublicContext", "Result", "Skipped", "ToolContext"),
    "chatops.errors": ("Gone", "Rejected", "Unauthorized", "Unavailable", "Unknown"),
    "chatops.events": (
        "Acknowledged",
        "ActionItem",
        "ActionItemAdded",
        "Cancelled",
        "Change",
        "Declared",
        "Event",
        "Link",
        "LinkAdded",
        "NoteAdded",
        "PostmortemPublished",
        "PublicComponent",
        "PublicUpdateCorrected",
        "PublicUpdatePublished",
        "Reopened",
        "Resolved",
        "Restricted",
        "RoleAssigned",
        "Updated",
    ),
    "chatops.hookspecs": ("hookimpl",),
    "chatops.incident": ("Incident",),
    "chatops.plugin": ("CatchUp", "NoConfig", "Plugin", "PublicPlugin"),
    "chatops.public": ("PublicCorrection", "PublicIncident", "PublicPostmortem", "PublicUpdate"),
    "chatops.values": ("Duration", "Secret"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}
__all__ = [*_HOME]  # noqa: PLE0604  (the names are strings)


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: the command line starts without most of them."""
    if name not in _HOME:
        raise AttributeError(f"module 'chatops' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
