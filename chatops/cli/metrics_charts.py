"""Where the bars of a chart are. Across, everything is in percent, so that it fits every screen."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final, NamedTuple

from chatops.metrics import Detection

#: Of a chart's height in pixels, what its bars have.
HEIGHT: Final = 120
MOST_MONTHS: Final = 24
LABELS: Final = 5


class Bar(NamedTuple):
    """One month: where it is, how high, and what it says. `mark` is the height of the second figure."""

    label: str
    x: float
    width: float
    height: float
    mark: float | None
    says: str
    labelled: bool


class Chart(NamedTuple):
    """Bars beside each other; `most` is what the highest line stands for. `known`: there is something to
    see. `earlier`: there were months before those that are shown.
    """

    title: str
    what: str
    bars: list[Bar]
    most: str
    known: bool
    earlier: bool


class Part(NamedTuple):
    """A part of a whole, in percent of it."""

    name: str
    number: int
    x: float
    width: float


def bars(
    title: str,
    what: str,
    months: Mapping[str, tuple[int | None, int | None]],
    say: Callable[[int], str],
    second: str = "90th percentile",
) -> Chart:
    """A bar for each month until the latest, of the last two years; a month without incidents has its
    place, too. `second` names the second figure.
    """
    shown = _until(max(months), min(months)) if months else []
    every = [months.get(month, (None, None)) for month in shown]
    most = max((value for pair in every for value in pair if value is not None), default=0)
    step, skip = 100 / max(len(shown), 1), max(1, ceil(len(shown) / LABELS))
    drawn = []
    for place, (month, (value, mark)) in enumerate(zip(shown, every, strict=True)):
        says = f"{month}: {'none' if value is None else say(value)}"
        drawn.append(
            Bar(
                label=month,
                x=round((place + 0.15) * step, 2),
                width=round(0.7 * step, 2),
                height=_height(value or 0, most),
                mark=None if mark is None else _height(mark, most),
                says=says if mark is None else f"{says}, {second} {say(mark)}",
                labelled=(len(shown) - 1 - place) % skip == 0,
            )
        )
    known = any(value is not None for value, _ in every)
    return Chart(title, what, drawn, say(most), known, bool(shown) and min(months) < shown[0])


def parts(found: Detection) -> list[Part]:
    """Who noticed, as parts of a whole that leaves out nobody."""
    return portions(
        {name: getattr(found, name) for name in ("monitoring", "employee", "customer", "unknown")}
    )


def portions(counts: Mapping[str, int], whole: int = 0) -> list[Part]:
    """The parts that are any, side by side: of all of them, or of a `whole` that is more."""
    whole, before, made = whole or sum(counts.values()), 0, []
    for name, count in counts.items():
        if count:
            made.append(Part(name, count, round(100 * before / whole, 2), round(100 * count / whole, 2)))
            before += count
    return made


def _height(value: int, most: int) -> float:
    return round(HEIGHT * value / most, 1) if most else 0.0


def _until(last: str, first: str) -> list[str]:
    """The months until the last one, not before the first, as many as there is room for."""
    year, month = map(int, last.split("-"))
    every = [divmod(year * 12 + month - 1 - back, 12) for back in reversed(range(MOST_MONTHS))]
    names = [f"{year:04}-{month + 1:02}" for year, month in every]
    return [name for name in names if name >= first]
