"""Texts for tickets: one model, written as an Atlassian Document for Cloud or as markup for Data Center."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chatops_jira import wiki

#: Of a description, a comment or a text area: what Jira has as `jira.text.field.character.limit`.
TEXT_LIMIT = 32_767
#: Of a summary, a line of text, a label and a link's title.
LINE_LIMIT = 255
_URL = re.compile(r"https?://[^\s<>\[\]{}|^\"'`!*\\]+[^\s<>\[\]{}|^\"'`!*\\.,;:?)]")
_CUT = "The text was cut here: Jira takes 32,767 characters."


class Span(NamedTuple):
    """A piece of a line."""

    text: str
    href: str = ""
    strong: bool = False


Line = tuple[Span, ...]


class Paragraph(NamedTuple):
    """Lines that belong together."""

    lines: tuple[Line, ...]


class Bullets(NamedTuple):
    """A list, one line for each point."""

    points: tuple[Line, ...]


Block = Paragraph | Bullets


def plain(text: str) -> list[Block]:
    """Somebody's words as paragraphs: nothing in them is markup but an address, which becomes a link."""
    parts = re.split(r"\n[ \t]*\n+", text.strip())
    return [Paragraph(tuple(linked(line) for line in part.split("\n"))) for part in parts if part]


def linked(line: str) -> Line:
    """A line with its http addresses as links."""
    return tuple(_spans(line))


def written(blocks: Sequence[Block], *, cloud: bool, words: str = "") -> Any:
    """The blocks, then the words, as a field's value; words are cut, visibly, until it fits."""
    made = _made([*blocks, *plain(words)], cloud=cloud)
    if _size(made) <= TEXT_LIMIT:
        return made

    def cut(kept: int) -> Any:
        return _made([*blocks, *plain(shortened(words, kept)), *plain(_CUT)], cloud=cloud)

    over = bisect_left(range(min(len(words), TEXT_LIMIT)), 1, key=lambda kept: _size(cut(kept)) > TEXT_LIMIT)
    return cut(max(0, over - 1))


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """The text on one line, cut at a word where it is too long."""
    return shortened(" ".join(text.split()), limit)


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning up to a word, with an ellipsis; counted as Jira does, in UTF-16."""
    if _units(text) <= limit:
        return text
    # A pair that is cut in the middle is left out whole.
    units = text.encode("utf-16-le", errors="surrogatepass")[: 2 * max(0, limit - 1)]
    kept = units.decode("utf-16-le", errors="ignore")
    at_word = re.sub(r"\s+\S{,60}$", "", kept)
    return f"{at_word or kept}…"


def _made(blocks: Sequence[Block], *, cloud: bool) -> Any:
    if cloud:
        return {"type": "doc", "version": 1, "content": [_node(block) for block in blocks]}
    return "\n\n".join(_marked_up(block) for block in blocks)


def _size(made: Any) -> int:
    # Where Jira counts a document's own JSON, only that is sure to fit.
    return _units(made if isinstance(made, str) else json.dumps(made, ensure_ascii=False))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _spans(line: str) -> Iterator[Span]:
    end = 0
    for found in _URL.finditer(line):
        if found.start() > end:
            yield Span(line[end : found.start()])
        yield Span(found[0], found[0])
        end = found.end()
    if end < len(line):
        yield Span(line[end:])


def _node(block: Block) -> dict[str, Any]:
    if isinstance(block, Bullets):
        points = [{"type": "listItem", "content": [_node(Paragraph((point,)))]} for point in block.points]
        return {"type": "bulletList", "content": points}
    content: list[dict[str, Any]] = []
    for number, line in enumerate(block.lines):
        content += [{"type": "hardBreak"}] if number else []
        content += [_text(span) for span in line if span.text]
    return {"type": "paragraph", "content": content}


def _text(span: Span) -> dict[str, Any]:
    marks: list[dict[str, Any]] = [{"type": "strong"}] if span.strong else []
    marks += [{"type": "link", "attrs": {"href": span.href}}] if span.href else []
    return {"type": "text", "text": span.text} | ({"marks": marks} if marks else {})


def _marked_up(block: Block) -> str:
    if isinstance(block, Bullets):
        return "\n".join(f"* {_line(point)}" for point in block.points)
    return "\n".join(_line(line) for line in block.lines)


def _line(line: Line) -> str:
    return "".join(wiki.span(span.text, href=span.href, strong=span.strong) for span in line)
