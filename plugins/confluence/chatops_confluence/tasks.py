"""The action items of a page: its tasks, and the bullets below a heading that says so."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from chatops import SourceItem
from chatops_confluence.markup import AC, RI, read

#: What headings call action items; other ones are read from tasks alone.
_HEADING: Final = re.compile(
    r"(?:(?:review|corrective|preventive|follow[- ]?up) )?action(?: item)?s|follow[- ]?ups|next steps"
    r"|remediation|to[- ]?dos?",
    re.IGNORECASE,
)
#: Where trackers have their tickets. A link that leads anywhere else only explains the item.
_TICKET: Final = re.compile(
    r"https?://[^/]+/(?:.*/)?(?:(?:browse|issues?|tickets?|work_items|c)/[\w-]+|_workitems/edit/\d+)"
    r"|https?://[^?#]+\?(?:.*&)?selectedIssue=\w+-\d+"
)
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_LISTS: Final = frozenset({"ul", "ol"})
_TASK: Final = f"{AC}task"


def items_of(body: str, people: Mapping[str, str]) -> Iterator[SourceItem]:
    """The items of a page; `people` are their names by account. Raises NotStorage for what cannot be read."""
    reader = _Items()
    read(body, reader)
    seen: dict[str, int] = {}
    for item in reader.found:
        text = " ".join(item.text.split())
        if not text:
            continue
        if not item.id:
            item.id = f"text-{hashlib.sha256(text.casefold().encode()).hexdigest()[:16]}"
        number = seen[item.id] = seen.get(item.id, 0) + 1
        yield SourceItem(
            id=item.id if number == 1 else f"{item.id}-{number}",
            text=text,
            owner=people.get(item.account, item.account),
            person=people.get(item.account, ""),
            due=item.due,
            done=item.done,
            ticket=item.ticket,
        )


@dataclass
class _Item:
    id: str = ""
    text: str = ""
    account: str = ""
    ticket: str = ""
    due: date | None = None
    done: bool = False


@dataclass
class _Items:
    found: list[_Item] = field(default_factory=list)
    #: The items that the place is within, the outermost first; a bullet within another is None.
    _open: list[_Item | None] = field(default_factory=list)
    _element: list[str] = field(default_factory=list)
    _heading: str = ""
    _lists: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._element.append(tag)
        self._lists += tag in _LISTS
        if tag in _HEADINGS:
            self._heading = ""
        elif tag == _TASK:
            self._begin(_Item())
        elif tag == "li":
            is_item = self._lists == 1 and not self._open and self._is_below_heading()
            self._begin(_Item() if is_item else None)
        elif item := self._item:
            self._note(item, tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._element.pop()
        self._lists -= tag in _LISTS
        if tag in {_TASK, "li"} and self._open:
            self._open.pop()

    def data(self, text: str) -> None:
        """Text of the element that began last."""
        element = self._element[-1] if self._element else ""
        if element in _HEADINGS or (not self._open and any(tag in _HEADINGS for tag in self._element)):
            self._heading += text
        elif item := self._item:
            if element == f"{AC}task-id":
                item.id = f"task-{text.strip()}"
            elif element == f"{AC}task-status":
                item.done = text.strip() == "complete"
            elif element == f"{AC}parameter":
                self._parameter(item, text.strip())
            elif element != f"{AC}task-uuid":
                item.text += text

    def _begin(self, item: _Item | None) -> None:
        self._open.append(item)
        if item:
            self.found.append(item)

    @property
    def _item(self) -> _Item | None:
        """The item whose words come now; what is a plain bullet within one is its detail."""
        return self._open[-1] if self._open else None

    def _is_below_heading(self) -> bool:
        return _HEADING.fullmatch(self._heading.strip().rstrip(":").strip()) is not None

    def _note(self, item: _Item, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{RI}user":
            item.account = item.account or attributes.get(f"{RI}account-id", "")
        elif tag == "time" and item.due is None:
            item.due = _day(attributes.get("datetime", ""))
        elif tag == "a" and not item.ticket and _TICKET.match(attributes.get("href", "")):
            item.ticket = attributes["href"]
        elif tag in {"p", "br", "td"}:
            item.text += " "

    def _parameter(self, item: _Item, text: str) -> None:
        if re.fullmatch(r"[A-Z][A-Z0-9_]+-[1-9]\d*", text) and not item.ticket:
            item.ticket = text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
