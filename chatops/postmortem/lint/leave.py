"""What a document leaves out of the check, by its comments and its front matter."""

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from chatops.postmortem.lint.blocks import COMMENT, Block
from chatops.postmortem.lint.page import Page
from chatops.postmortem.lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASKED: Final = re.compile(r"\s*lint-ignore\s*:(?P<rules>[^\r\n]*)\s*", re.IGNORECASE)
_CODE: Final = re.compile(r"`[^`]*`")
#: Characters of a comment that are read.
_MOST: Final = 500
#: Comments of a document that are heeded.
_MOST_LEFT: Final = 1_000
#: The key of front matter that does the same for the whole document.
KEY: Final = "lint_ignore"


class Left(NamedTuple):
    """A rule that is left out, on which lines, and the line that says so."""

    rule: str
    first: int
    last: int
    said: int


class Leave:
    """The rules that a document leaves out, and where. `unknown` are those that there are not."""

    def __init__(self, page: Page) -> None:
        left = [*_in_front(page), *islice(_in_comments(page), _MOST_LEFT)]
        self._left = [one for one in left if one.rule in RULES]
        self.unknown = [one for one in left if one.rule not in RULES]

    def out(self, rule: str, line: int) -> bool:
        """Whether this rule is left out on this line."""
        return any(one.rule == rule and one.first <= line <= one.last for one in self._left)


def _in_front(page: Page) -> "Iterator[Left]":
    asked = page.front.get(KEY, ())
    for rule in asked if isinstance(asked, list) else str(asked).split(",") if asked else ():
        yield Left(str(rule).strip(), 1, _end(page), 1)


def _in_comments(page: Page) -> "Iterator[Left]":
    blocks = [(number, block) for number, part in enumerate(page.parts) for block in part.blocks]
    for place, (number, block) in enumerate(blocks):
        said = [] if block.shape == "code" else COMMENT.findall(_CODE.sub("", block.raw))
        for asked in filter(None, (_ASKED.fullmatch(one[:_MOST]) for one in said)):
            alone = _is_comment(block)
            first, last = _meant(page, blocks, place, number) if alone else _all_of(page, block, number)
            for rule in asked["rules"].split(","):
                yield Left(rule.strip(), first, last, block.line)


def _meant(page: Page, blocks: list[tuple[int, Block]], place: int, number: int) -> tuple[int, int]:
    """The lines that a comment alone is about: all before the first heading; beside a heading its section;
    else what follows.
    """
    if not any(block.shape == "heading" for _, block in blocks[:place]):
        return 1, _end(page)
    before = next(block for _, block in reversed(blocks[:place]) if not _is_comment(block))
    if before.shape == "heading":
        return _all_of(page, before, number)
    following = [(where, block) for where, block in blocks[place + 1 :] if not _is_comment(block)]
    if not following:
        return blocks[place][1].line, blocks[place][1].last
    where, block = following[0]
    first, last = _all_of(page, block, where)
    # A list or a table is one block for its reader.
    if block.depth or block.cells:
        same = takewhile(lambda one: one[0] == where and (one[1].depth or one[1].cells), following)
        last = max(one.last for _, one in same)
    return first, last


def _all_of(page: Page, block: Block, number: int) -> tuple[int, int]:
    """The lines of a block; of a heading those of its section."""
    return block.line, page.parts[number].last if block.shape == "heading" else block.last


def _is_comment(block: Block) -> bool:
    return block.shape == "html" and not block.words


def _end(page: Page) -> int:
    return max((part.last for part in page.parts), default=1)
