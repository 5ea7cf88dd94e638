"""The words of one item, without its markup, and where in them its links and its code are."""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: What an id looks like in a document. No reader sees a comment; editors and formatters keep it.
COMMENT: Final = "<!-- action:{id} -->"
STAMP: Final = re.compile(r"<!--\s*action:\s*([a-z0-9]{12})\s*-->")
#: Stands in `mask` for each character of code, in which no field is looked for.
CODE: Final = "\x01"
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Link(NamedTuple):
    """A link, and where in the words its text is."""

    start: int
    end: int
    url: str


class Words(NamedTuple):
    """What a reader sees of an item. `mask` is as long as `text`, with its code blotted out."""

    text: str
    mask: str
    links: tuple[Link, ...] = ()
    struck: bool = False
    ids: tuple[str, ...] = ()


class _Reading:
    """Collects the words of inline tokens."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.mask: list[str] = []
        self.at = 0
        self.open: list[tuple[int, str]] = []
        self.links: list[Link] = []
        self.ids: list[str] = []
        self.struck = self.plain = 0
        self.strikes = 0

    def say(self, text: str, *, code: bool = False) -> None:
        # A mask that is longer than its text would put every field in the wrong place.
        self.text.append(text)
        self.mask.append(CODE * len(text) if code else text.replace(CODE, " "))
        self.at += len(text)
        seen = len(text.strip())
        self.struck += seen if self.strikes else 0
        self.plain += 0 if self.strikes else seen

    def token(self, token: "Token") -> None:
        match token.type:
            case "code_inline" | "image":
                self.say(token.content, code=True)
            case "softbreak" | "hardbreak":
                self.say(" ")
            case "link_open":
                self.open.append((self.at, str(token.attrs.get("href") or "")))
            case "link_close":
                start, url = self.open.pop()
                self.links.append(Link(start, self.at, url))
            case "s_open" | "s_close":
                self.strikes += token.nesting
            case "html_inline":
                self.ids += STAMP.findall(token.content)
                if _BREAK.fullmatch(token.content):
                    self.say(" ")
            case _:
                self.say(token.content)


def words(markdown: "MarkdownIt", content: str, references: dict[str, object]) -> Words:
    """The words of inline Markdown."""
    reading = _Reading()
    tokens = markdown.parseInline(content, references)
    for block in tokens:
        for token in block.children or ():
            reading.token(token)
    struck = bool(reading.struck) and not reading.plain
    text, mask = "".join(reading.text), "".join(reading.mask)
    return Words(text, mask, tuple(reading.links), struck, tuple(reading.ids))
