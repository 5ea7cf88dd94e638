"""Reads items out of short pieces of Markdown."""

from datetime import date
from pathlib import Path
from typing import Final

from chatops.actions.document import read
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Item, Ticket

DAY: Final = date(2025, 3, 31)
OPS: Final = Ticket("OPS-12")
BROWSE: Final = "https://tracker.example/browse/OPS-12"
LINKED: Final = Ticket("OPS-12", BROWSE)
ISSUE: Final = Ticket("ops/tools#7", "https://git.example/ops/tools/issues/7")


def document(text: str, labels: Labels | None = None) -> Document:
    return read(Path("pm.md"), text.encode(), labels)


def texts(text: str) -> list[str]:
    return [item.text for item in document(text).items]


def item(text: str) -> Item:
    (one,) = document(f"# Actions\n{text}\n").items
    return one
