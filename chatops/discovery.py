"""What other distributions add to chatops, by their entry points; nothing is imported to find it."""

from collections.abc import Collection
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Final, NamedTuple

#: The distribution that chatops and its own plugins come with.
OURS: Final = "chatops-incident"


class Refused(NamedTuple):
    """An entry point that is not used, and why."""

    point: EntryPoint
    problem: str


class Discovery:
    """The entry points of a group, by name. A name that several distributions have belongs to our own, and
    where none of them is ours to nobody: which one is meant cannot be told. One in `reserved` is the core's.
    """

    def __init__(self, group: str, what: str, reserved: Collection[str] = ()) -> None:
        self.usable: dict[str, EntryPoint] = {}
        self.refused: list[Refused] = []
        for name, points in sorted(_by_name(group).items()):
            ours = next((point for point in points if source(point) == OURS), None)
            if name in reserved:
                problem = f"chatops itself has a {what} named {name}"
                self.refused += [Refused(point, f"{problem}. {_way_out(point)}") for point in points]
            elif ours or len(points) == 1:
                self.usable[name] = ours or points[0]
                self.refused += [_clash(point, points, what) for point in points[1:] if ours]
            else:
                self.refused += [_clash(point, points, what) for point in points]

    def refusal(self, name: str) -> str | None:
        """Why nothing of this name can be used, where there is something of this name."""
        problems = [refused.problem for refused in self.refused if refused.point.name == name]
        return problems[0] if problems and name not in self.usable else None

    def source(self, name: str) -> str:
        """The distribution that what is usable under this name comes with."""
        return source(self.usable[name])


def source(point: EntryPoint) -> str:
    """The distribution that an entry point comes with."""
    return _name(point.dist) if point.dist else point.value


@lru_cache(maxsize=256)
def _name(distribution: Distribution) -> str:
    # Its metadata are parsed whole for it, the README among them.
    return distribution.name


def _by_name(group: str) -> dict[str, list[EntryPoint]]:
    """What is found under each name, our own first. A distribution that is on the path twice counts once."""
    found: dict[str, dict[str, EntryPoint]] = {}
    for point in entry_points(group=group):
        found.setdefault(point.name, {}).setdefault(source(point), point)
    return {
        name: sorted(by.values(), key=lambda point: (source(point) != OURS, source(point)))
        for name, by in found.items()
    }


def _clash(point: EntryPoint, points: list[EntryPoint], what: str) -> Refused:
    others = " and ".join(source(other) for other in points if other is not point)
    return Refused(point, f"{others} has a {what} named {point.name}, too. {_way_out(point)}")


def _way_out(point: EntryPoint) -> str:
    return f"Ask its author for another name, or: pip uninstall {source(point)}"
