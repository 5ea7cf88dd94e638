"""Follows the tutorial. `python -m tests.tutorial` writes what its commands print now."""

import ast
import os
import re
import shlex
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from chatops.cli.sandbox import PORT
from chatops.testing import Site
from tests.kit import COMMAND

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.md"
#: What another test does for real, once, as it takes long: an environment of its own.
DONE_ALREADY = ("python3 -m venv ", ". .venv/", "pip install ")
BLOCKS = re.compile(r"(<!-- (?P<said>.*?) -->\n\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)
#: What pytest writes its summary by: in CI it shortens no line.
SHAPING = {"CI", "BUILD_NUMBER", "PYTEST_ADDOPTS", "FORCE_COLOR", "NO_COLOR", "PY_COLORS"}
SERVED = f"http://127.0.0.1:{PORT}"


class Block(NamedTuple):
    """A block of code, and the comment above it, which says what becomes of it."""

    language: str
    text: str
    said: str


def block_of(found: re.Match[str]) -> Block:
    """What was found by `BLOCKS`."""
    return Block(found["language"], found["text"], found["said"] or "")


def blocks() -> list[Block]:
    """Those of the tutorial, in their order."""
    return [block_of(found) for found in BLOCKS.finditer(TUTORIAL.read_text("utf-8"))]


class Reader:
    """Somebody who does what the tutorial says, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "reader"
        self.folder.mkdir()
        self.site = Site(folder / "site", "chatops-pager", "0.1.0")
        self.site.folder.mkdir()
        self.here = self.folder
        path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CHATOPS_", "XDG_")) and name not in SHAPING
        }
        said = {"HOME": str(folder), "COLUMNS": "80", "TZ": "UTC"}
        self.env = kept | said | {"PATH": path}
        self.url = ""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def follow(self, block: Block) -> str:
        """Do what a block says; the block as it would read, had it been written by this."""
        match block.language, block.said.partition(": ")[0]:
            case "console", _:
                commands = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
                return "".join(f"$ {command}\n{self.run(command)}" for command in commands)
            case "text", _:
                self._serve()
            case _, "file":
                self.write(block)
            case _, "into":
                self.put(block)
        return block.text

    def run(self, command: str) -> str:
        """What a command prints."""
        match shlex.split(command):
            case ["cd", where]:
                self.here = (self.here / where).resolve()
                return ""
            case ["export", said]:
                name, _, value = said.partition("=")
                self.env |= {name: value}
                return ""
        if command.startswith(DONE_ALREADY):
            if " -e " in command:
                self._install()
            return ""
        done = subprocess.run(
            command, shell=True, cwd=self.here, env=self.env, capture_output=True, text=True, check=False
        )
        return self.anywhere(done.stdout + done.stderr)

    def anywhere(self, text: str) -> str:
        """What is the same on every machine, at every time."""
        text = text.replace(str(self.folder), "/home/you/first").replace(self.url or SERVED, SERVED)
        text = re.sub(
            r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "01a20225-33fe-7aed-8e03-ba549149fe25", text
        )
        text = re.sub(r"\b\d+\.\d\ds\b", "2.41s", text)
        return re.sub(r"\b\d\d:\d\d\b", "14:05", text)

    def write(self, block: Block) -> None:
        """Write a whole file."""
        path = self.here / block.said.removeprefix("file: ")
        path.write_text(block.text.replace(SERVED, self.url or SERVED))

    def put(self, block: Block) -> None:
        """Put each definition of the block in place of the one of its name, or below the one above it."""
        path = self.here / block.said.removeprefix("into: ").partition(",")[0]
        above = ""
        for name, part in definitions(block.text):
            known = dict(definitions(path.read_text()))
            old, new = (known[name], part) if name in known else (above, f"{above}\n\n{part}")
            assert old, f"{name} stands below nothing"
            path.write_text(path.read_text().replace(old, new))
            above = part

    def _install(self) -> None:
        project = tomllib.loads((self.here / "pyproject.toml").read_text())["project"]
        for group, points in project["entry-points"].items():
            self.site.point(group, points)
        self.env |= {"PYTHONPATH": f"{self.site.folder}{os.pathsep}{self.here}"}

    def _serve(self) -> None:
        process = self._open.enter_context(
            subprocess.Popen(
                [COMMAND, "sandbox", "--port", "0", "-q"],
                env=self.env,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self._open.callback(process.terminate)
        assert process.stdout
        self.url = process.stdout.readline().strip()


def definitions(source: str) -> Iterator[tuple[str, str]]:
    """Each function, import and assignment in a class, with its name and its lines, also within another."""
    lines = source.splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    tree = ast.parse("\n".join(line[indent:] for line in lines))
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    of_classes = [statement for body in bodies for statement in body]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and node in of_classes:
            yield ast.unparse(node.targets[0]), lines[node.lineno - 1]
        elif isinstance(node, ast.FunctionDef):
            decorated = [decorator.lineno for decorator in node.decorator_list]
            yield node.name, "\n".join(lines[min([node.lineno, *decorated]) - 1 : node.end_lineno])
        elif isinstance(node, ast.ImportFrom):
            yield f"from {node.module}", "\n".join(lines[node.lineno - 1 : node.end_lineno])


def main() -> None:
    """Write the tutorial anew, with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder, Reader(Path(folder)) as reader:

        def followed(found: re.Match[str]) -> str:
            return found[0].replace(found["text"], reader.follow(block_of(found)))

        TUTORIAL.write_text(BLOCKS.sub(followed, TUTORIAL.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
