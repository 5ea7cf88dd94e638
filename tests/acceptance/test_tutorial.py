"""The tutorial, followed word by word: each command prints what it shows, and its end is the example."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutorial import Reader, blocks

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "chatops-pager"


def files(folder: Path) -> set[str]:
    """Every file that somebody has written."""
    made = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not made.intersection(path.parts)
    }


@pytest.mark.long
def test_it_can_be_followed_word_by_word(tmp_path: Path) -> None:
    with Reader(tmp_path) as reader:
        for block in blocks():
            assert reader.follow(block) == block.text
        made = reader.folder / EXAMPLE.name
    assert files(made) == files(EXAMPLE)
    _, different, strange = filecmp.cmpfiles(made, EXAMPLE, files(EXAMPLE), shallow=False)
    assert (different, strange) == ([], [])


def test_the_plugin_has_less_than_a_hundred_lines() -> None:
    assert len((EXAMPLE / "chatops_pager" / "__init__.py").read_text().splitlines()) < 100


@pytest.mark.long
def test_the_example_passes_its_tests() -> None:
    env = os.environ | {"PYTHONPATH": str(EXAMPLE)}
    for command in (
        ["pytest", "-q", "-p", "no:cacheprovider"],
        ["mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache"), "."],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=EXAMPLE,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
