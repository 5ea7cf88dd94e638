"""What people read on a page, and how it differs from what they read before."""

import re
from collections.abc import Iterable
from difflib import unified_diff
from typing import Final

from chatops_confluence.markup import AC, RI, NotStorage, read

#: Elements that begin a line of their own, in the words that they begin it with.
_BLOCKS: Final = {
    **dict.fromkeys(("p", "div", "tr", "blockquote", "hr", "table", "br", f"{AC}plain-text-body"), ""),
    **{f"h{level}": f"{'#' * level} " for level in range(1, 7)},
    "li": "- ",
    f"{AC}task": "",
}
_UNSEEN: Final = frozenset({f"{AC}task-id", f"{AC}parameter"})
_BOX: Final = {"complete": "[x] ", "incomplete": "[ ] "}
#: As many lines, and as much of each, as fit into an error.
MOST_LINES: Final = 6
LONGEST_LINE: Final = 70


def lines_of(body: str) -> list[str]:
    """What is read on a page, a line for each of its blocks; its source where it is not well-formed."""
    reader = _Lines()
    try:
        read(body, reader)
    except NotStorage:
        return body.splitlines()
    return reader.lines()


def differences(before: str, after: str) -> str:
    """What is to be read in the one body and not in the other: some lines, each with - or + before it."""
    changed = _changed(lines_of(before), lines_of(after)) or _changed(before.split(">"), after.split(">"))
    shown = [
        line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}\N{HORIZONTAL ELLIPSIS}"
        for line in changed
    ]
    if len(shown) > MOST_LINES:
        shown[MOST_LINES:] = [f"and {len(shown) - MOST_LINES} lines more"]
    return "\n".join(shown)


def _changed(before: Iterable[str], after: Iterable[str]) -> list[str]:
    found = unified_diff(list(before), list(after), n=0, lineterm="")
    # The first two lines name the files, which there are none of.
    return [f"{line[0]} {line[1:]}" for line in list(found)[2:] if not line.startswith("@@")]


class _Lines:
    def __init__(self) -> None:
        self._said = [""]
        self._unseen = 0
        self._status = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._unseen += tag in _UNSEEN
        self._status = tag == f"{AC}task-status"
        if tag in _BLOCKS:
            self._said.append(_BLOCKS[tag])
        elif tag in {"td", "th"}:
            self._said[-1] += " | "
        elif tag == f"{RI}user":
            self._said[-1] += f"@{attributes.get(f'{RI}account-id', '')}"
        elif tag == f"{RI}url":
            self._said[-1] += f"![{attributes.get(f'{RI}value', '')}]"
        elif tag == "time":
            self._said[-1] += attributes.get("datetime", "")

    def end(self, tag: str) -> None:
        """An element ends; what follows a block is on a line of its own."""
        self._unseen -= tag in _UNSEEN
        self._status = False
        if tag in _BLOCKS:
            self._said.append("")

    def data(self, text: str) -> None:
        """Text of the element that began last."""
        if self._status:
            self._said[-1] += _BOX.get(text.strip(), "")
        elif not self._unseen:
            self._said[-1] += text

    def lines(self) -> list[str]:
        """The lines that say something."""
        parts = [re.sub(r"\s+", " ", line).strip() for said in self._said for line in said.split("\n")]
        return [part for part in parts if part.strip("-# ")]
