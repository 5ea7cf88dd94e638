"""What documents show: their code blocks, and what a terminal prints."""

import os
import re
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from chatops.testing import Cli
from chatops.testing.command import COMMAND

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


class Block(NamedTuple):
    """A block of code, and the language that its fence names."""

    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, those of lists too."""
    fenced = re.findall(r"^( *)```(\w*)\n(.*?)^\1```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [Block(language, dedent(text)) for _, language, text in fenced]


def of(page: Path, language: str) -> list[str]:
    """The blocks of one language."""
    return [block.text for block in blocks(page) if block.language == language]


def without_times(text: str, home: Path) -> str:
    """What has to be the same each time."""
    text = text.replace(str(home), "/home/you")
    text = re.sub(r"due in [^,]+,", "due in TIME,", text)
    # What falls on another day, as just before midnight, is shown with it, in a column that is wider then.
    text = re.sub(r"(\d{4}-\d\d-\d\d )?\b\d\d:\d\d\b", "HH:MM", text)
    return re.sub(r"(since|HH:MM) +", r"\1  ", text)


def printed(shown: str, cli: Cli) -> str:
    """The transcript with what its commands really print. A line after `> ` goes on with its command."""
    return "".join(
        f"{typed}\n{_run(typed, cli)}" for typed in re.findall(r"^\$ .*(?:\n> .*)*", shown, re.MULTILINE)
    )


def _run(typed: str, cli: Cli) -> str:
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        re.sub(r"^[$>] ", "", typed, flags=re.MULTILINE),
        shell=True,
        env=cli.env | {"PATH": path, "CHATOPS_ACTOR": "dana"},
        cwd=cli.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
