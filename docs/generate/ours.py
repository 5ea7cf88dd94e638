"""The plugins that come with chatops."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from chatops import Plugin
from chatops.discovery import OURS
from chatops.registry import GROUP
from docs.generate.committed import ROOT


def plugins() -> dict[str, type[Plugin[Any]]]:
    """The class of each, by its name."""
    points = [point for point in entry_points(group=GROUP) if point.dist and point.dist.name == OURS]
    return {point.name: point.load() for point in sorted(points)}


def readmes() -> dict[str, Path]:
    """The README of each folder, by the folder's name."""
    return {path.parent.name: path for path in sorted((ROOT / "plugins").glob("*/README.md"))}
