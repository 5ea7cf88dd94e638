"""What plugins cost: those that are only installed, and the dispatcher around each call."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pluggy
from backlog import SOURCE
from command import COMMAND, environment, installed, seconds
from table import Ratio, of_medians

from chatops import config as configuration
from chatops import hookspecs
from chatops.service import Act, Service
from chatops.service.incidents import Declaration
from chatops.store import Store
from chatops.testing.site import Site

ENABLED: Final = ("one", "two", "three")


def starting(folder: Path, *, runs: int) -> Iterator[Ratio]:
    """`declare` to three plugins, with ten and with fifty more distributions installed beside them."""
    site = installed(folder / "plugged", SOURCE, noop="Noop")
    (folder / "chatops.toml").write_text(_configuration())
    sites = {0: [site], 10: [site, _others(folder, 10)], 50: [site, _others(folder, 50)]}
    envs = {
        more: environment(
            folder, PYTHONPATH=":".join(map(str, paths)), CHATOPS_STORE=str(folder / f"{more}.db")
        )
        for more, paths in sites.items()
    }
    line = [COMMAND, "declare", "Checkout returns 500s", "--new", "--no-public"]
    for env in envs.values():
        seconds(line, env)
    took = zip(*([seconds(line, env) for env in envs.values()] for _ in range(runs)), strict=True)
    none, *more = (list(each) for each in took)
    for count, each in zip((10, 50), more, strict=True):
        yield of_medians(f"declare, {count} more plugins installed / none", 1.2, each, none)


def calling(folder: Path, *, runs: int) -> Iterator[Ratio]:
    """One delivery to a plugin that does nothing, all of it, beside the call by pluggy alone."""
    site = installed(folder / "calling", SOURCE, noop="Noop")
    sys.path.insert(0, str(site))
    try:
        (folder / "calling.toml").write_text(_configuration())
        config = configuration.load(folder / "calling.toml")
        service = Service(Store(folder / "calling.db"), config)
        act = Act(actor="bench")
        incident = service.declare(Declaration(title="Checkout"), act, anew=True).incident.id
        list(service.engine.start(incident))
        for number in range(runs):
            service.note(incident, f"Note {number}", act)
        begin = time.perf_counter()
        delivered = len(list(service.engine.start(incident)))
        each = (time.perf_counter() - begin) / delivered
        bare = _bare(runs * len(ENABLED))
        beside = f"{each * 1e3:.2f} ms / {bare * 1e6:.2f} us"
        yield Ratio("a delivery, with its commits / a bare pluggy call", each / bare, None, beside)
    finally:
        sys.path.remove(str(site))


def _bare(times: int) -> float:
    manager = pluggy.PluginManager("chatops")
    manager.add_hookspecs(hookspecs.Hooks)

    class Noop:
        @hookspecs.hookimpl
        def note_added(self, event: object, ctx: object) -> None:
            pass

    manager.register(Noop())
    begin = time.perf_counter()
    for _ in range(times):
        manager.hook.note_added(event=None, ctx=None)
    return (time.perf_counter() - begin) / times


def _configuration() -> str:
    tables = "".join(f'[plugins.{name}]\nuse = "noop"\n' for name in ENABLED)
    return f"[core]\ndrainer = false\n{tables}"


def _others(folder: Path, count: int) -> Path:
    """A folder with so many distributions, each with a plugin that nobody enables."""
    there = folder / f"others-{count}"
    there.mkdir()
    for number in range(count):
        Site(there, distribution=f"other-{number}").install(SOURCE, **{f"other-{number}": "Noop"})
    return there
