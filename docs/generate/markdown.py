"""Pieces of Markdown."""

import re
from collections.abc import Iterable, Iterator

NOTE = "<!-- Made from {source} whenever the site is built: change it there. -->"
#: Code, the mark of a list's item, and what would be read as markup.
_MARKED = re.compile(r"`[^`]*`|^\* |([<*])", re.MULTILINE)


def title(text: str, source: str) -> Iterator[str]:
    """The head of a page, and where it comes from."""
    yield from (f"# {text}", "", NOTE.format(source=source), "")


def code(text: str, language: str) -> Iterator[str]:
    """A block of code."""
    yield from (f"```{language}", text.rstrip("\n"), "```", "")


def prose(text: str) -> str:
    """A docstring: what is no code in it must be neither HTML nor emphasis. Its lists are lists."""
    plain = re.sub(r"(?m)::$", ":", text)
    return _MARKED.sub(lambda found: f"\\{found[1]}" if found[1] else found[0], plain)


def one_line(text: str) -> str:
    """A docstring as one paragraph."""
    return prose(" ".join(text.split()))


def definition(term: str, *said: str) -> Iterator[str]:
    """An entry of a list of definitions; each of `said` is a paragraph."""
    yield term
    for number, text in enumerate(said):
        yield f"{': ' if not number else '  '}{text}"
        yield ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; what stands in its cells must have no bars but those of code."""
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
