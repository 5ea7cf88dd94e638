"""Reads a post-mortem: bytes in, its document out."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chatops.actions.found import Found, TooMany
from chatops.actions.front_matter import BOM, ID_KEYS, LINE, front_matter
from chatops.actions.labels import Labels
from chatops.actions.model import Document, Problem
from chatops.actions.privacy import privacy
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
#: Bytes in which a binary file shows what it is.
_HEAD: Final = 8192


class NotRead(ChatopsError):
    """{path} {problem}."""


def read(path: Path, data: bytes, labels: Labels | None = None) -> Document:
    """The document that these bytes of `path` are; one without items, where it is no post-mortem.

    Raises NotRead where it may be one, and is not UTF-8, too large, nested too deeply, or has too many items.
    """
    names = labels or _usual()
    if is_binary(data):
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


def is_binary(data: bytes) -> bool:
    """Whether a file is a picture or the like, which is nobody's mistake where nobody named it."""
    return b"\0" in data[:_HEAD]


def check_text(path: Path, data: bytes) -> None:
    """Raises NotRead where a file that somebody named is no text."""
    if is_binary(data):
        raise NotRead(path=path, problem="is no text, so it is not read")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise not_text(path, error, "so it is not read") from None


def not_text(path: Path, error: UnicodeDecodeError, so: str) -> NotRead:
    """That the bytes of a file are no UTF-8, and what follows from that."""
    line = len(LINE.findall(error.object[: error.start].decode("latin-1"))) + 1
    return NotRead(path=path, problem=f"is not UTF-8 (line {line}), {so}")


def _parsed(path: Path, text: str, labels: Labels) -> Document:
    from markdown_it.tree import SyntaxTreeNode

    whole = text.removeprefix(BOM)
    found_front = front_matter(whole)
    front, problem = found_front.keys, found_front.problem
    named = next((str(front[key])[:200] for key in ID_KEYS if isinstance(front.get(key), str | int)), None)
    blocks, inline = parsers()
    references: dict[str, object] = {}
    tokens = blocks.parse(found_front.blanked, references)
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
    return Document(
        path,
        tuple(found.items),
        problems,
        named,
        front,
        " ".join(title.split())[:_MOST_TITLE],
        privacy(whole, found_front),
    )


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
