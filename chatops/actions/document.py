"""Reads a post-mortem: bytes in, its document out."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from chatops.actions.found import Found, TooMany
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Problem
from chatops.actions.walk import Walk
from chatops.errors import ChatopsError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

#: Bytes of a document. Ours to choose: what is worth reading has a hundredth of it, and the parser takes
#: some ten seconds for the worst that fits.
MOST_BYTES: Final = 1_048_576
#: Blocks within blocks; each bullet within a bullet counts for two.
MOST_NESTED: Final = 60
_MOST_TITLE: Final = 200
#: Bytes of front matter.
_MOST_FRONT: Final = 65_536
_LINE: Final = re.compile("\r\n?|\n")
# A line's end is taken whole: "\r\n" tried as two would double the work with every line.
_FRONT: Final = re.compile(
    r"---[ \t]*(?>\r\n|\r|\n)(?>[^\r\n]*(?>\r\n|\r|\n))*?(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)"
)
BOM: Final = "\ufeff"
#: The keys of front matter that may hold the document's id, the first that there is.
ID_KEYS: Final = ("id", "postmortem_id", "postmortem", "incident_id", "incident")


class NotRead(ChatopsError):
    """{path} {problem}."""


class FrontMatter(NamedTuple):
    """The keys of front matter, the text with its lines blanked, why it could not be read, and where it
    ends: 0 where there is none.
    """

    keys: dict[str, object]
    blanked: str
    problem: str = ""
    end: int = 0


def read(path: Path, data: bytes, labels: Labels | None = None) -> Document:
    """The document that these bytes of `path` are; one without items, where it is no post-mortem.

    Raises NotRead where it may be one, and is not UTF-8, too large, nested too deeply, or has too many items.
    """
    names = labels or _usual()
    if b"\0" in data[:8192]:
        return Document(path)
    too_large(path, len(data))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if not names.may_be_in(data.decode("latin-1")):
            return Document(path)
        raise not_text(path, error, "so it is not read") from None
    if not names.may_be_in(text):
        return Document(path)
    return _parsed(path, text, names)


def too_large(path: Path, size: int) -> None:
    """Raises NotRead where a file has more bytes than are read."""
    if size > MOST_BYTES:
        raise NotRead(path=path, problem=f"has {size:,} bytes; at most {MOST_BYTES:,} are read")


def not_text(path: Path, error: UnicodeDecodeError, so: str) -> NotRead:
    """That the bytes of a file are no UTF-8, and what follows from that."""
    line = len(_LINE.findall(error.object[: error.start].decode("latin-1"))) + 1
    return NotRead(path=path, problem=f"is not UTF-8 (line {line}), {so}")


def _parsed(path: Path, text: str, labels: Labels) -> Document:
    from markdown_it.tree import SyntaxTreeNode

    front, blanked, problem, _ = front_matter(text.removeprefix(BOM))
    named = next((str(front[key])[:200] for key in ID_KEYS if isinstance(front.get(key), str | int)), None)
    blocks, inline = parsers()
    references: dict[str, object] = {}
    tokens = blocks.parse(blanked, references)
    if any(token.nesting == 1 and token.level >= MOST_NESTED - 1 for token in tokens):
        raise NotRead(
            path=path, problem=f"is nested more than {MOST_NESTED // 2} levels deep, so it is not read"
        )
    found = Found(inline, references, named or path.name)
    try:
        Walk(labels, found).through(SyntaxTreeNode(tokens))
    except TooMany as error:
        raise NotRead(path=path, problem=f"{error}, so it is not read") from None
    title = str(front.get("title") or "") or next(
        (
            found.words(tokens[at + 1].content[:_MOST_TITLE]).text
            for at, token in enumerate(tokens)
            if token.tag == "h1"
        ),
        "",
    )
    problems = (*([Problem(1, problem)] if problem and found.items else []), *found.problems)
    return Document(path, tuple(found.items), problems, named, front, " ".join(title.split())[:_MOST_TITLE])


def front_matter(text: str) -> FrontMatter:
    """The front matter of a text that has no byte-order mark."""
    end = _FRONT.match(text, 0, _MOST_FRONT)
    if not end:
        return FrontMatter({}, text)
    import yaml

    lines = _LINE.split(end[0])
    problem, front = "", None
    try:
        front = yaml.safe_load("\n".join(lines[1:-1]))
    except Exception as error:  # noqa: BLE001  (a value that is not of its tag may raise anything)
        named = isinstance(error, yaml.YAMLError | ValueError | OverflowError)
        why = _first_line(error) if named else "a value is not what its tag says, or it is nested too deeply"
        problem = f"The front matter is no YAML ({why}), so the document's id is not known."
    if not problem and not isinstance(front, dict):
        return FrontMatter({}, text)
    known = {str(key): value for key, value in (front or {}).items()}
    return FrontMatter(known, "\n" * (len(lines) - 1) + text[end.end() :], problem, end.end())


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:100]


@cache
def _usual() -> Labels:
    return Labels()


@cache
def parsers() -> "tuple[MarkdownIt, MarkdownIt]":
    """What finds the blocks of a document, and what reads the words of one of them: of most, nobody asks."""
    from markdown_it import MarkdownIt

    blocks = MarkdownIt("commonmark", {"maxNesting": MOST_NESTED}).enable(["table"])
    inline = MarkdownIt("commonmark").enable(["strikethrough"])
    return blocks.disable(["inline", "text_join"]), inline
