"""Which lines of which files a change has touched, as git tells it."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chatops.errors import UsageError

_HUNK: Final = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)

#: However somebody has set git to show differences to people. Releases before 2.28 know the setting no more
#: than the option that would overrule it, and only the option would be an error there.
_DIFF: Final = (
    *("-c", "diff.relative=false", "-c", "diff.interHunkContext=0"),
    *("diff", "--no-renames", "--no-color", "--no-ext-diff"),
)


class Touched:
    """What is not as it was where the branch left `ref`. Raises UsageError where git cannot tell."""

    def __init__(self, ref: str) -> None:
        if ref.startswith("-"):
            raise UsageError(f"{ref!r} is no commit or branch.")
        self._base = _git("merge-base", ref, "HEAD").strip().decode(errors="replace")
        self._top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n")))
        changed = _git(*_DIFF, "--name-only", "-z", self._base, "--", self._top)
        new = _git("-C", self._top, "ls-files", "-z", "--others", "--exclude-standard")
        self._changed = set(self._paths(changed))
        self._new = set(self._paths(new))

    def lines(self, path: Path) -> Iterable[range]:
        """The lines of the file that are new or changed, counted from 1."""
        real = path.resolve()
        if real in self._new:
            return [range(1, 2**31)]
        if real not in self._changed:
            return []
        hunks = _git(*_DIFF, "-U0", self._base, "--", real)
        return [range(int(first), int(first) + int(number or 1)) for first, number in _HUNK.findall(hunks)]

    def _paths(self, names: bytes) -> Iterable[Path]:
        return ((self._top / os.fsdecode(name)).resolve() for name in names.split(b"\0") if name)


def _git(*arguments: str | Path) -> bytes:
    try:
        done = subprocess.run(["git", "--literal-pathspecs", *arguments], capture_output=True, check=True)  # noqa: S607
    except FileNotFoundError:
        raise UsageError("--changed-since asks git, and there is none.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
        raise UsageError(
            f"git cannot say what has changed: {said[-1]}. In a job, fetch the branch and its history first."
        ) from None
    return done.stdout
