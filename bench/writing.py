"""What it costs to record an event, beside the least that a disk lets anybody do: one synced commit."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from table import Ratio, of_medians

from chatops import config as configuration
from chatops.service import Act, Service
from chatops.service.incidents import Declaration
from chatops.store import Store


def measure(folder: Path, *, runs: int) -> Iterator[Ratio]:
    """One note on an incident that no plugin hears of, and one row of the same length, in turns."""
    path = folder / "writing.toml"
    path.write_text("[core]\ndrainer = false\n")
    service = Service(Store(folder / "writing.db"), configuration.load(path))
    incident = service.declare(Declaration(title="Checkout returns 500s"), Act(actor="dana")).incident
    bare = _bare(folder / "bare.db")
    notes, rows = [], []
    text = "Marta sees the same errors from Frankfurt"
    for _ in range(runs):
        notes.append(_seconds(lambda: service.note(incident.id, text, Act(actor="dana"))))
        rows.append(_seconds(lambda: bare.execute("INSERT INTO rows (text) VALUES (?)", (text,))))
    bare.close()
    service.store.close()
    yield of_medians("a note recorded / one synced SQLite commit", None, notes, rows)


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    return connection


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
