"""One line for each ratio, with its aim beside it."""

from statistics import median
from typing import NamedTuple

_LINE = "{:<54} {:>7}  {:<7} {:<5} {}"


class Ratio(NamedTuple):
    """How long `what` takes, as a multiple of something that was measured in the same run."""

    what: str
    ratio: float
    aim: float | None
    beside: str


def of_medians(what: str, aim: float | None, took: list[float], unit: list[float]) -> Ratio:
    """The ratio of two series of seconds, which were measured in turns."""
    above, below = median(took), median(unit)
    return Ratio(what, above / below, aim, f"{_seconds(above)} / {_seconds(below)}")


def head() -> None:
    """Print the names of the columns."""
    print(_LINE.format("", "ratio", "aim", "", "medians"), flush=True)


def line(found: Ratio) -> None:
    """Print one ratio."""
    aim = "" if found.aim is None else f"≤ {found.aim:g}"
    over = "over" if found.aim is not None and found.ratio > found.aim else ""
    print(_LINE.format(found.what, f"{found.ratio:.2f}", aim, over, found.beside), flush=True)


def _seconds(value: float) -> str:
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
