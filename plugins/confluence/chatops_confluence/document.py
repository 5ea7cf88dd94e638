"""A post-mortem's Markdown: its front matter, and what of it readers of a page are to see."""

import re
from typing import Any, Final

import msgspec

_FRONT: Final = re.compile(
    r"\ufeff?---[ \t]*(?>\r\n?|\n)(?P<keys>(?>[^\r\n]*(?>\r\n?|\n))*?)(?:---|\.\.\.)[ \t]*(?>\r\n?|\n|\Z)"
)
#: Confluence's limit of a title (support.atlassian.com, "Page titles").
LONGEST_TITLE: Final = 255


class Document(msgspec.Struct, frozen=True):
    """The post-mortem; `front` is empty where there is none that can be read."""

    front: dict[str, Any]
    text: str

    @classmethod
    def of(cls, document: str) -> "Document":
        """The parts of a document."""
        found = _FRONT.match(document)
        keys = _keys(found["keys"]) if found else None
        if found is None or keys is None:
            return cls({}, document.removeprefix("\ufeff"))
        return cls(keys, document[found.end() :])

    def said(self, key: str, otherwise: str) -> str:
        """What the front matter says, where it says it."""
        value = self.front.get(key)
        return value if isinstance(value, str) and value.strip() else otherwise


def title_of(template: str, *, exercise: bool, **fields: str) -> str:
    """The page's title, of at most 255 characters on one line."""
    said = " ".join(template.format(**fields).split())
    whole = f"[Exercise] {said}" if exercise else said
    if len(whole) <= LONGEST_TITLE:
        return whole
    return whole[: LONGEST_TITLE - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _keys(text: str) -> dict[str, Any] | None:
    """The keys of front matter, as far as it can be read; None for words between two lines."""
    import yaml

    try:
        found = yaml.safe_load(text) or {}
    except Exception:  # noqa: BLE001  (a value that is not of its tag may raise anything)
        return {}
    return found if isinstance(found, dict) else None
