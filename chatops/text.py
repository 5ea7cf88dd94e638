"""The words that people type, made safe to keep and to show: one rule, for every text that enters."""

import re
import unicodedata
from typing import Final

from chatops.errors import BadText

TITLE_LIMIT: Final = 250
TEXT_LIMIT: Final = 20_000

# Embeddings, overrides and isolates reorder the text around them on every screen that shows it; the
# plain marks (U+200E, U+200F) are part of ordinary Arabic and Hebrew and do no harm.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_title(text: str, what: str = "title") -> str:
    """One line of at most 250 characters, without control characters.

    Raises BadText where nothing is left, or it is too long.
    """
    return _checked(" ".join(_printable(text).split()), what, TITLE_LIMIT)


def clean_text(text: str, what: str) -> str:
    """Text of at most 20,000 characters, its line breaks and tabs kept, no other control characters.

    Raises BadText where nothing is left, or it is too long.
    """
    return _checked(_printable(text.replace("\r\n", "\n")).strip(), what, TEXT_LIMIT)


def one_line(text: str) -> str:
    """Somebody else's text, such as a remote's error, fit for one line of a terminal."""
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    kept = (
        c for c in _REORDERING.sub("", text) if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    return unicodedata.normalize("NFC", "".join(kept))


def _checked(text: str, what: str, most: int) -> str:
    if not text:
        raise BadText(what=what, problem="is empty")
    if len(text) > most:
        raise BadText(what=what, problem=f"has {len(text):,} characters; at most {most:,} fit")
    return text
