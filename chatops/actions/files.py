"""Finds, reads and replaces files: none in a loop, mixed with another, or left half-written."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from chatops.actions.document import NotRead, too_large

SUFFIXES: Final = (".md", ".markdown")
#: Folders whose Markdown is somebody else's. Those with a leading dot are passed over as well.
_FOREIGN: Final = frozenset({"node_modules", "vendor", "venv", "__pycache__"})


class Taken(NamedTuple):
    """A file as it was read: where it really is, its bytes, and what it was then."""

    path: Path
    real: Path
    data: bytes
    seen: os.stat_result


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: those named, and the Markdown in and below the folders named, in order.

    Links to folders are not followed, so that no loop has to be left again; a file is given once, under the
    first of its names.
    """
    known: set[tuple[int, int]] = set()
    for path in paths:
        for found in _below(path) if path.is_dir() else [path]:
            with suppress(OSError):
                here = found.stat()
                if (here.st_dev, here.st_ino) in known:
                    continue
                known.add((here.st_dev, here.st_ino))
            yield found


def _below(folder: Path) -> Iterator[Path]:
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _FOREIGN and not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES):
                yield Path(top, name)


def take(path: Path) -> Taken:
    """The file's bytes.

    Raises NotRead where it cannot be read, is no file, is too large, or changes meanwhile.
    """
    try:
        real = path.resolve(strict=True)
        # A named pipe would wait for its writer for ever.
        with open(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise NotRead(path=path, problem="is no file")
            too_large(path, before.st_size)
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except (OSError, RuntimeError) as error:
        raise NotRead(path=path, problem=f"cannot be read ({_words(error)})") from None
    if len(data) != before.st_size or _changed(before, after):
        raise NotRead(path=path, problem="changed while it was read, so it is left as it is; try again")
    return Taken(path, real, data, after)


def replace(taken: Taken, data: bytes) -> None:
    """Give the file these bytes, all at once; its mode stays, and a link to it stays one.

    Raises NotRead where it has changed since it was read, or cannot be written.
    """
    made = None
    try:
        number, name = tempfile.mkstemp(prefix=".chatops-", dir=taken.real.parent)
        made = Path(name)
        with open(number, "wb") as file:  # noqa: PTH123
            file.write(data)
            with suppress(PermissionError):
                os.fchown(number, taken.seen.st_uid, taken.seen.st_gid)
            os.fchmod(number, stat.S_IMODE(taken.seen.st_mode))
            file.flush()
            os.fsync(number)
        if _changed(taken.seen, taken.real.stat()):
            raise NotRead(path=taken.path, problem="changed meanwhile, so it is left as it is; try again")
        made.replace(taken.real)
        made = None
    except OSError as error:
        raise NotRead(path=taken.path, problem=f"cannot be written ({_words(error)})") from None
    finally:
        if made:
            made.unlink(missing_ok=True)


def create(path: Path, data: bytes, mode: int | None = None) -> None:
    """Make a file with these bytes, all at once, and the folders above it. Its mode is the usual one, or
    `mode`.

    Raises NotRead where there is one of this name meanwhile, or it cannot be written.
    """
    made: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".chatops-", dir=path.parent)
        made = Path(name)
        with open(number, "wb") as file:  # noqa: PTH123
            file.write(data)
            os.fchmod(number, _usual_mode() if mode is None else mode)
            file.flush()
            os.fsync(number)
        _place(made, path)
    except OSError as error:
        raise NotRead(path=path, problem=f"cannot be written ({_words(error)})") from None
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def close_to_others(taken: Taken) -> None:
    """Let nobody but its owner read the file. Raises NotRead where that cannot be."""
    try:
        taken.real.chmod(0o600)
    except OSError as error:
        problem = f"can be read by others, and that cannot be changed ({_words(error)})"
        raise NotRead(path=taken.path, problem=problem) from None


def _place(made: Path, path: Path) -> None:
    """Give the file its name. Raises NotRead where that is another one's by now."""
    try:
        # Unlike a replacement, a link takes no other file's place; not every file system has them.
        path.hardlink_to(made)
    except OSError:
        if os.path.lexists(path):
            problem = "was written meanwhile, so it is left as it is; try again"
            raise NotRead(path=path, problem=problem) from None
        made.rename(path)


def _usual_mode() -> int:
    """What the user's mask leaves of a file's mode; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    def known(one: os.stat_result) -> tuple[int, ...]:
        return one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns

    return known(before) != known(after)


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
