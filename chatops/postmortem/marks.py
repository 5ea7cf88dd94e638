"""Brings the computed parts of a document up to date, and leaves what people changed in them."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from chatops.postmortem.blocks import CLOSE, STATS, TIMELINE, Block, Row, digest

_OPENED: Final = r"(?<![^\r\n])<!-- chatops:{name}(?P<state>(?: [0-9a-f]{{1,16}})*) -->[ \t]*(?=[\r\n]|\Z)"
_ANY: Final = re.compile(r"(?<![^\r\n])<!-- /?chatops:")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_LINES: Final = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
#: A row of a table has its label and its value between three bars.
_FEWEST_PARTS: Final = 4


class Refreshed(NamedTuple):
    """A text, what of it was brought up to date, and what stays though it is otherwise, in words."""

    text: str
    refreshed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class _Part(NamedTuple):
    """The inner lines of a marked part, and what its mark remembers."""

    body: str
    state: list[str]


def mark(text: str, name: str) -> re.Match[str] | None:
    """The first mark of this name; its `state` is what it remembers."""
    return re.search(_OPENED.format(name=name), text)


def refresh_stats(text: str, block: Block, rows: Sequence[Row]) -> Refreshed:
    """The text with the values of the stats, row by row: those that people wrote stay."""
    done: list[str] = []
    left: list[str] = []
    known = {row.label: row for row in rows}

    def renew(part: _Part) -> _Part:
        state, lines = [], []
        for line in _LINES.findall(part.body):
            cells = _CELLS.split(line)
            row = known.get(cells[1].strip()) if len(cells) >= _FEWEST_PARTS else None
            if row is None:
                lines.append(line)
                continue
            value = cells[2].strip()
            ours = digest(f"{row.label} {value}") in part.state
            if value != row.value and ours:
                # A table that somebody aligned stays so, as far as the value fits.
                width = len(cells[2]) if cells[2].endswith("  ") else 0
                cells[2] = f" {row.value} ".ljust(width)
                done.append(row.label.lower())
            elif value != row.value and row.known:
                left.append(
                    f"{STATS} > {row.label.lower()} (you wrote {value or 'nothing'}; it is {row.value})"
                )
            if ours or value == row.value:
                state.append(digest(f"{row.label} {row.value}"))
            lines.append("|".join(cells))
        return _Part("".join(lines), state)

    found = _renewed(text, block, renew)
    if found is None:
        return Refreshed(text, (), (_unmarked(STATS),))
    return Refreshed(found, (f"{STATS} ({', '.join(done)})",) if done else (), tuple(left))


def refresh_timeline(text: str, block: Block, newline: str) -> Refreshed:
    """The text with the timeline: written anew where it is as it was written, else with what happened since
    at its end.
    """
    done: list[str] = []
    left: list[str] = []

    def renew(part: _Part) -> _Part:
        last, written = (*part.state, "0", "0")[:2]
        new = [line for seq, line in block.entries.items() if not last.isdigit() or seq > int(last)]
        events = f"{len(new)} new event{'s' * (len(new) != 1)}"
        if digest(part.body) == written:
            if digest(block.body) != written:
                done.append(f"{TIMELINE} ({events})" if new else TIMELINE)
            return _Part(_inner(part.body, block.body, newline), block.state.split())
        if not new:
            return part
        lines = _LINES.findall(part.body)
        at = max((place for place, line in enumerate(lines) if line.lstrip().startswith("|")), default=None)
        if at is None:
            left.append(f"{TIMELINE} (its table is gone; {events} since)")
            return part
        lines.insert(at + 1, "".join(f"{line}{newline}" for line in new))
        done.append(f"{TIMELINE} ({events}, below the lines that you changed)")
        return _Part("".join(lines), [block.state.split()[0], written])

    found = _renewed(text, block, renew)
    if found is None:
        return Refreshed(text, (), (_unmarked(TIMELINE),))
    return Refreshed(found, tuple(done), tuple(left))


def _renewed(text: str, block: Block, renew: Callable[[_Part], _Part]) -> str | None:
    """The text with the part of this name renewed; None where its marks are not as they were."""
    opened = mark(text, block.name)
    closing = CLOSE.format(name=block.name)
    end = opened and re.compile(rf"(?<![^\r\n]){re.escape(closing)}").search(text, opened.end())
    if not opened or not end:
        return None
    old = _Part(text[opened.end() : end.start()], opened["state"].split())
    if _ANY.search(old.body):
        return None
    new = renew(old)
    if new == old:
        return text
    return f"{text[: opened.start()]}{with_state(opened[0], new.state)}{new.body}{text[end.start() :]}"


def with_state(marked: str, state: Sequence[str]) -> str:
    """A mark that remembers this."""
    name, _, rest = marked.removeprefix("<!-- ").partition(" ")
    return f"<!-- {' '.join((name, *state))} -->{rest.partition('-->')[2]}"


def _inner(old: str, new: str, newline: str) -> str:
    """The new lines, with the empty ones around them as they were."""
    if digest(old) == digest(new):
        return old
    before, after = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    return before + new.replace("\n", newline) + after


def _unmarked(name: str) -> str:
    return f"{name} (its marks, <!-- chatops:{name} ... -->, are gone)"
