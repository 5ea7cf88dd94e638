"""What the sandbox's page shows, as lines for a terminal."""

from html.parser import HTMLParser
from typing import Final

#: Elements that stand within a line; every other one begins a new line. A definition follows its term.
_WITHIN: Final = frozenset({"a", "abbr", "b", "code", "em", "i", "s", "small", "strong", "u"})
_APART: Final = frozenset({"dd", "span", "time"})
_UNSEEN: Final = frozenset({"script", "style", "template", "title"})
_EMPTY: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


def lines_of(html: str) -> list[str]:
    """The text of a panel, line by line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [line for text in reader.lines if (line := " ".join(text.split()))]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unseen = tag in _UNSEEN or ("aria-hidden", "true") in attrs
        if (unseen or self._hidden) and tag not in _EMPTY:
            self._hidden.append(tag)
        self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()
        if tag != "dt":
            self._begin(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.lines[-1] += data

    def _begin(self, tag: str) -> None:
        if tag in _APART:
            self.lines[-1] += " "
        elif tag not in _WITHIN:
            self.lines.append("")
