"""The cells of a table's row, as they stand in its line."""

import re
from itertools import pairwise
from typing import Final, NamedTuple

_PIPE: Final = re.compile(rb"(?<!\\)\|")


class Cell(NamedTuple):
    """Where the text of a cell is in its line, without the blanks around it."""

    start: int
    end: int


def cells(line: bytes, number: int) -> list[Cell]:
    """The cells that are shown, of a table with so many columns; a row that is cut short has fewer."""
    words = line.rstrip()
    start = len(words) - len(words.lstrip(b" \t>"))
    pipes = [found.start() for found in _PIPE.finditer(words, start)]
    edges = [*pipes] if pipes and pipes[0] == start else [start - 1, *pipes]
    # Without a closing pipe, the end of the line closes the last cell.
    if edges[-1] != len(words) - 1:
        edges.append(len(words))
    found = []
    for left, right in pairwise(edges[: number + 1]):
        text = words[left + 1 : right]
        begin = left + 1 + (len(text) - len(text.lstrip())) if text.strip() else left + 1
        found.append(Cell(begin, begin + len(text.strip())))
    return found
