"""Pieces of Markdown."""

import re
from collections.abc import Iterable, Iterator

NOTE = "<!-- Made from {source} whenever the site is built: change it there. -->"


def title(text: str, source: str) -> Iterator[str]:
    """The head of a page, and where it comes from."""
    yield from (f"# {text}", "", NOTE.format(source=source), "")


def code(text: str, language: str) -> Iterator[str]:
    """A block of code."""
    yield from (f"```{language}", text.rstrip("\n"), "```", "")


def prose(text: str) -> str:
    """A docstring: what is no code in it must be neither HTML nor emphasis."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([<*])", r"\\\1", part) for part in parts)


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
