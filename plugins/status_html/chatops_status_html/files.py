"""The folder of the page: one writer at a time, and no reader ever sees half a file."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatops import Deadline, Rejected, Unavailable

GENERATOR = "chatops status_html"
LOCK = ".status_html.lock"
_PREFIX, _SUFFIX = ".status_html-", ".tmp"
_TIME_TO_DRAW = 1.0


class Folder:
    """The folder at `path`; `setting` is the one to change where it cannot be used."""

    def __init__(self, path: Path, setting: str) -> None:
        self.path = path
        self.setting = setting

    @contextmanager
    def locked(self, deadline: Deadline) -> Iterator[None]:
        """The folder, made where it is missing, for this writer alone.

        Raises Unavailable where others hold it until too little of the deadline is left, Rejected
        where it cannot be a page's folder.
        """
        self._prepare()
        # A new description for each call: threads of one process exclude one another, too.
        descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            while not _taken(descriptor):
                if deadline.remaining() <= _TIME_TO_DRAW:
                    raise Unavailable(f"another process is drawing the page in {self.path}")
                time.sleep(0.02)
            self._clean()
            yield
        finally:
            os.close(descriptor)

    def read(self, name: str) -> bytes | None:
        """What the file holds, or None where there is none."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Replace the file in one step; it is on the disk when this returns."""
        if self.read(name) == content:
            return
        target = self.path / name
        self._make(target.parent)
        with tempfile.NamedTemporaryFile(dir=self.path, prefix=_PREFIX, suffix=_SUFFIX, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
                os.replace(file.name, target)  # noqa: PTH105 - one call, as short as Path's
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _sync(target.parent)

    def _prepare(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._make(self.path)
        except (FileExistsError, NotADirectoryError) as error:
            raise Rejected(
                f"{self.setting} is {self.path}, and {error.filename} is a file; name a folder"
            ) from None
        # The index comes first: another process makes the lock before it draws its first index.
        index = self.read("index.html")
        if index is not None and GENERATOR.encode() not in index and not (self.path / LOCK).exists():
            raise Rejected(
                f"{self.setting} is {self.path}, which holds an index.html of somebody else's;"
                " name a folder of the page's own, or move that file away"
            )

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if folder != self.path:
            self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        # A web server that runs as somebody else has to read it, whatever our umask.
        folder.chmod(0o755)

    def _clean(self) -> None:
        # Whoever holds the lock is the only writer, so these belong to one that was killed.
        for orphan in self.path.glob(f"{_PREFIX}*{_SUFFIX}"):
            orphan.unlink(missing_ok=True)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
