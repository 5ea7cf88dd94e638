"""Where a document takes one more item: behind another one, in a section without any, or in a new section."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from chatops.actions.labels import Labels
from chatops.actions.model import Document, Item

_LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_END: Final = re.compile(rb"\r\n|\r|\n")
_LEAD: Final = re.compile(
    r"(?P<indent>[ \t]*)(?P<marker>[-*+]|(?P<number>\d{1,9})(?P<dot>[.)]))(?P<gap>[ \t]+)"
)
_BOX: Final = re.compile(r"\[[ xX]\][ \t]+")
_LABEL: Final = re.compile(r"(\*\*|__)[^*_\n]{1,120}?\1[ \t]*:?[ \t]*")
_HEADING: Final = re.compile(rb" {0,3}#{1,6}[ \t]+(?P<name>[^\r\n]*)")
_TAB: Final = 4


class Place(NamedTuple):
    """Where an item can be inserted: `at` so many bytes. `before` and `after` stand around its lines, `lead`
    before its words and `margin` before its fields, where they stand below them; `end` ends each line.
    `like` is the item whose style it has, and `model` that item's line.
    """

    at: int
    before: bytes
    after: bytes
    lead: str
    margin: str
    end: str
    like: Item | None = None
    model: bytes = b""


def places(document: Document, data: bytes, labels: Labels) -> Iterator[Place]:
    """Where one more item could stand, the likeliest first."""
    lines = _LINES.findall(data)
    found = _END.search(data)
    end = found[0].decode() if found else "\n"
    unfinished = bool(lines) and not lines[-1].endswith((b"\r", b"\n"))
    last = [*document.items[-1:], *[item for item in document.items if not item.done][-1:]]
    for item in dict.fromkeys(item.line for item in last):
        yield from _behind(next(i for i in last if i.line == item), document, lines, end)
    for at in _sections(lines, labels):
        before = _open(lines, at, end)
        yield Place(
            sum(map(len, lines[:at])),
            before,
            end.encode() if at < len(lines) and lines[at].strip() else b"",
            "- [ ] ",
            "  ",
            end,
        )
    heading = f"## Action items{end}{end}".encode()
    first = _open(lines, len(lines), end) if data.strip() else (end.encode() if unfinished else b"")
    yield Place(len(data), first + heading, b"", "- [ ] ", "  ", end)


def _behind(item: Item, document: Document, lines: list[bytes], end: str) -> Iterator[Place]:
    """Behind an item and all that stands below it."""
    model = lines[item.line - 1]
    text = model.decode(errors="replace")
    if item.kind == "row":
        at = item.line
        lead, margin = text[: len(text) - len(text.lstrip(" \t"))], ""
    else:
        found = _LEAD.match(text)
        if not found:
            return
        at = _last_line(item, lines)
        lead, margin = _lead(item, document, text, found, lines)
    before = b"" if lines[at - 1].endswith((b"\r", b"\n")) else end.encode()
    if item.kind != "row" and _loose(item, document, lines):
        before += end.encode()
    yield Place(sum(map(len, lines[:at])), before, b"", lead, margin, end, item, model)


def _lead(
    item: Item, document: Document, text: str, found: re.Match[str], lines: list[bytes]
) -> tuple[str, str]:
    """What stands before the words of the next item, and before what would stand below it."""
    rest = text[found.end() :]
    box = "[ ] " if _BOX.match(rest) else ""
    label = _LABEL.match(rest) if item.kind == "label" else None
    marker = found["marker"]
    if found["number"]:
        above = [other for other in document.items if other.line < item.line]
        same = _LEAD.match(lines[above[-1].line - 1].decode(errors="replace")) if above else None
        step = 0 if same and same["number"] == found["number"] else 1
        marker = f"{int(found['number']) + step}{found['dot']}"
    margin = found["indent"] + " " * len(marker + found["gap"].expandtabs(_TAB))
    return f"{found['indent']}{marker}{found['gap']}{box}{label[0] if label else ''}", margin


def _last_line(item: Item, lines: list[bytes]) -> int:
    """How many lines there are until the end of what belongs to the item."""
    margin, end = _indent(lines[item.line - 1]), item.stamped_line
    for at in range(item.stamped_line, len(lines)):
        if lines[at].strip():
            if _indent(lines[at]) <= margin:
                break
            end = at + 1
    return end


def _loose(item: Item, document: Document, lines: list[bytes]) -> bool:
    """Whether there is an empty line between the last two items."""
    above = [other for other in document.items if other.line < item.line and other.section == item.section]
    blank = item.line > 1 and not lines[item.line - 2].strip()
    return bool(above) and blank and _last_line(above[-1], lines) == item.line - 2


def _indent(line: bytes) -> int:
    words = line.expandtabs(_TAB)
    return len(words) - len(words.lstrip())


def _sections(lines: list[bytes], labels: Labels) -> Iterator[int]:
    """The ends of the sections that hold action items, in lines, without the empty ones behind them."""
    headings = [(at, found) for at, line in enumerate(lines) if (found := _HEADING.match(line))]
    ends = [at for at, _ in headings[1:]] + [len(lines)] * bool(headings)
    for (at, found), end in zip(headings, ends, strict=True):
        if labels.match(found["name"].decode(errors="replace")):
            last = max((n for n in range(at, end) if lines[n].strip()), default=at)
            yield last + 1


def _open(lines: list[bytes], at: int, end: str) -> bytes:
    """What ends the line before, where it has no end, and leaves an empty line."""
    if not at:
        return b""
    line = lines[at - 1]
    before = b"" if line.endswith((b"\r", b"\n")) else end.encode()
    return before + (end.encode() if line.strip() else b"")
