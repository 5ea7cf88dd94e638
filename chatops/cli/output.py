"""How anything is shown: words and tables for people, JSON for programs, ids alone for scripts."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import click

Form = Literal["text", "json", "quiet"]


class Shown(NamedTuple):
    """How a command shows what it did."""

    form: Form

    def text(self, line: str = "", *, err: bool = False) -> None:
        """A line for people; kept back from programs."""
        if self.form == "text":
            say(line, err=err)

    def data(self, value: object) -> None:
        """The answer for programs."""
        if self.form == "json":
            say(to_json(value))

    def ids(self, names: Iterable[str]) -> None:
        """The answer for scripts: one id a line."""
        if self.form == "quiet":
            for name in names:
                say(name)


def to_json(value: object) -> str:
    """Indented JSON; times in ISO 8601, UTC."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def say(line: str = "", *, err: bool = False) -> None:
    """Print a line; where the reader has gone away, the work goes on in silence."""
    try:
        click.echo(line, err=err)
    except BrokenPipeError:
        _silence(sys.stderr if err else sys.stdout)


def folded(label: str, text: str) -> str:
    """A labelled text: on a terminal broken into lines that hang below its first word."""
    if not sys.stdout.isatty():
        return label + text
    import textwrap

    lines = textwrap.wrap(text, max(20, _width() - len(label)), break_on_hyphens=False) or [""]
    return label + f"\n{' ' * len(label)}".join(lines)


def say_error(message: str) -> None:
    """An error, on standard error."""
    say(f"{click.style('Error:', fg='red', bold=True)} {message}", err=True)


def warn(message: str) -> None:
    """Something that should be known, on standard error."""
    say(f"{click.style('Warning:', fg='yellow', bold=True)} {message}", err=True)


@contextmanager
def survive_closed_pipes() -> Iterator[None]:
    """Flush at the end without a complaint of the interpreter about a reader who left."""
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BrokenPipeError:
                _silence(stream)


def on_terminal() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: drawn on a terminal, in aligned columns elsewhere. The last column takes what is left."""
    if sys.stdout.isatty():
        _drawn(columns, rows)
        return
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns) - 1)]
    for row in [columns, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        say("  ".join([*cells, row[-1]]).rstrip())


def local(time: datetime) -> str:
    """A time in the user's zone, as short as can be understood today."""
    mine = time.astimezone()
    return f"{mine:%H:%M}" if mine.date() == datetime.now().astimezone().date() else f"{mine:%Y-%m-%d %H:%M}"


def span(seconds: float) -> str:
    """A length of time, in its two largest units."""
    minutes, _ = divmod(int(abs(seconds)), 60)
    days, hours = divmod(minutes // 60, 24)
    parts = [(days, "d"), (hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{n} {unit}" for n, unit in [p for p in parts if p[0]][:2]) or "less than a minute"


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        drawn.add_column(column, overflow="fold", no_wrap=index == 0)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    with suppress(BrokenPipeError):
        Console(width=_width(), highlight=False).print(drawn)


def _silence(stream: Any) -> None:
    with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
