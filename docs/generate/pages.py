"""Every generated page, and where it is on the site."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from docs.generate import api, commands, events, exit_codes, links, ours, pager, settings
from docs.generate.committed import ROOT

FOLDER: Final = "reference"


def example() -> str:
    """The page that shows the example."""
    text = (ROOT / "config.example.toml").read_text("utf-8")
    return f"# An example with every setting\n\n```toml\n{text}```\n"


def of_readme(path: Path) -> str:
    """The page that a plugin's README is."""
    return links.rehomed(path.read_text("utf-8"), path.parent, f"{FOLDER}/plugins")


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "configuration": settings.core,
    "plugin-settings": settings.of_plugins,
    "example": example,
    "commands": commands.page,
    "events": events.page,
    "exit-codes": exit_codes.page,
    "names": api.page,
    "pager": pager.page,
} | {f"plugins/{name}": partial(of_readme, readme) for name, readme in ours.readmes().items()}


def write(folder: Path) -> None:
    """Write them below the folder, each where it has changed, and take away what is not made any more."""
    paths = {folder / f"{name}.md": page for name, page in PAGES.items()}
    for path, page in paths.items():
        text = page()
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for path in folder.rglob("*.md"):
        if path not in paths:
            path.unlink()
