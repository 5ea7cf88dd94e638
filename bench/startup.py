"""How long a command takes that only reads, as a multiple of the bare interpreter."""

from collections.abc import Iterator
from pathlib import Path

from command import COMMAND, PYTHON, environment, seconds
from stores import filled
from table import Ratio, of_medians


def measure(folder: Path, *, incidents: int, runs: int) -> Iterator[Ratio]:
    """The commands take turns, so that whatever else the machine does meets them all.

    `--help` names what plugins add, and to look for that is a quarter of its time; no other command of ours
    looks.
    """
    store = folder / "startup.db"
    filled(store, incidents).close()
    env = environment(folder, CHATOPS_STORE=str(store))
    bare = [PYTHON, "-c", "pass"]
    commands: list[tuple[str, float, list[str]]] = [
        ("--version", 5, ["--version"]),
        ("--help", 8, ["--help"]),
        (f"list, of {incidents:,} incidents", 9, ["list"]),
        (f"show, of {incidents:,} incidents", 9, ["show", f"INC-{incidents // 2}"]),
    ]
    lines = [bare, *([COMMAND, *arguments] for _, _, arguments in commands)]
    for line in lines:
        seconds(line, env)
    unit, *took = zip(*([seconds(line, env) for line in lines] for _ in range(runs)), strict=True)
    for (what, aim, _), each in zip(commands, took, strict=True):
        yield of_medians(f"chatops {what} / python -c pass", aim, list(each), list(unit))
