"""How an action item is shown to people and to programs."""

from typing import TYPE_CHECKING, Final

from chatops.actions.address import readable
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.actions.model import Document, Item

#: Characters of an item that its row shows.
_ROOM: Final = 80
#: What stands in an item for those alone who edit it.
_HIDDEN: Final = frozenset({"stamped_line", "cells", "columns"})


def fields(document: "Document", item: "Item") -> dict[str, object]:
    """An item for programs."""
    own = {name: getattr(item, name) for name in item.__struct_fields__ if name not in _HIDDEN}
    return {"path": readable(document.path), "document": document.id, **own}


def short(text: str) -> str:
    """As much of an item as a row has room for."""
    shown = one_line(text)
    return shown if len(shown) <= _ROOM else f"{shown[: _ROOM - 1]}…"
