"""How anything is shown: words and tables for people, JSON for programs, ids alone for scripts."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TextIO

import click

Form = Literal["text", "json", "quiet"]
Level = Literal["info", "warning", "error"]
#: The least room beside others that is worth having, in columns.
NARROWEST: Final = 20


class Shown(NamedTuple):
    """How a command shows what it did. `out` is where programs read, whoever else prints."""

    form: Form
    out: TextIO | None = None

    def text(self, line: str = "", *, err: bool = False) -> None:
        """A line for people; kept back from programs."""
        if self.form == "text":
            say(line, err=err)

    def data(self, value: object) -> None:
        """The answer for programs."""
        if self.form == "json":
            say(to_json(value), to=self.out)

    def line(self, value: object) -> None:
        """One of several answers for programs: JSON on a line of its own."""
        if self.form == "json":
            import msgspec

            say(msgspec.json.encode(_whole(value)).decode(), to=self.out)

    def ids(self, names: Iterable[str]) -> None:
        """The answer for scripts: one id a line."""
        if self.form == "quiet":
            for name in names:
                say(name, to=self.out)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """What a plugin prints is no part of an answer for programs: it goes to standard error."""
        with redirect_stdout(sys.stderr) if self.out else nullcontext():
            yield


def to_json(value: object) -> str:
    """Indented JSON, whole: also the fields that have nothing to say. Times in ISO 8601, UTC."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(_whole(value)), indent=2).decode()


def say(line: str = "", *, err: bool = False, to: TextIO | None = None) -> None:
    """Print a line; where nobody can read it any more, the work goes on in silence."""
    if err and _logged(line, "info"):
        return
    stream = to or (sys.stderr if err else sys.stdout)
    try:
        click.echo(line, stream, color=False if os.environ.get("NO_COLOR") else None)
    except OSError:
        _silence(stream)


def folded(label: str, text: str) -> str:
    """A labelled text, whose lines hang below its first word; on a terminal they are broken to fit, and
    stand below the label where there is little room beside it.
    """
    beside = len(click.unstyle(label))
    lines, indent = text.splitlines() or [""], " " * beside
    if sys.stdout.isatty():
        import textwrap

        if _width() - beside < NARROWEST:
            label, indent = f"{label.rstrip()}\n    ", "    "
        # A URL that is broken can neither be copied nor clicked.
        room = max(NARROWEST, _width() - len(indent))
        wrap = textwrap.TextWrapper(room, break_on_hyphens=False, break_long_words=False).wrap
        lines = [part for line in lines for part in wrap(line) or [""]]
    return label + f"\n{indent}".join(lines)


def say_error(message: str) -> None:
    """An error, on standard error."""
    _say_marked(click.style("Error:", fg="red", bold=True), message, "error")


def say_misuse(error: click.ClickException) -> None:
    """An error that click has found, in one line, and how the command is used."""
    from chatops.text import one_line

    say_error(one_line(error.format_message()))
    if isinstance(error, click.UsageError) and error.ctx:
        say(f"{error.ctx.get_usage()}\nHelp:  {error.ctx.command_path} --help", err=True)


def warn(message: str) -> None:
    """Something that should be known, on standard error."""
    _say_marked(click.style("Warning:", fg="yellow", bold=True), message, "warning")


def _say_marked(mark: str, message: str, level: Level) -> None:
    if _logged(message, level):
        return
    first, *rest = message.splitlines() or [""]
    for line in (folded(f"{mark} ", first), *rest):
        say(line, err=True)


def _logged(message: str, level: Level) -> bool:
    """Whether programs read standard error: then what people would read there is a record like any other."""
    from chatops.logs import in_json, logger

    if not in_json():
        return False
    if message.strip():
        getattr(logger("chatops.cli"), level)("%s", click.unstyle(message).strip())
    return True


@contextmanager
def survive_closed_pipes() -> Iterator[None]:
    """No stream can stop the work: not one that is closed, full or left by its reader, nor one whose
    encoding lacks a character.
    """
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                _silence(stream)


def on_terminal() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return bool(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, labelled: bool = False) -> None:
    """A table: drawn on a terminal, in aligned columns elsewhere. The last column takes what is left, and
    stands below the others on a terminal that leaves it too little; there each cell but the first is
    `labelled` with its column, where it says nothing by itself.
    """
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns) - 1)]
    if sys.stdout.isatty():
        if sum(widths) + 2 * len(widths) + NARROWEST > _width():
            _stacked(columns if labelled else (), rows)
        else:
            _drawn(columns, rows)
        return
    for row in [columns, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        say("  ".join([*cells, row[-1]]).rstrip())


def local(time: datetime) -> str:
    """A time in the user's zone, as short as can be understood today."""
    mine, now = here(time), here(datetime.now(UTC))
    return f"{mine:%H:%M}" if mine.date() == now.date() else f"{mine:%Y-%m-%d %H:%M}"


def here(time: datetime) -> datetime:
    """The time in the user's zone; in UTC where TZ names one that cannot be."""
    try:
        return time.astimezone()
    except (ValueError, OverflowError):
        return time.astimezone(UTC)


def span(seconds: float) -> str:
    """A length of time, in its two largest units."""
    minutes, _ = divmod(int(abs(seconds)), 60)
    days, hours = divmod(minutes // 60, 24)
    parts = [(days, "d"), (hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{n} {unit}" for n, unit in [p for p in parts if p[0]][:2]) or "less than a minute"


def fitting(text: str) -> str:
    """As much of a line as fits the terminal's width."""
    room = _width() - 1
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _whole(value: Any) -> Any:
    """The value with a mapping in place of each struct, which would leave out what is as by default."""
    import msgspec

    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag_field
        kind = {tag: getattr(value, tag)} if tag else {}
        return kind | {name: _whole(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: _whole(kept) for key, kept in value.items()}
    return [_whole(kept) for kept in value] if isinstance(value, list | tuple) else value


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _stacked(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    width = max(map(len, labels), default=0)
    for row in rows:
        if labels:
            say(row[0])
            for label, cell in zip(labels[1:], row[1:], strict=True):
                say(folded(f"  {label:<{width}}  ", cell))
            continue
        say("  ".join(cell for cell in row[:-1] if cell))
        if row[-1]:
            say(folded("  ", row[-1]))


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        drawn.add_column(column, overflow="fold", no_wrap=index < len(columns) - 1)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    plain: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    with suppress(OSError):
        Console(width=_width(), highlight=False, color_system=plain).print(drawn)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _silence(stream: Any) -> None:
    with suppress(OSError, ValueError), _nowhere() as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
