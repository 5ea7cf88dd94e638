"""What was never written: sections, and figures."""

import re
from typing import TYPE_CHECKING, Final

from chatops.postmortem.lint.blocks import CODE, Block, cut
from chatops.postmortem.lint.page import Page, Part
from chatops.postmortem.sections import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

Found = tuple[int, str, str]
"""The line, the rule, and the message."""

_NOTHING: Final = re.compile(
    r"(?:tb[dac]|to[\s-]?do|fixme|wip|work in progress|coming soon|placeholder|fill (?:me |this )?in"
    r"|to be (?:done|determined|decided|added|written|filled in|completed|confirmed)|lorem ipsum\b.*"
    r"|(?:tb[dac]|todo|fixme)\s*:.*|unknown: fill in|[xyz?]{3,}|[\W_]*"
    r"|\[[^\[\]]*\]|[<({](?:insert|add|describe|your|fill|write|enter|tbd|todo)\b[^)}>]*[)}>]"
    r"|all times (?:are )?(?:in )?[a-z]{2,4})[.!\u2026]*",
    re.IGNORECASE | re.DOTALL,
)
#: What a hint in italics begins with, where it is no question.
_HINT: Final = re.compile(
    r"(?:please )?(?:describe|write|list|explain|add|fill|say|include|summari[sz]e)\b", re.IGNORECASE
)
_ROW: Final = re.compile(r"(?P<name>[^:|]{1,60}):(?P<value>.*)", re.DOTALL)
_A_WORD: Final = re.compile(r"\w|\?")
_BOLD: Final = re.compile(r"\*\*[^*\n]+\*\*:?|__[^_\n]+__:?")
#: Words of a label.
_MOST_LABEL: Final = 5
#: Characters that a place is kept with, at most.
_MOST: Final = 300


def unfilled(page: Page) -> "Iterator[Found]":
    """The known sections that have nothing below them, and the figures that are not filled in."""
    own = {"id", "incident"} <= page.front.keys()
    for place, part in enumerate(page.parts):
        below = page.below(place)
        if own and part.kind == "public" and not page.front.get("public_title"):
            # Customers were told nothing of it.
            continue
        # Whatever is missing is said once, where it belongs.
        if part.own and not any(_says(one, block, own=own) for one in (part, *below) for block in one.blocks):
            if not any(other.own for other in below):
                said = _first(part)
                what = f'says only "{said}"' if said else "has nothing below it"
                yield part.line, "empty-section", f'"{part.title}" {what}. Write it, or take the heading out.'
        elif part.kind == "stats":
            yield from _figures(part)


def _first(part: Part) -> str:
    """The words that keep the place of others."""
    said = (_quoted(block.words) for block in part.blocks[1:] if not _is_label(block))
    return next(filter(_A_WORD.search, said), "")


def is_nothing(words: str) -> bool:
    """Whether these words only keep a place."""
    said = " ".join(words.split())
    return len(said) <= _MOST and CODE not in said and bool(_NOTHING.fullmatch(said))


def _says(part: Part, block: Block, *, own: bool) -> bool:
    """Whether a block has something to say; the words of a heading alone say nothing."""
    match block.shape:
        case "heading":
            return False
        case "code":
            return bool(block.raw.strip())
        case "row":
            return any(not is_nothing(cell) for cell in block.cells)
        case _:
            hint = is_placeholder(block.raw) and (
                own or block.words.rstrip().endswith("?") or bool(_HINT.match(block.words))
            )
            # A label of the figures is one that has none.
            label = part.kind != "stats" and _is_label(block)
            return not (hint or label or is_nothing(block.words))


def _is_label(block: Block) -> bool:
    """Whether it only says what stands below it: `**What went well**`, `Short term:`."""
    said = block.words.strip()
    return len(said.split()) <= _MOST_LABEL and (
        said.endswith(":") or bool(_BOLD.fullmatch(block.raw.strip()) and said[-1:] not in ".!")
    )


def _figures(part: Part) -> "Iterator[Found]":
    for block, following in zip(part.blocks, [*part.blocks[1:], None], strict=False):
        if block.shape == "row":
            yield from _figures_of_row(block)
        elif block.shape == "text":
            nested = following is not None and following.depth > block.depth
            for number, line in enumerate(block.words.split("\n")):
                row = _ROW.fullmatch(line)
                if row and not nested and is_nothing(row["value"]):
                    yield _missing(block.line + number, row["name"], row["value"])


def _figures_of_row(block: Block) -> "Iterator[Found]":
    """Of a row that begins with its name; a wider table may have empty cells, such as notes."""
    name, *values = block.cells or ("",)
    missing = [
        (head, value) for head, value in zip(block.head[1:], values, strict=False) if is_nothing(value)
    ]
    if is_nothing(name):
        if said := [head for head, value in zip(block.head, block.cells, strict=False) if _keeps(value)]:
            yield _missing(block.line, said[0], "")
    elif values and (len(missing) == len(values) or any(_keeps(value) for _, value in missing)):
        yield _missing(block.line, name, next((value for _, value in missing if value.strip()), ""))


def _keeps(value: str) -> bool:
    """Whether a cell is not just empty, but to be filled."""
    return bool(_A_WORD.search(value)) and is_nothing(value)


def _missing(line: int, name: str, value: str) -> Found:
    said = f' ("{_quoted(value)}")' if value.strip() else ""
    return (
        line,
        "stats-missing",
        f'"{_quoted(name)}" is not filled in{said}. Write it, or why nobody can know.',
    )


def _quoted(words: str) -> str:
    return cut(" ".join(words.split()).strip(" *_:"))
