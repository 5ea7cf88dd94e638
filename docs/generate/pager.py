"""The finished plugin of the tutorial, file by file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docs.generate.committed import ROOT
from docs.generate.markdown import code, title

FOLDER: Final = ROOT / "examples" / "chatops-pager"
LANGUAGES: Final = {".toml": "toml", ".py": "python"}


def page() -> str:
    """The page that shows it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from title("The finished plugin", "examples/chatops-pager")
    yield "What the [tutorial](../tutorial.md) ends with; `chatops plugins new` has written the rest."
    yield ""
    for path in _files():
        yield from (f"## `{path.relative_to(FOLDER).as_posix()}`", "")
        yield from code(path.read_text("utf-8"), LANGUAGES[path.suffix])


def _files() -> list[Path]:
    known = (path for path in FOLDER.rglob("*") if path.suffix in LANGUAGES)
    return sorted(path for path in known if path.read_text("utf-8").strip())
