"""What procrastinate does in the time: jobs that do nothing, on the same server."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from command import PYTHON, environment, running
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

#: Where it is quickest, of 1, 4, 8 and 16.
AT_ONCE: Final = 8


def seconds_each(url: str, jobs: int) -> float:
    """How long each job takes one worker, which finds all of them waiting."""
    return asyncio.run(_seconds_each(url, jobs))


@contextmanager
def listening(folder: Path, url: str, started: Path) -> Iterator[Callable[[], object]]:
    """Defers a job to a worker in a process of its own, which writes into `started` when it began it."""
    with running([PYTHON, __file__, url, str(started)], environment(folder)):
        app = App(connector=SyncPsycopgConnector(conninfo=url))
        with app.open():
            yield app.configure_task("started").defer


async def _seconds_each(url: str, jobs: int) -> float:
    app = App(connector=PsycopgConnector(conninfo=url))

    @app.task(name="nothing")
    async def nothing() -> None:
        pass

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await nothing.batch_defer_async(*[{} for _ in range(jobs)])
        begin = time.perf_counter()
        await app.run_worker_async(
            wait=False, concurrency=AT_ONCE, delete_jobs="always", install_signal_handlers=False
        )
        return (time.perf_counter() - begin) / jobs


async def _serve(url: str, path: Path) -> None:
    app = App(connector=PsycopgConnector(conninfo=url))

    @app.task(name="started")
    async def started() -> None:
        with path.open("a") as file:
            file.write(f"{time.time()}\n")

    async with app.open_async():
        await app.run_worker_async(concurrency=AT_ONCE, delete_jobs="always")


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
