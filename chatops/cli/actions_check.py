"""What action items lack, without asking anybody: actions sync --check."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from chatops.cli import remarks
from chatops.cli.actions_about import today
from chatops.cli.actions_reading import Asked, documents
from chatops.cli.changed import Changed
from chatops.cli.output import Shown
from chatops.cli.remarks import Written
from chatops.remarks import Remark, Weight
from chatops.tracking import Lack

if TYPE_CHECKING:
    from pathlib import Path

    from chatops.actions.model import Item

_RULES: Final[dict[Lack, str]] = {
    "unlinked": "What has no ticket is not tracked. `chatops actions sync` files one.",
    "ownerless": "What nobody has promised, nobody does. Write @name, or Owner: NAME.",
    "undated": "What has no date is never late. Write (due 2025-03-31).",
    "overdue": "It was promised for a day that is past. Do it, tick it, or write a new day.",
}
_SAID: Final[dict[Lack, str]] = {
    "unlinked": "has no ticket",
    "ownerless": "has no owner",
    "undated": "has no due date",
    "overdue": "was due on {due}",
}
_WEIGHT: Final[dict[Lack, Weight]] = {
    "unlinked": "warning",
    "ownerless": "warning",
    "undated": "warning",
    "overdue": "error",
}


def check_items(asked: Asked, changed_since: str | None, form: Written, shown: Shown) -> None:
    """Say what the items lack, as far as that is to be looked for, and leave with 5 where they do."""
    changed = Changed(changed_since)
    wanted, now = asked.config.actions.check, today()
    left: list[Path] = []
    found: list[Remark] = []
    seen: list[str] = []
    for _, document in documents(asked._replace(paths=tuple(changed.files(asked.paths))), left):
        seen.append(str(document.path))
        for item in document.items:
            if changed.has(document.path, range(item.line, item.stamped_line + 1)):
                found += _remarks(str(document.path), item, wanted, now)
    report = remarks.Report(found, seen, {name: _RULES[name] for name in wanted})
    remarks.show(report, form, shown)
    remarks.leave(report, whole=not left)


def _remarks(path: str, item: "Item", wanted: Collection[Lack], now: date) -> Iterator[Remark]:
    from chatops.actions.standing import lacks

    found = lacks(item, now)
    for name in wanted:
        if name in found:
            said = _SAID[name].format(due=item.due)
            message = f"The action item {said}: {item.text}"
            yield Remark(path=path, line=item.line, rule=name, message=message, weight=_WEIGHT[name])
