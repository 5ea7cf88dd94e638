"""The words that people type, made safe to keep and to show: one rule, for every text that enters."""

import re
import unicodedata
from typing import Final

from chatops.errors import BadText

TITLE_LIMIT: Final = 250
TEXT_LIMIT: Final = 20_000

# Colours, cursor movements (CSI) and window titles (OSC), whole: without its escape character the rest
# of a sequence would stay as litter.
_ESCAPES: Final = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs"})
_LINE_ENDS: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Embeddings, overrides and isolates reorder the text around them on every screen that shows it; the
# plain marks (U+200E, U+200F) are part of ordinary Arabic and Hebrew and do no harm.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_title(text: str, what: str = "title") -> str:
    """One line of at most 250 characters, without control characters.

    Raises BadText where nothing is left that can be seen, or it is too long.
    """
    return _checked(" ".join(_printable(text).split()), what, TITLE_LIMIT)


def clean_text(text: str, what: str) -> str:
    """Text of at most 20,000 characters, its line breaks and tabs kept, no other control characters.

    Raises BadText where nothing is left that can be seen, or it is too long.
    """
    return _checked(_printable(text).strip(), what, TEXT_LIMIT)


def one_line(text: str) -> str:
    """Somebody else's text, such as a remote's error, fit for one line of a terminal."""
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    plain = _REORDERING.sub("", _ESCAPES.sub("", _LINE_ENDS.sub("\n", text)))
    kept = (c for c in plain if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept))


def _checked(text: str, what: str, most: int) -> str:
    if all(unicodedata.category(c) in _UNSEEN for c in text):
        raise BadText(what=what, problem="is empty")
    if len(text) > most:
        raise BadText(what=what, problem=f"has {len(text):,} characters; at most {most:,} fit")
    return text
