"""The README of a plugin cannot lie: it has every setting, and what it shows of a configuration is one."""

import re
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from chatops import config as configuration
from chatops.cli.effective import fields
from chatops.registry import Registry
from docs.generate import ours

READMES = ours.readmes()
#: Code that is set in, with the empty lines in it.
SET_IN = re.compile(r"^ {4}.*\n(?:\n? {4}.*\n)*", re.MULTILINE)
#: Where the READMEs keep their secrets, and what serves as one everywhere: an address, too.
VARIABLE, FILE = re.compile(r'env = "(\w+)"'), re.compile(r'file = "(.+?)"')
SECRET = "json://example.com/s3cret"


#: An instance's own table, which has all that it needs.
WHOLE = re.compile(r"^\[plugins\.[\w-]+\]$", re.MULTILINE)


def tables(readme: Path) -> list[dict[str, Any]]:
    """The configurations that a README shows; a piece of one belongs to what is shown first."""
    pieces = [dedent(found[0]) for found in SET_IN.finditer(readme.read_text("utf-8"))]
    shown = [piece for piece in pieces if re.match(r"\[[\w.-]+\]\n", piece)]
    first = tomllib.loads(shown[0]) if shown else {}
    read = [(WHOLE.search(piece), tomllib.loads(piece)) for piece in shown]
    return [piece if whole else configuration.merged(first, piece) for whole, piece in read]


SHOWN = [(folder, number) for folder, path in READMES.items() for number in range(len(tables(path)))]


@pytest.mark.parametrize("folder", READMES)
def test_a_readme_has_every_setting_of_its_plugin(folder: str) -> None:
    text = READMES[folder].read_text("utf-8")
    named = {
        name
        for cell in re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }
    mine = [cls for cls in ours.plugins().values() if cls.__module__.startswith(f"chatops_{folder}")]
    assert mine
    for cls in mine:
        assert set(fields(cls.config_type)) <= named


def test_every_readme_shows_a_configuration() -> None:
    assert {folder for folder, _ in SHOWN} == set(READMES)


@pytest.mark.parametrize(("folder", "number"), SHOWN)
def test_the_configuration_that_a_readme_shows_is_one(
    folder: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = READMES[folder].read_text("utf-8")
    for name in VARIABLE.findall(text):
        monkeypatch.setenv(name, SECRET)
    for kept in FILE.findall(text):
        path = Path(kept).expanduser()
        path.parent.mkdir(parents=True)
        path.write_text(SECRET)
    shown = configuration.merged(configuration.DEFAULTS, tables(READMES[folder])[number])
    config = configuration.Config(shown, tmp_path / "chatops.toml", [])
    for instance in config.instances:
        Registry(config).load(instance)
    assert config.problems == []
