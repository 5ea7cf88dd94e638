"""A store as a whole, moved to another one, or checked."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from chatops.errors import UsageError
from chatops.store import Line, Store

_LINE = msgspec.json.Decoder(Line)


def export(store: Store, file: Path) -> dict[str, int]:
    """Write everything into the file, or to standard output for `-`, as JSON lines.

    A file is there as a whole or not at all, and for its owner alone. Raises UsageError. Returns how many
    rows of each table there are.
    """
    counts: dict[str, int] = {}
    with _writing(file) as out:
        for line in store.written():
            out.write(msgspec.json.encode(line) + b"\n")
            counts = line.counts or counts
    return counts


def import_(store: Store, file: Path) -> dict[str, int]:
    """Take in an export, all or nothing; how many rows of each table. Raises UsageError, StoreError."""
    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as lines:
            return store.read(_decoded(lines, file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def faults(store: Store) -> Iterator[str]:
    """Everything that is wrong with what the store keeps: nothing, as far as anybody knows."""
    yield from store.faults()
    for identity in store.log.all_ids():
        try:
            kept, rebuilt = store.log.incident(identity), store.log.rebuilt(identity)
        except (msgspec.MsgspecError, ValueError) as error:
            yield f"incident {identity} cannot be read: {error}"
            continue
        if kept != rebuilt:
            yield f"{kept.name if kept else identity} is not what its events add up to"


@contextmanager
def _writing(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _decoded(lines: IO[bytes], file: Path) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        try:
            yield _LINE.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file}, line {number}, is not of an export: {error}. Nothing was recorded."
            ) from error
