"""Keeps what is generated and committed: `python -m docs.generate.hooks [--check]`."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def keep(path: Path, text: str, module: str) -> None:
    """Write the file, or with `--check` exit where it is not as it should be."""
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path.name} is out of date: run python -m {module}")
