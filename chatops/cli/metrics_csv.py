"""Metrics as CSV: a row for each group, a column for each figure."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from chatops.metrics import Figures, Group

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def rows(groups: Sequence[Group]) -> str:
    """A header, and the figures of each group; what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["group", *(name for name, _ in _columns(Figures))])
    for group in groups:
        writer.writerow([_safe(group.name or ""), *_figures(group.figures)])
    return out.getvalue().rstrip("\n")


def _columns(kind: type[msgspec.Struct], before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every figure's column, and the way to it: `detect_median`."""
    for field in msgspec.structs.fields(kind):
        name = f"{before}{field.name}"
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            for column, way in _columns(field.type, f"{name}_"):
                yield column, (field.name, *way)
        else:
            yield name, (field.name,)


def _figures(figures: Figures) -> Iterator[Any]:
    for _, way in _columns(Figures):
        value: Any = figures
        for name in way:
            value = getattr(value, name)
        yield value


def _safe(text: str) -> str:
    """The text as no spreadsheet computes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
