"""The blocks of a document: its headings, paragraphs, bullets and rows, each with its words and its lines."""

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from chatops.actions.document import parsers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

Shape = Literal["heading", "text", "row", "code", "html"]
#: Stands for a piece of code, in which no word is looked for.
CODE: Final = "\x01"
COMMENT: Final = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_QUOTED: Final = re.compile(r"\"[^\"\n]{1,300}\"|\u201c[^\u201d]{1,300}\u201d|\u00ab[^\u00bb]{1,300}\u00bb")
#: Without one of these, Markdown is what it looks like.
_MARKED: Final = re.compile(r"[\\`*_\[\]<>&!~\r\n\0]")
#: Characters of one block that are looked at.
_MOST: Final = 20_000
#: Characters of somebody's words that a finding repeats.
_REPEATED: Final = 60


class Block(NamedTuple):
    """A heading, a paragraph or bullet, a row of a table, code, or HTML. `line` and `last` count from 1.

    `words` are what a reader sees, a line break where one stands; `raw` is the Markdown. `depth` counts the
    lists around it, `number` that the innermost of them is numbered. `cells` and `head` are those of a row.
    """

    shape: Shape
    line: int
    last: int
    words: str = ""
    raw: str = ""
    depth: int = 0
    number: bool = False
    quoted: bool = False
    cells: tuple[str, ...] = ()
    head: tuple[str, ...] = ()

    @property
    def prose(self) -> str:
        """The words without what is quoted, as long as they are."""
        if self.quoted:
            return ""
        return _QUOTED.sub(lambda found: re.sub(r"[^\n]", CODE, found[0]), self.words)

    def line_of(self, place: int) -> int:
        """The line that a place in the words is on."""
        return min(self.last, self.line + self.words.count("\n", 0, place))


def cut(words: str) -> str:
    """As much of somebody's words as a finding repeats."""
    return words if len(words) <= _REPEATED else f"{words[: _REPEATED - 1]}…"


class Blocks:
    """Goes through the tokens of a document; `references` are the links that its text names."""

    def __init__(self, references: dict[str, object]) -> None:
        self._references = references
        self._lists: list[bool] = []
        self._quotes = 0
        self._row: list[str] = []
        self._head: tuple[str, ...] = ()
        self._line = 0

    def of(self, tokens: "list[Token]") -> "Iterator[tuple[int, Block]]":
        """Each block, and the level of the heading that it is; 0 for any other."""
        for token, following in zip(tokens, [*tokens[1:], None], strict=False):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._lists.append(token.type == "ordered_list_open")
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "blockquote_open" | "blockquote_close":
                    self._quotes += token.nesting
                case "tr_open":
                    self._row, self._line = [], (token.map or [0])[0] + 1
                case "th_open" | "td_open" if following:
                    self._row.append(following.content)
                case "thead_close":
                    self._head = tuple(map(self._words, self._row))
                case "tr_close" if following and following.type != "thead_close":
                    yield 0, self._of_row()
                case _:
                    made = self._made(token, following.content if following else "")
                    if made:
                        level = int(token.tag[1:]) if made.shape == "heading" and not token.level else 0
                        yield level, made

    def _made(self, token: "Token", inner: str) -> Block | None:
        match token.type:
            case "heading_open":
                return self._block("heading", token, self._words(inner), inner)
            case "paragraph_open":
                return self._block("text", token, self._words(inner), inner)
            case "fence" | "code_block":
                return self._block("code", token, CODE, token.content)
            case "html_block":
                return self._block("html", token, COMMENT.sub("", token.content).strip(), token.content)
        return None

    def _block(self, shape: Shape, token: "Token", words: str, raw: str) -> Block:
        first, last = token.map or (0, 1)
        return Block(
            shape,
            first + 1,
            max(first + 1, last),
            words,
            raw,
            depth=len(self._lists),
            number=bool(self._lists) and self._lists[-1],
            quoted=bool(self._quotes),
        )

    def _of_row(self) -> Block:
        cells = tuple(self._words(cell).replace("\n", " ") for cell in self._row)
        return Block(
            "row",
            self._line,
            self._line,
            " | ".join(cells),
            "|".join(self._row),
            depth=len(self._lists),
            quoted=bool(self._quotes),
            cells=cells,
            head=self._head,
        )

    def _words(self, raw: str) -> str:
        """What a reader sees of inline Markdown, a line break where one stands."""
        if not _MARKED.search(raw):
            return raw[:_MOST]
        said: list[str] = []
        for block in parsers()[1].parseInline(raw[:_MOST], self._references):
            for token in block.children or ():
                match token.type:
                    case "code_inline" | "image":
                        said.append(CODE)
                    case "softbreak" | "hardbreak":
                        said.append("\n")
                    case "html_inline":
                        said.append(" " if token.content.lower().startswith("<br") else "")
                    case _:
                        said.append(token.content)
        return "".join(said)
