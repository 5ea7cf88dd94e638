"""Which lines of a document a finding is about, beside the one that it is shown on."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from chatops.actions.front_matter import BOM, front_matter
from chatops.postmortem.lint.page import Page, page

if TYPE_CHECKING:
    from chatops.actions.labels import Labels
    from chatops.remarks import Remark


class About:
    """Knows what the findings of a document are about. Raises NotRead, as `Check` does."""

    def __init__(self, path: Path, data: bytes, labels: "Labels") -> None:
        text = data.decode()
        whole = page(path, text, labels)
        self._front = _front(text.removeprefix(BOM))
        self._sections = _sections(whole)
        self._blocks = _blocks(whole)

    def lines(self, remark: "Remark") -> range:
        """The lines that make it so: a change that touches none of them has not to do with the finding."""
        own = range(remark.line, remark.line + 1)
        if remark.line in self._front:
            return self._front
        match remark.rule:
            case "empty-section" | "few-whys":
                return self._sections.get(remark.line, own)
            case "ownerless" | "undated" | "unlinked":
                return self._blocks.get(remark.line, own)
        return own


def _front(text: str) -> range:
    end = front_matter(text).end
    return range(1, len(re.findall("\r\n?|\n", text[:end])) + 2) if end else range(0)


def _sections(whole: Page) -> dict[int, range]:
    """By its heading's line, each section without what is blank at its end: to begin another one after it
    does not touch it.
    """
    found = {}
    for place, part in enumerate(whole.parts):
        blocks = (block for one in (part, *whole.below(place)) for block in one.blocks)
        found[part.line] = range(part.line, max((one.last for one in blocks), default=part.line) + 1)
    return found


def _blocks(whole: Page) -> dict[int, range]:
    """By each of its lines, the bullet, paragraph or row that an item is written in."""
    every = (block for part in whole.parts for block in part.blocks)
    return {line: range(one.line, one.last + 1) for one in every for line in range(one.line, one.last + 1)}
