"""A store as a whole: copied into another database, or written down and read again, with nothing lost."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import msgspec

from chatops.errors import UsageError
from chatops.store.database import Database
from chatops.store.queries import migrations

#: Every table, each after those that it refers to.
TABLES: Final = (
    "incidents",
    "events",
    "instances",
    "lanes",
    "deliveries",
    "steps",
    "components",
    "requests",
)
SCHEMA: Final = len(migrations("sqlite"))


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of an export: the schema comes first, then every row, then how many there were."""

    schema: int | None = None
    table: str = ""
    row: dict[str, str | int | None] = {}
    counts: dict[str, int] | None = None


def copy(source: Database, target: Database) -> dict[str, int]:
    """Copy every row into a database that has none, all or nothing; how many there were of each table."""
    with source.snapshot(), target.transaction():
        return {table: target.fill(table, source.rows(table)) for table in TABLES}


def written(source: Database) -> Iterator[Line]:
    """Everything that is there at this moment."""
    yield Line(schema=SCHEMA)
    counts = dict.fromkeys(TABLES, 0)
    with source.snapshot():
        for table in TABLES:
            for row in source.rows(table):
                counts[table] += 1
                yield Line(table=table, row=row)
    yield Line(counts=counts)


def read(lines: Iterator[Line], target: Database) -> dict[str, int]:
    """Take in what was written, all or nothing; how many rows there were of each table.

    Raises UsageError for what is not whole, or is for another version, and where there are rows already.
    """
    found = next(lines, Line()).schema
    if found is None:
        raise UsageError("This is no export of a store; make one with: chatops store export FILE")
    if found != SCHEMA:
        raise UsageError(f"It was written with schema {found}, and this version has {SCHEMA}.")
    counts, promised = dict.fromkeys(TABLES, 0), None
    with target.transaction():
        if any(target.all("whole", "used")):
            raise UsageError(f"{target.name} has incidents or plugins already. Import into an empty store.")
        for table, those in groupby(lines, lambda line: line.table):
            if table in counts:
                counts[table] += target.fill(table, (line.row for line in those))
            else:
                promised = [line.counts for line in those][-1]
        if promised != counts:
            raise UsageError("The export is not whole: its end is missing. Nothing was recorded.")
    return counts
