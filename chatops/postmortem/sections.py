"""The sections of a Markdown document: its headings, what stands below each, and on which lines."""

import re
from itertools import pairwise
from typing import Final

import msgspec

from chatops.actions.document import parsers
from chatops.actions.front_matter import BOM, front_matter
from chatops.actions.inline import words
from chatops.actions.labels import plain_name

_LINES: Final = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
#: A paragraph that is all in italics says what belongs in its place.
_PLACEHOLDER: Final = re.compile(r"\A(?:_[^_\n]+_|\*[^*\n]+\*)\Z")


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what stands below it, to the next heading of its level or above.

    `level` is 2 for `##`; `line` is the heading's, counted from 1, and `first` and `last` are the lines below
    it, of which there are none where `last` is smaller. `text` are those lines as they are.
    """

    title: str
    level: int
    line: int
    first: int
    last: int
    text: str

    @property
    def name(self) -> str:
        """The title as it is compared: case, numbering, emoji and a final colon do not matter."""
        return plain_name(self.title)


def sections(text: str) -> list[Section]:
    """The sections of a document, in their order; headings within quotations and lists begin none."""
    blanked = front_matter(text.removeprefix(BOM)).blanked
    blocks, inline = parsers()
    references: dict[str, object] = {}
    tokens = blocks.parse(blanked, references)
    headings: list[tuple[int, int, int, str]] = []
    for opened, content in pairwise(tokens):
        if opened.type == "heading_open" and opened.level == 0 and opened.map:
            title = " ".join(words(inline, content.content, references).text.split())
            line, first = opened.map
            headings.append((int(opened.tag[1:]), line, first, title))
    lines = _LINES.findall(blanked)
    found = []
    for place, (level, line, first, title) in enumerate(headings):
        following = (headings[other] for other in range(place + 1, len(headings)))
        end = next((start for other, start, _, _ in following if other <= level), len(lines))
        body = "".join(lines[first:end])
        found.append(Section(title=title, level=level, line=line + 1, first=first + 1, last=end, text=body))
    return found


def is_placeholder(paragraph: str) -> bool:
    """Whether a paragraph is one that the draft left there, to say what belongs in its place."""
    return bool(_PLACEHOLDER.match(paragraph.strip()))
