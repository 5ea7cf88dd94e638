"""How often it was asked why."""

import re
from typing import TYPE_CHECKING, Final

from chatops.actions.labels import plain_name
from chatops.postmortem.lint.page import Page, Part
from chatops.postmortem.lint.unfilled import is_nothing
from chatops.postmortem.sections import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.postmortem.lint.unfilled import Found

FEWEST: Final = 3
_WHY: Final = re.compile(
    r"\W*(?:\d{1,2}\s*[.):]\s*)?(?:(?:the\s+)?(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\s+)?(?:and\s+)?"
    r"why(?:s\b)?(?P<said>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ROOT: Final = re.compile(r"\b(?:root causes?|whys?|rca|causes?)\b")
_NAMED: Final = re.compile(r"\bwhys\b")


def few_whys(page: Page) -> "Iterator[Found]":
    """The root cause that is written as whys, and has too few. One in plain words is not counted."""
    own = {"id", "incident"} <= page.front.keys()
    for place, part in enumerate(page.parts):
        name = plain_name(part.title)
        if part.kind != "cause" or not part.own or not _ROOT.search(name):
            continue
        below = page.below(place)
        if any(_NAMED.search(plain_name(other.title)) for other in below):
            continue
        count = _count(part, below, numbered=own or bool(_NAMED.search(name)))
        if 0 < count < FEWEST:
            whys = "1 why leads" if count == 1 else f"{count} whys lead"
            yield (
                part.line,
                "few-whys",
                f"{whys} to the root cause. Ask on, {FEWEST} times at least, until a safeguard is missing.",
            )


def _count(part: Part, below: tuple[Part, ...], *, numbered: bool) -> int:
    """How many whys there are: what begins with the word, or, where the section says that they are whys, its
    bullets or rows.
    """
    blocks = [block for one in (part, *below) for block in one.blocks if block is not part.blocks[0]]
    said = [block for block in blocks if not block.quoted and not is_placeholder(block.raw)]
    lines = [line for block in said for line in (block.cells[:2] if block.cells else block.words.split("\n"))]
    begun = sum(1 for line in lines if (why := _WHY.match(line)) and not is_nothing(why["said"]))
    if not numbered:
        return begun
    items = [b for b in said if b.shape == "row" or (b.shape == "text" and b.depth)]
    return max(begun, sum(1 for item in items if not is_nothing(_WHY.sub(r"\g<said>", item.words))))
