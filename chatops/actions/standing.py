"""What an action item lacks: one rule, for the list, the report, the check and the lint."""

from datetime import date

from chatops.actions.model import Item
from chatops.tracking import Lack


def is_overdue(item: Item, today: date) -> bool:
    """Whether its day is past, and it is not done. On its day it still is in time."""
    return not item.done and item.due is not None and item.due < today


def lacks(item: Item, today: date) -> frozenset[Lack]:
    """What the item is without, or is too late for; what is done lacks nothing."""
    if item.done:
        return frozenset()
    found: dict[Lack, bool] = {
        "unlinked": item.ticket is None,
        "ownerless": item.owner is None,
        "undated": item.due is None,
        "overdue": is_overdue(item, today),
    }
    return frozenset(lack for lack, so in found.items() if so)
