"""Breaks one promise after the other in a copy of the tree, and sees that a test notices.

`make chaos-mutants`, or `python -m tests.chaos.mutants NAME...` for some of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from chatops.cli.output import say
from tests.chaos.broken import MUTANTS, Mutant

ROOT: Final = Path(__file__).parents[2]
COPIED: Final = ("chatops", "plugins", "tests", "pyproject.toml")
#: The longest that the tests of one mutant may take, in seconds.
LONGEST: Final = 300.0
#: What pytest ends with where tests have failed, and not where there were none.
FAILED: Final = 1


def main(names: Sequence[str]) -> int:
    """Try each of them, or those with these words in their names; how many have survived."""
    wanted = [m for m in MUTANTS if not names or any(name in m.name for name in names)]
    with ThreadPoolExecutor(2) as pool:
        sane = list(pool.map(_passes, sorted({mutant.tests for mutant in wanted})))
        if not all(sane):
            say("The tests do not pass without a mutant.")
            return 1
        caught = list(pool.map(_caught, wanted))
    say(f"{sum(caught)} of {len(caught)} caught")
    return int(not all(caught))


def _passes(tests: str) -> bool:
    return _run(None, tests) == 0


def _caught(mutant: Mutant) -> bool:
    code = _run(mutant, mutant.tests)
    verdict = "caught" if code == FAILED else "SURVIVED" if code == 0 else f"NO VERDICT ({code})"
    say(f"{verdict:9} {mutant.name}  ({mutant.tests.rpartition('/')[2]})")
    return code == FAILED


def _run(mutant: Mutant | None, tests: str) -> int:
    """What pytest says of a copy of the tree with this mutant in it."""
    with tempfile.TemporaryDirectory(prefix="chatops-mutant-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        if mutant:
            path = copy / mutant.file
            text = path.read_text()
            if text.count(mutant.old) != 1:
                raise ValueError(f"{mutant.name}: {mutant.file} has its place {text.count(mutant.old)} times")
            path.write_text(text.replace(mutant.old, mutant.new))
        roots = [copy, *sorted((copy / "plugins").iterdir())]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, roots))}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
        return subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=LONGEST, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
