"""`--changed-since`: what a change has touched, so that it fails for nothing else."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from chatops.cli.options import F


def changed_since_option(command: F) -> F:
    """`--changed-since`; the command gets `changed_since`, for `Changed`."""
    return click.option(
        "--changed-since",
        metavar="REF",
        help="Look only at lines that are not as they were where the branch left REF.",
    )(command)


class Changed:
    """The lines that are not as they were where the branch left `ref`; all lines, where it is None.

    Raises UsageError where git cannot tell.
    """

    def __init__(self, ref: str | None) -> None:
        from chatops.actions.changed import Touched

        self._touched = None if ref is None else Touched(ref)
        self._lines: dict[Path, list[range]] = {}

    def files(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files that are meant, and have such lines. The others are not read."""
        from chatops.actions.files import find

        for path in find(paths):
            if self._touched is not None:
                self._lines[path] = list(self._touched.lines(path))
            if self._touched is None or self._lines[path]:
                yield path

    def has(self, path: Path, lines: range) -> bool:
        """Whether one of these lines of a file, which `files` has named, is such a line."""
        return self._touched is None or any(
            max(lines.start, one.start) < min(lines.stop, one.stop) for one in self._lines[path]
        )
