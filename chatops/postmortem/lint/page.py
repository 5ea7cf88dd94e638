"""A document in parts: each a heading, and the blocks below it."""

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chatops.actions.document import MOST_NESTED, NotRead, parsers
from chatops.actions.front_matter import BOM, front_matter
from chatops.postmortem.lint.blocks import Block, Blocks
from chatops.postmortem.lint.kinds import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.actions.labels import Labels


class Part(NamedTuple):
    """A heading and what stands below it, to the next heading. `last` is the last line of the whole section,
    its subsections as well. What stands before any heading has the level 0 and no title.

    `own` says that its name is known; others are of their parent's kind.
    """

    title: str
    level: int
    line: int
    last: int
    kind: Kind
    own: bool
    blocks: tuple[Block, ...]


class Page(NamedTuple):
    """A document: its parts in their order, and what stands at its top."""

    parts: tuple[Part, ...]
    front: dict[str, object]

    @property
    def title(self) -> str:
        """The first heading of the first level, or what the front matter says."""
        return str(self.front.get("title") or "") or next((p.title for p in self.parts if p.level == 1), "")

    def below(self, place: int) -> tuple[Part, ...]:
        """The subsections of the part at this place, and theirs."""
        last = self.parts[place].last
        end = place + 1
        while end < len(self.parts) and self.parts[end].line <= last:
            end += 1
        return self.parts[place + 1 : end]


def page(path: Path, text: str, labels: "Labels") -> Page:
    """Read a document. Raises NotRead where it is nested too deeply."""
    front = front_matter(text.removeprefix(BOM))
    references: dict[str, object] = {}
    tokens = parsers()[0].parse(front.blanked, references)
    if any(token.nesting == 1 and token.level >= MOST_NESTED - 1 for token in tokens):
        raise NotRead(
            path=path, problem=f"is nested more than {MOST_NESTED // 2} levels deep, so it is not read"
        )
    lines = len(re.findall("\r\n?|\n", front.blanked)) + 1
    blocks = list(Blocks(references).of(tokens))
    return Page(tuple(_parts(blocks, lines, labels)), front.keys)


def _parts(blocks: list[tuple[int, Block]], lines: int, labels: "Labels") -> "Iterator[Part]":
    starts = [at for at, (level, _) in enumerate(blocks) if level]
    if not starts or starts[0]:
        yield _part(blocks[: starts[0] if starts else None], 0, 1, lines, ("summary", False))
    above: list[tuple[int, Kind]] = [(0, "other")]
    for (start, end), last in zip(
        pairwise([*starts, len(blocks)]), _lasts(blocks, starts, lines), strict=True
    ):
        level, heading = blocks[start]
        above = [one for one in above if one[0] < level]
        found = kind_of(heading.words, labels)
        above.append((level, found or above[-1][1]))
        # What stands below the title, before any section, says what happened.
        kind = found or ("summary" if level == 1 and start == starts[0] else above[-1][1])
        yield _part(blocks[start:end], level, heading.line, last, (kind, found is not None))


def _lasts(blocks: list[tuple[int, Block]], starts: list[int], lines: int) -> list[int]:
    """The last line of each section, that is before the next heading of its level or above."""
    found, following = [], dict.fromkeys(range(1, 7), lines + 1)
    for start in reversed(starts):
        level, heading = blocks[start]
        found.append(min(following[other] for other in range(1, level + 1)) - 1)
        following[level] = heading.line
    return found[::-1]


def _part(
    blocks: list[tuple[int, Block]], level: int, line: int, last: int, known: tuple[Kind, bool]
) -> Part:
    title = " ".join(blocks[0][1].words.split()) if level else ""
    return Part(title, level, line, last, *known, tuple(block for _, block in blocks))
