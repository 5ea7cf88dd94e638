"""Action items that nobody has taken on, that have no date, or that no tracker has."""

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from chatops.actions.standing import lacks
from chatops.postmortem.lint.blocks import cut
from chatops.tracking import Lack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatops.actions.model import Document, Item
    from chatops.postmortem.lint.leave import Leave
    from chatops.postmortem.lint.unfilled import Found


class _Lack(NamedTuple):
    rule: Lack
    what: str
    add: str


_LACKS: Final = (
    _Lack("ownerless", "owner", "@name, or Owner: Name"),
    _Lack("undated", "due date", "(due 2025-03-31)"),
    _Lack("unlinked", "ticket", "its key or link, or run: chatops actions sync"),
)
#: What is told of, and not asked for: "We've advised the teams", "... has been documented".
_TOLD: Final = re.compile(
    r"we(?:\s+have|['\u2019]ve)?\s+(?:also\s+|now\s+|already\s+)?(?!need|succeed|proceed|feed|speed)[\w/]+ed\b.*"
    r"|.*\b(?:has|have)\s+(?:now\s+|already\s+)?been\s+\w+(?:ed|ten|lt|ne|de|ilt|et|ut)\.?",
    re.IGNORECASE | re.DOTALL,
)
#: How a problem begins that is about an item's day.
_UNCLEAR: Final = "The due date"


def promises(document: "Document", leave: "Leave", today: date) -> "Iterator[Found]":
    """What the open items lack. Where none has something, it is said once, at the first."""
    still = [item for item in document.items if not item.done and not _TOLD.fullmatch(item.text)]
    unclear = {one.line: one.message for one in document.problems if one.message.startswith(_UNCLEAR)}
    for lack in _LACKS:
        asked = [item for item in still if not leave.out(lack.rule, item.line)]
        missing = [item for item in asked if lack.rule in lacks(item, today)]
        said = unclear if lack.rule == "undated" else {}
        yield from ((item.line, lack.rule, said[item.line]) for item in missing if item.line in said)
        rest = [item for item in missing if item.line not in said]
        if len(rest) > 1 and len(rest) == len(still):
            yield rest[0].line, lack.rule, _none(lack, len(rest))
        else:
            yield from _each(lack, rest)


def _none(lack: _Lack, count: int) -> str:
    neither = f"Neither of the {count}" if count == 2 else f"None of the {count}"  # noqa: PLR2004
    article = "an" if lack.what[0] in "aeiou" else "a"
    return f"{neither} action items has {article} {lack.what}. Add to each: {lack.add}."


def _each(lack: _Lack, items: "Sequence[Item]") -> "Iterator[Found]":
    for item in items:
        yield item.line, lack.rule, f'"{cut(item.text)}" has no {lack.what}. Add: {lack.add}.'
