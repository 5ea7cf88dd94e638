"""Six slow plugins that hear of one incident: together, and one after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from command import COMMAND, environment, installed, seconds
from table import Ratio, of_medians

PLUGINS: Final = 6
SLOW: Final = 0.3
SOURCE: Final = f"""
    import time
    from chatops import Plugin, hookimpl

    class Slow(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            time.sleep({SLOW})

    class OneAfterTheOther(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            for _ in range({PLUGINS}):
                time.sleep({SLOW})
"""


def measure(folder: Path, *, runs: int) -> Iterator[Ratio]:
    """Each run declares into a store of its own, which does not know the plugins yet."""
    site = installed(folder, SOURCE, slow="Slow", in_turn="OneAfterTheOther")
    together = "".join(f'[plugins.slow-{number}]\nuse = "slow"\n' for number in range(PLUGINS))
    configurations = {"none": "", "together": together, "in turn": "[plugins.in_turn]\n"}
    took: dict[str, list[float]] = {name: [] for name in configurations}
    for run in range(runs + 1):
        for name, toml in configurations.items():
            path = folder / f"{name}.toml"
            path.write_text(f"[core]\ndrainer = false\n{toml}")
            store = str(folder / "together" / f"{name} {run}.db")
            env = environment(folder, PYTHONPATH=str(site), CHATOPS_CONFIG=str(path), CHATOPS_STORE=store)
            spent = seconds([COMMAND, "declare", "Checkout returns 500s"], env)
            # The first run compiles.
            if run:
                took[name].append(spent)
    best = [SLOW + start for start in took["none"]]
    calls = f"declare, {PLUGINS} calls of {SLOW * 1000:.0f} ms"
    yield of_medians(f"{calls} / the slowest + start-up", 1.15, took["together"], best)
    yield of_medians(f"{calls} in turn / the same", None, took["in turn"], best)
