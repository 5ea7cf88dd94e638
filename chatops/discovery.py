"""What other distributions add to chatops, by their entry points; nothing is imported to find it."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from typing import Final, NamedTuple

from chatops.text import one_line

#: The distribution that chatops and its own plugins come with.
OURS: Final = "chatops-incident"


class Refused(NamedTuple):
    """An entry point that is not used, and why."""

    point: EntryPoint
    problem: str


class Origin(NamedTuple):
    """The distribution that an entry point comes with; empty where its files do not say."""

    name: str = ""
    version: str = ""


class Discovery:
    """The entry points of a group, by name. A name that several distributions have belongs to our own, and
    where none of them is ours to nobody: which one is meant cannot be told. One in `reserved` is the core's.
    """

    def __init__(self, group: str, what: str, reserved: Collection[str] = ()) -> None:
        self.usable: dict[str, EntryPoint] = {}
        self.refused: list[Refused] = []
        for name, points in sorted(_by_name(self._readable(group)).items()):
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

    def _readable(self, group: str) -> Iterator[EntryPoint]:
        """The entry points that are well-formed; what is not is refused."""
        for point in self._points(group):
            if EntryPoint.pattern.match(point.value):
                yield point
            else:
                said = f"{source(point)} says where it is as {point.value!r}"
                self.refused.append(Refused(point, f"{said}; an entry point is written MODULE:NAME."))

    def _points(self, group: str) -> Iterable[EntryPoint]:
        try:
            return entry_points(group=group)
        except Exception:  # noqa: BLE001  (whatever any distribution holds: it may have nothing to do with us)
            return [point for dist in distributions() for point in self._of(dist, group)]

    def _of(self, dist: Distribution, group: str) -> Iterable[EntryPoint]:
        try:
            return dist.entry_points.select(group=group)
        except Exception as error:  # noqa: BLE001  (whatever its files hold)
            name = _origin(dist).name or "(without a name)"
            problem = f"what the distribution {name} adds cannot be read ({type(error).__name__}). "
            how = f"Repair it: pip install --force-reinstall {name}"
            self.refused.append(Refused(EntryPoint(name, "", group), problem + how))
            return ()


def source(point: EntryPoint) -> str:
    """The distribution that an entry point comes with, as it is said to people."""
    return origin(point).name or point.value


def origin(point: EntryPoint) -> Origin:
    """The distribution that an entry point comes with."""
    return _origin(point.dist) if point.dist else Origin()


@lru_cache(maxsize=256)
def _origin(distribution: Distribution) -> Origin:
    # Its metadata are parsed whole for it, the README among them.
    try:
        about = distribution.metadata
        said = (one_line(about[key]) if key in about else "" for key in ("Name", "Version"))
        return Origin(*said)
    except Exception:  # noqa: BLE001  (whatever its files hold)
        return Origin()


def _by_name(points: Iterable[EntryPoint]) -> dict[str, list[EntryPoint]]:
    """What is found under each name, our own first. A distribution that is on the path twice counts once."""
    found: dict[str, dict[str, EntryPoint]] = {}
    for point in points:
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
