"""What would change in a file, as a diff that `git apply` and `patch -p1` take."""

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

_UNFINISHED: Final = b"\n\\ No newline at end of file\n"
#: What git and patch want quoted in a name, and how.
_ODD: Final = re.compile(rb'[\x00-\x1f\x7f"\\]')


def show_diff(path: Path | str, before: bytes, after: bytes) -> None:
    """Show what would change, as a unified diff: byte for byte, but on a terminal, which obeys control
    characters.
    """
    for line in diff(_named(path), before, after):
        # A diff has the bytes of its file, which need not be those of any text.
        with suppress(OSError):
            click.echo(_seen(line) if sys.stdout.isatty() else line, nl=False)


def diff(name: str, before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines of the diff, each with its end."""
    import difflib

    old, new = (_header(prefix, name) for prefix in (b"a/", b"b/"))
    made = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(after), old, new, lineterm=b"\n")
    for line in made:
        yield line if line.endswith(b"\n") else line + _UNFINISHED


def _lines(data: bytes) -> list[bytes]:
    # A line ends at a line feed and nowhere else, as git has it; a carriage return before it is the line's.
    return io.BytesIO(data).readlines()


def _header(prefix: bytes, name: str) -> bytes:
    whole = prefix + os.fsencode(name)
    if _ODD.search(whole):
        return b'"' + _ODD.sub(lambda odd: b"\\%03o" % odd[0][0], whole) + b'"'
    # Without a tab, the name would end at its first blank.
    return whole + b"\t" if b" " in whole else whole


def _named(path: Path | str) -> str:
    """The name from where the diff is applied: where we stand, or the top of the checkout."""
    from chatops.actions.address import in_checkout

    whole, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100  (a link stays as it is called)
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else in_checkout(whole)


def _seen(line: bytes) -> str:
    text = line.rstrip(b"\r\n").decode(errors="replace")
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text) + "\n"
