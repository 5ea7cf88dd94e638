"""What fits into an incident of Statuspage, and what is made of words that do not."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logging import Logger, LoggerAdapter

#: Specification of the API, `postPagesPageIdIncidents`, name and body.
NAME_LIMIT: Final = 255
BODY_LIMIT: Final = 25_000
#: A longer piece of text without a space is cut within.
LONGEST_WORD: Final = 50


def name_of(title: str, log: "LoggerAdapter[Logger]", *, drill: bool) -> str:
    """The incident's name; an exercise says that it is one."""
    return _fitting(f"Exercise: {title}" if drill else title, NAME_LIMIT, "title", log)


def body_of(text: str, log: "LoggerAdapter[Logger]") -> str:
    """The text of an update."""
    return _fitting(text, BODY_LIMIT, "text", log)


def _fitting(text: str, most: int, what: str, log: "LoggerAdapter[Logger]") -> str:
    if len(text) <= most:
        return text
    log.warning(
        "the public %s has %d characters; Statuspage takes %d, the rest is cut", what, len(text), most
    )
    kept = text[: most - 1]
    # Some languages have no spaces: what follows the last one is then no word, but most of the text.
    word = re.search(rf"\s\S{{0,{LONGEST_WORD}}}\Z", kept)
    if word and not text[most - 1].isspace():
        kept = kept[: word.start()]
    return kept.rstrip() + "\N{HORIZONTAL ELLIPSIS}"
