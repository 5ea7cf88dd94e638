"""Plugins as `chatops plugins new` begins them, and the tests that they inherit."""

import importlib
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chatops.cli.plugins_scaffold import Scaffold
from chatops.testing import PluginConformance, Trial


def begin(folder: Path, name: str, chosen: Sequence[str], *, public: bool = False) -> Path:
    """Write the files of a plugin; the folder that they are in."""
    made = Scaffold(name, chosen, public)
    for path, text in made.files().items():
        (folder / made.distribution / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / made.distribution / path).write_text(text)
    return folder / made.distribution


def points(begun: Path) -> dict[str, dict[str, str]]:
    """The entry points that a distribution would have."""
    found: dict[str, dict[str, str]] = tomllib.loads((begun / "pyproject.toml").read_text())["project"][
        "entry-points"
    ]
    return found


def loaded(begun: Path, group: str) -> Any:
    """What the only entry point of the group is; the folder is on the path."""
    (target,) = points(begun)[group].values()
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def conforms(begun: Path, folder: Path, only: set[str] | None = None) -> None:
    """Run the inherited tests of a plugin, in this process."""

    class Case(PluginConformance):
        plugin = loaded(begun, "chatops")
        standin = loaded(begun, "chatops.sandboxes")

    case = Case()
    for test, arguments in inherited():
        if only is None or test in only:
            with Trial(folder / test, case.plugin, case.standin, case.settings) as trial:
                try:
                    getattr(case, test)(trial, *arguments)
                except pytest.skip.Exception:
                    continue


def inherited() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The tests of the suite; of those with a parameter, with one value of it."""
    chosen = {"status": 401, "moment": "503", "garbage": "wrong types"}
    for name, test in vars(PluginConformance).items():
        if name.startswith("test_"):
            yield name, tuple(chosen[mark.args[0]] for mark in getattr(test, "pytestmark", []))
